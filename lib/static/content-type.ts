import { contentType } from 'mime-types'

/** What the table lacks, or says otherwise than RFC 9239 and WebAssembly's own rules do. */
const additions = new Map(
  Object.entries({
    js: 'text/javascript; charset=utf-8',
    mjs: 'text/javascript; charset=utf-8',
    json: 'application/json; charset=utf-8',
    map: 'application/json; charset=utf-8',
    svg: 'image/svg+xml; charset=utf-8',
    xml: 'text/xml; charset=utf-8',
    webmanifest: 'application/manifest+json; charset=utf-8',
    wasm: 'application/wasm',
    ico: 'image/x-icon',
  }),
)
const unknown = 'application/octet-stream'

/** The Content-Type of a file by its name's extension, in any case. */
export function contentTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  if (dot < 0) return unknown
  const extension = name.slice(dot + 1).toLowerCase()
  return additions.get(extension) ?? (contentType(`x.${extension}`) || unknown)
}
