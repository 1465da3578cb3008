import { Connection, type FileSource, type Protocol } from '../net/index.ts'
import { Answer, CLOSE, type Fields, KEEP, KEEP_1_0, type Persistence } from './answer.ts'
import { droppedBodyBytesMax } from './limits.ts'
import { COMPLETE, Head, INCOMPLETE, parseHead } from './parser.ts'
import { reasonOf } from './status.ts'
import type { Request, Responder, ServerContext } from './types.ts'

/** One for a thread: a request is answered, or its bytes are kept, before another one is read. */
const head = new Head()
/** Whether the request that is being answered has its answer. */
let answered = false
const nothing = Buffer.alloc(0)
const GET = 0x47455420
const HEAD = 0x48454144

function textFields(lengthBytes: number): Fields {
  return [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', lengthBytes],
    ['X-Content-Type-Options', 'nosniff'],
    ['Cache-Control', 'no-store'],
  ]
}

/** The requests and answers of one connection, in order. */
export class Exchange implements Protocol, Request, Responder {
  readonly #server: ServerContext
  readonly #connection: Connection
  /** Bytes of a request that is not whole yet, or whose turn has not come. */
  #kept: Buffer | null = null
  #bytes: Buffer | null = null
  #dropLeft = 0
  #requests = 0
  #peerEnded = false
  #closing = false
  #lingers = false
  #partial = false

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
    if (!this.#connection.draining) this.#connection.end()
  }

  close(): void {
    this.#connection.close()
  }

  // The request, while it is being answered.

  /** Empty, as all of these, for a request that could not be read. */
  get method(): string {
    return this.#text(head.start, head.methodEnd)
  }

  get isGet(): boolean {
    return head.methodEnd - head.start === 3 && this.#bytes!.readUInt32BE(head.start) === GET
  }

  get isHead(): boolean {
    return head.methodEnd - head.start === 4 && this.#bytes!.readUInt32BE(head.start) === HEAD
  }

  get path(): string {
    return head.pathStart === head.pathEnd ? '/' : this.#text(head.pathStart, head.pathEnd)
  }

  get query(): string {
    return this.#text(head.pathEnd, head.targetEnd)
  }

  get target(): string {
    return this.#text(head.methodEnd + 1, head.targetEnd)
  }

  get minor(): number {
    return head.minor
  }

  header(name: string): string | undefined {
    return this.#bytes === null ? undefined : head.header(this.#bytes, name)
  }

  get nowMs(): number {
    return this.#server.loop.nowMs
  }

  #text(start: number, end: number): string {
    return this.#bytes === null ? '' : this.#bytes.toString('latin1', start, end)
  }

  // The answer.

  get persistence(): Persistence {
    if (this.#closing || !head.keepAlive) return CLOSE
    return head.minor === 0 ? KEEP_1_0 : KEEP
  }

  send(answer: Answer): void {
    const bodyBytes = this.isHead ? 0 : answer.bytes.length - answer.headBytes
    this.#write(answer, bodyBytes)
    this.#log(answer.status, bodyBytes)
  }

  sendFile(answer: Answer, file: FileSource, sizeBytes: number): void {
    const bodyBytes = this.isHead ? 0 : sizeBytes
    this.#write(answer, 0)
    this.#connection.sendfile(file, 0, bodyBytes)
    this.#log(answer.status, bodyBytes)
  }

  text(status: number, text: string, fields: Fields = []): void {
    const body = Buffer.from(text)
    this.send(new Answer(status, [...textFields(body.length), ...fields], body, this.persistence))
  }

  #write(answer: Answer, bodyBytes: number): void {
    answered = true
    const { date } = this.#server
    answer.date(date.bytes, date.second)
    this.#connection.write(answer.bytes, 0, answer.headBytes + bodyBytes)
  }

  #log(status: number, bodyBytes: number): void {
    this.#server.log?.(this, status, bodyBytes)
  }

  // What the connection tells.

  onData(bytes: Buffer, length: number): void {
    if (this.#closing) return
    if (this.#kept === null) this.#process(bytes, length)
    else this.#processJoined(Buffer.concat([this.#kept, bytes.subarray(0, length)]))
  }

  onEnd(): void {
    this.#peerEnded = true
    if (!this.#connection.draining) this.#connection.end()
  }

  onDrain(): void {
    this.#processJoined(this.#kept ?? nothing)
    if (this.#peerEnded && !this.#connection.draining) this.#connection.end()
  }

  onExpire(): void {
    if (this.#kept === null) return this.#connection.end()
    this.#server.date.update(this.#server.loop.nowMs)
    this.#refuse(408)
    this.#connection.end(true)
  }

  onClose(error: Error | null): void {
    this.#kept = null
    this.#server.onClosed(this, error)
  }

  #processJoined(bytes: Buffer): void {
    this.#kept = null
    this.#process(bytes, bytes.length)
  }

  /** Answers the requests in these bytes, as many as are whole and as the client takes answers for. */
  #process(bytes: Buffer, length: number): void {
    const connection = this.#connection
    this.#server.date.update(this.#server.loop.nowMs)
    connection.cork()
    let at = this.#drop(0, length)
    while (at < length && !connection.full && !this.#closing) {
      const verdict = parseHead(bytes, at, length, head)
      if (verdict === INCOMPLETE) break
      if (verdict === COMPLETE) {
        at = head.end
        this.#answer(bytes)
        at = this.#drop(at, length)
      } else this.#refuse(verdict)
    }
    connection.uncork()
    if (this.#closing) connection.end(this.#lingers || at < length)
    else this.#keep(bytes, at, length)
  }

  #answer(bytes: Buffer): void {
    this.#bytes = bytes
    this.#requests++
    if (this.#requests === this.#server.limits.requestsMax) head.keepAlive = false
    if (head.chunked || head.expectsContinue || head.contentLength > droppedBodyBytesMax) {
      head.keepAlive = false
      this.#lingers = true
    }
    this.#dropLeft = head.contentLength
    this.#respond()
    if (!head.keepAlive) this.#closing = true
    this.#bytes = null
  }

  #respond(): void {
    answered = false
    try {
      this.#server.respond(this, this)
      if (!answered) throw new Error(`the handler has not answered ${this.method} ${this.target}`)
    } catch (error) {
      this.#server.onError(error as Error)
      head.keepAlive = false
      if (!answered) this.text(500, 'internal server error\n')
    }
  }

  /** A body that nobody asked for: it is never taken for the next request. */
  #drop(from: number, length: number): number {
    const count = Math.min(this.#dropLeft, length - from)
    this.#dropLeft -= count
    return from + count
  }

  /** A head's time runs from its first byte: the bytes that follow do not extend it. */
  #keep(bytes: Buffer, at: number, length: number): void {
    const connection = this.#connection
    if (connection.closed) return
    const { loop, limits } = this.#server
    const partial = at < length
    if (partial) this.#kept = Buffer.from(bytes.subarray(at, length))
    const begins = partial && (at > 0 || !this.#partial)
    // While an answer waits the write's deadline holds; the head's begins when it is taken.
    this.#partial = partial && !connection.draining
    if (connection.draining) return
    if (!partial) connection.expireAt(loop.nowMs + limits.idleTimeoutMs)
    else if (begins) connection.expireAt(loop.nowMs + limits.headTimeoutMs)
  }

  /** The request could not be read, so nothing of it is said back. */
  #refuse(status: number): void {
    this.#closing = true
    this.#lingers = true
    const body = Buffer.from(`${status} ${reasonOf(status)}\n`)
    this.#write(new Answer(status, textFields(body.length), body, CLOSE), body.length)
    this.#log(status, body.length)
  }
}
