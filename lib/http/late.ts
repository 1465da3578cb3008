import type { Connection } from '../net/index.ts'
import {
  type Answer,
  type Fields,
  type Part,
  type Persistence,
  release,
  textAnswer,
  writeAnswer,
  writeParts,
} from './answer.ts'
import type { RequestView } from './request.ts'
import { reasonOf } from './semantics/status.ts'
import type { LateResponder, ServerContext } from './types.ts'

/** The exchange whose request is answered. */
interface Answering {
  readonly server: ServerContext
  readonly connection: Connection
  persistenceOf(request: RequestView): Persistence
  answered(request: RequestView, status: number, bodyBytes: number): void
}

/** An answer that is not logged yet, and the number of body bytes written so far. */
export interface Given {
  readonly request: RequestView
  readonly status: number
  readonly bodyBytes: number
}

/** Answers one request after its handler has returned. Calls that are made too late don't affect other requests. */
export class Late implements LateResponder {
  readonly request: RequestView
  readonly #exchange: Answering
  #begun: Answer | null = null
  #ended = false
  #bodyBytes = 0
  #onRoom: () => void = () => {}
  #onAbandon: () => void = () => {}

  /** @param request a copy that owns its memory */
  constructor(exchange: Answering, request: RequestView) {
    this.#exchange = exchange
    this.request = request
  }

  /** Also true when the head of an answer to HEAD has been sent: nothing follows it. */
  get closed(): boolean {
    return this.#exchange.connection.closed || (this.request.isHead && this.#begun !== null)
  }

  get persistence(): Persistence {
    return this.#exchange.persistenceOf(this.request)
  }

  send(answer: Answer): void {
    if (!this.#claim()) return
    this.#exchange.answered(this.request, answer.status, this.#write(answer))
  }

  sendParts(answer: Answer, parts: readonly Part[]): void {
    if (!this.#claim()) return release(parts)
    const { connection, server } = this.#exchange
    server.date.update(server.loop.nowMs)
    const bodyBytes = writeParts(connection, server.date, answer, parts, this.request.isHead)
    this.#exchange.answered(this.request, answer.status, bodyBytes)
  }

  text(status: number, text: string, fields: Fields = []): void {
    if (!this.closed) this.send(textAnswer(status, text, fields, this.persistence))
  }

  later(): this {
    return this
  }

  begin(answer: Answer, onRoom: () => void): void {
    if (!this.#claim()) return
    this.#begun = answer
    this.#onRoom = onRoom
    this.#write(answer)
    this.#ended = this.request.isHead
    if (!this.#ended) return
    this.#exchange.answered(this.request, answer.status, 0)
    this.onGone()
  }

  write(bytes: Uint8Array): boolean {
    if (this.closed) return false
    this.#assertBegun()
    const { connection, server } = this.#exchange
    if (connection.waitingBytes > server.limits.streamBytesMax) {
      this.report(new Error('too many bytes are waiting for the client: wait until there is room'))
      this.abort()
      return false
    }
    this.#bodyBytes += bytes.length
    connection.write(bytes)
    return !connection.full && !connection.closed
  }

  finish(last: Uint8Array | null = null): void {
    if (this.closed) return
    const { status } = this.#assertBegun()
    const { connection } = this.#exchange
    if (last !== null) connection.write(last)
    this.#ended = true
    // If the write failed, onClose() has already logged the answer.
    if (!connection.closed) this.#exchange.answered(this.request, status, this.#bodyBytes)
  }

  abort(): void {
    if (!this.#ended) this.#exchange.connection.reset()
  }

  closeAfter(): void {
    this.request.head.keepAlive = false
  }

  report(thrown: unknown): void {
    this.#exchange.server.onError(thrown)
  }

  fail(thrown: unknown): void {
    this.report(thrown)
    if (this.#ended || this.closed) return
    if (this.#begun !== null) return this.abort()
    this.closeAfter()
    this.text(500, `500 ${reasonOf(500)}\n`)
  }

  onAbandon(call: () => void): void {
    this.#onAbandon = call
  }

  /** All waiting output has been sent. */
  onDrain(): void {
    try {
      this.#onRoom()
    } catch (error) {
      this.fail(error)
    }
  }

  /** The client has ended its side or left. */
  onGone(): void {
    try {
      this.#onAbandon()
    } catch (error) {
      this.report(error)
    }
  }

  /** Whether no part of the answer has been given yet. */
  get unanswered(): boolean {
    return this.#begun === null && !this.#ended
  }

  /** How much of a stream has been written; null before it begins. */
  get given(): Given | null {
    if (this.#begun === null) return null
    return { request: this.request, status: this.#begun.status, bodyBytes: this.#bodyBytes }
  }

  #write(answer: Answer): number {
    const { connection, server } = this.#exchange
    server.date.update(server.loop.nowMs)
    return writeAnswer(connection, server.date, answer, this.request.isHead)
  }

  /** Returns false if the client has left; throws if the request was already answered. */
  #claim(): boolean {
    if (!this.unanswered)
      throw new Error('the request was already answered: answer each request once')
    this.#ended = true
    return !this.closed
  }

  #assertBegun(): Answer {
    if (this.#begun === null || this.#ended)
      throw new Error('the answer has not been started, or has already ended')
    return this.#begun
  }
}
