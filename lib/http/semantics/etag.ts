import { trimmed } from './blanks.ts'

// Entity tags, RFC 9110 section 8.8.3. A tag is a string exactly as sent, with its quotes and any W/.
const weakMark = 'W/'
const entityTag = /^(?:W\/)?"[!#-~\x80-\xff]*"$/
/** A tag may contain commas, so a list cannot be split at them. Matching stops at the first malformed member. */
const firstMember = /^[ \t,]*((?:W\/)?"[!#-~\x80-\xff]*")[ \t]*(?=,|$)/

/** One of the two comparisons of RFC 9110 section 8.8.3.2. */
export type TagComparison = (one: string, other: string) => boolean

export function isEntityTag(text: string): boolean {
  return entityTag.test(text)
}

function withoutMark(tag: string): string {
  return tag.startsWith(weakMark) ? tag.slice(weakMark.length) : tag
}

/** Equal, and both strong: the same bytes. */
export function sameStrongly(one: string, other: string): boolean {
  return one === other && !one.startsWith(weakMark)
}

/** Equal apart from W/: the same content, but perhaps not the same bytes. */
export function sameWeakly(one: string, other: string): boolean {
  return withoutMark(one) === withoutMark(other)
}

/**
 * Whether an If-Match or If-None-Match matches a file: with `*`, or with a list that contains its tag. Only `*` matches a
 * file without a tag.
 */
export function namesTag(value: string, etag: string | null, same: TagComparison): boolean {
  // A cache sends back exactly the tag it received, so this comparison settles nearly every revalidation.
  if (value === etag) return same(value, etag)
  if (trimmed(value) === '*') return true
  if (etag === null) return false
  for (let rest = value; ; ) {
    const [member, tag] = firstMember.exec(rest) ?? []
    if (member === undefined || tag === undefined) return false
    if (same(tag, etag)) return true
    rest = rest.slice(member.length)
  }
}
