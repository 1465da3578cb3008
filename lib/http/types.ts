import type { EventLoop } from '../loop/index.ts'
import type { FileSource } from '../net/index.ts'
import type { Answer, Fields, Persistence } from './answer.ts'
import type { DateLine } from './date-line.ts'
import type { Drops } from './drops.ts'
import type { ServerLimits } from './server-limits.ts'

/** A request while its handler runs; later it is another one's, unless the answer comes later. */
export interface Request {
  /** Empty for a request that could not be read. */
  readonly method: string
  readonly isGet: boolean
  readonly isHead: boolean
  /** As it was sent, but for the query; `/` for an absolute form without a path. */
  readonly path: string
  /** With its question mark; empty if there is none. */
  readonly query: string
  /** The first line, as it was sent; of a request that could not be read, its start. */
  readonly line: string
  /** The whole target, as it was sent; of a request that could not be read, the start of its first line. */
  readonly target: string
  /** The host that is asked for: of the absolute form, else of the Host field. */
  readonly host: string
  /** HTTP/1.0 or HTTP/1.1. */
  readonly minor: number
  /** The client's IP address, known from when it was accepted. */
  readonly remoteAddress: string
  /** The client's port. */
  readonly remotePort: number
  /** Of the loop's clock. */
  readonly nowMs: number
  /** When its first bytes came, on the same clock. */
  readonly startMs: number
  /** Requests of one number had all come before the first of them was looked at. */
  readonly receivedCount: number
  /** The body: empty unless the server reads bodies. */
  readonly body: Buffer
  /** A field's value, several lines of it joined by commas; the name in any case. */
  header(name: string): string | undefined
  /** Whether one of the fields of a mask is there: dearer questions need not be asked then. */
  hasAny(fields: number): boolean
  /** All fields in the order in which they came, their names in lower case. */
  fields(): [name: string, value: string][]
}

/** What follows a head: bytes that are never changed again, or a part of a file. */
export type Part =
  | { readonly bytes: Uint8Array }
  | { readonly file: FileSource; readonly offset: number; readonly end: number }

/** What a request is answered with: one answer, before its handler returns. A second one is an Error. */
export interface Responder {
  /** What the answer has to say about the connection. */
  readonly persistence: Persistence
  /** An answer that is in memory; a HEAD request gets its head alone. */
  send(answer: Answer): void
  /** A head, and a body in parts behind it; a HEAD request gets the head alone, and the files are released. */
  sendParts(answer: Answer, parts: readonly Part[]): void
  /** A short plain text; a field that is given takes the place of the default. */
  text(status: number, text: string, fields?: Fields): void
  /** The answer comes after the handler has returned, through what this returns. */
  later(): LateResponder
}

/** For an answer that comes later, at once or piece by piece. */
export interface LateResponder extends Responder {
  /** The request, for as long as it is wanted. */
  readonly request: Request
  /** Whether the client is gone: what is answered then is dropped. */
  readonly closed: boolean
  /** The body that follows this head comes piece by piece; `onRoom` tells when the client has taken what waited. */
  begin(answer: Answer, onRoom: () => void): void
  /** A piece of a body; false when the next one should wait for `onRoom`. */
  write(bytes: Uint8Array): boolean
  /** The body is whole, but for what is given here: the end of its framing. */
  finish(last?: Uint8Array | null): void
  /** The body cannot be finished: the client sees a reset. */
  abort(error: Error): void
  /** The connection ends with this answer: said before it is made. */
  closeAfter(): void
  /** Tells the server's `onError`, and nobody else; whatever was thrown becomes an Error. */
  report(thrown: unknown): void
  /** The handler is broken: 500 where that can still be said, else a reset. */
  fail(thrown: unknown): void
  /**
   * Calls back when the client has ended its side or is gone, before the answer is whole. What is written still reaches
   * one that only ended its side.
   */
  onAbandon(call: () => void): void
}

export type RequestHandler = (request: Request, responder: Responder) => void

/** Whether this request's body is wanted: asked when its head is whole, and only where a body follows. */
export type BodyChoice = (request: Request) => boolean

/**
 * One call for each answer, when the kernel has got it; with the bytes of the body that went out. Clients that got no
 * answer are told with 400 where they left in the middle of a request, 499 where they left before its answer; and 503
 * where a limit of connections refused them.
 */
export type RequestLog = (request: Request, status: number, bodyBytes: number) => void

/** What a server lends its exchanges. @internal */
export interface ServerContext {
  readonly loop: EventLoop
  readonly limits: ServerLimits
  readonly date: DateLine
  readonly respond: RequestHandler
  /** Whether bodies are read for the handler, or dropped; or which of them are. */
  readonly readsBodies: boolean | BodyChoice
  readonly log: RequestLog | null
  readonly drops: Drops
  /** Takes whatever was thrown, and throws nothing. */
  onError(thrown: unknown): void
  onClosed(exchange: object, error: Error | null): void
}
