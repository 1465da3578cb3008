import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headBytesMax, headersMax } from '../../lib/http/limits.ts'
import { COMPLETE, INCOMPLETE, parseHead } from '../../lib/http/parser.ts'
import { head, long, request, verdictOf } from './heads.ts'

const wrongHosts = [
  '',
  'a, b',
  'a b',
  'user@a',
  'user:secret@a',
  'a/path',
  'a?query',
  'http://a',
  'a:x',
  'a:1.2',
  'a:80:80',
  'a:123456',
  'a:65536',
  'a:99999',
  '1.2.3.4:98777',
  '[::1]:65536',
  '[fe80::1%25eth0]:98777',
  '[fe80::1%]',
  '[%eth0]',
  '[fe80::1%eth0%1]',
  '[fe80::1%et h0]',
  'fe80::1%eth0',
  '1.2.3.4%eth0',
  ':80',
  '.',
  '.a',
  '[::1',
  '::1',
  '[]',
  '[::g]',
  '[::1]x',
  'a%20b',
  'a\\b',
  '\u00e4',
]

const rightHosts = [
  'A',
  'a.b',
  'name.',
  'name.:88',
  'a-b_c~d',
  '127.0.0.1:7890',
  '[::1]',
  '[::1]:80',
  'a:',
  'a:65535',
  'a:00080',
  '[::1]:65535',
  '[fe80::1%25eth0]',
  '[fe80::1%eth0]',
  '[fe80::1%eth0]:8080',
  '[fe80::1%25br-1a2b.100]:80',
  '[fe80::1%2]',
]

for (const host of rightHosts) {
  test(`parseHead() accepts the host '${host}' in the field and in the target`, () => {
    assert.equal(verdictOf(Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)), COMPLETE)
    assert.equal(verdictOf(Buffer.from(request(`GET http://${host}/ HTTP/1.1`))), COMPLETE)
  })
}

