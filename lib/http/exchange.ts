import { Connection, Peer, type Protocol, StalledError } from '../net/index.ts'
import {
  type Answer,
  CLOSE,
  type Fields,
  KEEP,
  KEEP_1_0,
  type Part,
  type Persistence,
  textAnswer,
  writeAnswer,
  writeParts,
} from './answer.ts'
import { isByPeer } from './drops.ts'
import { type Given, Late } from './late.ts'
import { flushedBodyBytesMin, headBytesMax } from './limits.ts'
import { COMPLETE, INCOMPLETE } from './parser.ts'
import { refusal } from './refusal.ts'
import { current, type Origin, type RequestView } from './request.ts'
import { CONTINUE, RequestReader } from './request-reader.ts'
import { reasonOf } from './semantics/status.ts'
import { ANSWERED, ASKED, CLOSES, DRAINS, KEEPS, LATE, READING, SENDING } from './states.ts'
import type { Responder, ServerContext } from './types.ts'

const nothing = Buffer.alloc(0)
const continueBytes = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n')

// The status in the log when a client leaves early. nginx also uses 499 for this.
const leftInRequest = 400
const leftBeforeAnswer = 499

/** The requests and answers of one connection, in order. */
export class Exchange implements Protocol, Responder, Origin {
  readonly connection: Connection
  readonly server: ServerContext
  readonly peer: Peer
  readonly #reader: RequestReader
  #state = READING
  #ending = KEEPS
  #requests = 0
  /** The batch that the last received bytes belong to. */
  #batch = 0
  /** The pending answer in LATE; the answer that is not logged yet in SENDING. */
  #pending: Late | Given | null = null

  /** @param address the client's struct sockaddr; its memory may be reused afterwards */
  constructor(server: ServerContext, fd: number, address: Uint8Array) {
    this.server = server
    this.peer = new Peer(address)
    this.connection = new Connection(server.loop, fd, this, server.limits)
    this.#reader = new RequestReader(this)
  }

  get nowMs(): number {
    return this.server.loop.nowMs
  }

  /** For tests. @internal */
  get state(): number {
    return this.#state
  }

  /** Nothing received, nothing pending: the connection may be closed to make room. */
  get idle(): boolean {
    return this.#state === READING && this.#reader.idle && this.#isQuiet
  }

  start(): void {
    this.connection.expireAt(this.nowMs + this.server.limits.headTimeoutMs)
    this.connection.start()
  }

  sweep(nowMs: number): void {
    this.connection.sweep(nowMs)
  }

  /** Ends the connection now, or after the answer to the current request. */
  drain(): void {
    if (this.#ending === KEEPS) this.#ending = DRAINS
    if (this.#isBetween && this.#isQuiet) this.connection.end()
  }

  get #late(): Late | null {
    return this.#pending instanceof Late ? this.#pending : null
  }

  get #isQuiet(): boolean {
    return !this.connection.draining && !this.connection.hasReceived
  }

