import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../lib/http/known-texts.ts'
import { knownTextBytesMax, knownTextsMax } from '../../lib/http/limits.ts'
import { mulberry32 } from './random.ts'

/** What textOf() makes of a text that stands between others. */
function read(text: string): string {
  const bytes = Buffer.from(`<${text}>`, 'latin1')
  const found = textOf(bytes, 1, bytes.length - 1)
  bytes.fill(0)
  return found
}

test('bytes become the text that they are, whatever came before', () => {
  const random = mulberry32(7)
  const lengths = [0, 1, 2, 3, knownTextBytesMax - 1, knownTextBytesMax, knownTextBytesMax + 1, 300]
  for (let i = 0; i < 40 * knownTextsMax; i++) {
    const length = lengths[Math.floor(random() * lengths.length)]!
    // Of two letters alone, so that short ones come again; of all bytes, so that many share a place.
    const letter = () => (i % 2 === 0 ? 0xfe + 2 * random() : 256 * random())
    const text = Array.from({ length }, () => String.fromCharCode(letter())).join('')
    assert.equal(read(text), text)
  }
})

test('texts of one place take it from each other', () => {
  // The hash is that of String.hashCode, in which these two are alike.
  for (const text of ['/Aa', '/BB', '/Aa', '/BB', '/Aa']) assert.equal(read(text), text)
})

test('a text that begins another one, or ends it, is not taken for it', () => {
  for (const text of ['/ab', '/a', 'ab', '/ab', '/abc', '/ab\0', '/ab', '\0/ab', ''])
    assert.equal(read(text), text)
})
