import Negotiator from 'negotiator'

/** A coding that a file may lie in beside itself, or the file as it is. */
export type Encoding = 'br' | 'zstd' | 'gzip' | 'identity'

/** What a file's name ends with where its content is precompressed. */
export const encodingSuffixes = { br: '.br', zstd: '.zst', gzip: '.gz' } as const

/** The best first: what decides where a client likes several equally well. */
const preferred: readonly Encoding[] = ['br', 'zstd', 'gzip', 'identity']
/** Browsers send the same few headers. */
const memoEntriesMax = 64
/** Many times what any client sends. A field may have 16 KiB, and reading that takes milliseconds. */
const headerCharactersMax = 256

/** RFC 9110 section 8.4.1.3: a recipient should take x-gzip for gzip. */
const xGzip = /(^|[\s,])x-gzip(?=[\s,;]|$)/gi
const memo = new Map<string, readonly Encoding[]>()
const identityAlone: readonly Encoding[] = ['identity']

/** The library's types do not have its second parameter. */
interface Preferring {
  encodings(available: readonly string[], options: { preferred: readonly string[] }): string[]
}

function negotiate(header: string): readonly Encoding[] {
  const gzip = header.replace(xGzip, '$1gzip')
  const negotiator: Preferring = new Negotiator({ headers: { 'accept-encoding': gzip } })
  // Of those that it is given, it returns some.
  const accepted = negotiator.encodings(preferred, { preferred }) as Encoding[]
  // The library lets a negative q, which is no q at all, refuse identity too.
  if (!accepted.includes('identity') && !/\*|identity/i.test(header)) accepted.push('identity')
  return accepted
}

/**
 * What an Accept-Encoding accepts, the best first: by q, and where that is equal br, zstd, gzip, identity. Without the
 * field, or with one longer than any client sends, the file as it is. Empty if the client refuses that too.
 */
export function acceptedEncodings(header: string | undefined): readonly Encoding[] {
  if (header === undefined || header.length > headerCharactersMax) return identityAlone
  const known = memo.get(header)
  if (known !== undefined) return known
  const accepted = negotiate(header)
  if (memo.size >= memoEntriesMax) memo.delete(memo.keys().next().value!)
  memo.set(header, accepted)
  return accepted
}

/**
 * The best that is both accepted and available; identity always is. Null if nothing is acceptable: RFC 9110 section
 * 12.5.3 leaves it to the caller to answer 406, or with identity after all.
 */
export function encodingsFor(
  acceptEncoding: string | undefined,
  available: readonly Encoding[],
): Encoding | null {
  const accepted = acceptedEncodings(acceptEncoding)
  const isAvailable = (encoding: Encoding) =>
    encoding === 'identity' || available.includes(encoding)
  return accepted.find(isAvailable) ?? null
}
