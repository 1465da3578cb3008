import { knownTextBytesMax, knownTextsMax } from './limits.ts'

// At each place, the short text that was last read whose bytes lead there, and a copy of them.
const texts: string[] = new Array(knownTextsMax).fill('')
const copies = new Uint8Array(knownTextsMax * knownTextBytesMax)

/**
 * Bytes as text, one character each. A short text that comes again is the string that it was: to make one is a
 * crossing, and a new string is hashed wherever it is looked up.
 */
export function textOf(bytes: Buffer, start: number, end: number): string {
  const length = end - start
  if (length > knownTextBytesMax) return bytes.toString('latin1', start, end)
  let hash = length
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0
  const place = (hash ^ (hash >>> 8)) & (knownTextsMax - 1)
  const known = texts[place]!
  const copy = place * knownTextBytesMax
  if (known.length === length && isCopy(bytes, start, end, copy)) return known
  const text = bytes.toString('latin1', start, end)
  texts[place] = text
  copies.set(bytes.subarray(start, end), copy)
  return text
}

function isCopy(bytes: Buffer, start: number, end: number, copy: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== copies[copy + at - start]) return false
  }
  return true
}
