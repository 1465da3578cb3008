/** What says something of the file at an address, and how long it may be kept. */
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
 * Whether a rule for a field is for what is said instead of a file, too. One for the file is not: an error that may be
 * kept for a year, because the file may, would outlive its cause.
 */
export function isForErrors(name: string): boolean {
  return !contentFields.has(name)
}
