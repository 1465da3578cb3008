import { isBlank, trimmed } from './blanks.ts'

// Entity tags, RFC 9110 section 8.8.3. A tag is a string as it is sent, with its quotes and W/.
const weakMark = 'W/'
const quote = 0x22

/** One of the two comparisons of RFC 9110 section 8.8.3.2. */
export type TagComparison = (one: string, other: string) => boolean

/** Whether a character is allowed between a tag's quotes: every visible one but the quote. */
function isTagCode(code: number): boolean {
  return (code >= 0x21 && code <= 0x7e && code !== quote) || (code >= 0x80 && code <= 0xff)
}

/** The end of the tag at `start`; -1 if there is none. */
function tagEnd(text: string, start: number): number {
  let at = text.startsWith(weakMark, start) ? start + weakMark.length : start
  if (text.charCodeAt(at++) !== quote) return -1
  while (isTagCode(text.charCodeAt(at))) at++
  return text.charCodeAt(at) === quote ? at + 1 : -1
}

export function isEntityTag(text: string): boolean {
  return tagEnd(text, 0) === text.length
}

function isWeak(tag: string): boolean {
  return tag.startsWith(weakMark)
}

function withoutMark(tag: string): string {
  return isWeak(tag) ? tag.slice(weakMark.length) : tag
}

/** Equal, and both strong: the same bytes. */
export function sameStrongly(one: string, other: string): boolean {
  return one === other && !isWeak(one)
}

/** Equal but for W/: the same content, perhaps in other bytes. */
export function sameWeakly(one: string, other: string): boolean {
  return one === other || withoutMark(one) === withoutMark(other)
}

/**
 * Whether an If-Match or If-None-Match matches a file: with `*`, or with a list that contains its tag. Only `*` matches a
 * file without a tag.
 */
export function namesTag(value: string, etag: string | null, same: TagComparison): boolean {
  // A cache sends the tag back as it got it, so this comparison settles nearly every revalidation.
  if (value === etag) return same(value, etag)
  if (trimmed(value) === '*') return true
  if (etag === null) return false
  // A tag may contain commas, so the list cannot be split at them. Reading stops at the first malformed member.
  for (let at = 0; ; ) {
    while (isBlank(value, at) || value[at] === ',') at++
    const end = tagEnd(value, at)
    if (end < 0) return false
    const tag = value.slice(at, end)
    at = end
    while (isBlank(value, at)) at++
    if (at < value.length && value[at] !== ',') return false
    if (same(tag, etag)) return true
  }
}
