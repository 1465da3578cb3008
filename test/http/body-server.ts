// A server that reads bodies, and requests for it.
import { HttpServer, type ServerOptions } from '../../lib/http/index.ts'

/** A POST with these fields and this body. */
export function post(fields: string[], body = ''): string {
  return ['POST / HTTP/1.1', 'Host: a', ...fields, '', body].join('\r\n')
}

/** A server that reads bodies and answers with their length. */
export function reading(options: ServerOptions = {}): HttpServer & { port: number } {
  const server = new HttpServer(
    (request, responder) => responder.text(200, `${request.body.length} bytes`),
    { readsBodies: true, ...options },
  )
  return Object.assign(server, server.listen({ port: 0 }))
}
