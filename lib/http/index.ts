export { Answer, CLOSE, type Fields, KEEP, KEEP_1_0, type Persistence } from './answer.ts'
export { HttpServer, type ServerOptions } from './server.ts'
export type { ServerLimits } from './server-limits.ts'
export type { Request, RequestHandler, RequestLog, Responder } from './types.ts'
