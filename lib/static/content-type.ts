import { contentType } from 'mime-types'

/** What the table lacks, or says otherwise than browsers and the type's own rules (RFC 9239, 9639) do. */
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
 * The Content-Type of a file by its name's extension, in any case. For a precompressed one that stands in for another,
 * ask with the other's name: what `a.js.gz` is by itself is an archive.
 */
export function contentTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  if (dot < 0) return unknown
  const extension = name.slice(dot + 1).toLowerCase()
  return additions.get(extension) ?? (contentType(`x.${extension}`) || unknown)
}
