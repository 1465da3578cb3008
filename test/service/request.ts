// A request as the functions for log lines get it.
import type { Request } from '../../lib/http/index.ts'

export const now = Date.UTC(2024, 1, 29, 3, 4, 5)

/** The parts of a request that a log line uses. */
export function requestOf(fields: Partial<Request>, headers: Record<string, string>): Request {
  const header = (name: string) => headers[name]
  const request: Partial<Request> = {
    method: 'GET',
    target: '/',
    minor: 1,
    remoteAddress: '',
    startMs: performance.now(),
    header,
    hasAny: () => Object.keys(headers).length > 0,
    ...fields,
  }
  const { method, target, minor } = request
  const line = method === '' ? target : `${method} ${target} HTTP/1.${minor}`
  return { ...request, line } as Request
}
