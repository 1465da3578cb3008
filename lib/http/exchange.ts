import { Connection, Peer, type Protocol, StalledError } from '../net/index.ts'
import { type Answer, CLOSE, type Fields, KEEP, KEEP_1_0, type Persistence } from './answer.ts'
import { Body } from './body.ts'
import { isByPeer } from './drops.ts'
import { Head } from './head.ts'
import { Late, release } from './late.ts'
import { droppedBodyBytesMax, flushedBodyBytesMin, headBytesMax } from './limits.ts'
import { COMPLETE, INCOMPLETE, parseHead } from './parser.ts'
import { firstLine } from './refusal.ts'
import { type Origin, RequestView, unreadable } from './request.ts'
import type { ServerLimits } from './server-limits.ts'
import { reasonOf } from './status.ts'
import { textAnswer } from './text.ts'
import type { Part, Responder, ServerContext } from './types.ts'

/** One for a thread: a request is answered, or held, before another one is read. */
const current = new RequestView(new Head())
const { head } = current
/** The exchange whose request is answered from the buffer now; its handler may let another connection go on. */
let processing: Exchange | null = null
const nothing = Buffer.alloc(0)
const continueBytes = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n')

/** No request is at hand. */
const READING = 0
/** One is, and its body is coming. */
const BODY = 1
/** Its handler is running. */
const ASKED = 2
/** Its answer comes later, or is being made. */
const LATE = 3
/** Its answer is given, and files of it are leaving. */
const SENDING = 4
/** Its answer is given, and the next request waits for its turn. */
const ANSWERED = 5

// A client that left; nginx and its logs' readers know 499.
const leftInRequest = 400
const leftBeforeAnswer = 499

/** A request whose answer is not done with: its body is coming, it waits, or its files are leaving. */
interface Pending {
  readonly request: RequestView
  readonly body: Body | null
  readonly late: Late | null
  readonly status: number
  readonly bodyBytes: number
}

/** The requests and answers of one connection, in order. */
export class Exchange implements Protocol, Responder, Origin {
  readonly connection: Connection
  readonly #server: ServerContext
  #state = READING
  #pending: Pending | null = null
  /** Bytes of a request that is not whole yet, or whose turn has not come. */
  #kept: Buffer | null = null
  readonly peer: Peer
  #startMs = 0
  /** The batch of the last bytes that came. */
  #batch = 0
  #dropLeft = 0
  #requests = 0
  #peerEnded = false
  #closing = false
  /** What has come is still answered, and nothing after it. */
  #drains = false
  #lingers = false
  #partial = false

  /** @param peer the client's struct sockaddr, whose memory is used again */
  constructor(server: ServerContext, fd: number, peer: Uint8Array) {
    this.#server = server
    this.peer = new Peer(peer)
    this.connection = new Connection(server.loop, fd, this, server.limits)
  }

  get closed(): boolean {
    return this.connection.closed
  }

  get nowMs(): number {
    return this.#server.loop.nowMs
  }

  get limits(): ServerLimits {
    return this.#server.limits
  }

  /** Whether a client that is sent away would lose nothing. */
  get idle(): boolean {
    const { draining, hasReceived } = this.connection
    return this.#state === READING && this.#kept === null && !draining && !hasReceived
  }

