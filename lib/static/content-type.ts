import { contentType } from 'mime-types'

/** Types that mime-types lacks, or for which it disagrees with browsers, RFC 9239 or RFC 9639. */
const additions = new Map(
  Object.entries({
    js: 'text/javascript; charset=utf-8',
    mjs: 'text/javascript; charset=utf-8',
    cjs: 'text/javascript; charset=utf-8',
    json: 'application/json; charset=utf-8',
    map: 'application/json; charset=utf-8',
    svg: 'image/svg+xml; charset=utf-8',
    xml: 'text/xml; charset=utf-8',
    webmanifest: 'application/manifest+json; charset=utf-8',
    wasm: 'application/wasm',
    ico: 'image/x-icon',
    flac: 'audio/flac',
    tgz: 'application/gzip',
    zst: 'application/zstd',
  }),
)
const unknown = 'application/octet-stream'

/**
 * The Content-Type for a file name's extension, in upper or lower case. For a precompressed sibling, pass the
 * original's name: `a.js.gz` alone has the type of an archive.
 */
export function contentTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  if (dot < 0) return unknown
  const extension = name.slice(dot + 1).toLowerCase()
  return additions.get(extension) ?? (contentType(`x.${extension}`) || unknown)
}
