// A directory listing as HTML or JSON.
import { setImmediate } from 'node:timers/promises'
import { entriesPerTurn, type Listing, type ListingEntry } from './listing-entry.ts'

/** The last millisecond of the year 9999. */
const timeMsMax = 253_402_300_799_999
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const special = /[&<>"'\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/** Escapes HTML, and replaces marks that reverse the direction of text: they could show `gnp.exe` as `exe.png`. */
function escaped(text: string): string {
  if (!special.test(text)) return text
  return text
    .replace(/[&<>"']/g, character => entities[character]!)
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

function hasDate(mtimeMs: number): boolean {
  return mtimeMs >= 0 && mtimeMs <= timeMsMax
}

function timeCell(mtimeMs: number): string {
  if (!hasDate(mtimeMs)) return '<td></td>'
  const iso = new Date(mtimeMs).toISOString()
  const clock = `<span> ${iso.slice(11, 16)}</span>`
  return `<td><time datetime="${iso.slice(0, 19)}Z">${iso.slice(0, 10)}${clock}</time></td>`
}

function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} B`
  let size = sizeBytes / 1024
  let unit = 0
  // toFixed(1) would round 1023.95 to 1024.0.
  for (; size >= 1023.95; unit++) size /= 1024
  return `${size.toFixed(1)} ${'KMGTPE'[unit]}iB`
}

function sizeCell(sizeBytes: number): string {
  return `<td><data value="${sizeBytes}">${sizeText(sizeBytes)}</data></td>`
}

/** `<bdi>` keeps a right-to-left name from reversing the rest of the row. */
function nameCell({ name, type }: ListingEntry): string {
  const slash = type === 'directory' ? '/' : ''
  const text = `<bdi>${escaped(name)}</bdi>${slash}`
  if (type === 'other') return `<td>${text}</td>`
  return `<td><a href="${encodeURIComponent(name)}${slash}">${text}</a></td>`
}

function htmlRow(entry: ListingEntry): string {
  const size = entry.type === 'file' ? sizeCell(entry.sizeBytes) : '<td></td>'
  return `<tr>${nameCell(entry)}${size}${timeCell(entry.mtimeMs)}</tr>\n`
}

const style = `:root{color-scheme:light dark;--bg:#fbfaf7;--ink:#1c1b19;--soft:#5f5c55;--line:#dcd8ce;--link:#1d56a0}
@media(prefers-color-scheme:dark){:root{--bg:#14161a;--ink:#ece9e2;--soft:#a9a59c;--line:#323740;--link:#7fb2ee}}
body{margin:0 auto;padding:1.5rem 1rem;max-width:60rem;background:var(--bg);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1{margin:0 0 1rem;font-size:1.35rem;line-height:1.3;overflow-wrap:anywhere}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible{outline:2px solid;outline-offset:2px;border-radius:2px}
table{width:100%;border-collapse:collapse}
th,td{padding:.45rem 0 .45rem 1rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap;vertical-align:top;font-variant-numeric:tabular-nums}
th{color:var(--soft);font-weight:500;font-size:.875rem}
td{color:var(--soft)}
th:first-child,td:first-child{width:100%;padding-left:0;text-align:left}
td:first-child{color:var(--ink);white-space:pre-wrap;overflow-wrap:anywhere}
p{margin:0 0 1rem}
table~p{margin:1rem 0 0;color:var(--soft)}
@media(max-width:34rem){td span{display:none}th,td{padding-left:.75rem}}`

/** The beginning of a listing page. The path is decoded and ends with a slash. */
export function listingHead(path: string): string {
  const title = `Index of ${escaped(path)}`
  const parent = path === '/' ? '' : '<p><a href="../">Parent directory</a></p>\n'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>
${style}
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${parent}<table>
<thead><tr><th scope="col">Name</th><th scope="col">Size</th><th scope="col">Changed (UTC)</th></tr></thead>
<tbody>
`
}

function htmlTail({ entries, truncated, leftOut }: Listing): string {
  const empty = entries.length + leftOut === 0 ? '<p>Nothing is here.</p>\n' : ''
  const more = truncated ? '<p>There are more names than are shown here.</p>\n' : ''
  const names =
    leftOut === 1
      ? '1 name that no URL can contain is'
      : `${leftOut} names that no URL can contain are`
  const unnamed = leftOut > 0 ? `<p>${names} left out.</p>\n` : ''
  return `</tbody>\n</table>\n${more || empty}${unnamed}</main>\n</body>\n</html>\n`
}

/** The rows of all entries, made with pauses so that the loop isn't blocked. */
async function rows(
  entries: readonly ListingEntry[],
  row: (entry: ListingEntry, i: number) => string,
): Promise<Buffer[]> {
  const pieces: Buffer[] = []
  for (let i = 0; i < entries.length; i += entriesPerTurn) {
    const some = entries.slice(i, i + entriesPerTurn)
    pieces.push(Buffer.from(some.map((entry, j) => row(entry, i + j)).join('')))
    await setImmediate()
  }
  return pieces
}

/**
 * The rest of a page, after {@link listingHead}. Its links are relative, so it is the same for all paths that lead to
 * the directory. Its Content-Security-Policy must allow inline styles, and nothing else.
 */
export async function listingHtml(listing: Listing): Promise<Buffer> {
  return Buffer.concat([...(await rows(listing.entries, htmlRow)), Buffer.from(htmlTail(listing))])
}

function jsonRow({ name, type, sizeBytes, mtimeMs }: ListingEntry, i: number): string {
  const mtime = hasDate(mtimeMs) ? { mtime: new Date(mtimeMs).toUTCString() } : {}
  const size = type === 'file' ? { size: sizeBytes } : {}
  return `${i === 0 ? '' : ','}\n${JSON.stringify({ name, type, ...mtime, ...size })}`
}

/** The entries as JSON, in the format of nginx's autoindex, which has no place for `truncated` and `leftOut`. */
export async function listingJson({ entries }: Listing): Promise<Buffer> {
  return Buffer.concat([Buffer.from('['), ...(await rows(entries, jsonRow)), Buffer.from('\n]\n')])
}
