import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Multipart, multipart } from '../../lib/http/semantics/multipart.ts'
import type { Range } from '../../lib/http/semantics/range.ts'

const content = Buffer.from('0123456789\n')

function bodyOf(frame: Multipart, ranges: readonly Range[]): Buffer {
  const parts = ranges.flatMap(({ first, last }, index) => [
    frame.heads[index]!,
    content.subarray(first, last + 1),
  ])
  return Buffer.concat([...parts, frame.closing])
}

const two = [
  { first: 0, last: 0 },
  { first: 9, last: 10 },
]

test('multipart() frames each range with its Content-Type and Content-Range', () => {
  const frame = multipart(two, content.length, 'text/plain; charset=utf-8', 'xyz')
  assert.equal(frame.contentType, 'multipart/byteranges; boundary=xyz')
  assert.equal(
    bodyOf(frame, two).toString('latin1'),
    '\r\n--xyz\r\n' +
      'Content-Type: text/plain; charset=utf-8\r\n' +
      'Content-Range: bytes 0-0/11\r\n' +
      '\r\n' +
      '0\r\n' +
      '--xyz\r\n' +
      'Content-Type: text/plain; charset=utf-8\r\n' +
      'Content-Range: bytes 9-10/11\r\n' +
      '\r\n' +
      '9\n\r\n' +
      '--xyz--\r\n',
  )
})

const lists: [name: string, ranges: Range[]][] = [
  ['one range', [{ first: 3, last: 7 }]],
  ['two ranges', two],
  ['two ranges out of order', two.toReversed()],
  ['64 ranges', Array.from({ length: 64 }, (_, index) => ({ first: index % 11, last: 10 }))],
]

for (const [name, ranges] of lists) {
  test(`multipart() returns the exact length of ${name}`, () => {
    const frame = multipart(ranges, content.length, 'application/octet-stream')
    assert.equal(frame.heads.length, ranges.length)
    assert.equal(frame.lengthBytes, bodyOf(frame, ranges).length)
  })
}

test('multipart() handles ranges beyond 4 GiB', () => {
  const far = [
    { first: 0, last: 2 ** 40 },
    { first: 2 ** 52, last: 2 ** 53 - 2 },
  ]
  const frame = multipart(far, 2 ** 53 - 1, 'a/b', 'x')
  const framing = [...frame.heads, frame.closing].reduce((sum, { length }) => sum + length, 0)
  assert.equal(frame.lengthBytes, framing + 2 ** 40 + 1 + 2 ** 52 - 1)
  assert.match(
    frame.heads[1]!.toString(),
    /\r\nContent-Range: bytes 4503599627370496-9007199254740990\/9007199254740991\r\n/,
  )
})

test('multipart() makes a new boundary of 128 random bits for each answer', () => {
  const boundaries = Array.from({ length: 1000 }, () => {
    const { contentType, heads, closing } = multipart(two, content.length, 'a/b')
    const boundary = /^multipart\/byteranges; boundary=([0-9a-f]{32})$/.exec(contentType)?.[1]
    assert.ok(boundary !== undefined)
    assert.ok(heads[0]!.toString().startsWith(`\r\n--${boundary}\r\n`))
    assert.ok(heads[1]!.toString().startsWith(`\r\n--${boundary}\r\n`))
    assert.equal(closing.toString(), `\r\n--${boundary}--\r\n`)
    return boundary
  })
  assert.equal(new Set(boundaries).size, boundaries.length)
})

test('multipart() without a type sends no Content-Type in its parts', () => {
  const frame = multipart(two, content.length, null, 'xyz')
  assert.equal(frame.heads[0]!.toString(), '\r\n--xyz\r\nContent-Range: bytes 0-0/11\r\n\r\n')
})
