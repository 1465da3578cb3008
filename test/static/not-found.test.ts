import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { smallFileBytes } from '../../lib/static/limits.ts'
import { EMFILE, native } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { pass } from '../support/clock.ts'
import { Serving, Site } from './site.ts'
import { request, serving } from './stage.ts'

/** After this time, the server has repeated the checks that it makes once a second. */
const seenMs = 1100

describe('the notFound option', () => {
  test('the 404 page is the body of a 404, with the type of the page, and the connection stays open', async () => {
    using stage = serving({ '404.html': '<p>gone', 'a.txt': 'a' })
    await using peer = await client(stage.port)
    for (let i = 0; i < 2; i++) {
      const { status, fields, body } = await peer.get('/missing')
      assert.deepEqual([status, body.toString()], [404, '<p>gone'])
      assert.equal(fields.get('content-type'), 'text/html; charset=utf-8')
      assert.equal(fields.get('content-length'), '7')
      assert.equal(fields.has('accept-ranges'), false)
    }
    peer.send(request('HEAD', '/missing'))
    const head = await peer.answer({ toHead: true })
    assert.deepEqual([head.status, head.fields.get('content-length')], [404, '7'])
    assert.equal((await peer.get('/missing', 'Range: bytes=0-1')).status, 404)
    assert.equal((await peer.get('/missing', 'If-None-Match: *')).status, 404)
    assert.equal((await peer.get('/404.html')).status, 200)
    assert.equal((await peer.get('/missing')).status, 404)
    assert.equal((await peer.get('/a.txt')).body.toString(), 'a')
  })

  test('the 404 page may appear, change or disappear while the server runs', async () => {
    using stage = serving({}, { notFound: 'lost.txt' })
    await using peer = await client(stage.port)
    const seen = async () => (await peer.get('/missing')).body.toString()
    const text = 'file not found, 请输入正确的url'
    assert.equal(await seen(), text)
    stage.write('lost.txt', 'one')
    pass(seenMs)
    assert.equal(await seen(), 'one')
    stage.write('lost.txt', 'another')
    assert.equal(await seen(), 'another')
    rmSync(stage.path('lost.txt'))
    assert.equal(await seen(), text)
  })

  test('the 404 page may be large; if notFound is null or not a file, the default text is sent', async () => {
    const large = 'x'.repeat(smallFileBytes + 1)
    using stage = serving({ '404.html': large })
    assert.equal((await stage.get('/missing')).body.toString(), large)
    using folder = serving({ '404.html/x': '' })
    assert.match((await folder.get('/missing')).body.toString(), /^file not found/)
    using off = serving({ '404.html': 'page' }, { notFound: null })
    assert.match((await off.get('/missing')).body.toString(), /^file not found/)
    assert.deepEqual([folder.serve().errors, folder.serve().warnings], [[], []])
  })

  test('the default text replaces a 404 page that cannot be read', async t => {
    using stage = serving({ '404.html': 'page' })
    const { openat2 } = native
    t.mock.method(native, 'openat2', (...args: Parameters<typeof openat2>) =>
      args[1] === '404.html' ? -13 : openat2(...args),
    )
    const { status, body } = await stage.get('/missing')
    assert.equal(status, 404)
    assert.match(body.toString(), /^file not found/)
  })
})

const kept = 'public, max-age=31536000, immutable'

test('the 404 page is never cacheable, even if a rule for the file says so', async () => {
  using place = new Site()
  mkdirSync(place.path(''), { recursive: true })
  writeFileSync(place.path('404.html'), '<p>gone')
  writeFileSync(place.path('_headers'), `/*\n  Cache-Control: ${kept}\n  X-Frame-Options: DENY\n`)
  using serving = new Serving(place.path(''))
  await using peer = await client(serving.port)
  for (let i = 0; i < 2; i++) {
    const { status, fields, body } = await peer.get('/missing')
    assert.deepEqual([status, body.toString()], [404, '<p>gone'])
    assert.deepEqual(
      [
        'cache-control',
        'etag',
        'last-modified',
        'accept-ranges',
        'x-frame-options',
        'content-type',
      ].map(key => fields.get(key)),
      ['no-store', undefined, undefined, undefined, 'DENY', 'text/html; charset=utf-8'],
    )
    assert.equal((await peer.get('/404.html')).fields.get('cache-control'), kept)
  }
})

test('a request for the 404 page itself gets 503 if it cannot be opened', async t => {
  using place = new Site()
  mkdirSync(place.path(''), { recursive: true })
  writeFileSync(place.path('404.html'), 'gone')
  using serving = new Serving(place.path(''))
  await using peer = await client(serving.port)
  const refusing = t.mock.method(native, 'openat2', () => EMFILE)
  assert.equal((await peer.get('/404.html')).status, 503)
  refusing.mock.restore()
  assert.equal((await peer.get('/404.html')).body.toString(), 'gone')
})
