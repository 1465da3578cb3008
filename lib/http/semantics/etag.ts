import { isBlank, trimmed } from './blanks.ts'

// RFC 9110 section 8.8.3. A tag is kept as it is written: W/ and quotes are part of it.
const weakMark = 'W/'
const quote = 0x22

/** Whether two tags are the same in one of the two senses of RFC 9110 section 8.8.3.2. */
export type TagComparison = (one: string, other: string) => boolean

/** Whether a character may stand between a tag's quotes: every visible one but the quote. */
function isTagCode(code: number): boolean {
  return (code >= 0x21 && code <= 0x7e && code !== quote) || (code >= 0x80 && code <= 0xff)
}

/** Where the tag that begins there ends; -1 if none does. */
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

/** The same bytes: both tags are strong. */
export function sameStrongly(one: string, other: string): boolean {
  return one === other && !isWeak(one)
}

/** The same content, perhaps in other bytes. */
export function sameWeakly(one: string, other: string): boolean {
  return one === other || withoutMark(one) === withoutMark(other)
}

/**
 * Whether an If-Match or If-None-Match names a file that is there: by `*`, or by its tag in the list. A file
 * without a tag is named by `*` alone.
 */
export function namesTag(value: string, etag: string | null, same: TagComparison): boolean {
  // What a cache sends back is what it got: this one comparison answers nearly every revalidation.
  if (value === etag) return same(value, etag)
  if (trimmed(value) === '*') return true
  if (etag === null) return false
  // Commas may stand inside a tag, so a list cannot be split at them. What follows something that is no tag is not
  // looked at.
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