const refused: [name: string, status: number, text: string][] = [
  ...wrongHosts.map((host): [string, number, string] => [
    `the Host '${host}'`,
    400,
    `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ]),
  ...wrongHosts
    .filter(host => /^[^ \\/?\u00e4]+$/.test(host))
    .map((host): [string, number, string] => [
      `the authority '${host}'`,
      400,
      request(`GET http://${host}/ HTTP/1.1`),
    ]),
  ['no Host', 400, 'GET / HTTP/1.1\r\n\r\n'],
  ['two Hosts', 400, request('GET / HTTP/1.1', 'Host: a')],
  ['two Hosts in HTTP/1.0', 400, request('GET / HTTP/1.0', 'hOST: b')],
  ['user information in the target', 400, request('GET http://u@h/ HTTP/1.1')],
  ['an empty authority', 400, request('GET http:/// HTTP/1.1')],
  ['the absolute form of ftp', 400, request('GET ftp://h/ HTTP/1.1')],
  ['a malformed line after an unknown minor version', 400, 'GET / HTTP/1.2\r\na\r\n\r'],
  ['a relative target', 400, request('GET a/b HTTP/1.1')],
  ['an asterisk with GET', 400, request('GET * HTTP/1.1')],
  ['an asterisk with options', 400, request('options * HTTP/1.1')],
  ['two asterisks', 400, request('OPTIONS ** HTTP/1.1')],
  ['CONNECT', 405, request('CONNECT a:80 HTTP/1.1')],
  ['a method that begins with CONNECT', 400, request('CONNECTED a:80 HTTP/1.1')],
  ['an empty target', 400, request('GET  HTTP/1.1')],
  ['no target', 400, request('GET HTTP/1.1')],
  ['no version, as in HTTP/0.9', 400, 'GET /\r\n'],
  ['an empty method', 400, request(' / HTTP/1.1')],
  ['a method that is not a token', 400, request('G@T / HTTP/1.1')],
  ['a tab after the method', 400, request('GET\t/ HTTP/1.1')],
  ['two spaces after the method', 400, request('GET  / HTTP/1.1')],
  ['two spaces before the version', 400, request('GET /  HTTP/1.1')],
  ['a space after the version', 400, request('GET / HTTP/1.1 ')],
  ['HTTP/2.0', 505, request('GET / HTTP/2.0')],
  ['HTTP/9.9', 505, request('GET / HTTP/9.9')],
  ['HTTP/0.9', 505, request('GET / HTTP/0.9')],
  ['HTTP/1.2', 505, request('GET / HTTP/1.2')],
  ['the preface of HTTP/2', 505, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['HTTP/1', 400, request('GET / HTTP/1')],
  ['HTTP/01.01', 400, request('GET / HTTP/01.01')],
  ['HTTP/1.10', 400, request('GET / HTTP/1.10')],
  ['http/1.1', 400, request('GET / http/1.1')],
  ['RTSP', 400, request('GET / RTSP/1.0')],
  ['a TLS handshake', 400, '\x16\x03\x01\x02\x00\x01'],
  ['a space before the colon', 400, request('GET / HTTP/1.1', 'X : y')],
  ['a folded line', 400, request('GET / HTTP/1.1', 'X: y', ' z')],
  ['a folded line first', 400, 'GET / HTTP/1.1\r\n Host: a\r\n\r\n'],
  ['a field without a colon', 400, request('GET / HTTP/1.1', 'X')],
  ['an empty name', 400, request('GET / HTTP/1.1', ': y')],
  ['a name that is not a token', 400, request('GET / HTTP/1.1', 'X(: y')],
  ['a name with a byte above 127', 400, request('GET / HTTP/1.1', '\u00e4: y')],
  ['a bare LF after the first line', 400, 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
  ['a bare LF after a field', 400, 'GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n'],
  ['a bare LF at the end', 400, 'GET / HTTP/1.1\r\nHost: a\r\n\n'],
  ['a bare LF before it', 400, `\n${request('GET / HTTP/1.1')}`],
  ['a bare CR in a value', 400, request('GET / HTTP/1.1', 'X: a\rb')],
  ['a bare CR at the end', 400, 'GET / HTTP/1.1\r\nHost: a\r\n\rX'],
  ['a bare CR before it', 400, `\r${request('GET / HTTP/1.1')}`],
  ['two empty lines before it', 400, `\r\n\r\n${request('GET / HTTP/1.1')}`],
  [
    'Content-Length twice',
    400,
    request('POST / HTTP/1.1', 'Content-Length: 1', 'Content-Length: 1'),
  ],
  ...[
    '',
    '-1',
    '+5',
    '0x5',
    '5 5',
    '1,1',
    '1.0',
    '5;',
    '9007199254740992',
    '18446744073709551617',
  ].map((length): [string, number, string] => [
    `Content-Length '${length}'`,
    400,
    request('POST / HTTP/1.1', `Content-Length: ${length}`),
  ]),
  [
    'Content-Length before chunked',
    400,
    request('POST / HTTP/1.1', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
  ],
  [
    'Content-Length after chunked',
    400,
    request('POST / HTTP/1.1', 'Transfer-Encoding: chunked', 'Content-Length: 5'),
  ],
  ['chunked in HTTP/1.0', 400, request('POST / HTTP/1.0', 'Transfer-Encoding: chunked')],
  [
    'chunked twice',
    400,
    request('POST / HTTP/1.1', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
  ],
  ...[
    '',
    'gzip',
    'gzip, chunked',
    'chunked, gzip',
    'chunked, chunked',
    'xchunked',
    '"chunked"',
    'chunked;a',
  ].map((coding): [string, number, string] => [
    `Transfer-Encoding '${coding}'`,
    501,
    request('POST / HTTP/1.1', `Transfer-Encoding: ${coding}`),
  ]),
  ['an unknown expectation', 417, request('GET / HTTP/1.1', 'Expect: 200-ok')],
  ['an empty expectation', 417, request('GET / HTTP/1.1', 'Expect:')],
  ['a target that is too long', 414, request(`GET /${long} HTTP/1.1`)],
  ['an incomplete target that is too long', 414, `GET /${long}`],
  ['an incomplete method that is too long', 400, 'a'.repeat(headBytesMax + 1)],
  ['a value that is too long', 431, request('GET / HTTP/1.1', `X: ${'y'.repeat(headBytesMax)}`)],
  [
    'a value that is too long and has no end',
    431,
    `GET / HTTP/1.1\r\nX: ${'y'.repeat(headBytesMax)}`,
  ],
  ['an incomplete name that is too long', 431, `GET / HTTP/1.1\r\n${'y'.repeat(headBytesMax)}`],
  [
    'fields that are too long together',
    431,
    request('GET / HTTP/1.1', ...Array.from({ length: 20 }, () => `X: ${'y'.repeat(1000)}`)),
  ],
  [
    'too many fields',
    431,
    request('GET / HTTP/1.1', ...Array.from({ length: headersMax }, () => 'X: y')),
  ],
]

for (const [name, status, text] of refused) {
  test(`parseHead() refuses ${name} with ${status}, wherever it is split`, () => {
    const bytes = Buffer.from(text, 'latin1')
    assert.equal(verdictOf(bytes), status)
    const early = new Set(Array.from(bytes, (_, end) => parseHead(bytes, 0, end, head)))
    early.delete(INCOMPLETE)
    assert.deepEqual(
      [...early].filter(verdict => verdict !== status),
      [],
    )
  })
}

const controls = [...Array(0x20).keys(), 0x7f].filter(byte => byte !== 0x09)

test('parseHead() refuses every control byte, including NUL, in a method, a target, a name or a value', () => {
  for (const byte of controls) {
    const control = String.fromCharCode(byte)
    for (const text of [
      request(`G${control}T / HTTP/1.1`),
      request(`GET /a${control}b HTTP/1.1`),
      request('GET / HTTP/1.1', `X${control}Y: z`),
      request('GET / HTTP/1.1', `X: y${control}z`),
    ]) {
      assert.equal(verdictOf(Buffer.from(text, 'latin1')), 400, JSON.stringify(text))
    }
  }
})

test('parseHead() accepts the characters that browsers do not escape in a target', () => {
  for (const character of '^`{|}')
    assert.equal(
      verdictOf(Buffer.from(request(`GET /a${character}b?${character} HTTP/1.1`))),
      COMPLETE,
    )
  assert.equal(verdictOf(Buffer.from(request('GET /a?b\\c?d HTTP/1.1'))), COMPLETE)
})

test('parseHead() refuses a target with bytes that should have been escaped', () => {
  for (const byte of [
    ...Buffer.from('\t#"<>\\'),
    ...Array.from({ length: 128 }, (_, i) => 128 + i),
  ]) {
    const character = String.fromCharCode(byte)
    for (const before of character === '\\' ? ['/a'] : ['/a', '/a?b']) {
      const text = request(`GET ${before}${character}b HTTP/1.1`)
      assert.equal(verdictOf(Buffer.from(text, 'latin1')), 400, `byte ${byte} after ${before}`)
    }
  }
})
