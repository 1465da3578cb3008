import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Request } from '../../lib/http/index.ts'
import { combinedLine, jsonLine } from '../../lib/service/index.ts'
import { now, requestOf } from './request.ts'

function lineOf(fields: Partial<Request>, headers: Record<string, string> = {}): string {
  return combinedLine(requestOf(fields, headers), 200, 5, now)
}

const start = '- - - [29/Feb/2024:03:04:05 +0000]'
const table: [name: string, line: string, expected: string][] = [
  ['a plain request', lineOf({}), '"GET / HTTP/1.1" 200 5 "-" "-"'],
  [
    'a query, as it was sent',
    lineOf({ target: '/a?b=%22' }),
    '"GET /a?b=%22 HTTP/1.1" 200 5 "-" "-"',
  ],
  ['HTTP/1.0', lineOf({ method: 'HEAD', minor: 0 }), '"HEAD / HTTP/1.0" 200 5 "-" "-"'],
  [
    'what came where no request could be read',
    lineOf({ method: '', target: 'G"T\r\x16\xff' }),
    String.raw`"G\x22T\x0d\x16\xff" 200 5 "-" "-"`,
  ],
  ['nothing where nothing came', lineOf({ method: '', target: '' }), '"-" 200 5 "-" "-"'],
  [
    'referer and user agent',
    lineOf({}, { referer: 'r', 'user-agent': 'u' }),
    '"GET / HTTP/1.1" 200 5 "r" "u"',
  ],
  ['empty fields', lineOf({}, { referer: '', 'user-agent': '' }), '"GET / HTTP/1.1" 200 5 "" ""'],
  [
    'quotes and backslashes, escaped',
    lineOf({}, { 'user-agent': '" 200 5 "\\' }),
    String.raw`"GET / HTTP/1.1" 200 5 "-" "\x22 200 5 \x22\x5c"`,
  ],
  [
    'control characters, escaped',
    lineOf({}, { 'user-agent': 'a\r\nb\t\x1b[31m\0\x7f' }),
    String.raw`"GET / HTTP/1.1" 200 5 "-" "a\x0d\x0ab\x09\x1b[31m\x00\x7f"`,
  ],
  [
    'bytes above 127, escaped',
    lineOf({}, { referer: '\x80\xe4\xff' }),
    String.raw`"GET / HTTP/1.1" 200 5 "\x80\xe4\xff" "-"`,
  ],
  [
    'a method with a quote',
    lineOf({ method: 'G"T' }),
    String.raw`"G\x22T / HTTP/1.1" 200 5 "-" "-"`,
  ],
]

for (const [name, line, expected] of table) {
  test(`combinedLine() writes ${name}`, () => assert.equal(line, `${start} ${expected}\n`))
}

const plain = {
  time: '2024-02-29T03:04:05.000Z',
  remote: null,
  method: 'GET',
  target: '/',
  version: '1.1',
  status: 200,
  bytes: 5,
  referer: null,
  userAgent: null,
}

const objects: [name: string, fields: Partial<Request>, headers: Record<string, string>, object][] =
  [
    ['a plain request', {}, {}, {}],
    ['HTTP/1.0', { method: 'HEAD', minor: 0 }, {}, { method: 'HEAD', version: '1.0' }],
    ['a query, as it was sent', { target: '/a?b=%22' }, {}, { target: '/a?b=%22' }],
    [
      'referer and user agent',
      {},
      { referer: 'r', 'user-agent': '' },
      { referer: 'r', userAgent: '' },
    ],
    [
      'what came where no request could be read',
      { method: '', target: 'G"T\r\x16\xff' },
      {},
      { method: null, target: 'G"T\r\x16\xff', version: null },
    ],
    [
      'nothing where nothing came',
      { method: '', target: '' },
      {},
      { method: null, target: null, version: null },
    ],
    [
      'all that could end a line, or move a terminal',
      {},
      { 'user-agent': '"\\\r\n\0\x1b[31m\x7f\x9b31m\xe4', referer: '\u2028\ud83d\ude00' },
      { userAgent: '"\\\r\n\0\x1b[31m\x7f\x9b31m\xe4', referer: '\u2028\ud83d\ude00' },
    ],
  ]

for (const [name, fields, headers, expected] of objects) {
  test(`jsonLine() writes ${name}, as one line of printable ASCII`, () => {
    const line = jsonLine(requestOf(fields, headers), 200, 5, now)
    assert.match(line, /^[\x20-\x7e]+\n$/)
    const { durationMs, ...entry } = JSON.parse(line)
    assert.ok(durationMs >= 0)
    assert.deepEqual(entry, { ...plain, ...expected })
  })
}

test('jsonLine() writes the time, the address of the client and the duration in milliseconds', () => {
  const at = Date.UTC(2024, 1, 29, 3, 4, 5, 67)
  const startMs = performance.now() - 1000
  const request = requestOf({ startMs, remoteAddress: '::1' }, {})
  const { durationMs, ...entry } = JSON.parse(jsonLine(request, 304, 0, at))
  assert.deepEqual(entry, {
    ...plain,
    time: '2024-02-29T03:04:05.067Z',
    remote: '::1',
    status: 304,
    bytes: 0,
  })
  assert.ok(durationMs >= 1000)
})
