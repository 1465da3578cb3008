/** A placeholder: `:name` matches within a segment, `*` matches across segments. */
export interface Placeholder {
  readonly name: string
  readonly isSplat: boolean
}

/** One segment of a pattern: text with at most one placeholder. */
interface Segment {
  head: string
  name: string | null
  tail: string
}

type Values = Record<string, string>

function segmentsOf(parts: readonly (string | Placeholder)[]): Segment[] {
  let segment: Segment = { head: '', name: null, tail: '' }
  const segments = [segment]
  for (const part of parts) {
    if (typeof part !== 'string') {
      segment.name = part.name
      continue
    }
    for (const [i, text] of part.split('/').entries()) {
      if (i > 0) {
        segment = { head: '', name: null, tail: '' }
        segments.push(segment)
      }
      segment[segment.name === null ? 'head' : 'tail'] += text
    }
  }
  return segments
}

function isMatch({ head, name, tail }: Segment, text: string, values: Values): boolean {
  if (name === null) return text === head
  if (text.length <= head.length + tail.length) return false
  if (!text.startsWith(head) || !text.endsWith(tail)) return false
  values[name] = text.slice(head.length, text.length - tail.length)
  return true
}

/**
 * The path of a rule: text with at most one placeholder per segment and at most one `*`. A path can therefore match in
 * one way only, and each of its segments is compared once.
 */
export class PathPattern {
  readonly #before: readonly Segment[]
  /** The segments after the `*`; null if there is no `*`. */
  readonly #after: readonly Segment[] | null
  readonly #splat: string

  constructor(parts: readonly (string | Placeholder)[]) {
    const at = parts.findIndex(part => typeof part !== 'string' && part.isSplat)
    const splat = parts[at]
    this.#before = segmentsOf(at < 0 ? parts : parts.slice(0, at))
    this.#after = at < 0 ? null : segmentsOf(parts.slice(at + 1))
    this.#splat = typeof splat === 'object' ? splat.name : ''
  }

  /**
   * The values of a path's placeholders, or null if it does not match.
   *
   * @param names the path, split at its slashes
   */
  match(path: string, names: readonly string[]): Values | null {
    const values = Object.create(null) as Values
    const before = this.#before
    const after = this.#after
    if (after === null) {
      if (names.length !== before.length) return null
      return before.every((segment, i) => isMatch(segment, names[i]!, values)) ? values : null
    }
    // The `*` may begin and end within a segment; all segments before and after those must match as a whole.
    const first = before.length - 1
    const last = names.length - after.length
    if (last < first) return null
    let start = 0
    let end = path.length
    for (let i = 0; i < first; i++) {
      if (!isMatch(before[i]!, names[i]!, values)) return null
      start += names[i]!.length + 1
    }
    for (let i = 1; i < after.length; i++) {
      if (!isMatch(after[i]!, names[last + i]!, values)) return null
      end -= names[last + i]!.length + 1
    }
    const [{ head: prefix }, { head: suffix }] = [before[first]!, after[0]!]
    const isLong = end - start >= prefix.length + suffix.length
    if (!isLong || !path.startsWith(prefix, start) || !path.endsWith(suffix, end)) return null
    values[this.#splat] = path.slice(start + prefix.length, end - suffix.length)
    return values
  }
}
