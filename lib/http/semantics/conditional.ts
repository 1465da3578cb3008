// Evaluates the conditions of a request: RFC 9110 section 13.
import { isEntityTag, namesTag, sameStrongly, sameWeakly } from './etag.ts'
import { parseHttpDate } from './http-date.ts'

/** The validators of a file. */
export interface Validators {
  readonly etag: string | null
  /** In whole seconds since 1970. */
  readonly lastModifiedS: number | null
  /** The same time as an HTTP-date. If a client sends exactly this text back, no date has to be parsed. */
  readonly lastModified?: string
}

/** Returns the value of a field, or of several fields joined with commas. The name is in lower case. */
export type HeaderOf = (name: string) => string | undefined

const secondMs = 1000

/** Whether If-Match or If-Unmodified-Since fails, because the client expects another version of the file. */
function isRefused(header: HeaderOf, validators: Validators, now: () => number): boolean {
  const { etag, lastModifiedS } = validators
  const tags = header('if-match')
  if (tags !== undefined) return !namesTag(tags, etag, sameStrongly)
  const date = header('if-unmodified-since')
  if (date === undefined || lastModifiedS === null) return false
  const seconds = parseHttpDate(date, now)
  return seconds !== undefined && lastModifiedS > seconds
}

/** A date in the future is ignored, unless it is the file's own. */
function isUnmodified(date: string, validators: Validators, now: () => number): boolean {
  const { lastModified, lastModifiedS } = validators
  if (lastModifiedS === null) return false
  if (date === lastModified) return true
  const seconds = parseHttpDate(date, now)
  if (seconds === undefined || seconds < lastModifiedS) return false
  return seconds === lastModifiedS || seconds * secondMs <= now()
}

/**
 * Evaluates a request's conditions in the order of RFC 9110 section 13.2.2, and returns the status of the answer. Use it
 * only if the answer would be 200 otherwise.
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
 * Whether to honour Range, RFC 9110 section 13.1.5: always without If-Range; with it, only if the client has a part of
 * exactly this version of the file.
 */
export function ifRange(
  header: HeaderOf,
  { etag, lastModifiedS }: Validators,
  now: () => number = Date.now,
): boolean {
  const validator = header('if-range')
  if (validator === undefined) return true
  if (isEntityTag(validator)) return etag !== null && sameStrongly(validator, etag)
  // A weak tag means that the file was modified so recently that it may change again within the same second, which
  // would leave Last-Modified unchanged.
  if (lastModifiedS === null || etag?.startsWith('W/') === true) return false
  return parseHttpDate(validator, now) === lastModifiedS
}
