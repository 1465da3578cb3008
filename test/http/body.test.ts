import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Body } from '../../lib/http/body.ts'
import { chunkLineBytesMax, trailerBytesMax } from '../../lib/http/limits.ts'
import { COMPLETE, INCOMPLETE } from '../../lib/http/parser.ts'

const limitBytes = 1000

/** Feeds a body in pieces of one size, and returns the body and the bytes after it. */
function read(text: string, piece: number): { verdict: number; body: string; rest: string } {
  const body = new Body(null, limitBytes, true)
  const bytes = Buffer.from(text, 'latin1')
  let at = 0
  while (at < bytes.length && body.verdict === INCOMPLETE) {
    at = body.feed(bytes.subarray(0, at + piece), at, Math.min(bytes.length, at + piece))
  }
  return { verdict: body.verdict, body: body.take().toString(), rest: text.slice(at) }
}

const right: [name: string, text: string, body: string][] = [
  ['no chunk', '0\r\n\r\n', ''],
  ['one chunk', '5\r\nhello\r\n0\r\n\r\n', 'hello'],
  ['two chunks', '5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n', 'hello!'],
  [
    'digits of both cases',
    'A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n',
    '01234567890123456789',
  ],
  ['zeros before a size', '005\r\nhello\r\n000\r\n\r\n', 'hello'],
  ['an extension', '5;a=b\r\nhello\r\n0;c="d e"\r\n\r\n', 'hello'],
  ['a trailer', '5\r\nhello\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n', 'hello'],
  ['line ends within the data', '4\r\n\r\n\r\n\r\n0\r\n\r\n', '\r\n\r\n'],
]

for (const [name, text, body] of right) {
  test(`a chunked body with ${name} is read to its end and not beyond, wherever it is split`, () => {
    for (let piece = 1; piece <= text.length + 4; piece++) {
      assert.deepEqual(read(`${text}GET `, piece), { verdict: COMPLETE, body, rest: 'GET ' })
    }
  })
}

const wrong: [name: string, text: string, status?: number][] = [
  ['no size', '\r\n\r\n'],
  ['a size with 0x', '0x5\r\nhello\r\n'],
  ['a size with _', '1_0\r\n'],
  ['a size with +', '+5\r\nhello\r\n'],
  ['a negative size', '-5\r\nhello\r\n'],
  ['a blank before the size', ' 5\r\nhello\r\n'],
  ['a blank after the size', '5 \r\nhello\r\n'],
  ['a size beyond 2^52', '10000000000000\r\n'],
  ['a size of a letter', 'g\r\n'],
  ['an extension without a name', '5;\r\nhello\r\n'],
  ['an extension that begins with =', '5;=b\r\nhello\r\n'],
  ['a control byte in an extension', '5;a\x01\r\nhello\r\n'],
  ['a bare LF after the size', '5\nhello\r\n'],
  ['a bare LF in an extension', '5;a\nhello\r\n'],
  ['a bare CR after the size', '5\rhello\r\n'],
  ['no line end after the data', '5\r\nhello0\r\n\r\n'],
  ['a bare LF after the data', '5\r\nhello\n0\r\n\r\n'],
  ['a bare CR after the data', '5\r\nhello\r0\r\n\r\n'],
  ['data longer than its size', '5\r\nhello!\r\n0\r\n\r\n'],
  ['a trailer without a colon', '0\r\nX\r\n\r\n'],
  ['a trailer without a name', '0\r\n: x\r\n\r\n'],
  ['a folded trailer', '0\r\nX: a\r\n b\r\n\r\n'],
  ['a control byte in a trailer', '0\r\nX: a\x00\r\n\r\n'],
  ['a bare LF at the end', '0\r\n\n'],
  ['a bare CR at the end', '0\r\n\rx'],
  ['a long extension', `5;${'a'.repeat(chunkLineBytesMax + 1)}\r\n`],
  ['a long trailer', `0\r\nX: ${'a'.repeat(trailerBytesMax)}\r\n\r\n`, 431],
  ['a chunk above the limit', `${(limitBytes + 1).toString(16)}\r\n`, 413],
  ['chunks above the limit', `1\r\na\r\n${limitBytes.toString(16)}\r\n`, 413],
]

for (const [name, text, status = 400] of wrong) {
  test(`a chunked body with ${name} is refused with ${status}, wherever it is split`, () => {
    const step = text.length > 100 ? 97 : 1
    for (let piece = 1; piece <= text.length + 1; piece += step) {
      assert.equal(read(text, piece).verdict, status)
    }
  })
}

test('a body with a Content-Length is read to its end and not beyond, wherever it is split', () => {
  for (let piece = 1; piece < 10; piece++) {
    const body = new Body(5, limitBytes, true)
    const bytes = Buffer.from('helloGET ')
    let at = 0
    while (body.verdict === INCOMPLETE) at = body.feed(bytes, at, Math.min(9, at + piece))
    assert.equal(at, 5)
    assert.equal(body.take().toString(), 'hello')
  }
})

test('a body with a Content-Length above the limit is refused before it arrives', () => {
  assert.equal(new Body(limitBytes, limitBytes, true).verdict, INCOMPLETE)
  assert.equal(new Body(limitBytes + 1, limitBytes, true).verdict, 413)
})
