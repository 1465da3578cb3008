import { bytesOf, callback, integer, rangeError } from '../sys/index.ts'
import { Answer, type Fields, isBodyless } from './answer.ts'
import { HttpServer, type ServerOptions } from './server.ts'
import type { Request, Responder } from './types.ts'

/**
 * A request as a handler of {@link createServer} gets it: whole, its body too, and its own for as long as it is wanted.
 *
 * @example
 * ```ts
 * import { createServer } from 'epollet/http'
 * import assert from 'node:assert/strict'
 *
 * using server = createServer((request, response) => {
 *   response.end(`${request.method} ${request.path} ${request.header('Content-Type')} ${request.body}`)
 * })
 * const { port } = server.listen({ port: 0 })
 * const headers = { 'content-type': 'text/plain', connection: 'close' }
 * const answer = await fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', headers, body: 'hello' })
 * assert.equal(await answer.text(), 'POST /echo text/plain hello')
 * ```
 */
export class ServerRequest {
  readonly method: string
  /** As it was sent: path and query. */
  readonly target: string
  /** The target without its query. */
  readonly path: string
  /** With its question mark; empty if there is none. */
  readonly query: string
  /** The client's IP address. */
  readonly remoteAddress: string
  /** `1.1` or `1.0`. */
  readonly httpVersion: string
  /** All fields in the order in which they came, their names in lower case. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Empty where there is none; never above `bodyBytesMax`: that is answered with 413. */
  readonly body: Buffer

  /** @internal */
  constructor(request: Request) {
    this.method = request.method
    this.target = request.target
    this.path = request.path
    this.query = request.query
    this.remoteAddress = request.remoteAddress
    this.httpVersion = `1.${request.minor}`
    this.fields = request.fields()
    this.body = request.body
  }

  /** A field's value, several lines of it joined by commas; the name in any case. */
  header(name: string): string | undefined {
    const wanted = name.toLowerCase()
    const values = this.fields.filter(([field]) => field === wanted).map(([, value]) => value)
    return values.length === 0 ? undefined : values.join(wanted === 'cookie' ? '; ' : ', ')
  }
}

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
 * using server = createServer(async (_request, response) => {
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
 * ```
 */
export class ServerResponse {
  readonly #responder: Responder
  readonly #minor: number
  readonly #isHead: boolean
  readonly #fields = new Map<string, readonly [name: string, value: string | number]>()
  readonly #abort = new AbortController()
  #status = 200
  #begun = false
  #ended = false
  #chunked = false
  /** What a Content-Length of the handler's own still promises. */
  #promised: number | null = null
  #hasRoom = true
  #waiters: ((open: boolean) => void)[] = []

  /** @internal */
  constructor(responder: Responder, request: Request) {
    this.#responder = responder
    this.#minor = request.minor
    this.#isHead = request.isHead
    responder.onAbandon(() => {
      this.#abort.abort()
      this.#wake()
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

  /** Aborted when the client goes before it has the whole answer. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /**
   * Sets a field; a second value of the same name takes the place of the first. Throws RangeError for a name that is
   * no token or that the server sets itself (Connection, Date, Transfer-Encoding ...), and for a value with a
   * control character; Error once the head has been sent.
   */
  setHeader(name: string, value: string | number): this {
    this.#assertNotBegun()
    const key = name.toLowerCase()
    if (ownFields.has(key)) throw rangeError('name', 'a field that the server does not set', name)
    if (key === 'content-length') {
      this.#promised = integer('Content-Length', Number(value), 0, Number.MAX_SAFE_INTEGER)
    }
    // Said here, where the mistake is, and not when the head is made.
    new Answer(200, [[name, value]], null, 0)
    this.#fields.set(key, [name, value])
    return this
  }

  /**
   * Sends a piece of the body, after the head if it is the first: chunked, unless a Content-Length was set. False when
   * the client is slower than its handler: wait for {@link ServerResponse.ready} then. Above four megabytes that wait
   * the connection is reset. Throws Error after `end()`.
   */
  write(piece: string | Uint8Array): boolean {
    this.#assertOpen()
    const bytes = bytesOf('piece', piece)
    if (!this.#begun) this.#begin()
    if (bytes.length === 0) return this.#hasRoom
    this.#keepPromise(bytes.length)
    this.#hasRoom = this.#responder.write(this.#chunked ? chunkOf(bytes) : bytes)
    return this.#hasRoom
  }

  /** Resolves when there is room for more: true; false when the client has gone. */
  ready(): Promise<boolean> {
    if (this.#responder.closed) return Promise.resolve(false)
    if (this.#hasRoom) return Promise.resolve(true)
    return new Promise(resolve => this.#waiters.push(resolve))
  }

  /** The last piece, if there is one more; a body that is given here alone goes out with its Content-Length. */
  end(piece?: string | Uint8Array): void {
    this.#assertOpen()
    if (!this.#begun) this.#whole(piece === undefined ? null : bytesOf('piece', piece))
    else {
      if (piece !== undefined) this.write(piece)
      this.#assertPromiseKept()
      if (this.#chunked) this.#responder.write(lastChunk)
      this.#ended = true
      this.#responder.finish()
    }
  }

  #whole(body: Uint8Array | null): void {
    const lengthBytes = body?.length ?? 0
    this.#keepPromise(lengthBytes)
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
    const fields = [...this.#fields.values()]
    if (lengthBytes !== null && !this.#fields.has('content-length')) {
      fields.push(['Content-Length', lengthBytes])
    }
    return fields
  }

  /** A body of another length than was said would be read as the next answer. */
  #keepPromise(count: number): void {
    if (this.#promised === null) return
    this.#promised -= count
    if (this.#promised < 0) throw this.#broken()
  }

  #assertPromiseKept(): void {
    if ((this.#promised ?? 0) > 0 && !this.#isHead) throw this.#broken()
  }

  #broken(): Error {
    const said = this.#fields.get('content-length')![1]
    return new Error(`the body is not as long as the Content-Length of ${said} that was set`)
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

/** Answers a request, now or later; what it throws or rejects with is a 500, or a reset once the head is out. */
export type ServerHandler = (
  request: ServerRequest,
  response: ServerResponse,
) => void | Promise<void>

/**
 * An HTTP/1.1 server whose answers are made by a function, which may take its time: JSON, forms, streams,
 * server-sent events.
 *
 * @throws TypeError, RangeError for an option that is none
 *
 * @example
 * ```ts
 * import { createServer } from 'epollet/http'
 * import assert from 'node:assert/strict'
 *
 * using server = createServer((request, response) => {
 *   response.status = 201
 *   response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ path: request.path }))
 * })
 * const { port } = server.listen({ port: 0 })
 * const answer = await fetch(`http://127.0.0.1:${port}/made`, { headers: { connection: 'close' } })
 * assert.equal(answer.status, 201)
 * assert.deepEqual(await answer.json(), { path: '/made' })
 * ```
 */
export function createServer(handler: ServerHandler, options?: ServerOptions): HttpServer {
  callback('handler', handler)
  return new HttpServer(
    (request, responder) => {
      responder.later()
      const response = new ServerResponse(responder, request)
      answer(handler, new ServerRequest(request), response).catch((error: unknown) => {
        const reason = error instanceof Error ? error : new Error(String(error))
        if (response.ended) responder.report(reason)
        else responder.fail(reason)
      })
    },
    { ...options, readsBodies: true },
  )
}

async function answer(
  handler: ServerHandler,
  request: ServerRequest,
  response: ServerResponse,
): Promise<void> {
  await handler(request, response)
}
