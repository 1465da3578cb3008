import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentTypeOf } from '../../lib/static/content-type.ts'

const unknown = 'application/octet-stream'
const table: [name: string, type: string][] = [
  ['index.html', 'text/html; charset=utf-8'],
  ['a.htm', 'text/html; charset=utf-8'],
  ['a.css', 'text/css; charset=utf-8'],
  ['a.js', 'text/javascript; charset=utf-8'],
  ['a.mjs', 'text/javascript; charset=utf-8'],
  ['a.json', 'application/json; charset=utf-8'],
  ['a.js.map', 'application/json; charset=utf-8'],
  ['a.svg', 'image/svg+xml; charset=utf-8'],
  ['a.txt', 'text/plain; charset=utf-8'],
  ['a.md', 'text/markdown; charset=utf-8'],
  ['a.xml', 'text/xml; charset=utf-8'],
  ['a.webmanifest', 'application/manifest+json; charset=utf-8'],
  ['a.wasm', 'application/wasm'],
  ['a.png', 'image/png'],
  ['a.avif', 'image/avif'],
  ['a.webp', 'image/webp'],
  ['a.jxl', 'image/jxl'],
  ['a.woff2', 'font/woff2'],
  ['favicon.ico', 'image/x-icon'],
  ['a.mp4', 'video/mp4'],
  ['a.pdf', 'application/pdf'],
  ['dir.html/IMAGE.JPG', 'image/jpeg'],
  ['A.HTML', 'text/html; charset=utf-8'],
  ['a.unheardof', unknown],
  ['a.html.unheardof', unknown],
  ['Makefile', unknown],
  ['dir.html/file', unknown],
  ['a.', unknown],
  ['', unknown],
  ['a.constructor', unknown],
  ['a.__proto__', unknown],
  ['a.hasOwnProperty', unknown],
]

for (const [name, type] of table) {
  test(`contentTypeOf('${name}') is ${type}`, () => assert.equal(contentTypeOf(name), type))
}
