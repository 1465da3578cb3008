import { knownTextBytesMax, knownTextsMax } from './limits.ts'

// A hash table without chaining: each slot keeps the last short text that hashed to it, and a copy of its bytes.
const texts: string[] = new Array(knownTextsMax).fill('')
const copies = new Uint8Array(knownTextsMax * knownTextBytesMax)

/**
 * Decodes Latin-1. Returns the same string for a short text that was decoded before. This saves a call into native
 * code, and the hashing of a new string when it is first looked up in a map.
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
