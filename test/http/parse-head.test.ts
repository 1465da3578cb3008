import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldMask } from '../../lib/http/head.ts'
import { headersMax, targetBytesMax } from '../../lib/http/limits.ts'
import { COMPLETE, INCOMPLETE, parseHead } from '../../lib/http/parser.ts'
import { get, head, old, type Read, readOf, request, verdictOf } from './heads.ts'

const good: [name: string, text: string, read: Read][] = [
  ['the smallest', request('GET / HTTP/1.1'), get],
  ['HEAD', request('HEAD /a HTTP/1.1'), { ...get, method: 'HEAD', path: '/a' }],
  [
    'an unknown method',
    request("B!#$%&'*+-.^_`|~9z / HTTP/1.1"),
    { ...get, method: "B!#$%&'*+-.^_`|~9z" },
  ],
  ['a query', request('GET /a?b?c=/d HTTP/1.1'), { ...get, path: '/a', query: '?b?c=/d' }],
  ['an empty query', request('GET /? HTTP/1.1'), { ...get, query: '?' }],
  ['escapes, left as they are', request('GET /%2e%00%zz HTTP/1.1'), { ...get, path: '/%2e%00%zz' }],
  [
    'all that may stand in a path',
    request("GET /-._~!$&'()*+,;=:@[]% HTTP/1.1"),
    { ...get, path: "/-._~!$&'()*+,;=:@[]%" },
  ],
  ['the absolute form', request('GET http://h/a?b HTTP/1.1'), { ...get, path: '/a', query: '?b' }],
  ['the absolute form of https', request('GET https://h/ HTTP/1.1'), get],
  ['the absolute form with a port', request('GET http://h:80/ HTTP/1.1'), get],
  ['the absolute form in capitals', request('GET HTTP://H/ HTTP/1.1'), get],
  ['the absolute form without a path', request('GET http://h HTTP/1.1'), { ...get, path: '' }],
  [
    'the absolute form with a query alone',
    request('GET http://h?q HTTP/1.1'),
    { ...get, path: '', query: '?q' },
  ],
  [
    'the absolute form of an IPv6 address',
    request('GET http://[::1]:8080/x HTTP/1.1'),
    { ...get, path: '/x' },
  ],
  ['the asterisk form', request('OPTIONS * HTTP/1.1'), { ...get, method: 'OPTIONS', path: '*' }],
  ['an empty line before it', `\r\n${request('GET / HTTP/1.1')}`, get],
  ['HTTP/1.0 without a Host', 'GET / HTTP/1.0\r\n\r\n', old],
  [
    'HTTP/1.0 keep-alive',
    request('GET / HTTP/1.0', 'Connection: Keep-Alive'),
    { ...old, keepAlive: true },
  ],
  [
    'HTTP/1.0 with keep-alive and close',
    request('GET / HTTP/1.0', 'Connection: keep-alive, close'),
    old,
  ],
  ['HTTP/1.0 that expects 100', request('GET / HTTP/1.0', 'Expect: 100-continue'), old],
  [
    'Connection: close',
    request('GET / HTTP/1.1', 'Connection: close'),
    { ...get, keepAlive: false },
  ],
  [
    'Connection: CLOSE',
    request('GET / HTTP/1.1', 'cOnNeCtIoN:CLOSE'),
    { ...get, keepAlive: false },
  ],
  [
    'close in a list',
    request('GET / HTTP/1.1', 'Connection: TE ,\tclose,'),
    { ...get, keepAlive: false },
  ],
  [
    'close after a comma',
    request('GET / HTTP/1.1', 'Connection: ,close'),
    { ...get, keepAlive: false },
  ],
  [
    'close in a second line',
    request('GET / HTTP/1.1', 'Connection: TE', 'Connection: close'),
    { ...get, keepAlive: false },
  ],
  [
    'close before keep-alive',
    request('GET / HTTP/1.1', 'Connection: close', 'Connection: keep-alive'),
    { ...get, keepAlive: false },
  ],
  ['a word that contains close', request('GET / HTTP/1.1', 'Connection: closed, xclose'), get],
  [
    'close in another field',
    request('GET / HTTP/1.1', 'X-Connection: close', 'Connections: close'),
    get,
  ],
  [
    'Content-Length',
    request('POST / HTTP/1.1', 'Content-Length: 10'),
    { ...get, method: 'POST', contentLength: 10 },
  ],
  [
    'Content-Length with zeros before it',
    request('POST / HTTP/1.1', 'Content-Length: 0010'),
    { ...get, method: 'POST', contentLength: 10 },
  ],
  [
    'Content-Length 2^53-1',
    request('PUT / HTTP/1.1', 'Content-Length: 9007199254740991'),
    { ...get, method: 'PUT', contentLength: 9007199254740991 },
  ],
  [
    'chunked',
    request('POST / HTTP/1.1', 'Transfer-Encoding:Chunked '),
    { ...get, method: 'POST', chunked: true },
  ],
  [
    'Expect: 100-continue',
    request('PUT / HTTP/1.1', 'Expect: 100-Continue'),
    { ...get, method: 'PUT', expectsContinue: true },
  ],
  ['an empty value', request('GET / HTTP/1.1', 'X:', 'Y: \t '), get],
  ['bytes above 127 in a value', request('GET / HTTP/1.1', 'X: \x80\xff\u00e4'), get],
  ['a tab in a value', request('GET / HTTP/1.1', 'X: a\tb'), get],
  ['colons and quotes in a value', request('GET / HTTP/1.1', 'X: a:b"c\\'), get],
  [
    'Upgrade, which is ignored',
    request('GET / HTTP/1.1', 'Upgrade: h2c', 'HTTP2-Settings: x'),
    get,
  ],
  [
    'as many fields as may be',
    request('GET / HTTP/1.1', ...Array.from({ length: headersMax - 1 }, (_, i) => `X-${i}: y`)),
    get,
  ],
  [
    'the longest target',
    request(`GET /${'a'.repeat(targetBytesMax - 1)} HTTP/1.1`),
    { ...get, path: `/${'a'.repeat(targetBytesMax - 1)}` },
  ],
]

