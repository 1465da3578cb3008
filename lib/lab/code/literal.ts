/** String literals of the languages. */

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
