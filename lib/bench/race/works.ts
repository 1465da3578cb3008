import type { Site } from './site.ts'

/** A kind of request to measure, and the conditions for it. */
export interface Work {
  readonly id: string
  readonly title: string
  /** The name of the requested file. For `missing`, there is no such file. */
  readonly file: string
  readonly fields: readonly string[]
  /** The field that sends back the server's own ETag, such as If-None-Match; null for none. */
  readonly tagField: string | null
  /** Whether each request has its own connection. */
  readonly once: boolean
  /** The number of pipelined requests. */
  readonly pipelined: number
  /** The number of additional idle connections. */
  readonly idle: number
  /** Whether each server writes its access log to a file. */
  readonly logged: boolean
  readonly status: 200 | 304 | 404
}

/** The number of connections that send requests. */
export const connections = 64
const connectionsAtLeast = 1024

/** The number of connections that a server must hold open. */
export function connectionsMaxOf({ idle }: Work): number {
  return connectionsAtLeast + idle
}

const browserFields = [
  'Connection: keep-alive',
  'Cache-Control: max-age=0',
  'sec-ch-ua: "Chromium";v="126", "Google Chrome";v="126", "Not-A.Brand";v="99"',
  'sec-ch-ua-mobile: ?0',
  'sec-ch-ua-platform: "Linux"',
  'Upgrade-Insecure-Requests: 1',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Sec-Fetch-Site: none',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-User: ?1',
  'Sec-Fetch-Dest: document',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-US,en;q=0.9',
]

const bare: Omit<Work, 'id' | 'title'> = {
  file: 'small.html',
  fields: [],
  tagField: null,
  once: false,
  pipelined: 1,
  idle: 0,
  logged: false,
  status: 200,
}

/** All works, in order. */
export const works: readonly Work[] = [
  { ...bare, id: 'small', title: 'a file of 613 bytes' },
  {
    ...bare,
    id: 'browser',
    title: "the same, with a browser's header fields",
    fields: browserFields,
  },
  { ...bare, id: 'log', title: 'the same, with a log of each request', logged: true },
  {
    ...bare,
    id: 'close',
    title: 'the same, with a connection for each request',
    fields: ['Connection: close'],
    once: true,
  },
  { ...bare, id: 'pipeline', title: 'the same, 16 requests in one piece', pipelined: 16 },
  { ...bare, id: 'idle', title: 'the same, beside 5,000 idle connections', idle: 5000 },
  { ...bare, id: '64k', title: 'a file of 64 KiB', file: '64k.txt' },
  { ...bare, id: '1m', title: 'a file of 1 MiB', file: '1m.txt' },
  { ...bare, id: 'missing', title: 'a file that is not there', file: 'missing.html', status: 404 },
  {
    ...bare,
    id: 'notmod',
    title: 'a file that the client has',
    tagField: 'If-None-Match',
    status: 304,
  },
]

/** The names of all items of a race, in order. */
export const raceNames: readonly string[] = ['servers', ...works.map(({ id }) => id), 'latency']

export const small: Work = works[0]!

/** @param tag the value of the work's tag field */
export function requestOf(
  { file, fields, tagField }: Work,
  port: number,
  tag: string | null,
): string {
  const lines = [`GET /${file} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...fields]
  if (tagField !== null && tag !== null) lines.push(`${tagField}: ${tag}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

const reasons = { 200: 'OK', 304: 'Not Modified', 404: 'Not Found' } as const

/** The smallest correct answer to a work, which the floor sends. */
export function leastAnswer(work: Work, site: Site): Buffer {
  const { status, file } = work
  const body = status === 200 ? site.content(file) : Buffer.alloc(0)
  const field = status === 304 ? 'ETag: "floor"' : `Content-Length: ${body.length}`
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} ${reasons[status]}\r\n${field}\r\n\r\n`),
    body,
  ])
}
