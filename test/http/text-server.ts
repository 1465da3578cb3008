// A server that answers with the method and the target, and its expected answers.
import { setImmediate } from 'node:timers/promises'
import { HttpServer, type RequestHandler, type ServerOptions } from '../../lib/http/index.ts'

export const say: RequestHandler = (request, responder) => {
  if (request.path === '/throw') throw new Error('the handler is broken')
  responder.text(200, `${request.method} ${request.target}`)
}

export function serving(options?: ServerOptions, handler = say): HttpServer & { port: number } {
  const server = new HttpServer(handler, options)
  return Object.assign(server, server.listen({ port: 0 }))
}

export function get(target: string, ...fields: string[]): string {
  return [`GET ${target} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n')
}

/** The answer of `say`, without the date. */
export function answer(body: string, connection = ''): string {
  return [
    'HTTP/1.1 200 OK',
    'Date: -',
    'Content-Type: text/plain; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    `Content-Length: ${body.length}`,
    ...(connection === '' ? [] : [`Connection: ${connection}`]),
    '',
    body,
  ].join('\r\n')
}

export function refusal(line: string): string {
  return answer(`${line}\n`, 'close').replace('200 OK', line)
}

/** Waits until a condition holds; in the meantime the server, which runs on the same loop, handles its clients. */
export async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate()
}
