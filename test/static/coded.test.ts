// Compressed files without an original, sent with the Content-Encoding of a rule.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { smallFileBytes } from '../../lib/static/limits.ts'
import { client } from '../http/client.ts'
import { Stage } from './stage.ts'

const js = 'let a = 1\n'.repeat(100)
const large = Buffer.alloc(smallFileBytes + 1, 'z')
const rules = [
  '/Build/*.br\n  Content-Encoding: br\n',
  '/Build/*.js.br\n  Content-Type: text/javascript\n',
  '/Build/*.gz\n  content-encoding: gzip\n',
  '/*.svgz\n  Content-Encoding: gzip\n  Content-Type: image/svg+xml\n',
  '/404.html\n  Content-Encoding: gzip\n',
  '/wide/*\n  Content-Encoding: zstd\n',
].join('')
const files = {
  'Build/a.js.br': brotliCompressSync(js),
  'Build/large.wasm.gz': large,
  'Build/old.gz.txt': 'plain',
  'x.svgz': gzipSync('<svg/>'),
  '404.html': gzipSync('<p>gone'),
  'wide/b.js': 'plain',
  'wide/b.js.gz': gzipSync('plain'),
  'wide/app.html': 'app',
  _headers: rules,
}

test('a compressed file without an original is sent with the Content-Encoding of its rule', async () => {
  using stage = new Stage(files)
  stage.serve({ listing: true, fallback: 'app.html' })
  for (const fields of [['Accept-Encoding: br'], ['Accept-Encoding: identity'], []]) {
    const { status, fields: got, body } = await stage.get('/Build/a.js.br', ...fields)
    assert.equal(status, 200)
    assert.equal(got.get('content-encoding'), 'br')
    assert.equal(got.get('content-type'), 'text/javascript')
    assert.equal(got.has('vary'), false, 'there is only one form of the file')
    assert.ok(body.equals(files['Build/a.js.br']))
  }
  const svg = await stage.get('/x.svgz')
  assert.equal(svg.fields.get('content-encoding'), 'gzip')
  assert.equal(svg.fields.get('content-type'), 'image/svg+xml')
  const decoded = await fetch(`http://127.0.0.1:${stage.port}/x.svgz`, {
    headers: { connection: 'close' },
  })
  assert.equal(await decoded.text(), '<svg/>')
  assert.equal((await stage.get('/Build/old.gz.txt')).fields.has('content-encoding'), false)
})

test('the ETag, conditions and ranges of a file with a Content-Encoding rule refer to the stored bytes', async () => {
  using stage = new Stage(files)
  await using peer = await client(stage.port)
  const whole = await peer.get('/Build/large.wasm.gz')
  assert.equal(whole.fields.get('content-length'), String(large.length))
  const tag = whole.fields.get('etag')!
  assert.match(tag, /^"[-\w]+-gzip"$/)
  const same = await peer.get('/Build/large.wasm.gz', `If-None-Match: ${tag}`)
  assert.deepEqual([same.status, same.fields.has('content-encoding')], [304, false])
  const part = await peer.get('/Build/large.wasm.gz', 'Range: bytes=1-2', `If-Range: ${tag}`)
  assert.equal(part.status, 206)
  assert.equal(part.fields.get('content-encoding'), 'gzip')
  assert.equal(part.fields.get('content-range'), `bytes 1-2/${large.length}`)
  const late = await peer.get('/Build/large.wasm.gz', 'Range: bytes=99999999-')
  assert.deepEqual([late.status, late.fields.has('content-encoding')], [416, false])
})

test('a Content-Encoding rule does not apply to errors, redirects, listings or files with precompressed siblings', async () => {
  using stage = new Stage(files)
  stage.serve({ listing: true, fallback: 'wide/app.html' })
  const codingOf = async (target: string, ...fields: string[]) => {
    const { status, fields: got } = await stage.get(target, ...fields)
    return [status, got.get('content-encoding')]
  }
  assert.deepEqual(await codingOf('/wide/'), [200, undefined])
  assert.deepEqual(await codingOf('/wide'), [301, undefined])
  assert.deepEqual(await codingOf('/wide/%zz'), [400, undefined])
  assert.deepEqual(await codingOf('/wide/page'), [200, undefined], 'the fallback')
  assert.deepEqual(await codingOf('/wide/b.js'), [200, undefined])
  assert.deepEqual(await codingOf('/wide/b.js', 'Accept-Encoding: gzip'), [200, 'gzip'])
  assert.deepEqual(await codingOf('/wide/app.html'), [200, 'zstd'])
  assert.deepEqual(await codingOf('/missing.js'), [404, 'gzip'], 'the 404 page has a rule')
})
