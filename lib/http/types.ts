import type { EventLoop } from '../loop/index.ts'
import type { Answer, Fields, Part, Persistence } from './answer.ts'
import type { DateLine } from './date-line.ts'
import type { Drops } from './drops.ts'
import type { ServerLimits } from './limits.ts'

/** A request, valid while its handler runs. To keep it longer use {@link LateResponder.request}. */
export interface Request {
  /** Empty if the request is unreadable; only {@link RequestLog} gets such requests. */
  readonly method: string
  readonly isGet: boolean
  readonly isHead: boolean
  /** The path as it was sent, without the query; `/` for an absolute-form target without a path. */
  readonly path: string
  /** Includes the question mark; empty if there is no query. */
  readonly query: string
  /** The first line as it was sent; for an unreadable request at most its first 256 bytes. */
  readonly line: string
  /** The target as it was sent; for an unreadable request the same as `line`. */
  readonly target: string
  /** The host of an absolute-form target, otherwise the Host field. */
  readonly host: string
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  readonly minor: number
  /** The client's IP address. */
  readonly remoteAddress: string
  /** The client's port. */
  readonly remotePort: number
  /** The time on the loop's clock, which is the clock of `performance.now()`. */
  readonly nowMs: number
  /** When the first bytes of the request arrived, on the same clock. */
  readonly startMs: number
  /** The number of the request's batch. All requests of a batch arrived before the first of them was handled. */
  readonly receivedCount: number
  /** Empty unless the server reads bodies. */
  readonly body: Buffer
  /**
   * The value of a field; the values are joined with commas if it was sent more than once. The name is
   * case-insensitive.
   */
  header(name: string): string | undefined
  /** Whether one of the fields of a {@link fieldMask} was sent: faster than `header()`. */
  hasAny(fields: number): boolean
  /** All fields in the order they were sent, with names in lower case. */
  fields(): [name: string, value: string][]
}

/** Answers one request, once, before its handler returns. A second answer throws an Error. */
export interface Responder {
  /** The `persistence` that an {@link Answer} to this request needs. */
  readonly persistence: Persistence
  /** Sends an answer that is in memory. A HEAD request gets only the head. */
  send(answer: Answer): void
  /** Sends a head and a body in parts. A HEAD request gets only the head, and the files are released. */
  sendParts(answer: Answer, parts: readonly Part[]): void
  /** Sends a short plain text. Each given field replaces the default of the same name. */
  text(status: number, text: string, fields?: Fields): void
  /**
   * Returns a responder that works after the handler has returned. The connection's next request waits until it has
   * answered.
   */
  later(): LateResponder
}

/** Answers one request after its handler has returned, whole or in pieces. */
export interface LateResponder extends Responder {
  /** A copy of the request that stays valid. */
  readonly request: Request
  /**
   * Whether the client has left, or has already received everything (an answer to HEAD ends with its head). Later
   * output is dropped.
   */
  readonly closed: boolean
  /** Sends a head whose body follows in pieces. `onRoom` is called when all waiting output has been sent. */
  begin(answer: Answer, onRoom: () => void): void
  /** Sends a piece of the body. If it returns false, wait for `onRoom` before the next piece. */
  write(bytes: Uint8Array): boolean
  /** Ends the body. `last` is the end of its framing, such as the last chunk. */
  finish(last?: Uint8Array | null): void
  /** Resets the connection, because the body cannot be completed. */
  abort(error: Error): void
  /** Closes the connection after this answer. Call it before you make the answer. */
  closeAfter(): void
  /** Calls the server's `onError`. A thrown value that is not an Error is wrapped in one. */
  report(thrown: unknown): void
  /** Reports an error, and answers 500 or, if the answer has begun, resets the connection. */
  fail(thrown: unknown): void
  /**
   * Sets a function that is called if the client ends its side or leaves before it has the whole answer. A client that
   * has only ended its side still receives the rest.
   */
  onAbandon(call: () => void): void
}

/** Answers each request before it returns, or calls `responder.later()`. If it throws, the answer is 500. */
export type RequestHandler = (request: Request, responder: Responder) => void

/** Returns whether to read a request's body. It is called after the head, and only if a body follows. */
export type BodyChoice = (request: Request) => boolean

/**
 * Called once for each answer, after it was passed to the kernel, with the number of body bytes that were sent. A
 * client that left in the middle of its request is logged with 400, one that left before its answer with 499, and one
 * that was refused at a connection limit with 503.
 */
export type RequestLog = (request: Request, status: number, bodyBytes: number) => void

/** The state that all exchanges of a server share. @internal */
export interface ServerContext {
  readonly loop: EventLoop
  readonly limits: ServerLimits
  readonly date: DateLine
  readonly respond: RequestHandler
  readonly readsBodies: boolean | BodyChoice
  /** Never throws. */
  readonly log: RequestLog | null
  readonly drops: Drops
  /** Accepts any thrown value; never throws. */
  onError(thrown: unknown): void
  onClosed(exchange: object, error: Error | null): void
}
