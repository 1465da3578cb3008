// Valid and invalid requests with random changes, reproducible from a seed.
import { below, mulberry32, pick } from '../http/random.ts'

/** EPOLLET_SEED=N makes other mutants; a failure message contains the seed. */
export const seed: number = Number(process.env['EPOLLET_SEED'] ?? 20_260_301)

function request(line: string, ...fields: string[]): string {
  return [line, ...fields, '', ''].join('\r\n')
}

const get = 'GET / HTTP/1.1'
const host = 'Host: example'
const chunked = 'Transfer-Encoding: chunked'

/** Latin-1: each character is a byte. */
const corpus: readonly string[] = [
  request(get, host),
  request(get, host, 'Connection: close'),
  request(get, host, 'Connection: keep-alive, TE', 'TE: trailers'),
  request('GET / HTTP/1.0'),
  request('GET / HTTP/1.0', 'Connection: keep-alive'),
  request('HEAD /page.html HTTP/1.1', host),
  request('OPTIONS * HTTP/1.1', host),
  request('GET http://example:80/page.html?q HTTP/1.1', 'Host: other'),
  request('GET /sub HTTP/1.1', host),
  request('GET /sub/ HTTP/1.1', host, 'Accept: application/json'),
  request('GET /%73ub/../page.html HTTP/1.1', host),
  request('GET /../../etc/passwd HTTP/1.1', host),
  request('GET /%2e%2e/%00 HTTP/1.1', host),
  request('GET /big HTTP/1.1', host, 'Range: bytes=0-9,20-29,-5'),
  request('GET /page.html HTTP/1.1', host, 'Range: bytes=2-', 'If-Range: "x"'),
  request('GET /page.html HTTP/1.1', host, 'If-None-Match: W/"a", "b", *'),
  request(
    'GET /page.html HTTP/1.1',
    host,
    'If-Modified-Since: Sun, 09 Sep 2001 01:46:40 GMT',
    'If-Unmodified-Since: Sunday, 09-Sep-01 01:46:40 GMT',
    'If-Match: "a"',
  ),
  request('GET /page.html HTTP/1.1', host, 'Accept-Encoding: br;q=0, gzip, *;q=0.5'),
  request('GET /caf\u00e9 HTTP/1.1', host, 'Cookie: \u00e4=\u00ff'),
  `${request('POST / HTTP/1.1', host, 'Content-Length: 5')}hello`,
  `${request('POST / HTTP/1.1', host, 'Content-Length: 5', 'Expect: 100-continue')}hello`,
  `${request('POST / HTTP/1.1', host, chunked)}5\r\nhello\r\n0\r\n\r\n`,
  `${request('PUT / HTTP/1.1', host, chunked)}5;a="b"\r\nhello\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n`,
  `${request('POST / HTTP/1.1', host, chunked, 'Content-Length: 4')}0\r\n\r\n`,
  `${request('POST / HTTP/1.1', host, 'Content-Length: 99999999')}hello`,
  request(get, host, 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAA'),
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  request(get, host, ` folded: x`),
  request(get, 'Host : a'),
  `GET /\r\n${request(get, host)}`,
  request('CONNECT a:443 HTTP/1.1', 'Host: a:443'),
  request(get, host, ...Array.from({ length: 40 }, (_, i) => `X-${i}: ${'v'.repeat(i)}`)),
  request(`GET /${'a'.repeat(2000)} HTTP/1.1`, host),
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  '\r\n\r\n',
]

const pieces: readonly string[] = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '"',
  '%',
  '%00',
  '/../',
  '//',
  '#',
  '\0',
  '\x7f',
  '\x80',
  '\xff',
  '0',
  '-1',
  '18446744073709551616',
  'HTTP/1.0',
  'close',
  'chunked',
  'bytes=',
  'Host: b\r\n',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Expect: 100-continue\r\n',
  'a'.repeat(300),
  ` ${'x'.repeat(9000)}`,
  'X: y\r\n'.repeat(101),
]

function changed(random: () => number, text: string): string {
  const at = below(random, text.length + 1)
  const before = text.slice(0, at)
  const after = text.slice(at)
  return pick(random, [
    () => before + String.fromCharCode(below(random, 256)) + after.slice(1),
    () =>
      before + String.fromCharCode(after.charCodeAt(0) ^ (1 << below(random, 8))) + after.slice(1),
    () => before + after.slice(1 + below(random, 8)),
    () => before + after.slice(0, 1 + below(random, 30)) + after,
    () => before + pick(random, pieces) + after,
    () => before,
    () => before + pick(random, corpus),
  ])()
}

/** One to three consecutive requests, with up to five changes. */
export function mutant(random: () => number): Buffer {
  let text = pick(random, corpus)
  while (below(random, 3) === 0) text += pick(random, corpus)
  for (let count = below(random, 6); count > 0; count--) text = changed(random, text)
  return Buffer.from(text, 'latin1')
}

/** Up to three sorted offsets to cut at. */
export function cutsOf(random: () => number, length: number): number[] {
  const cuts = Array.from({ length: 1 + below(random, 3) }, () => below(random, length + 1))
  return [...new Set([...cuts.sort((a, b) => a - b), length])]
}

export { below, mulberry32 }
