import { callback } from '../sys/index.ts'
import { HttpServer, type ServerOptions } from './server.ts'
import { ServerRequest } from './server-request.ts'
import { ServerResponse } from './server-response.ts'
import type { RequestHandler } from './types.ts'

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
 * The same function as a handler of an {@link HttpServer}, which may have others beside it: files of a directory under
 * one path, answers that are made under another. A body reaches it only where the server reads that.
 *
 * @throws TypeError for what is no function
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
    answer(handler, new ServerRequest(late.request), response).catch((error: unknown) => {
      if (response.ended) late.report(error)
      else late.fail(error)
    })
  }
}

async function answer(
  handler: ServerHandler,
  request: ServerRequest,
  response: ServerResponse,
): Promise<void> {
  await handler(request, response)
}
