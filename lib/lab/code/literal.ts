// Literals of the languages, and the values in them.
import type { Flag } from '../language/syntax.ts'

/** The size of the count that an eventfd or a timerfd transfers. */
export const counterBytes = 8
/** The low limit of descriptors that a program with exhaust() sets. */
export const openFiles = 256

export function maskOf(mask: readonly Flag[]): string {
  return mask.length === 0 ? '0' : mask.map(flag => `EPOLL${flag}`).join(' | ')
}

/** Milliseconds as the two numbers of a struct timeval. */
export function timevalOf(ms: number): [s: number, us: number] {
  return [Math.floor(ms / 1000), (ms % 1000) * 1000]
}

/** A literal for Python and TypeScript, in the preferred quotes unless the other kind needs fewer escapes. */
export function quoted(text: string, quote: '"' | "'"): string {
  const other = quote === '"' ? "'" : '"'
  const best = text.includes(quote) && !text.includes(other) ? other : quote
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')
  return `${best}${inner.replaceAll(best, `\\${best}`)}${best}`
}

const named: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
}

/** A literal for C: octal escapes have three digits, and `??` is split to avoid trigraphs. */
export function quotedInC(text: string): string {
  const inner = text.replace(/["\\\p{Cc}]/gu, char => named[char] ?? octalOf(char))
  return `"${inner.replace(/\?(?=\?)/g, '?""')}"`
}

function octalOf(char: string): string {
  return [...new TextEncoder().encode(char)]
    .map(byte => `\\${byte.toString(8).padStart(3, '0')}`)
    .join('')
}

/** Replaces lone surrogates with U+FFFD, as UTF-8 encoding does. */
export function wellFormed(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text))
}

/** The length in bytes of UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
