import { callback } from '../sys/index.ts'
import { HttpServer, type ServerOptions } from './server.ts'
import { ServerRequest } from './server-request.ts'
import { ServerResponse } from './server-response.ts'
import type { RequestHandler } from './types.ts'

/**
 * Answers a request, now or later. If it throws or rejects, the client gets a 500, or a reset if the head was already
 * sent.
 */
export type ServerHandler = (
  request: ServerRequest,
  response: ServerResponse,
) => void | Promise<void>

/**
 * Makes an HTTP/1.1 server from a function, which may be async: for JSON, forms, streams, server-sent events. It always
 * reads bodies, up to `bodyBytesMax`.
 *
 * @throws TypeError, RangeError for an invalid option
 *
 * @example
 * ```ts
 * import { createServer } from 'epollet/http'
 * import assert from 'node:assert/strict'
 *
 * const server = createServer((request, response) => {
 *   response.status = 201
 *   response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ path: request.path }))
 * })
 * const { port } = server.listen({ port: 0 })
 * const answer = await fetch(`http://127.0.0.1:${port}/made`, { headers: { connection: 'close' } })
 * assert.equal(answer.status, 201)
 * assert.deepEqual(await answer.json(), { path: '/made' })
 * server.close()
 * ```
 */
export function createServer(handler: ServerHandler, options?: ServerOptions): HttpServer {
  return new HttpServer(requestHandler(handler), { ...options, readsBodies: true })
}

/**
 * Turns a function for {@link createServer} into a handler of an {@link HttpServer}, so that you can combine it with
 * others, such as a directory of files. The body is empty unless the server's `readsBodies` option selects the request.
 *
 * @throws TypeError for anything but a function
 *
 * @example
 * ```ts
 * import { HttpServer, requestHandler } from 'epollet/http'
 * import assert from 'node:assert/strict'
 *
 * const echo = requestHandler((request, response) => response.end(request.body))
 * const server = new HttpServer(
 *   (request, responder) => {
 *     if (request.path === '/echo') echo(request, responder)
 *     else responder.text(404, 'not found\n')
 *   },
 *   { readsBodies: request => request.path === '/echo' },
 * )
 * const { port } = server.listen({ port: 0 })
 * const headers = { connection: 'close' }
 * const answer = await fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', headers, body: 'hello' })
 * assert.equal(await answer.text(), 'hello')
 * server.close()
 * ```
 */
export function requestHandler(handler: ServerHandler): RequestHandler {
  callback('handler', handler)
  return (_request, responder) => {
    const late = responder.later()
    const response = new ServerResponse(late)
    const answer = async (): Promise<void> => handler(new ServerRequest(late.request), response)
    answer().catch((error: unknown) => {
      if (response.ended) late.report(error)
      else late.fail(error)
    })
  }
}
