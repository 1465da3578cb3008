/** A space or a tab: the white space of RFC 9110 section 5.6.3. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** A part of a text, without the spaces and tabs around it. */
export function trimmed(text: string, start = 0, end: number = text.length): string {
  let first = start
  let last = end
  while (first < last && isBlank(text.charCodeAt(first))) first++
  while (last > first && isBlank(text.charCodeAt(last - 1))) last--
  return text.slice(first, last)
}
