import parseRange from 'range-parser'

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
const rangesMax = 16
/**
 * A gap that is sent along. RFC 9110 section 15.3.7.2 allows any that is cheaper than a part's head, 80 bytes and
 * more; but parts that somebody wants apart, he should get apart.
 */
const gapBytesMax = 1

const unit = /^bytes=/i
const member = /^[ \t]*(\d*)[ \t]*-[ \t]*(\d*)[ \t]*$/
const empty = /^[ \t]*$/

/** As range-parser reads it. Its suffix must not be longer than the file, where RFC 9110 14.1.2 means all of it. */
function readable(text: string, sizeBytes: number): string[] {
  const [, first = '', last = ''] = member.exec(text) ?? []
  if (first === '' && last === '') return []
  return first === '' && Number(last) >= sizeBytes ? ['0-'] : [`${first}-${last}`]
}

function commasOf(value: string): number {
  let commas = 0
  for (const character of value) if (character === ',') commas++
  return commas
}

/** What overlaps or lies side by side becomes one, at the place of whichever was asked first. */
function coalesced(asked: readonly parseRange.Range[]): Range[] {
  const parts: AskedRange[] = []
  const sorted = asked
    .map(({ start, end }, place) => ({ first: start, last: end, place }))
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
  if (value.length > valueCharactersMax || sizeBytes === 0 || !unit.test(value)) return null
  if (commasOf(value) > commasMax) return null
  const members = value.replace(unit, '').split(',')
  if (members.every(text => empty.test(text))) return null
  const specifiers = members.flatMap(text => readable(text, sizeBytes))
  // Numbers above 2^53 are rounded, but never to below a file's size.
  const asked = parseRange(sizeBytes, `bytes=${specifiers.join(',')}`)
  if (typeof asked === 'number') return 'unsatisfiable'
  if (asked.reduce((sum, { start, end }) => sum + (end - start + 1), 0) > sizeBytes) return null
  const ranges = coalesced(asked)
  return ranges.length > rangesMax ? null : ranges
}

/** The value of Content-Range: of a 206, or with null of a 416. */
export function contentRange(range: Range | null, sizeBytes: number): string {
  return range === null ? `bytes */${sizeBytes}` : `bytes ${range.first}-${range.last}/${sizeBytes}`
}
