/** A place of a pattern, by its name: a segment's rest, or with `*` whatever is there. */
export interface Place {
  readonly name: string
  readonly isSplat: boolean
}

/** One segment of a pattern: a text, perhaps with one placeholder in it. */
interface Segment {
  head: string
  name: string | null
  tail: string
}

type Places = Record<string, string>

function segmentsOf(parts: readonly (string | Place)[]): Segment[] {
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

function isMatch({ head, name, tail }: Segment, text: string, places: Places): boolean {
  if (name === null) return text === head
  if (text.length <= head.length + tail.length) return false
  if (!text.startsWith(head) || !text.endsWith(tail)) return false
  places[name] = text.slice(head.length, text.length - tail.length)
  return true
}

/**
 * A path of a rule: texts, with one place at most between two slashes and one `*` at most in all, so that there is one
 * way to match it, which is found by one look at each segment.
 */
export class PathPattern {
  readonly #before: readonly Segment[]
  /** The text behind the `*`, if there is one. */
  readonly #after: readonly Segment[] | null
  readonly #splat: string

  constructor(parts: readonly (string | Place)[]) {
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
  match(path: string, names: readonly string[]): Places | null {
    const places = Object.create(null) as Places
    const before = this.#before
    const after = this.#after
    if (after === null) {
      if (names.length !== before.length) return null
      return before.every((segment, i) => isMatch(segment, names[i]!, places)) ? places : null
    }
    // The segments on both sides of the * are whole but for the one that it begins in and the one that it ends in.
    const first = before.length - 1
    const last = names.length - after.length
    if (last < first) return null
    let start = 0
    let end = path.length
    for (let i = 0; i < first; i++) {
      if (!isMatch(before[i]!, names[i]!, places)) return null
      start += names[i]!.length + 1
    }
    for (let i = 1; i < after.length; i++) {
      if (!isMatch(after[i]!, names[last + i]!, places)) return null
      end -= names[last + i]!.length + 1
    }
    const [{ head: prefix }, { head: suffix }] = [before[first]!, after[0]!]
    const isLong = end - start >= prefix.length + suffix.length
    if (!isLong || !path.startsWith(prefix, start) || !path.endsWith(suffix, end)) return null
    places[this.#splat] = path.slice(start + prefix.length, end - suffix.length)
    return places
  }
}
