import { bytesOf, integer, rangeError, typeError } from '../sys/index.ts'
import { Answer, type Fields, isBodyless, KEEP } from './answer.ts'
import { guardedSignal } from './guarded-signal.ts'
import { turnBytes, turnCalls } from './limits.ts'
import { PromisedLength } from './promised-length.ts'
import type { LateResponder } from './types.ts'

const lastChunk = Buffer.from('0\r\n\r\n')
const lineEnd = Buffer.from('\r\n')
const ownFields = new Set(['connection', 'date', 'transfer-encoding', 'trailer', 'upgrade'])

/**
 * The answer to one request: a status, fields, and a body that is given at once or piece by piece.
 *
 * @example
 * ```ts
 * import { createServer } from 'epollet/http'
 * import assert from 'node:assert/strict'
 *
 * const server = createServer(async (_request, response) => {
 *   response.setHeader('Content-Type', 'text/event-stream')
 *   for (let i = 1; i <= 3; i++) {
 *     response.write(`data: ${i}\n\n`)
 *     if (!(await response.ready())) return // the client has gone
 *   }
 *   response.end()
 * })
 * const { port } = server.listen({ port: 0 })
 * const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
 * assert.equal(await answer.text(), 'data: 1\n\ndata: 2\n\ndata: 3\n\n')
 * server.close()
 * ```
 */
export class ServerResponse {
  readonly #responder: LateResponder
  readonly #minor: number
  readonly #isHead: boolean
  /** By their names in lower case. */
  readonly #fields = new Map<string, [name: string, value: string | number][]>()
  /** Made when it is asked for. */
  #abort: AbortController | null = null
  #isAbandoned = false
  #status = 200
  #begun = false
  #ended = false
  #chunked = false
  /** A Content-Length of the handler's own. */
  #promised: PromisedLength | null = null
  #hasRoom = true
  /** What was written since others had their turn. */
  #turnBytes = 0
  /** And how often that was asked for that resolves at once; with nothing written in between it does not. */
  #turnCalls = 0
  #hasWritten = false
  #waiters: ((open: boolean) => void)[] = []

  /** @internal */
  constructor(responder: LateResponder) {
    this.#responder = responder
    this.#minor = responder.request.minor
    this.#isHead = responder.request.isHead
    responder.onAbandon(() => {
      this.#isAbandoned = true
      this.#abort?.abort()
      if (responder.closed) this.#wake()
    })
  }

  /** 200 unless it is set before the first `write()` or `end()`; from 200 to 599. */
  get status(): number {
    return this.#status
  }

  set status(status: number) {
    this.#assertNotBegun()
    this.#status = integer('status', status, 200, 599)
  }

  /** Whether the body is whole. */
  get ended(): boolean {
    return this.#ended
  }

  /**
   * Aborted when the client has ended its side or is gone, before it has the whole answer. A browser that leaves a page
   * does so; what is written still reaches a client that goes on reading.
   */
  get signal(): AbortSignal {
    if (this.#abort === null) {
      this.#abort = new AbortController()
      guardedSignal(this.#abort.signal, thrown => this.#responder.report(thrown))
      if (this.#isAbandoned) this.#abort.abort()
    }
    return this.#abort.signal
  }

  /**
   * Sets a field; a second value of the same name takes the place of the first. Throws RangeError for a name that is
   * no token or that the server sets itself (Connection, Date, Transfer-Encoding ...), and for a value with a
   * control character; Error once the head has been sent.
   */
  setHeader(name: string, value: string | number): this {
    const key = this.#checked(name, value)
    if (key === 'content-length') this.#promised = new PromisedLength(value)
    this.#fields.set(key, [[name, value]])
    return this
  }

  /** The same, beside what was set before: for Set-Cookie, Link, Vary. */
  appendHeader(name: string, value: string | number): this {
    const key = this.#checked(name, value)
    if (key === 'content-length') return this.setHeader(name, value)
    this.#fields.set(key, [...(this.#fields.get(key) ?? []), [name, value]])
    return this
  }

  /** Checked here, so that the stack trace points at the caller. */
  #checked(name: string, value: string | number): string {
    this.#assertNotBegun()
    if (typeof name !== 'string') throw typeError('name', 'a string', name)
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw typeError(`value of ${name}`, 'a string or a number', value)
    }
    const key = name.toLowerCase()
    if (ownFields.has(key)) throw rangeError('name', 'a field that the server does not set', name)
    new Answer(200, [[name, value]], null, KEEP)
    return key
  }

