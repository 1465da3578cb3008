/** Writes each matching character as `\xNN`; by default control characters, which could move a terminal's cursor. */
export function printable(text: string, unsafe: RegExp = /\p{Cc}/gu): string {
  return text.replace(unsafe, found => `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
