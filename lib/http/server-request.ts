import { joined } from './head.ts'
import type { Request } from './types.ts'

/**
 * A request as a handler of {@link createServer} gets it: whole, its body too, and its own for as long as it is wanted.
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
  /** As it was sent: path and query. */
  readonly target: string
  /** The host that is asked for, with its port if one was given. */
  readonly host: string
  /** The target without its query. */
  readonly path: string
  /** With its question mark; empty if there is none. */
  readonly query: string
  /** The client's IP address. */
  readonly remoteAddress: string
  /** The client's port. */
  readonly remotePort: number
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
    this.host = request.host
    this.path = request.path
    this.query = request.query
    this.remoteAddress = request.remoteAddress
    this.remotePort = request.remotePort
    this.httpVersion = `1.${request.minor}`
    this.fields = request.fields()
    this.body = request.body
  }

  /** A field's value, several lines of it joined by commas; the name in any case. */
  header(name: string): string | undefined {
    return joined(this.fields, name.toLowerCase())
  }
}
