import type { EventLoop } from '../loop/index.ts'
import type { FileSource } from '../net/index.ts'
import type { Answer, Fields, Persistence } from './answer.ts'
import type { DateLine } from './date-line.ts'
import type { ServerLimits } from './server-limits.ts'

/** A request while it is being answered; later it is another one's. */
export interface Request {
  readonly method: string
  readonly isGet: boolean
  readonly isHead: boolean
  /** As it was sent, but for the query; `/` for an absolute form without a path. */
  readonly path: string
  /** With its question mark; empty if there is none. */
  readonly query: string
  /** The whole target, as it was sent. */
  readonly target: string
  /** HTTP/1.0 or HTTP/1.1. */
  readonly minor: number
  /** The connection's descriptor: getpeername(2) tells who asks. */
  readonly fd: number
  /** Of the loop's clock. */
  readonly nowMs: number
  /** The first value of a field; its name in lower case. Only those that the parser keeps. */
  header(name: string): string | undefined
}

/** What a handler answers a request with: one call, before it returns. */
export interface Responder {
  /** What the answer has to say about the connection. */
  readonly persistence: Persistence
  /** An answer that is in memory; a HEAD request gets its head alone. */
  send(answer: Answer): void
  /** A head, and a file's bytes behind it; a HEAD request gets the head alone. */
  sendFile(answer: Answer, file: FileSource, sizeBytes: number): void
  /** A short plain text. */
  text(status: number, text: string, fields?: Fields): void
}

export type RequestHandler = (request: Request, responder: Responder) => void

/** One call for each answer. A request that could not be read has an empty method. */
export type RequestLog = (request: Request, status: number, bodyBytes: number) => void

/** What a server lends its exchanges. @internal */
export interface ServerContext {
  readonly loop: EventLoop
  readonly limits: ServerLimits
  readonly date: DateLine
  readonly respond: RequestHandler
  readonly log: RequestLog | null
  onError(error: Error): void
  onClosed(exchange: object, error: Error | null): void
}
