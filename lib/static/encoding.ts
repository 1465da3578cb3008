import Negotiator from 'negotiator'

/** The coding of a precompressed sibling, or `identity` for the file itself. */
export type Encoding = 'br' | 'zstd' | 'gzip' | 'identity'

/** The suffix of a precompressed sibling. */
export const encodingSuffixes = { br: '.br', zstd: '.zst', gzip: '.gz' } as const

/** The order of preference among codings with the same q. */
const preferred: readonly Encoding[] = ['br', 'zstd', 'gzip', 'identity']
/** How many field values have their parsed result cached. Browsers all send the same few values. */
const memoEntriesMax = 64
/** Far longer than any client sends. Parsing a field of 16 KiB, which is allowed, would take milliseconds. */
const headerCharactersMax = 256

/** RFC 9110 section 8.4.1.3: x-gzip means gzip. */
const xGzip = /(^|[\s,])x-gzip(?=[\s,;]|$)/gi
const memo = new Map<string, readonly Encoding[]>()
const identityAlone: readonly Encoding[] = ['identity']

/** Negotiator's types lack the second parameter of `encodings()`. */
interface Preferring {
  encodings(available: readonly string[], options: { preferred: readonly string[] }): string[]
}

function negotiate(header: string): readonly Encoding[] {
  const gzip = header.replace(xGzip, '$1gzip')
  const negotiator: Preferring = new Negotiator({ headers: { 'accept-encoding': gzip } })
  const accepted = negotiator.encodings(preferred, { preferred }) as Encoding[]
  // Negotiator treats a negative q, which is invalid, as a refusal of identity.
  if (!accepted.includes('identity') && !/\*|identity/i.test(header)) accepted.push('identity')
  return accepted
}

/**
 * The codings that an Accept-Encoding accepts, best first: by q, then br, zstd, gzip, identity. A missing or oversized
 * field accepts only identity. The list is empty if the client refuses identity too.
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
 * The best coding that is both accepted and available; identity is always available. Null if nothing is acceptable:
 * RFC 9110 section 12.5.3 lets the caller answer 406 or still send identity.
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
