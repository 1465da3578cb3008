import { Connection, type Protocol } from '../net/index.ts'
import { addressBytes, decodeAddress, native } from '../sys/index.ts'
import {
  Answer,
  CLOSE,
  type Fields,
  isBodyless,
  KEEP,
  KEEP_1_0,
  type Persistence,
} from './answer.ts'
import { Body } from './body.ts'
import { Head } from './head.ts'
import { brokenLineBytesMax, droppedBodyBytesMax, headBytesMax, streamBytesMax } from './limits.ts'
import { COMPLETE, INCOMPLETE, parseHead } from './parser.ts'
import { reasonOf } from './status.ts'
import type { Part, Request, Responder, ServerContext } from './types.ts'

/** One for a thread: a request is answered, or its head is copied, before another one is read. */
const shared = new Head()
/** Whether a request is being answered out of it; another connection's handler may make ours go on meanwhile. */
let busy = false
let receivedCount = 0
const address = new Uint8Array(addressBytes)
const nothing = Buffer.alloc(0)
const continueBytes = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n')
const GET = 0x47455420
const HEAD = 0x48454144

/** Nothing is at hand; a body is read; the handler has the request; its answer is being made; its files are leaving. */
const READING = 0
const BODY = 1
const ASKED = 2
const STREAMING = 3
const SENDING = 4

function textFields(lengthBytes: number): Fields {
  return [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', lengthBytes],
    ['X-Content-Type-Options', 'nosniff'],
    ['Cache-Control', 'no-store'],
  ]
}

function remoteAddressOf(fd: number): string {
  const length = native.getpeername(fd, address)
  if (length < 0) return ''
  const peer = decodeAddress(address, length)
  return 'host' in peer ? peer.host : ''
}

function release(parts: readonly Part[]): void {
  for (const part of parts) if ('file' in part) part.file.release()
}

/** The requests and answers of one connection, in order. */
export class Exchange implements Protocol, Request, Responder {
  readonly #server: ServerContext
  readonly #connection: Connection
  #state = READING
  #head = shared
  /** What the head's places mean; null when no request is at hand. */
  #bytes: Buffer | null = null
  #body: Body | null = null
  /** Bytes of a request that is not whole yet, or whose turn has not come. */
  #kept: Buffer | null = null
  #broken = ''
  #remoteAddress: string | null = null
  #startMs = 0
  #dropLeft = 0
  #requests = 0
  #status = 0
  #bodyBytes = 0
  #late = false
  #processing = false
  #peerEnded = false
  #closing = false
  #lingers = false
  #partial = false
  #onRoom: (() => void) | null = null
  #onAbandon: (() => void) | null = null

  constructor(server: ServerContext, fd: number) {
    this.#server = server
    this.#connection = new Connection(server.loop, fd, this, server.limits.writeTimeoutMs)
  }

  get fd(): number {
    return this.#connection.fd
  }

  get closed(): boolean {
    return this.#connection.closed
  }

  /** Remembered, as it is asked for again when the connection is closed. */
  get remoteAddress(): string {
    this.#remoteAddress ??= remoteAddressOf(this.fd)
    return this.#remoteAddress
  }

  /** Whether a client that is sent away would lose nothing. */
  get idle(): boolean {
    return this.#state === READING && this.#kept === null && !this.#connection.draining
  }

  start(): void {
    const { loop, limits } = this.#server
    this.#connection.expireAt(loop.nowMs + limits.headTimeoutMs)
    this.#connection.start()
  }

  sweep(nowMs: number): void {
    this.#connection.sweep(nowMs)
  }

