import { isEntityTag, namesTag, sameStrongly, sameWeakly } from './etag.ts'
import { parseHttpDate } from './http-date.ts'

/** What a file is recognised by. */
export interface Validators {
  readonly etag: string | null
  /** Whole seconds since 1970, as the Last-Modified field says it. */
  readonly lastModifiedS: number | null
  /** The same, as that field has it: where a client sends it back, no date needs to be read. */
  readonly lastModified?: string
}

/** A field's value, several lines of it joined by a comma; its name in lower case. */
export type HeaderOf = (name: string) => string | undefined

const secondMs = 1000

/** Whether the client wants an answer only for a file that it knows, and this one is another. */
function isRefused(header: HeaderOf, validators: Validators, now: () => number): boolean {
  const { etag, lastModifiedS } = validators
  const tags = header('if-match')
  if (tags !== undefined) return !namesTag(tags, etag, sameStrongly)
  const date = header('if-unmodified-since')
  if (date === undefined || lastModifiedS === null) return false
  const seconds = parseHttpDate(date, now)
  return seconds !== undefined && lastModifiedS > seconds
}

/** A date in the future says nothing about the file, unless it is the one that we had given. */
function isUnmodified(date: string, validators: Validators, now: () => number): boolean {
  const { lastModified, lastModifiedS } = validators
  if (lastModifiedS === null) return false
  if (date === lastModified) return true
  const seconds = parseHttpDate(date, now)
  if (seconds === undefined || seconds < lastModifiedS) return false
  return seconds === lastModifiedS || seconds * secondMs <= now()
}

/**
 * What a request's conditions make of the answer 200, in the order of RFC 9110 section 13.2.2. Only for a file
 * that is there: an error stays what it is.
 *
 * @param now the wall clock
 */
export function preconditions(
  header: HeaderOf,
  isGetOrHead: boolean,
  validators: Validators,
  now: () => number = Date.now,
): 200 | 304 | 412 {
  if (isRefused(header, validators, now)) return 412
  const tags = header('if-none-match')
  if (tags !== undefined) {
    if (!namesTag(tags, validators.etag, sameWeakly)) return 200
    return isGetOrHead ? 304 : 412
  }
  const date = isGetOrHead ? header('if-modified-since') : undefined
  return date !== undefined && isUnmodified(date, validators, now) ? 304 : 200
}

/**
 * Whether a Range may be honoured: RFC 9110 section 13.1.5. Without an If-Range it may; with one, only while the
 * file is byte by byte the one of which the client has a part.
 */
export function ifRange(
  header: HeaderOf,
  { etag, lastModifiedS }: Validators,
  now: () => number = Date.now,
): boolean {
  const validator = header('if-range')
  if (validator === undefined) return true
  if (isEntityTag(validator)) return etag !== null && sameStrongly(validator, etag)
  // A file that may change once more within that second has no date that tells its bytes.
  if (lastModifiedS === null || etag?.startsWith('W/') === true) return false
  return parseHttpDate(validator, now) === lastModifiedS
}
