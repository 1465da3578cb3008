// A server that sends each body back, and its expected answers.
import { setImmediate } from 'node:timers/promises'
import {
  createServer,
  type HttpServer,
  type ServerHandler,
  type ServerOptions,
} from '../../lib/http/index.ts'

export function serving(
  handler: ServerHandler,
  options?: ServerOptions,
): HttpServer & { port: number } {
  const server = createServer(handler, options)
  return Object.assign(server, server.listen({ port: 0 }))
}

export function request(line: string, ...rest: string[]): string {
  return [`${line} HTTP/1.1`, 'Host: a', ...rest].join('\r\n')
}

export function get(target: string, ...fields: string[]): string {
  return request(`GET ${target}`, ...fields, '', '')
}

/** Waits until a condition holds; in the meantime the server, which runs on the same loop, handles its clients. */
export async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate()
}

/** A promise and the function that resolves it. */
export function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(keep => {
    resolve = keep
  })
  return { promise, resolve }
}

/** The expected answer of a handler that passes this body to end(). */
export function answer(body: string, status = '200 OK', close = false): string {
  const end = close ? 'Connection: close\r\n' : ''
  return `HTTP/1.1 ${status}\r\nDate: -\r\nContent-Length: ${body.length}\r\n${end}\r\n${body}`
}

export const echo: ServerHandler = ({ method, target, body }, response) =>
  response.end(`${method} ${target} ${body}`)

export const later: ServerHandler = async (request, response) => {
  await setImmediate()
  await echo(request, response)
}
