import type { Connection } from '../net/index.ts'
import type { Answer, Fields, Persistence } from './answer.ts'
import { release, writeAnswer, writeParts } from './answers.ts'
import type { RequestView } from './request.ts'
import { reasonOf } from './semantics/status.ts'
import { textAnswer } from './text.ts'
import type { LateResponder, Part, ServerContext } from './types.ts'

/** The exchange whose request is answered. */
interface Answering {
  readonly server: ServerContext
  readonly connection: Connection
  persistenceOf(request: RequestView): Persistence
  answered(request: RequestView, status: number, bodyBytes: number): void
}

/** What has been given of an answer that waits: for the log. */
export interface Given {
  readonly request: RequestView
  readonly status: number
  readonly bodyBytes: number
}

/** The answer to one request, after its handler has returned: what comes too late for it harms no other. */
export class Late implements LateResponder {
  readonly request: RequestView
  readonly #exchange: Answering
  #begun: Answer | null = null
  #ended = false
  #bodyBytes = 0
  #onRoom: () => void = () => {}
  #onAbandon: () => void = () => {}

  /** @param request one that is held */
  constructor(exchange: Answering, request: RequestView) {
    this.#exchange = exchange
    this.request = request
  }

  /** To a HEAD nothing is said after its head. */
  get closed(): boolean {
    return this.#exchange.connection.closed || (this.request.isHead && this.#begun !== null)
  }

  get persistence(): Persistence {
    return this.#exchange.persistenceOf(this.request)
  }

  send(answer: Answer): void {
    if (!this.#claim()) return
    const bodyBytes = this.#write(answer)
    this.#exchange.answered(this.request, answer.status, bodyBytes)
  }

  sendParts(answer: Answer, parts: readonly Part[]): void {
    if (!this.#claim()) return release(parts)
    const { connection, server } = this.#exchange
    server.date.update(server.loop.nowMs)
    const bodyBytes = writeParts(connection, server.date, answer, parts, this.request)
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
    this.#ended = false
    this.#begun = answer
    this.#onRoom = onRoom
    this.#write(answer)
    if (!this.request.isHead) return
    this.#ended = true
    this.#exchange.answered(this.request, answer.status, 0)
    this.onGone()
  }

  write(bytes: Uint8Array): boolean {
    const { connection } = this.#exchange
    if (this.closed) return false
    this.#assertBegun()
    if (connection.waitingBytes > this.#exchange.server.limits.streamBytesMax) {
      const error = new Error('more was written than the client takes: wait until there is room')
      this.report(error)
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
    if (last !== null) this.#exchange.connection.write(last)
    this.#ended = true
    // Its end has been logged then.
    if (this.#exchange.connection.closed) return
    this.#exchange.answered(this.request, status, this.#bodyBytes)
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

  /** What the exchange tells: the client has taken what waited. */
  onDrain(): void {
    try {
      this.#onRoom()
    } catch (error) {
      this.fail(error)
    }
  }

  /** The client has ended its side, or is gone. */
  onGone(): void {
    try {
      this.#onAbandon()
    } catch (error) {
      this.report(error)
    }
  }

  /** Whether nothing of an answer has been given. */
  get unanswered(): boolean {
    return this.#begun === null && !this.#ended
  }

  /** What was given of a stream; null before it began. */
  get given(): Given | null {
    if (this.#begun === null) return null
    return { request: this.request, status: this.#begun.status, bodyBytes: this.#bodyBytes }
  }

  #write(answer: Answer): number {
    const { connection, server } = this.#exchange
    server.date.update(server.loop.nowMs)
    return writeAnswer(connection, server.date, answer, this.request.isHead)
  }

  /** False where nobody is there to be answered; throws where somebody was already. */
  #claim(): boolean {
    if (this.#ended || this.#begun !== null)
      throw new Error('the request has its answer: answer each one once')
    this.#ended = true
    return !this.closed
  }

  #assertBegun(): Answer {
    if (this.#begun === null || this.#ended) throw new Error('no answer has been begun')
    return this.#begun
  }
}
