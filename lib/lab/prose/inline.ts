export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly address: string }

/** Splits a line of prose into text, code and links, in order. */
export function inlines(line: string): readonly Inline[] {
  const found: Inline[] = []
  let end = 0
  for (const match of line.matchAll(/`([^`]+)`|\[([^\][]+)\]\(([^()\s]+)\)/g)) {
    if (match.index > end) found.push({ kind: 'text', text: line.slice(end, match.index) })
    const [all, code, label, address] = match
    if (code !== undefined) found.push({ kind: 'code', text: code })
    else found.push({ kind: 'link', text: label!, address: address! })
    end = match.index + all.length
  }
  if (end < line.length) found.push({ kind: 'text', text: line.slice(end) })
  return found
}
