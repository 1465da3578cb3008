// RFC 9110 section 8.8.3. A tag is kept as it is written: W/ and quotes are part of it.
const single = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/
// Commas may stand inside a tag, so a list cannot be split at them. Sticky: what follows something that is no
// tag is not looked at.
const listed = /[ \t,]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")(?=[ \t]*(?:,|$))/gy
const any = /^[ \t]*\*[ \t]*$/
const weakMark = 'W/'

/** Whether two tags are the same in one of the two senses of RFC 9110 section 8.8.3.2. */
export type TagComparison = (one: string, other: string) => boolean

export function isEntityTag(text: string): boolean {
  return single.test(text)
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
  if (any.test(value)) return true
  if (etag === null) return false
  for (const [, tag] of value.matchAll(listed)) if (same(tag!, etag)) return true
  return false
}
