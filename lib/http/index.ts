// The interface of http: other layers import only from this file.
export {
  Answer,
  CLOSE,
  type Fields,
  KEEP,
  KEEP_1_0,
  type Part,
  type Persistence,
  textAnswer,
  textFields,
} from './answer.ts'
export { createServer, requestHandler, type ServerHandler } from './create-server.ts'
export type { Drop, DropCounts, DropReason } from './drops.ts'
export { fieldMask } from './head.ts'
export type { ServerLimits } from './limits.ts'
export type {
  ListenAddress,
  ListeningFd,
  TcpAddress,
  UnixAddress,
} from './listening-socket.ts'
export { trimmed } from './semantics/blanks.ts'
export { ifRange, preconditions } from './semantics/conditional.ts'
export { formatHttpDate } from './semantics/http-date.ts'
export { multipart } from './semantics/multipart.ts'
export { contentRange, type Range, rangesOf } from './semantics/range.ts'
export { reasonOf } from './semantics/status.ts'
export { HttpServer, type ServerOptions } from './server.ts'
export type { ServerRequest } from './server-request.ts'
export type { ServerResponse } from './server-response.ts'
export type {
  BodyChoice,
  LateResponder,
  Request,
  RequestHandler,
  RequestLog,
  Responder,
} from './types.ts'
