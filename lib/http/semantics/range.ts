import { trimmed } from './blanks.ts'

/** A part of a file: from its first to its last byte, both among them. */
export interface Range {
  readonly first: number
  readonly last: number
}

interface AskedRange {
  first: number
  last: number
  /** Its place in the request. */
  place: number
}

/** A longer value is not read, and the file is sent whole. */
const valueCharactersMax = 4096
const commasMax = 64
/** Parts of one answer; for more the file is sent whole. */
const rangesMax = 64
/**
 * A gap that is sent along. RFC 9110 section 15.3.7.2 allows any that is cheaper than a part's head, 80 bytes and
 * more; but parts that somebody wants apart, he should get apart.
 */
const gapBytesMax = 1

const unit = 'bytes='

/** Where the digits that begin there end. */
function digitsEnd(text: string, start: number): number {
  let at = start
  while (text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at++
  return at
}

/** One range-spec of RFC 9110 section 14.1.2, fitted to the file; null for what is malformed or not in it. */
function rangeOf(spec: string, sizeBytes: number): Range | null {
  const dash = digitsEnd(spec, 0)
  const isWhole = spec[dash] === '-' && digitsEnd(spec, dash + 1) === spec.length
  if (!isWhole || spec.length === 1) return null
  // Numbers above 2^53 are rounded, but never to below a file's size.
  const [from, to] = [Number(spec.slice(0, dash)), Number(spec.slice(dash + 1))]
  const first = dash === 0 ? Math.max(0, sizeBytes - to) : from
  const isOpen = dash === 0 || dash === spec.length - 1
  const last = isOpen ? sizeBytes - 1 : Math.min(to, sizeBytes - 1)
  return first > last ? null : { first, last }
}

/** What overlaps or lies side by side becomes one, at the place of whichever was asked first. */
function coalesced(asked: readonly Range[]): Range[] {
  const parts: AskedRange[] = []
  const sorted = asked
    .map(({ first, last }, place) => ({ first, last, place }))
    .sort((one, other) => one.first - other.first)
  for (const range of sorted) {
    const before = parts.at(-1)
    if (before === undefined || range.first - before.last - 1 > gapBytesMax) parts.push(range)
    else {
      before.last = Math.max(before.last, range.last)
      before.place = Math.min(before.place, range.place)
    }
  }
  return parts
    .sort((one, other) => one.place - other.place)
    .map(({ first, last }) => ({ first, last }))
}

/**
 * The parts of a file that a Range asks for, RFC 9110 section 14.2; `unsatisfiable` where there are none in it
 * (416), and null where the file is to be sent whole (200): another unit, nothing asked for, more asked for than
 * the file has, or too many parts. What is malformed in a list is left out.
 */
export function rangesOf(
  value: string,
  sizeBytes: number,
): null | 'unsatisfiable' | readonly Range[] {
  if (value.length > valueCharactersMax || sizeBytes === 0) return null
  if (value.slice(0, unit.length).toLowerCase() !== unit) return null
  const members = value.slice(unit.length).split(',')
  if (members.length > commasMax + 1) return null
  const specs = members.map(member => trimmed(member)).filter(spec => spec !== '')
  if (specs.length === 0) return null
  const asked = specs.flatMap(spec => rangeOf(spec, sizeBytes) ?? [])
  if (asked.length === 0) return 'unsatisfiable'
  if (asked.reduce((sum, { first, last }) => sum + (last - first + 1), 0) > sizeBytes) return null
  const ranges = coalesced(asked)
  return ranges.length > rangesMax ? null : ranges
}

/** The value of Content-Range: of a 206, or with null of a 416. */
export function contentRange(range: Range | null, sizeBytes: number): string {
  return range === null ? `bytes */${sizeBytes}` : `bytes ${range.first}-${range.last}/${sizeBytes}`
}
