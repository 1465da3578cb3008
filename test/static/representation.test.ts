// The type and the coding in which a file is sent.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import { talk, undated } from '../http/client.ts'
import { lastModified, request, Stage } from './stage.ts'

const types: [name: string, type: string][] = [
  ['a.html', 'text/html; charset=utf-8'],
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
  ['a.avif', 'image/avif'],
  ['a.webp', 'image/webp'],
  ['a.jxl', 'image/jxl'],
  ['a.woff2', 'font/woff2'],
  ['a.ico', 'image/x-icon'],
  ['a.mp4', 'video/mp4'],
  ['a.pdf', 'application/pdf'],
  ['a.png', 'image/png'],
  ['image.JPG', 'image/jpeg'],
  ['PAGE.HTML', 'text/html; charset=utf-8'],
  ['a.unknown-to-all', 'application/octet-stream'],
  ['plain', 'application/octet-stream'],
  ['dotted.d/plain', 'application/octet-stream'],
]

describe('a representation', () => {
  const stage = new Stage({
    ...Object.fromEntries(types.map(([name]) => [name, name])),
    'x.js': 'original '.repeat(10),
    'x.js.br': 'brotli',
    'x.js.gz': 'gzip 10101',
    'y.css': 'y'.repeat(20),
    'y.css.gz': 'gz',
    'z.txt': 'z',
  })
  mkdirSync(stage.path('z.txt.br'))
  after(() => stage[Symbol.dispose]())

  for (const [name, type] of types) {
    test(`${name} has the type ${type}`, async () => {
      const { fields } = await stage.get(`/${name}`)
      assert.equal(fields.get('content-type'), type)
      assert.equal(fields.get('x-content-type-options'), 'nosniff')
    })
  }

  const original = 'original '.repeat(10)
  const codings: [
    accept: string | null,
    target: string,
    coding: string | undefined,
    body: string,
  ][] = [
    ['br, gzip', '/x.js', 'br', 'brotli'],
    ['gzip, br', '/x.js', 'br', 'brotli'],
    ['gzip', '/x.js', 'gzip', 'gzip 10101'],
    ['x-gzip', '/x.js', 'gzip', 'gzip 10101'],
    ['GZIP', '/x.js', 'gzip', 'gzip 10101'],
    ['br;q=0, gzip', '/x.js', 'gzip', 'gzip 10101'],
    ['br;q=0.1, gzip;q=0.9', '/x.js', 'gzip', 'gzip 10101'],
    ['br;q=0, gzip;q=0', '/x.js', undefined, original],
    ['*', '/x.js', 'br', 'brotli'],
    ['*;q=0, gzip', '/x.js', 'gzip', 'gzip 10101'],
    ['deflate', '/x.js', undefined, original],
    ['identity', '/x.js', undefined, original],
    ['', '/x.js', undefined, original],
    [null, '/x.js', undefined, original],
    ['identity;q=0, deflate', '/x.js', undefined, original],
    ['br, gzip', '/y.css', 'gzip', 'gz'],
    ['br, zstd', '/y.css', undefined, 'y'.repeat(20)],
    ['br', '/z.txt', undefined, 'z'],
    ['br', '/x.js.br', undefined, 'brotli'],
  ]

  for (const [accept, target, coding, body] of codings) {
    const said = accept === null ? 'without Accept-Encoding' : `with Accept-Encoding: ${accept}`
    test(`${target} ${said} gets ${coding ?? 'identity'}`, async () => {
      const asked = accept === null ? [] : [`Accept-Encoding: ${accept}`]
      const answer = await stage.get(target, ...asked)
      assert.equal(answer.status, 200)
      assert.equal(answer.fields.get('content-encoding'), coding)
      assert.equal(answer.body.toString(), body)
      assert.equal(answer.fields.get('content-length'), String(body.length))
      const get = undated(await talk(stage.port, request('GET', target, ...asked)))
      const head = undated(await talk(stage.port, request('HEAD', target, ...asked)))
      assert.equal(head, get.slice(0, get.indexOf('\r\n\r\n') + 4))
    })
  }

  test('each coding of a file with precompressed siblings has its own ETag, and every answer has Vary', async () => {
    const tags = new Set<string>()
    for (const accept of ['br', 'gzip', 'identity']) {
      const asked = `Accept-Encoding: ${accept}`
      const { fields } = await stage.get('/x.js', asked)
      const tag = fields.get('etag') ?? ''
      tags.add(tag)
      assert.equal(fields.get('content-type'), 'text/javascript; charset=utf-8')
      assert.equal(fields.get('vary'), 'Accept-Encoding')
      for (const condition of [`If-None-Match: ${tag}`, `If-Modified-Since: ${lastModified}`]) {
        const known = await stage.get('/x.js', asked, condition)
        assert.equal(known.status, 304)
        assert.equal(known.fields.get('vary'), 'Accept-Encoding')
        assert.equal(known.fields.get('etag'), tag)
      }
    }
    assert.equal(tags.size, 3)
    assert.equal((await stage.get('/z.txt', 'Accept-Encoding: br')).fields.has('vary'), false)
  })

  test('the ETag of one coding does not match another coding', async () => {
    const tag = (await stage.get('/x.js', 'Accept-Encoding: br')).fields.get('etag')
    const answer = await stage.get('/x.js', 'Accept-Encoding: gzip', `If-None-Match: ${tag}`)
    assert.equal(answer.status, 200)
  })

  test('ranges of a compressed file refer to the compressed bytes', async () => {
    const answer = await stage.get('/x.js', 'Accept-Encoding: br', 'Range: bytes=1-3')
    assert.equal(answer.status, 206)
    assert.equal(answer.body.toString(), 'rot')
    assert.equal(answer.fields.get('content-range'), 'bytes 1-3/6')
    assert.equal(answer.fields.get('content-encoding'), 'br')
    assert.equal(answer.fields.get('content-type'), 'text/javascript; charset=utf-8')
    assert.equal(answer.fields.get('vary'), 'Accept-Encoding')
  })

  test('siblings of the same size and time have different ETags', async () => {
    stage.write('same.txt', 'one')
    stage.write('same.txt.br', 'two')
    stage.write('same.txt.gz', 'six')
    const tags = new Set<string | undefined>()
    for (const accept of ['br', 'gzip', 'identity']) {
      tags.add((await stage.get('/same.txt', `Accept-Encoding: ${accept}`)).fields.get('etag'))
    }
    assert.equal(tags.size, 3)
  })
})