  /**
   * Sends a piece of the body, after the head if it is the first: chunked, unless a Content-Length was set. False when
   * the client is slower than its handler: wait for {@link ServerResponse.ready} then. Above four megabytes that wait
   * the connection is reset. Throws Error after `end()`.
   */
  write(piece: string | Uint8Array): boolean {
    this.#assertOpen()
    const bytes = bytesOf('piece', piece)
    if (bytes.length === 0 && isBodyless(this.#status)) return this.#hasRoom
    if (!this.#begun) this.#begin()
    if (bytes.length === 0) return this.#hasRoom
    this.#promised?.spend(bytes.length)
    this.#turnBytes += bytes.length
    this.#hasWritten = true
    this.#hasRoom = this.#responder.write(this.#chunked ? chunkOf(bytes) : bytes)
    return this.#hasRoom
  }

  /** Resolves when there is room for more: true; false when the client has gone. */
  ready(): Promise<boolean> {
    const { closed } = this.#responder
    if (!closed && !this.#hasRoom) return new Promise(resolve => this.#waiters.push(resolve))
    // A promise that is kept at once lets no other client have its turn, nor the program its timers.
    const goesOn = this.#hasWritten && this.#turnBytes < turnBytes && this.#turnCalls < turnCalls
    this.#hasWritten = false
    this.#turnCalls++
    if (goesOn) return Promise.resolve(!closed)
    this.#turnBytes = 0
    this.#turnCalls = 0
    return new Promise(resolve => setImmediate(() => resolve(!this.#responder.closed)))
  }

  /** The last piece, if there is one more; a body that is given here alone goes out with its Content-Length. */
  end(piece?: string | Uint8Array): void {
    this.#assertOpen()
    if (!this.#begun) this.#whole(piece === undefined ? null : bytesOf('piece', piece))
    else {
      if (piece !== undefined) this.write(piece)
      this.#assertPromiseKept()
      this.#ended = true
      this.#responder.finish(this.#chunked ? lastChunk : null)
      this.#wake()
    }
  }

  #whole(given: Uint8Array | null): void {
    const body = given?.length === 0 && isBodyless(this.#status) ? null : given
    const lengthBytes = body?.length ?? 0
    if (this.#status === 205 && lengthBytes > 0)
      throw rangeError('body', 'none, as the status is 205', body)
    this.#promised?.spend(lengthBytes)
    this.#assertPromiseKept()
    // A HEAD request's handler that gives no body has not said how long it would be.
    const unsaid = body === null && (this.#isHead || isBodyless(this.#status))
    const fields = this.#allFields(unsaid ? null : lengthBytes)
    const answer = new Answer(this.#status, fields, body, this.#responder.persistence)
    this.#begun = true
    this.#ended = true
    this.#responder.send(answer)
  }

  #begin(): void {
    if (isBodyless(this.#status) || this.#status === 205)
      throw new Error(`a ${this.#status} has no body: only end() it`)
    const unsaid = this.#promised === null
    this.#chunked = unsaid && this.#minor === 1
    // To HTTP/1.0 only the end of the connection can tell where the body ends.
    if (unsaid && !this.#chunked) this.#responder.closeAfter()
    const fields = this.#allFields(null)
    if (this.#chunked) fields.push(['Transfer-Encoding', 'chunked'])
    const answer = new Answer(this.#status, fields, null, this.#responder.persistence)
    this.#begun = true
    this.#responder.begin(answer, () => this.#wake())
  }

  #allFields(lengthBytes: number | null): Fields[number][] {
    const fields: Fields[number][] = [...this.#fields.values()].flat()
    // Where there never is a body there is no length either, not even 0.
    if (this.#status === 204) return fields.filter(([name]) => !/^content-length$/i.test(name))
    if (lengthBytes !== null && !this.#fields.has('content-length')) {
      fields.push(['Content-Length', lengthBytes])
    }
    return fields
  }

  #assertPromiseKept(): void {
    if (!this.#isHead && this.#status !== 304) this.#promised?.assertKept()
  }

  #wake(): void {
    this.#hasRoom = true
    const open = !this.#responder.closed
    for (const resolve of this.#waiters.splice(0)) resolve(open)
  }

  #assertNotBegun(): void {
    if (this.#begun) throw new Error('the head has been sent: set status and fields before')
  }

  #assertOpen(): void {
    if (this.#ended) throw new Error('the response has ended')
  }
}

function chunkOf(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, lineEnd])
}