  start(): void {
    this.connection.expireAt(this.nowMs + this.#server.limits.headTimeoutMs)
    this.connection.start()
  }

  sweep(nowMs: number): void {
    this.connection.sweep(nowMs)
  }

  /** Ends now where no request has come, else after the answer. */
  drain(): void {
    this.#drains = true
    const { draining, hasReceived } = this.connection
    if (this.#state === READING && !draining && !hasReceived) this.connection.end()
  }

  close(): void {
    this.connection.close()
  }

  // The answer, while the handler runs.

  get persistence(): Persistence {
    return this.persistenceOf(current)
  }

  send(answer: Answer): void {
    this.#assertAsked()
    this.answered(current, answer.status, this.write(answer, current))
  }

  sendParts(answer: Answer, parts: readonly Part[]): void {
    this.#assertAsked()
    this.answered(current, answer.status, this.writeParts(answer, parts, current))
  }

  text(status: number, text: string, fields: Fields = []): void {
    this.send(textAnswer(status, text, fields, this.persistence))
  }

  later(): Late {
    this.#assertAsked()
    const late = new Late(this, current.held())
    this.#state = LATE
    this.#pending = { request: late.request, body: null, late, status: 0, bodyBytes: 0 }
    return late
  }

  /** On the wire a second answer would be the next request's. */
  #assertAsked(): void {
    if (this.#state !== ASKED) throw new Error('the request has its answer: answer each one once')
  }

  // The answer, now or later.

  persistenceOf({ head }: RequestView): Persistence {
    if (this.#closing || this.#drains || !head.keepAlive) return CLOSE
    return head.minor === 0 ? KEEP_1_0 : KEEP
  }

  /** Writes an answer that is in memory; returns how long its body is. */
  write(answer: Answer, request: RequestView): number {
    const { date } = this.#server
    if (processing !== this) date.update(this.nowMs)
    answer.date(date.bytes, date.second)
    const end = request.isHead ? answer.headBytes : answer.bytes.length
    this.connection.write(answer.bytes, 0, end, true)
    return end - answer.headBytes
  }

  writeParts(answer: Answer, parts: readonly Part[], request: RequestView): number {
    const { connection } = this
    this.write(answer, request)
    if (request.isHead) {
      release(parts)
      return 0
    }
    let bodyBytes = 0
    for (const part of parts) {
      if (!connection.closed)
        bodyBytes += 'file' in part ? part.end - part.offset : part.bytes.length
      if ('file' in part) connection.sendfile(part.file, part.offset, part.end)
      else connection.writeConstant(part.bytes)
    }
    return bodyBytes
  }

  /** What is logged of an answer that waits is known when it has left. */
  answered(request: RequestView, status: number, bodyBytes: number): void {
    if (this.#drains || !request.head.keepAlive) this.#closing = true
    if (bodyBytes > flushedBodyBytesMin) this.connection.flush()
    if (this.connection.draining && bodyBytes > 0) {
      const held = this.#server.log === null || request !== current ? request : request.held()
      this.#pending = { request: held, body: null, late: null, status, bodyBytes }
      this.#state = SENDING
    } else {
      this.#log(
        request,
        status,
        this.closed ? Math.max(0, bodyBytes - this.connection.unsentBytes) : bodyBytes,
      )
      this.#next()
    }
  }

  /** Tells of whatever was thrown. */
  report(thrown: unknown): void {
    this.#server.onError(thrown)
  }

  #log(request: RequestView, status: number, bodyBytes: number): void {
    try {
      this.#server.log?.(request, status, bodyBytes)
    } catch (error) {
      this.report(error)
    }
  }

  // What the connection tells.

  onData(bytes: Buffer, start: number, end: number, batch: number): void {
    this.#batch = batch
    if (this.#state > BODY) return this.#keepForLater(bytes.subarray(start, end))
    if (this.#closing && this.#state === READING) return
    if (this.#kept === null && this.#state === READING) this.#startMs = this.nowMs
    if (this.#kept === null) this.#process(bytes, start, end)
    else this.#processKept(bytes.subarray(start, end))
  }

  /** A client that has ended its side may still read. */
  onEnd(): void {
    this.#peerEnded = true
    if (this.#state <= BODY && !this.connection.draining) return this.#endAfterPeer()
    if (this.#state !== LATE) return
    this.connection.expireAt(this.nowMs + this.#server.limits.writeTimeoutMs)
    this.#pending?.late?.onGone()
  }

  onDrain(): void {
    const { late = null, request, status = 0, bodyBytes = 0 } = this.#pending ?? {}
    if (this.#state === LATE) {
      if (this.#peerEnded) this.connection.expireAt(this.nowMs + this.#server.limits.writeTimeoutMs)
      late?.onDrain()
    } else if (this.#state === SENDING) {
      this.#log(request!, status, bodyBytes)
      this.#next()
    } else if (this.#state <= BODY) this.#goOn()
  }

  onExpire(): void {
    if (this.#state === LATE) return this.connection.reset(new StalledError('the client has gone'))
    if (this.#state === READING && this.#kept === null) return this.connection.end()
    this.#server.date.update(this.nowMs)
    this.#server.drops.add('timeout', this.peer)
    const bytes = this.#kept ?? nothing
    this.#refuse(408, bytes, 0, bytes.length)
    this.connection.end(true)
  }

  onClose(error: Error | null): void {
    const { unsentBytes } = this.connection
    const pending = this.#pending
    const kept = this.#kept
    this.#pending = null
    this.#kept = null
    this.#server.onClosed(this, error)
    const { late = null, request, status = 0, bodyBytes = 0 } = pending ?? {}
    if (this.#state === SENDING) this.#log(request!, status, Math.max(0, bodyBytes - unsentBytes))
    else if (late?.sent) {
      const { sent } = late
      this.#log(late.request, sent.status, Math.max(0, sent.bodyBytes - unsentBytes))
    }
    if (error !== null) this.#tellDrop(error, pending, kept)
    late?.onGone()
  }

  #tellDrop(error: Error, pending: Pending | null, kept: Buffer | null): void {
    const { drops } = this.#server
    const isStalled = error instanceof StalledError
    if (!isStalled && !isByPeer(error)) return
    if (this.#state <= BODY && !isStalled) return this.#tellBroken(pending, kept)
    if (this.#state !== ANSWERED) drops.add(isStalled ? 'timeout' : 'aborted', this.peer)
    if (pending?.late?.unanswered) this.#log(pending.late.request, leftBeforeAnswer, 0)
  }

  /** The client has left; in the middle of a request, if anything of one is there. */
  #tellBroken(pending: Pending | null, kept: Buffer | null): void {
    if (pending === null && kept === null) return
    const { drops } = this.#server
    drops.add('aborted', this.peer)
    if (pending !== null) return this.#log(pending.request, leftInRequest, 0)
    if (!drops.mayLog(this.nowMs)) return
    const line = firstLine(kept!, 0, kept!.length)
    this.#log(unreadable(line, this, this.#startMs), leftInRequest, 0)
  }

  #endAfterPeer(): void {
    this.#tellBroken(this.#pending, this.#kept)
    this.connection.end()
  }

  // Request by request.

  /** The request at hand is done with. Another connection's may be just now being answered out of `current`. */
  #next(): void {
    this.#pending = null
    this.#state = processing === this ? READING : ANSWERED
    const { loop } = this.#server
    if (processing === this || this.closed || loop.closed) return
    if (processing !== null) loop.defer(() => this.#goOn())
    else this.#goOn()
  }

  #goOn(): void {
    if (this.closed) return
    const { connection } = this
    if (this.#state === ANSWERED) this.#state = READING
    connection.resume()
    this.#processKept(nothing)
    if (this.#peerEnded && this.#state <= BODY && !connection.draining) this.#endAfterPeer()
  }

  #processKept(news: Buffer): void {
    const bytes = this.#kept === null ? news : Buffer.concat([this.#kept, news])
    this.#kept = null
    this.#process(bytes, 0, bytes.length)
  }

  /** What a client sends on while it waits is kept up to a limit; then its socket fills up. */
  #keepForLater(news: Buffer): void {
    this.#kept = this.#kept === null ? Buffer.from(news) : Buffer.concat([this.#kept, news])
    if (this.#kept.length > headBytesMax) this.connection.pause()
  }

  /** Answers the requests in these bytes, as many as are whole and as the client takes answers for. */
  #process(bytes: Buffer, start: number, end: number): void {
    const { connection } = this
    this.#server.date.update(this.nowMs)
    processing = this
    connection.cork()
    let at = start
    while (at < end && this.#goesOn) {
      if (this.#dropLeft > 0) at = this.#drop(at, end)
      else if (this.#state === BODY) at = this.#readBody(bytes, at, end)
      else {
        const verdict = parseHead(bytes, at, end, head)
        if (verdict === INCOMPLETE) break
        if (verdict === COMPLETE) at = this.#received(bytes, end)
        else this.#refuse(verdict, bytes, at, end)
      }
    }
    connection.uncork()
    processing = null
    if (this.#state === READING && (this.#closing || this.#drains))
      connection.end(this.#lingers || this.#dropLeft > 0 || at < end)
    else this.#keep(bytes, at, start, end)
  }

  get #goesOn(): boolean {
    if (this.connection.full || this.connection.closed) return false
    return this.#state === BODY || (this.#state === READING && !this.#closing)
  }

  /** A head is whole: its request is answered now, or when its body has come. Returns where to go on. */
  #received(bytes: Buffer, length: number): number {
    const { end, chunked, contentLength, expectsContinue } = head
    current.set(bytes, this, this.#startMs, this.#batch)
    this.#requests++
    if (this.#requests === this.#server.limits.requestsMax) head.keepAlive = false
    if (!chunked && contentLength === 0 && !expectsContinue) this.#ask()
    else {
      const keeps = this.#wantsBody()
      if (keeps || (chunked && !expectsContinue)) return this.#beginBody(bytes, end, length, keeps)
      this.#askBodyless()
    }
    return end
  }

  #wantsBody(): boolean {
    const { readsBodies } = this.#server
    if (typeof readsBodies === 'boolean') return readsBodies
    try {
      return readsBodies(current)
    } catch (error) {
      this.report(error)
      return false
    }
  }

  /** A body that nobody wants: it is dropped, and never taken for the next request. */
  #askBodyless(): void {
    const { expectsContinue, contentLength } = head
    if (expectsContinue || contentLength > droppedBodyBytesMax) this.#endAfterAnswer()
    else this.#dropLeft = contentLength
    this.#ask()
  }

  #endAfterAnswer(): void {
    head.keepAlive = false
    this.#lingers = true
  }

  #beginBody(bytes: Buffer, at: number, length: number, keeps: boolean): number {
    const limitBytes = keeps ? this.limits.bodyBytesMax : droppedBodyBytesMax
    const { chunked, contentLength, expectsContinue } = head
    const body = new Body(chunked ? null : contentLength, limitBytes, keeps)
    if (expectsContinue && at === length && body.verdict === INCOMPLETE)
      this.connection.write(continueBytes)
    const next = body.feed(bytes, at, length)
    if (body.verdict === INCOMPLETE) {
      this.#state = BODY
      this.#pending = { request: current.held(), body, late: null, status: 0, bodyBytes: 0 }
    } else this.#bodyRead(body)
    return next
  }

  #readBody(bytes: Buffer, from: number, length: number): number {
    const { request, body } = this.#pending!
    const at = body!.feed(bytes, from, length)
    if (body!.verdict === INCOMPLETE) return at
    this.#pending = null
    current.restore(request)
    // Its end has come only now.
    current.receivedCount = this.#batch
    this.#bodyRead(body!)
    return at
  }

  #bodyRead(body: Body): void {
    if (body.verdict === COMPLETE) {
      if (body.keeps) current.body = body.take()
      this.#ask()
    } else if (body.verdict === 413 && !body.keeps) {
      this.#endAfterAnswer()
      this.#ask()
    } else this.#refuseRequest(body.verdict, current)
  }

  #ask(): void {
    this.#state = ASKED
    try {
      this.#server.respond(current, this)
      if (this.#state === ASKED)
        throw new Error(`the handler has not answered ${current.method} ${current.target}`)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** The handler is broken: 500 where that can still be said, and the end. */
  #failed(error: unknown): void {
    if (this.#state === LATE) return this.#pending?.late?.fail(error)
    this.report(error)
    head.keepAlive = false
    if (this.#state === ASKED) this.text(500, `500 ${reasonOf(500)}\n`)
    else this.#closing = true
  }

  /** Part of a body that nobody asked for. */
  #drop(from: number, length: number): number {
    const count = Math.min(this.#dropLeft, length - from)
    this.#dropLeft -= count
    return from + count
  }

  /** A head's time runs from its first byte: the bytes that follow do not extend it. */
  #keep(bytes: Buffer, at: number, start: number, end: number): void {
    const { connection } = this
    if (connection.closed) return
    const partial = at < end
    if (partial) this.#keepForLater(bytes.subarray(at, end))
    const begins = partial && (at > start || !this.#partial)
    // While an answer waits the write's deadline holds; the head's begins when it is taken.
    this.#partial = partial && this.#state === READING && !connection.draining
    if (connection.draining) return
    const { headTimeoutMs, bodyTimeoutMs, idleTimeoutMs } = this.#server.limits
    if (this.#state > BODY) connection.expireAt(Number.POSITIVE_INFINITY)
    else if (this.#state === BODY) connection.expireAt(this.nowMs + bodyTimeoutMs)
    else if (!partial) connection.expireAt(this.nowMs + idleTimeoutMs)
    else if (begins) connection.expireAt(this.nowMs + headTimeoutMs)
  }

  #refuse(status: number, bytes: Buffer, at: number, length: number): void {
    const { request } = this.#pending ?? {}
    if (request !== undefined) return this.#refuseRequest(status, request)
    const line = firstLine(bytes, at, length)
    this.#refuseRequest(status, unreadable(line, this, this.#startMs))
  }

  /** The request could not be read to its end, so nothing of it is said back, and nothing behind it is read. */
  #refuseRequest(status: number, request: RequestView): void {
    // Where CONNECT is all that is refused, there is no list of what is allowed.
    const said = status === 405 && this.#server.readsBodies === true ? 501 : status
    const allow: Fields = said === 405 ? [['Allow', 'GET, HEAD, OPTIONS']] : []
    const answer = textAnswer(said, `${said} ${reasonOf(said)}\n`, allow, CLOSE)
    this.#pending = null
    this.#kept = null
    this.#state = READING
    this.#closing = true
    this.#lingers = true
    const isHead = request.isHead || request.line.startsWith('HEAD ')
    const end = isHead ? answer.headBytes : answer.bytes.length
    answer.date(this.#server.date.bytes, this.#server.date.second)
    this.connection.write(answer.bytes, 0, end, true)
    this.#log(request, said, end - answer.headBytes)
  }
}
