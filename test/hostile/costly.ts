// Requests of any length that might cost a server much CPU time.
import { below, pick } from '../http/random.ts'

/** A request that can be made in any length. */
export interface Costly {
  readonly what: string
  readonly server: 'files' | 'made' | 'lab'
  /** The same request without the part that may be costly. */
  readonly plain: string
  of(bytes: number): string
}

export const fields = [
  ...['Host', 'Connection', 'Content-Length', 'Transfer-Encoding', 'Expect', 'Range', 'If-Range'],
  ...['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since', 'Accept-Encoding'],
  ...['User-Agent', 'Referer', 'Accept', 'Cookie', 'Origin', 'Sec-Fetch-Site', 'Sec-Fetch-Dest'],
  ...['X-Epollet-Token', 'Content-Type', 'Forwarded', 'X'],
]

const units = [
  ...[
    ' ',
    '\t',
    'a ',
    ' a',
    ' \t',
    ',',
    ', ',
    ' ,',
    '"',
    '""',
    '"a",',
    'W/"',
    'W/"a", ',
    '*',
    '*,',
  ],
  ...[
    ';',
    ';q=',
    ';q=0.1,',
    'gzip,',
    'x-gzip ',
    'x-gzip,',
    'identity;q=0,',
    'text/html,',
    'a/b;c="',
  ],
  ...['bytes=', '-', '-,', '0-', '0-,', '0-0,', '0-1, ', '-1,', '9', '0', '1-', '1,', '--', '0-9'],
  ...[
    '%',
    '%2',
    '%2f',
    '%00',
    '%c3%a4',
    '/',
    '//',
    '/.',
    '/..',
    '/../',
    '/./',
    '.',
    '..',
    '\\',
    '?',
  ],
  ...[
    '[',
    ']',
    '[[',
    '::',
    '0:',
    '[::1]',
    '%25',
    ':',
    ':1',
    '=',
    '(',
    ')',
    '{',
    '}',
    '<',
    '&',
    "'",
  ],
  ...['a', 'A', 'a/', 'a:', 'a=b; ', '\x80', '\xff', '\xc3\xa4', 'Sun, 06 Nov 1994 08:49:37 GMT, '],
]

const edges = [
  '',
  '',
  '',
  'a',
  '"',
  'W/"',
  'bytes=',
  'bytes=0',
  '[',
  '*',
  'x',
  ',',
  'gzip;q=',
  'Sun, ',
]

const paths = {
  files: [
    ...['/a.txt', '/big.bin', '/page', '/page.html', '/list/', '/list', '/gone', '/gone.js', '/'],
    ...['/sub/../a.txt', '/%61.txt', '//a.txt', '/[a].txt', '/hidden/.x', '/packed.js'],
  ],
  made: ['/', '/made?x=1'],
  lab: ['/lab/api/session', '/lab/api/run', '/lab/api/xray', '/lab/', '/lab/api/none'],
} as const

function filled(unit: string, bytes: number): string {
  return unit.repeat(Math.max(1, Math.ceil(bytes / unit.length))).slice(0, Math.max(1, bytes))
}

function head(line: string, more: readonly string[], end = 'Connection: close'): string {
  const lines = more.some(one => /^host:/i.test(one)) ? [] : ['Host: 127.0.0.1']
  return `${[`${line} HTTP/1.1`, ...lines, end, ...more].join('\r\n')}\r\n\r\n`
}

/** A random kind of long request; the same random numbers give the same request. */
export function costly(random: () => number): Costly {
  const server = pick(random, ['files', 'files', 'files', 'made', 'lab'] as const)
  const path = pick(random, paths[server])
  const method = pick(random, ['GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'BREW'])
  const [unit, other] = [pick(random, units), pick(random, units)]
  const [before, following] = [pick(random, edges), pick(random, edges)]
  const [field, second] = [pick(random, fields), pick(random, fields)]
  const plain = head(`${method} ${path}`, [])
  const value = (bytes: number) => {
    const half = (bytes - before.length - following.length) / 2
    return `${before}${filled(unit, half)}${filled(other, half)}${following}`
  }
  const shown = JSON.stringify(`${before}${unit}...${other}...${following}`)
  const place = `${method} ${path} of ${server}`
  const room = (bytes: number) => bytes - plain.length - 20
  switch (below(random, 7)) {
    case 0:
    case 1:
      return {
        what: `${place}, ${field}: ${shown}`,
        server,
        plain,
        of: bytes => head(`${method} ${path}`, [`${field}: ${value(room(bytes))}`]),
      }
    case 2:
    case 3: {
      const lines = pick(random, [2, 10, 90])
      return {
        what: `${place}, ${lines} times ${field}: ${shown}`,
        server,
        plain,
        of(bytes) {
          const each = room(bytes) / lines - field.length - 4
          return head(
            `${method} ${path}`,
            Array.from({ length: lines }, () => `${field}: ${value(each)}`),
          )
        },
      }
    }
    case 4:
      return {
        what: `${place}, ${field} and ${second}: ${shown}`,
        server,
        plain,
        of(bytes) {
          const each = room(bytes) / 2 - field.length - second.length
          const both = [`${field}: ${value(each)}`, `${second}: ${value(each)}`]
          return head(`${method} ${path}`, [...both, 'Range: bytes=0-1,5-6'])
        },
      }
    case 5: {
      const isQuery = below(random, 2) === 0
      const visible = (text: string) => text.replace(/[^!-~]|[#"<>]/g, '~')
      return {
        what: `${place}, its ${isQuery ? 'query' : 'path'}: ${shown}`,
        server,
        plain,
        // A longer target would be refused because of its length.
        of: bytes =>
          head(
            `${method} ${path}${isQuery ? '?' : '/'}${visible(value(Math.min(8000, room(bytes))))}`,
            [],
          ),
      }
    }
    default: {
      const isChunked = below(random, 2) === 0
      const framing = (body: string) =>
        isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
      const piece = unit.slice(0, 9)
      const chunk = `${piece.length}\r\n${piece}\r\n`
      return {
        what: `${place}, ${isChunked ? 'chunks' : 'body'}: ${shown}`,
        server,
        plain,
        of(bytes) {
          const body = isChunked
            ? `${chunk.repeat(Math.ceil(room(bytes) / chunk.length))}0\r\n\r\n`
            : value(room(bytes))
          return head(`${method} ${path}`, [framing(body)]) + body
        },
      }
    }
  }
}
