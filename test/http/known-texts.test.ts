// The table of repeated texts.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../lib/http/known-texts.ts'
import { knownTextBytesMax, knownTextsMax } from '../../lib/http/limits.ts'
import { mulberry32 } from './random.ts'

/** Returns the result of textOf() for a text in the middle of a buffer. */
function read(text: string): string {
  const bytes = Buffer.from(`<${text}>`, 'latin1')
  const found = textOf(bytes, 1, bytes.length - 1)
  bytes.fill(0)
  return found
}

test('textOf() decodes bytes correctly, whatever was decoded before them', () => {
  const random = mulberry32(7)
  const lengths = [0, 1, 2, 3, knownTextBytesMax - 1, knownTextBytesMax, knownTextBytesMax + 1, 300]
  for (let i = 0; i < 40 * knownTextsMax; i++) {
    const length = lengths[Math.floor(random() * lengths.length)]!
    // Half of the texts use two letters, so that short ones repeat; the others use all bytes, so that many share a
    // slot.
    const letter = () => (i % 2 === 0 ? 0xfe + 2 * random() : 256 * random())
    const text = Array.from({ length }, () => String.fromCharCode(letter())).join('')
    assert.equal(read(text), text)
  }
})

test('texts that share a slot replace each other', () => {
  // These have the same hash, and one is a prefix of the other.
  for (const [one, other] of [
    ['/Aa', '/BB'],
    ['/aqg', '/a'],
  ] as const)
    for (const text of [one, other, one, one, other, other, one]) assert.equal(read(text), text)
})

for (const [length, makes] of [
  [knownTextBytesMax, 1],
  [knownTextBytesMax + 1, 3],
] as const)
  test(`reading a text of ${length} bytes three times decodes it ${makes === 1 ? 'once' : 'three times'}`, t => {
    const bytes = Buffer.alloc(length, 'x')
    const { mock } = t.mock.method(bytes, 'toString')
    for (let i = 0; i < 3; i++) assert.equal(textOf(bytes, 0, length), 'x'.repeat(length))
    assert.equal(mock.callCount(), makes)
  })
