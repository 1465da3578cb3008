/** Texts as the languages write them. */

/** As Python and TypeScript both read it, in these quotes unless the others save escapes. */
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

/** As C reads it: octal has three digits, whatever follows; and no `??` that could be half of a trigraph. */
export function quotedInC(text: string): string {
  const inner = text.replace(/["\\\p{Cc}]/gu, char => named[char] ?? octalOf(char))
  return `"${inner.replace(/\?(?=\?)/g, '?""')}"`
}

function octalOf(char: string): string {
  return [...new TextEncoder().encode(char)]
    .map(byte => `\\${byte.toString(8).padStart(3, '0')}`)
    .join('')
}

/** A text as its UTF-8 says it: half of a character is no character. */
export function wellFormed(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text))
}

/** Of UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
