import { joined } from './head.ts'
import type { Request } from './types.ts'

/**
 * A complete request with its body, for a handler of {@link createServer}. It stays valid for as long as you keep it.
 *
 * @example
 * ```ts
 * import { createServer } from 'epollet/http'
 * import assert from 'node:assert/strict'
 *
 * const server = createServer((request, response) => {
 *   response.end(`${request.method} ${request.path} ${request.header('Content-Type')} ${request.body}`)
 * })
 * const { port } = server.listen({ port: 0 })
 * const headers = { 'content-type': 'text/plain', connection: 'close' }
 * const answer = await fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', headers, body: 'hello' })
 * assert.equal(await answer.text(), 'POST /echo text/plain hello')
 * server.close()
 * ```
 */
export class ServerRequest {
  readonly method: string
  /** Path and query as they were sent. */
  readonly target: string
  /** The requested host, with its port if one was sent. */
  readonly host: string
  /** The target without its query. */
  readonly path: string
  /** Includes the question mark; empty if there is no query. */
  readonly query: string
  /** The client's IP address. */
  readonly remoteAddress: string
  /** The client's port. */
  readonly remotePort: number
  /** `1.1` or `1.0`. */
  readonly httpVersion: string
  /** All fields in the order they were sent, with names in lower case. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Empty if there is no body; never longer than `bodyBytesMax`, since a longer one is answered with 413. */
  readonly body: Buffer

  /** @internal */
  constructor(request: Request) {
    this.method = request.method
    this.target = request.target
    this.host = request.host
    this.path = request.path
    this.query = request.query
    this.remoteAddress = request.remoteAddress
    this.remotePort = request.remotePort
    this.httpVersion = `1.${request.minor}`
    this.fields = request.fields()
    this.body = request.body
  }

  /**
   * The value of a field; the values are joined with commas if it was sent more than once. The name is
   * case-insensitive.
   */
  header(name: string): string | undefined {
    return joined(this.fields, name.toLowerCase())
  }
}
