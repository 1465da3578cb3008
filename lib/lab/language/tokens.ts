import type { Place } from './syntax.ts'

/** A word with its place. Strings keep their quotes. */
export interface Token extends Place {
  readonly text: string
}

/** An operation, split into words. It ends at a line end or a semicolon. */
export interface Segment extends Place {
  readonly tokens: readonly Token[]
  readonly asks: boolean
  readonly expected: string | null
  /** The place of `->`, if any. */
  readonly arrow: Place | null
}

const arrow = '->'
const parts = /"(?:[^"\\]|\\.)*"?|->|[;#]|[^\s;#"]+/g

/** More operations than a program may have. The rest of a longer line is not tokenized. */
const lineSegmentsMax = 512

/** Splits a text into operations; skips comments and blank lines. */
export function* segmentsIn(text: string): Generator<Segment> {
  for (const [i, line] of text.split(/\r?\n/).entries())
    if (line !== '') yield* lineSegments(line, i + 1)
}

function lineSegments(text: string, line: number): Segment[] {
  const segments: Segment[] = []
  let tokens: Token[] = []
  let arrowAt: number | null = null
  const end = (at: number): void => {
    const expected = arrowAt === null ? null : text.slice(arrowAt + arrow.length, at).trim()
    const place = arrowAt === null ? null : { line, column: arrowAt + 1 }
    const first = tokens[0] ?? place
    if (first !== null) segments.push({ ...segmentOf(tokens, first), expected, arrow: place })
    tokens = []
    arrowAt = null
  }
  for (const match of text.matchAll(parts)) {
    if (segments.length === lineSegmentsMax) return segments
    const [part] = match
    if (part === '#') {
      end(match.index)
      return segments
    }
    if (part === ';') end(match.index)
    else if (arrowAt !== null) continue
    else if (part === arrow) arrowAt = match.index
    else tokens.push({ text: part, line, column: match.index + 1 })
  }
  end(text.length)
  return segments
}

function segmentOf(
  all: Token[],
  { line, column }: Place,
): Pick<Segment, 'tokens' | 'asks' | 'line' | 'column'> {
  const last = all.at(-1)
  const asks = last?.text.endsWith('?') ?? false
  return { tokens: asks ? withoutMark(all, last!) : all, asks, line, column }
}

function withoutMark(tokens: Token[], last: Token): Token[] {
  const rest = tokens.slice(0, -1)
  const text = last.text.slice(0, -1)
  return text === '' ? rest : [...rest, { ...last, text }]
}
