import { trimmed } from './blanks.ts'

/** A part of a file, given by its first and its last byte. */
export interface Range {
  readonly first: number
  readonly last: number
}

interface AskedRange {
  first: number
  last: number
  /** Its index in the request. */
  place: number
}

/** The longest value that is parsed; if it is longer, the whole file is sent. */
const valueCharactersMax = 4096
const commasMax = 64
/** The largest number of parts in one answer; if there are more, the whole file is sent. */
const rangesMax = 64
/**
 * Ranges with a gap of at most this size are joined. RFC 9110 section 15.3.7.2 allows this for any gap shorter than a
 * part's head, which takes 80 bytes or more, but a client that asks for separate ranges should get them.
 */
const gapBytesMax = 1

const unit = 'bytes='

/**
 * Parses one range-spec, RFC 9110 section 14.1.2, and cuts it to the file's size; null if it is malformed or outside
 * the file.
 */
function rangeOf(spec: string, sizeBytes: number): Range | null {
  const [, from = '', to = ''] = /^(\d*)-(\d*)$/.exec(spec) ?? []
  if (from === '' && to === '') return null
  // Numbers above 2^53 are rounded, but stay above any file's size.
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from)
  const isOpen = from === '' || to === ''
  const last = isOpen ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  return first > last ? null : { first, last }
}

/** Joins ranges that overlap or adjoin. A joined range takes the place of its first member in the request. */
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
 * Parses a Range, RFC 9110 section 14.2. Returns the parts of the file to send, `unsatisfiable` if all lie outside it
 * (416), or null if the whole file should be sent (200): for another unit, an empty list, more bytes than the file has, or
 * too many parts. Malformed members of the list are ignored.
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

/** The value of Content-Range for a 206 or, with null, for a 416. */
export function contentRange(range: Range | null, sizeBytes: number): string {
  return range === null ? `bytes */${sizeBytes}` : `bytes ${range.first}-${range.last}/${sizeBytes}`
}
