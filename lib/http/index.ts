export { Answer, CLOSE, type Fields, KEEP, KEEP_1_0, type Persistence } from './answer.ts'
export { trimmed } from './blanks.ts'
export { ifRange, preconditions } from './conditional.ts'
export { createServer, requestHandler, type ServerHandler } from './create-server.ts'
export type { Drop, DropCounts, DropReason } from './drops.ts'
export { fieldMask } from './head.ts'
export { formatHttpDate } from './http-date.ts'
export { multipart } from './multipart.ts'
export { contentRange, type Range, rangesOf } from './range.ts'
export { HttpServer, type ServerOptions } from './server.ts'
export type { ServerLimits } from './server-limits.ts'
export type { ServerRequest } from './server-request.ts'
export type { ServerResponse } from './server-response.ts'
export { reasonOf } from './status.ts'
export { textAnswer, textFields } from './text.ts'
export type {
  BodyChoice,
  LateResponder,
  Part,
  Request,
  RequestHandler,
  RequestLog,
  Responder,
} from './types.ts'
