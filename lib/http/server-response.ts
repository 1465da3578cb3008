import { bytesOf, integer, rangeError, typeError } from '../sys/index.ts'
import { Answer, type Fields, isBodyless, KEEP } from './answer.ts'
import { turnBytes, turnCalls } from './limits.ts'
import { guardSignal } from './thrown.ts'
import type { LateResponder } from './types.ts'

const lastChunk = Buffer.from('0\r\n\r\n')
const lineEnd = Buffer.from('\r\n')
const ownFields = new Set(['connection', 'date', 'transfer-encoding', 'trailer', 'upgrade'])

/**
 * The answer to one request: a status, fields, and a body, whole or in pieces.
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
 *     if (!(await response.ready())) return // the client has left
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
  /** The fields, by lower-case name. */
  readonly #fields = new Map<string, [name: string, value: string | number][]>()
  /** Made when `signal` is first read. */
  #abort: AbortController | null = null
  #isAbandoned = false
  #status = 200
  #begun = false
  #ended = false
  #chunked = false
  /** How many bytes of the Content-Length that the handler has set are still to be written. */
  #missingBytes: number | null = null
  #hasRoom = true
  /** Bytes written since other clients last had a turn. */
  #turnBytes = 0
  /** How many times `ready()` has been called since other clients last had a turn. */
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

  /** From 200 to 599, 200 by default. Set it before the first `write()` or `end()`. */
  get status(): number {
    return this.#status
  }

  set status(status: number) {
    this.#assertNotBegun()
    this.#status = integer('status', status, 200, 599)
  }

  /** Whether `end()` was called. */
  get ended(): boolean {
    return this.#ended
  }

  /**
   * Aborted when the client ends its side or leaves before it has the whole answer, for example when its user leaves
   * the page. A client that has only ended its side still receives the rest.
   */
  get signal(): AbortSignal {
    if (this.#abort === null) {
      this.#abort = new AbortController()
      guardSignal(this.#abort.signal, thrown => this.#responder.report(thrown))
      if (this.#isAbandoned) this.#abort.abort()
    }
    return this.#abort.signal
  }

  /**
   * Sets a field, replacing earlier values. Throws RangeError for a name that is not a token or that the server sets
   * itself (Connection, Date, Transfer-Encoding, Trailer, Upgrade), and for a value with control characters; throws
   * Error once the head has been sent.
   */
  setHeader(name: string, value: string | number): this {
    const key = this.#checked(name, value)
    if (key === 'content-length') this.#missingBytes = lengthOf(value)
    this.#fields.set(key, [[name, value]])
    return this
  }

  /**
   * Adds a field and keeps earlier values: for Set-Cookie, Link, Vary. Throws like {@link ServerResponse.setHeader}.
   */
  appendHeader(name: string, value: string | number): this {
    const key = this.#checked(name, value)
    if (key === 'content-length') return this.setHeader(name, value)
    this.#fields.set(key, [...(this.#fields.get(key) ?? []), [name, value]])
    return this
  }

  /** Checks the field here, so that the stack trace points at the caller. */
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
   * Sends a piece of the body, after the head if it is the first. The body is chunked unless Content-Length was set.
   * Returns false if the client falls behind. Then await {@link ServerResponse.ready} before the next piece: calling
   * `write()` with more than `streamBytesMax` bytes still waiting resets the connection. Throws Error after `end()` or
   * if the body exceeds the Content-Length.
   */
  write(piece: string | Uint8Array): boolean {
    this.#assertOpen()
    const bytes = bytesOf('piece', piece)
    if (bytes.length === 0 && isBodyless(this.#status)) return this.#hasRoom
    if (!this.#begun) this.#begin()
    if (bytes.length === 0) return this.#hasRoom
    this.#spend(bytes.length)
    this.#turnBytes += bytes.length
    this.#hasWritten = true
    this.#hasRoom = this.#responder.write(this.#chunked ? chunkOf(bytes) : bytes)
    return this.#hasRoom
  }

  /** Resolves to true when there is room for more, or to false if the client has left. */
  ready(): Promise<boolean> {
    const { closed } = this.#responder
    if (!closed && !this.#hasRoom) return new Promise(resolve => this.#waiters.push(resolve))
    // If this always resolved immediately, other clients and timers would never get a turn.
    const goesOn = this.#hasWritten && this.#turnBytes < turnBytes && this.#turnCalls < turnCalls
    this.#hasWritten = false
    this.#turnCalls++
    if (goesOn) return Promise.resolve(!closed)
    this.#turnBytes = 0
    this.#turnCalls = 0
    return new Promise(resolve => setImmediate(() => resolve(!this.#responder.closed)))
  }

  /** Ends the body with an optional last piece. If nothing was written before, the answer gets a Content-Length. */
  end(piece?: string | Uint8Array): void {
    this.#assertOpen()
    if (!this.#begun) this.#whole(piece === undefined ? null : bytesOf('piece', piece))
    else {
      if (piece !== undefined) this.write(piece)
      this.#assertComplete()
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
    this.#spend(lengthBytes)
    this.#assertComplete()
    // If a handler gives no body for HEAD, the length of the body for GET is unknown.
    const isUnknown = body === null && (this.#isHead || isBodyless(this.#status))
    const fields = this.#allFields(isUnknown ? null : lengthBytes)
    const answer = new Answer(this.#status, fields, body, this.#responder.persistence)
    this.#begun = true
    this.#ended = true
    this.#responder.send(answer)
  }

  #begin(): void {
    if (isBodyless(this.#status) || this.#status === 205)
      throw new Error(`a ${this.#status} has no body: call end() without one`)
    const isUnknown = this.#missingBytes === null
    this.#chunked = isUnknown && this.#minor === 1
    // HTTP/1.0 has no chunks: the end of the connection marks the end of the body.
    if (isUnknown && !this.#chunked) this.#responder.closeAfter()
    const fields = this.#allFields(null)
    if (this.#chunked) fields.push(['Transfer-Encoding', 'chunked'])
    const answer = new Answer(this.#status, fields, null, this.#responder.persistence)
    this.#begun = true
    this.#responder.begin(answer, () => this.#wake())
  }

  /** A body of the wrong length would break the framing of the next answer. */
  #spend(count: number): void {
    if (this.#missingBytes === null) return
    if (count > this.#missingBytes) throw this.#wrongLength()
    this.#missingBytes -= count
  }

  #wrongLength(): Error {
    const [[, length] = []] = this.#fields.get('content-length') ?? []
    return new Error(`the body's length differs from the Content-Length of ${length} that was set`)
  }

  #allFields(lengthBytes: number | null): Fields[number][] {
    const fields: Fields[number][] = [...this.#fields.values()].flat()
    // A 204 must not have a Content-Length, not even 0.
    if (this.#status === 204) return fields.filter(([name]) => !/^content-length$/i.test(name))
    if (lengthBytes !== null && !this.#fields.has('content-length')) {
      fields.push(['Content-Length', lengthBytes])
    }
    return fields
  }

  #assertComplete(): void {
    const isChecked = !this.#isHead && this.#status !== 304
    if (isChecked && (this.#missingBytes ?? 0) > 0) throw this.#wrongLength()
  }

  #wake(): void {
    this.#hasRoom = true
    const open = !this.#responder.closed
    for (const resolve of this.#waiters.splice(0)) resolve(open)
  }

  #assertNotBegun(): void {
    if (this.#begun) throw new Error('the head has been sent: set status and fields earlier')
  }

  #assertOpen(): void {
    if (this.#ended) throw new Error('the response has ended')
  }
}

/** Accepts only digits: a proxy may interpret anything else differently. */
function lengthOf(value: string | number): number {
  const length = /^\d+$/.test(String(value)) ? Number(value) : value
  return integer('Content-Length', length, 0, Number.MAX_SAFE_INTEGER)
}

function chunkOf(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, lineEnd])
}