  /** Whether no request has been received, or only part of a head. */
  get #isBetween(): boolean {
    return this.#state === READING && !this.#reader.hasHead
  }

  // The responder of the running handler.

  get persistence(): Persistence {
    return this.persistenceOf(current.request)
  }

  send(answer: Answer): void {
    this.#assertAsked()
    const { request } = current
    const bodyBytes = writeAnswer(this.connection, this.server.date, answer, request.isHead)
    this.answered(request, answer.status, bodyBytes)
  }

  sendParts(answer: Answer, parts: readonly Part[]): void {
    this.#assertAsked()
    const { request } = current
    const { date } = this.server
    const bodyBytes = writeParts(this.connection, date, answer, parts, request.isHead)
    this.answered(request, answer.status, bodyBytes)
  }

  text(status: number, text: string, fields: Fields = []): void {
    this.send(textAnswer(status, text, fields, this.persistence))
  }

  later(): Late {
    this.#assertAsked()
    const late = new Late(this, current.request.held())
    this.#pending = late
    this.#state = LATE
    return late
  }

  /** The client would take a second answer as the answer to its next request. */
  #assertAsked(): void {
    if (this.#state !== ASKED)
      throw new Error('the request was already answered: answer each request once')
  }

  // Answers, immediate or late.

  persistenceOf({ head }: RequestView): Persistence {
    if (this.#ending !== KEEPS || !head.keepAlive) return CLOSE
    return head.minor === 0 ? KEEP_1_0 : KEEP
  }

  /** If part of an answer still waits to be sent, it is logged when everything has been sent. */
  answered(request: RequestView, status: number, bodyBytes: number): void {
    const { connection } = this
    if (this.#ending === DRAINS || !request.head.keepAlive) this.#ending = CLOSES
    if (bodyBytes > flushedBodyBytesMin) connection.flush()
    if (connection.draining && bodyBytes > 0) {
      const isHeld = this.server.log === null || request !== current.request
      this.#pending = { request: isHeld ? request : request.held(), status, bodyBytes }
      this.#state = SENDING
    } else {
      const lostBytes = connection.closed ? connection.unsentBytes : 0
      this.#log(request, status, bodyBytes - lostBytes)
      this.#next()
    }
  }

  #log(request: RequestView, status: number, bodyBytes: number): void {
    this.server.log?.(request, status, Math.max(0, bodyBytes))
  }

  // Called by the connection.

  onData(bytes: Buffer, start: number, end: number, batch: number): void {
    const reader = this.#reader
    this.#batch = batch
    if (this.#state !== READING) return this.#keepForLater(bytes.subarray(start, end))
    if (this.#ending === CLOSES) return
    if (reader.idle) reader.begin()
    if (reader.hasKept) this.#processKept(bytes.subarray(start, end))
    else this.#process(bytes, start, end)
  }

  /** The client has ended its side, but may still read. */
  onEnd(): void {
    if (this.#state === READING && !this.connection.draining) return this.#endAfterPeer()
    if (this.#state !== LATE) return
    this.#expireByWriteTimeout()
    this.#late?.onGone()
  }

  onDrain(): void {
    if (this.#state === LATE) {
      if (this.connection.ended) this.#expireByWriteTimeout()
      this.#late?.onDrain()
    } else if (this.#state === SENDING) {
      const { request, status, bodyBytes } = this.#pending as Given
      this.#log(request, status, bodyBytes)
      this.#next()
    } else if (this.#state === READING) this.#goOn()
  }

  onExpire(): void {
    if (this.#state === LATE) return this.connection.reset(new StalledError('the client has left'))
    if (this.#state === READING && this.#reader.idle) return this.connection.end()
    this.server.date.update(this.nowMs)
    this.server.drops.add('timeout', this.peer)
    this.#refuse(408, this.#reader.remains())
    this.connection.end(true)
  }

  onClose(error: Error | null): void {
    const late = this.#late
    const given = late === null ? (this.#pending as Given | null) : late.given
    this.#pending = null
    this.server.onClosed(this, error)
    if (given !== null)
      this.#log(given.request, given.status, given.bodyBytes - this.connection.unsentBytes)
    if (error !== null) this.#reportDrop(error, late)
    this.#reader.clear()
    late?.onGone()
  }

  #reportDrop(error: Error, late: Late | null): void {
    const isStalled = error instanceof StalledError
    if (!isStalled && !isByPeer(error)) return
    if (this.#state === READING && !isStalled) return this.#reportUnfinished()
    if (this.#state !== ANSWERED)
      this.server.drops.add(isStalled ? 'timeout' : 'aborted', this.peer)
    if (late?.unanswered) this.#log(late.request, leftBeforeAnswer, 0)
  }

  /** The client has left. Reports this if part of a request was received. */
  #reportUnfinished(): void {
    const reader = this.#reader
    if (reader.idle) return
    const { drops } = this.server
    drops.add('aborted', this.peer)
    if (reader.hasHead || drops.mayLog(this.nowMs)) this.#log(reader.remains(), leftInRequest, 0)
  }

  #endAfterPeer(): void {
    this.#reportUnfinished()
    this.connection.end()
  }

  #expireByWriteTimeout(): void {
    this.connection.expireAt(this.nowMs + this.server.limits.writeTimeoutMs)
  }

  // One request after another.

  /** The request is finished. While another connection's handler runs, the next request waits. */
  #next(): void {
    this.#pending = null
    this.#state = current.owner === this ? READING : ANSWERED
    const { loop } = this.server
    if (current.owner === this || this.connection.closed || loop.closed) return
    if (current.owner !== null) loop.defer(() => this.#goOn())
    else this.#goOn()
  }

  #goOn(): void {
    const { connection } = this
    if (connection.closed) return
    if (this.#state === ANSWERED) this.#state = READING
    connection.resume()
    this.#processKept(nothing)
    if (this.connection.ended && this.#state === READING && !connection.draining)
      this.#endAfterPeer()
  }

  #processKept(more: Buffer): void {
    const bytes = this.#reader.take(more)
    this.#process(bytes, 0, bytes.length)
  }

  /** Keeps bytes that can't be handled yet, up to a limit; then reading pauses and the socket fills up. */
  #keepForLater(more: Buffer): void {
    if (this.#reader.keep(more) > headBytesMax) this.connection.pause()
  }

  /** Answers the complete requests in these bytes, until too much output waits for the client. */
  #process(bytes: Buffer, start: number, end: number): void {
    const { connection } = this
    const reader = this.#reader
    this.server.date.update(this.nowMs)
    current.owner = this
    connection.cork()
    reader.at = start
    while (reader.at < end && this.#readsOn) {
      const verdict = reader.read(bytes, end, this.#batch)
      if (verdict === COMPLETE) this.#ask()
      else if (verdict === CONTINUE) connection.write(continueBytes)
      else if (verdict !== INCOMPLETE) this.#refuse(verdict, reader.remains(bytes, reader.at, end))
      else break
    }
    connection.uncork()
    current.owner = null
    if (this.#isBetween && this.#ending !== KEEPS)
      connection.end(reader.isCutOff || reader.at < end)
    else this.#keep(bytes, start, end)
  }

  get #readsOn(): boolean {
    const { full, closed } = this.connection
    return this.#state === READING && this.#ending !== CLOSES && !full && !closed
  }

  #ask(): void {
    const { request } = current
    this.#state = ASKED
    if (++this.#requests === this.server.limits.requestsMax) request.head.keepAlive = false
    try {
      this.server.respond(request, this)
      if (this.#state === ASKED)
        throw new Error(`the handler has not answered ${request.method} ${request.target}`)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** The handler has thrown: answers 500 unless it has already answered, and closes the connection. */
  #failed(error: unknown): void {
    if (this.#state === LATE) return this.#late?.fail(error)
    this.server.onError(error)
    current.request.head.keepAlive = false
    if (this.#state === ASKED) this.text(500, `500 ${reasonOf(500)}\n`)
    else this.#ending = CLOSES
  }

  /** Keeps the rest of these bytes and sets the next deadline. */
  #keep(bytes: Buffer, start: number, end: number): void {
    const { connection } = this
    if (connection.closed) return
    const reader = this.#reader
    const isPartial = reader.at < end
    if (isPartial) this.#keepForLater(bytes.subarray(reader.at, end))
    // While output waits, the write deadline applies; the next head's deadline starts when everything has been sent.
    const begins = reader.timesHead(isPartial, start, this.#isBetween && !connection.draining)
    if (connection.draining) return
    const { headTimeoutMs, bodyTimeoutMs, idleTimeoutMs } = this.server.limits
    if (this.#state !== READING) connection.expireAt(Number.POSITIVE_INFINITY)
    else if (reader.hasHead) connection.expireAt(this.nowMs + bodyTimeoutMs)
    else if (!isPartial) connection.expireAt(this.nowMs + idleTimeoutMs)
    else if (begins) connection.expireAt(this.nowMs + headTimeoutMs)
  }

  #refuse(status: number, request: RequestView): void {
    const { date, readsBodies } = this.server
    const answer = refusal(status, readsBodies === true)
    this.#reader.cutOff()
    this.#pending = null
    this.#state = READING
    this.#ending = CLOSES
    const isHead = request.isHead || request.line.startsWith('HEAD ')
    this.#log(request, answer.status, writeAnswer(this.connection, date, answer, isHead))
  }
}
