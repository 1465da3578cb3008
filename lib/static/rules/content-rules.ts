/** Fields that describe the file, or control how long it may be cached. */
const contentFields = new Set([
  'age',
  'cache-control',
  'cdn-cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
  'expires',
  'pragma',
  'surrogate-control',
])

/**
 * Whether a `_headers` rule for this field also applies to errors and redirects. Rules for fields that describe the
 * file don't apply: an error cached for a year would outlive its cause.
 */
export function appliesToErrors(name: string): boolean {
  return !contentFields.has(name)
}
