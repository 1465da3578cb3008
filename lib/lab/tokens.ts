import type { Place } from './syntax.ts'

/** A word of an operation, where it stands; what stood in quotes has its quotes still. */
export interface Token extends Place {
  readonly text: string
}

/** What stands between two line ends or semicolons: an operation's words, and what it is expected to come to. */
export interface Segment extends Place {
  readonly tokens: readonly Token[]
  readonly asks: boolean
  readonly expected: string | null
}

const parts = /"(?:[^"\\]|\\.)*"?|->|[;#]|[^\s;#"]+/g

/** A text's operations as words, without comments and blank lines. */
export function segmentsOf(text: string): Segment[] {
  return text.split(/\r?\n/).flatMap((line, i) => lineSegments(line, i + 1))
}

function lineSegments(text: string, line: number): Segment[] {
  const segments: Segment[] = []
  let tokens: Token[] = []
  let expectedFrom: number | null = null
  const end = (at: number): void => {
    const expected = expectedFrom === null ? null : text.slice(expectedFrom, at).trim()
    if (tokens.length > 0 || expected !== null) segments.push(segmentOf(tokens, expected, line, at))
    tokens = []
    expectedFrom = null
  }
  for (const match of text.matchAll(parts)) {
    const [part] = match
    if (part === '#') {
      end(match.index)
      return segments
    }
    if (part === ';') end(match.index)
    else if (expectedFrom !== null) continue
    else if (part === '->') expectedFrom = match.index + part.length
    else tokens.push({ text: part, line, column: match.index + 1 })
  }
  end(text.length)
  return segments
}

function segmentOf(all: Token[], expected: string | null, line: number, at: number): Segment {
  const last = all.at(-1)
  const asks = last?.text.endsWith('?') ?? false
  const tokens = asks ? withoutMark(all, last!) : all
  return { tokens, asks, expected, line, column: tokens[0]?.column ?? at + 1 }
}

function withoutMark(tokens: Token[], last: Token): Token[] {
  const rest = tokens.slice(0, -1)
  const text = last.text.slice(0, -1)
  return text === '' ? rest : [...rest, { ...last, text }]
}