for (const [name, text, read] of good) {
  test(`parseHead() reads ${name}, and returns INCOMPLETE for every shorter prefix`, () => {
    const bytes = Buffer.from(text, 'latin1')
    for (let end = 0; end < bytes.length; end++) {
      assert.equal(parseHead(bytes, 0, end, head), INCOMPLETE, `${end} of ${bytes.length} bytes`)
    }
    assert.equal(verdictOf(bytes), COMPLETE)
    assert.equal(head.end, bytes.length)
    assert.deepEqual(readOf(bytes), read)
  })
}

test('parseHead() begins at the given offset and stops at the end of the head', () => {
  const first = request(
    'GET /1 HTTP/1.1',
    'Connection: close',
    'Content-Length: 3',
    'Range: bytes=0-1',
  )
  const second = request('GET /2 HTTP/1.1')
  const bytes = Buffer.from(`${first}${second}rest`)
  assert.equal(parseHead(bytes, 0, bytes.length, head), COMPLETE)
  assert.equal(head.end, first.length)
  assert.equal(head.header(bytes, 'range'), 'bytes=0-1')
  assert.equal(parseHead(bytes, head.end, bytes.length, head), COMPLETE)
  assert.equal(head.end, first.length + second.length)
  assert.deepEqual(readOf(bytes), { ...get, path: '/2' })
  assert.equal(head.header(bytes, 'range'), undefined)
})

test('header() ignores the case of a name, and returns the value without surrounding blanks', () => {
  const text = request(
    'GET / HTTP/1.1',
    'USER-agent: \t a b\t ',
    'Referer:',
    'X-one:\t1 ',
    'Cookie: a=1',
    'x-ONE: 2',
    'If-Match: "a"',
    'cookie: b=2',
    'if-match: "b"',
  )
  const bytes = Buffer.from(text)
  assert.equal(verdictOf(bytes), COMPLETE)
  assert.equal(head.header(bytes, 'user-agent'), 'a b')
  assert.equal(head.header(bytes, 'referer'), '')
  assert.equal(head.header(bytes, 'host'), 'a')
  assert.equal(head.header(bytes, 'if-range'), undefined)
  assert.equal(head.header(bytes, 'x-unknown'), undefined)
  assert.equal(head.header(bytes, 'x-one'), '1, 2')
  assert.equal(head.header(bytes, 'if-match'), '"a", "b"')
  assert.equal(head.header(bytes, 'cookie'), 'a=1; b=2')
  assert.ok(head.hasAny(fieldMask('range', 'if-match')))
  assert.ok(!head.hasAny(fieldMask('range', 'if-range')))
})