  /** Ends now where nothing is going on, else after the answer that is. */
  drain(): void {
    this.#closing = true
    if (this.#state <= BODY && !this.#connection.draining) this.#connection.end()
  }

  close(): void {
    this.#connection.close()
  }

  // The request, while it is being answered.

  get method(): string {
    return this.#text(this.#head.start, this.#head.methodEnd)
  }

  get isGet(): boolean {
    const { start, methodEnd } = this.#head
    return methodEnd - start === 3 && this.#bytes?.readUInt32BE(start) === GET
  }

  get isHead(): boolean {
    const { start, methodEnd } = this.#head
    return methodEnd - start === 4 && this.#bytes?.readUInt32BE(start) === HEAD
  }

  get path(): string {
    const { pathStart, pathEnd } = this.#head
    return pathStart === pathEnd ? '/' : this.#text(pathStart, pathEnd)
  }

  get query(): string {
    return this.#text(this.#head.pathEnd, this.#head.targetEnd)
  }

  get target(): string {
    if (this.#bytes === null) return this.#broken
    return this.#text(this.#head.methodEnd + 1, this.#head.targetEnd)
  }

  get minor(): number {
    return this.#head.minor
  }

  get body(): Buffer {
    return this.#body?.take() ?? nothing
  }

  get nowMs(): number {
    return this.#server.loop.nowMs
  }

  get receivedCount(): number {
    return receivedCount
  }

  get startMs(): number {
    return this.#startMs
  }

  header(name: string): string | undefined {
    return this.#bytes === null ? undefined : this.#head.header(this.#bytes, name.toLowerCase())
  }

  hasAny(fields: number): boolean {
    return this.#bytes !== null && this.#head.hasAny(fields)
  }

  fields(): [name: string, value: string][] {
    return this.#bytes === null ? [] : this.#head.fields(this.#bytes)
  }

  #text(start: number, end: number): string {
    return this.#bytes === null ? '' : this.#bytes.toString('latin1', start, end)
  }

  // The answer.

  get persistence(): Persistence {
    if (this.#closing || !this.#head.keepAlive) return CLOSE
    return this.#head.minor === 0 ? KEEP_1_0 : KEEP
  }

  send(answer: Answer): void {
    if (this.closed) return
    this.#claim()
    const bodyBytes = this.isHead ? 0 : answer.bytes.length - answer.headBytes
    this.#write(answer, bodyBytes)
    this.#answered(answer.status, bodyBytes)
  }

  sendParts(answer: Answer, parts: readonly Part[]): void {
    if (this.closed) return release(parts)
    this.#claim()
    const connection = this.#connection
    let bodyBytes = 0
    this.#write(answer, 0)
    if (this.isHead) release(parts)
    else
      for (const part of parts) {
        bodyBytes += 'file' in part ? part.end - part.offset : part.bytes.length
        if ('file' in part) connection.sendfile(part.file, part.offset, part.end)
        else connection.write(part.bytes)
      }
    if (connection.draining && bodyBytes > 0) this.#sending(answer.status, bodyBytes)
    else this.#answered(answer.status, connection.closed ? 0 : bodyBytes)
  }

  text(status: number, text: string, fields: Fields = []): void {
    const body = isBodyless(status) ? null : Buffer.from(text)
    const all = body === null ? fields : [...textFields(body.length), ...fields]
    this.send(new Answer(status, all, body, this.persistence))
  }

  later(): void {
    if (this.#state !== ASKED) throw this.#misuse()
    if (!this.#late) this.#hold()
    this.#late = true
  }

  begin(answer: Answer, onRoom: () => void): void {
    if (this.closed) return
    this.#claim()
    if (!this.#late) this.#hold()
    this.#late = true
    this.#state = STREAMING
    this.#status = answer.status
    this.#bodyBytes = 0
    this.#onRoom = onRoom
    this.#write(answer, 0)
  }

  write(bytes: Uint8Array): boolean {
    const connection = this.#connection
    if (connection.closed) return false
    if (this.#state !== STREAMING) throw this.#misuse()
    if (connection.waitingBytes > streamBytesMax) {
      this.abort(new Error('more was written than the client takes: wait for the room'))
      return false
    }
    this.#bodyBytes += bytes.length
    if (!this.isHead) connection.write(bytes)
    return !connection.full && !connection.closed
  }

  finish(): void {
    if (this.#connection.closed) return
    if (this.#state !== STREAMING) throw this.#misuse()
    this.#answered(this.#status, this.isHead ? 0 : this.#bodyBytes)
  }

  abort(error: Error): void {
    this.#connection.reset(error)
  }

  closeAfter(): void {
    this.#head.keepAlive = false
  }

  report(error: Error): void {
    this.#server.onError(error)
  }

  onAbandon(call: () => void): void {
    this.#onAbandon = call
  }

  #misuse(): Error {
    const what = this.#state === STREAMING ? 'is being answered' : 'has its answer'
    return new Error(`the request ${what}: answer each one once`)
  }

  /** An answer is sent only to a request that has none: on the wire a second one would be the next request's. */
  #claim(): void {
    if (this.#state !== ASKED) throw this.#misuse()
    if (this.#late) this.#server.date.update(this.nowMs)
  }

  #write(answer: Answer, bodyBytes: number): void {
    const { date } = this.#server
    answer.date(date.bytes, date.second)
    this.#connection.write(answer.bytes, 0, answer.headBytes + bodyBytes)
  }

  /** What is logged of files is known when they have left. */
  #sending(status: number, bodyBytes: number): void {
    this.#state = SENDING
    this.#status = status
    this.#bodyBytes = bodyBytes
    if (!this.#late && this.#server.log !== null) this.#hold()
  }

  #answered(status: number, bodyBytes: number): void {
    this.#state = READING
    this.#onRoom = null
    if (!this.#head.keepAlive) this.#closing = true
    this.#log(status, bodyBytes)
    if (this.#processing) return
    const { loop } = this.#server
    if (!busy) this.#goOn()
    else if (!loop.closed) loop.defer(() => this.#goOn())
  }

  #log(status: number, bodyBytes: number): void {
    this.#server.log?.(this, status, bodyBytes)
  }

  /** The request outlives the memory that it came in, and perhaps its connection. */
  #hold(): void {
    if (this.#server.log !== null) this.#remoteAddress ??= remoteAddressOf(this.fd)
    const { start, end } = this.#head
    this.#bytes = Buffer.from(this.#bytes!.subarray(start, end))
    this.#head = this.#head.moved()
  }

  #letGo(): void {
    this.#bytes = null
    this.#body = null
    this.#head = shared
    this.#late = false
    this.#onAbandon = null
  }

  // What the connection tells.

  onData(bytes: Buffer, length: number): void {
    if (this.#closing && this.#state === READING) return
    if (this.#kept !== null) return this.#processJoined(bytes.subarray(0, length))
    if (this.#state === READING) this.#startMs = this.nowMs
    this.#process(bytes, length)
  }

  onEnd(): void {
    this.#peerEnded = true
    if (this.#state === STREAMING) this.#connection.close()
    else if (this.#state <= BODY && !this.#connection.draining) this.#connection.end()
  }

  onDrain(): void {
    if (this.#state === STREAMING) return this.#onRoom?.()
    if (this.#state === SENDING) this.#answered(this.#status, this.#bodyBytes)
    else if (this.#state === READING) this.#goOn()
  }

  onExpire(): void {
    if (this.#state === READING && this.#kept === null) return this.#connection.end()
    this.#server.date.update(this.nowMs)
    const bytes = this.#kept ?? nothing
    this.#refuse(408, bytes, 0, bytes.length)
    this.#connection.end(true)
  }

  onClose(error: Error | null, unsentBytes: number): void {
    const abandoned = this.#onAbandon
    if (this.#state === SENDING) this.#log(this.#status, Math.max(0, this.#bodyBytes - unsentBytes))
    else if (this.#state === STREAMING) this.#log(this.#status, this.#bodyBytes)
    this.#state = READING
    this.#kept = null
    this.#letGo()
    this.#server.onClosed(this, error)
    abandoned?.()
  }

  /** The answer came after its handler had returned, or its files have left: on with what has been kept. */
  #goOn(): void {
    if (this.closed) return
    this.#letGo()
    const connection = this.#connection
    const bytes = this.#kept ?? nothing
    this.#kept = null
    connection.resume()
    this.#process(bytes, bytes.length)
    if (this.#peerEnded && this.#state === READING && !connection.draining) connection.end()
  }

  #processJoined(news: Buffer): void {
    const bytes = Buffer.concat([this.#kept!, news])
    this.#kept = null
    this.#process(bytes, bytes.length)
  }

  /** Answers the requests in these bytes, as many as are whole and as the client takes answers for. */
  #process(bytes: Buffer, length: number): void {
    const connection = this.#connection
    this.#server.date.update(this.nowMs)
    this.#processing = true
    busy = true
    receivedCount++
    connection.cork()
    let at = 0
    while (at < length && this.#goesOn) {
      if (this.#dropLeft > 0) at = this.#drop(at, length)
      else if (this.#state === BODY) at = this.#readBody(bytes, at, length)
      else {
        const verdict = parseHead(bytes, at, length, shared)
        if (verdict === INCOMPLETE) break
        if (verdict === COMPLETE) at = this.#received(bytes, length)
        else this.#refuse(verdict, bytes, at, length)
      }
    }
    connection.uncork()
    this.#processing = false
    busy = false
    if (this.#closing && this.#state === READING) connection.end(this.#lingers || at < length)
    else this.#keep(bytes, at, length)
  }

  get #goesOn(): boolean {
    if (this.#connection.full || this.#connection.closed) return false
    return this.#state === BODY || (this.#state === READING && !this.#closing)
  }

  /** A head is whole: its request is answered now, or when its body has come. Returns where to go on. */
  #received(bytes: Buffer, length: number): number {
    const { end, chunked, contentLength, expectsContinue } = shared
    this.#bytes = bytes
    this.#requests++
    if (this.#requests === this.#server.limits.requestsMax) shared.keepAlive = false
    if (!chunked && contentLength === 0 && !expectsContinue) this.#ask()
    else if (this.#server.readsBodies || (chunked && !expectsContinue))
      return this.#beginBody(bytes, end, length)
    else this.#askBodyless()
    return end
  }

  /** A body that nobody wants: it is dropped, and never taken for the next request. */
  #askBodyless(): void {
    const { expectsContinue, contentLength } = shared
    if (expectsContinue || contentLength > droppedBodyBytesMax) this.#endAfterAnswer()
    else this.#dropLeft = contentLength
    this.#ask()
  }

  #endAfterAnswer(): void {
    this.#head.keepAlive = false
    this.#lingers = true
  }

  #beginBody(bytes: Buffer, at: number, length: number): number {
    const { readsBodies, limits } = this.#server
    const limitBytes = readsBodies ? limits.bodyBytesMax : droppedBodyBytesMax
    const { chunked, contentLength, expectsContinue } = this.#head
    this.#body = new Body(chunked ? null : contentLength, limitBytes, readsBodies)
    this.#state = BODY
    if (expectsContinue && at === length && this.#body.verdict === INCOMPLETE)
      this.#connection.write(continueBytes)
    const next = this.#readBody(bytes, at, length)
    if (this.#state === BODY) this.#hold()
    return next
  }

  #readBody(bytes: Buffer, from: number, length: number): number {
    const body = this.#body!
    const at = body.feed(bytes, from, length)
    if (body.verdict === INCOMPLETE) return at
    if (body.verdict === 413 && !this.#server.readsBodies) {
      this.#endAfterAnswer()
      this.#ask()
    } else if (body.verdict === COMPLETE) this.#ask()
    else this.#refuse(body.verdict, bytes, from, length)
    return at
  }

  #ask(): void {
    this.#state = ASKED
    try {
      this.#server.respond(this, this)
      if (this.#state === ASKED && !this.#late)
        throw new Error(`the handler has not answered ${this.method} ${this.target}`)
    } catch (error) {
      this.fail(error as Error)
    }
    if (this.#state === READING) this.#letGo()
  }

  /** The handler is broken: 500 where that can still be said, else a reset. */
  fail(error: Error): void {
    this.#server.onError(error)
    if (this.#state === STREAMING) return this.abort(error)
    this.#head.keepAlive = false
    if (this.#state !== ASKED) this.#closing = true
    else this.text(500, `500 ${reasonOf(500)}\n`)
  }

  /** Part of a body that nobody asked for. */
  #drop(from: number, length: number): number {
    const count = Math.min(this.#dropLeft, length - from)
    this.#dropLeft -= count
    return from + count
  }

  /** A head's time runs from its first byte: the bytes that follow do not extend it. */
  #keep(bytes: Buffer, at: number, length: number): void {
    const connection = this.#connection
    if (connection.closed) return
    const partial = at < length
    if (partial) this.#kept = Buffer.from(bytes.subarray(at, length))
    if (this.#state > BODY) return this.#wait()
    const { loop, limits } = this.#server
    const begins = partial && (at > 0 || !this.#partial)
    // While an answer waits the write's deadline holds; the head's begins when it is taken.
    this.#partial = partial && !connection.draining
    if (connection.draining) return
    if (this.#state === BODY) connection.expireAt(loop.nowMs + limits.bodyTimeoutMs)
    else if (!partial) connection.expireAt(loop.nowMs + limits.idleTimeoutMs)
    else if (begins) connection.expireAt(loop.nowMs + limits.headTimeoutMs)
  }

  /** The answer is the handler's business; what the client sends meanwhile is read up to a limit. */
  #wait(): void {
    if (!this.#connection.draining) this.#connection.expireAt(Number.POSITIVE_INFINITY)
    if (this.#kept !== null && this.#kept.length > headBytesMax) this.#connection.pause()
  }

  /** The request could not be read, so nothing of it is said back. */
  #refuse(status: number, bytes: Buffer, at: number, length: number): void {
    const start = bytes.toString('latin1', at, Math.min(length, at + brokenLineBytesMax))
    this.#letGo()
    this.#broken = start.split(/[\r\n]/, 1)[0] ?? ''
    this.#state = READING
    this.#closing = true
    this.#lingers = true
    const body = Buffer.from(`${status} ${reasonOf(status)}\n`)
    const fields = textFields(body.length)
    const allow: Fields = status === 405 ? [...fields, ['Allow', 'GET, HEAD, OPTIONS']] : fields
    this.#write(new Answer(status, allow, body, CLOSE), body.length)
    this.#log(status, body.length)
  }
}
