// The options of serveDirectory().
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type DirectoryOptions, serveDirectory } from '../../lib/static/index.ts'
import { smallFileBytes } from '../../lib/static/limits.ts'
import { directorySettings } from '../../lib/static/options.ts'
import { EMFILE, native } from '../../lib/sys/index.ts'
import { client, talk, undated } from '../http/client.ts'
import { pass } from '../support/clock.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { uncaughtIn } from '../support/uncaught.ts'
import { Serving, Site } from './site.ts'
import { expectAll, modifiedS, request, Stage, serving, textOf } from './stage.ts'

/** After this time, the server has repeated the checks that it makes once a second. */
const seenMs = 1100

test('index names are tried in order, and the list may be empty', async () => {
  const files = { 'a/home.htm': 'home', 'b/index.html': 'b', 'b/home.htm': 'b home' }
  using stage = serving(files, { index: ['home.htm', 'index.html'] })
  await expectAll(stage, { '/a/': 'home', '/b/': 'b home', '/b/index.html': 'b', '/': '404' })
  using none = serving(files, { index: [] })
  await expectAll(none, { '/b/': '404', '/b': '301', '/b/index.html': 'b' })
})

describe('the precompressed option', () => {
  const all = {
    'x.js': 'identity content',
    'x.js.br': 'brotli',
    'x.js.zst': 'zstandard',
    'x.js.gz': 'gzip!',
  }

  test('the first available of br, zstd, gzip and the file itself is sent', async () => {
    using stage = serving(all)
    await using peer = await client(stage.port)
    const order: [removed: string | null, coding: string | undefined][] = [
      [null, 'br'],
      ['x.js.br', 'zstd'],
      ['x.js.zst', 'gzip'],
      ['x.js.gz', undefined],
    ]
    for (const [removed, coding] of order) {
      if (removed !== null) rmSync(stage.path(removed))
      const { status, fields, body } = await peer.get('/x.js', 'Accept-Encoding: gzip, zstd, br')
      assert.equal(status, 200)
      assert.equal(fields.get('content-encoding'), coding)
      assert.equal(fields.get('content-length'), String(body.length))
      assert.equal(fields.get('content-type'), 'text/javascript; charset=utf-8')
      assert.equal(fields.get('vary'), coding === undefined ? undefined : 'Accept-Encoding')
    }
  })

  test('precompressed siblings can be turned off', async () => {
    using stage = serving(all, { precompressed: false })
    const { fields, body } = await stage.get('/x.js', 'Accept-Encoding: br')
    assert.equal(body.toString(), all['x.js'])
    assert.equal(fields.has('vary'), false)
  })

  test('a sibling that is older than its file or cannot be opened is ignored', async t => {
    using stage = new Stage({ 'x.js': 'new', 'y.js': 'y', 'z.js': 'z', 'z.js.br': 'z br' })
    stage.write('x.js.br', 'old', modifiedS - 1)
    mkdirSync(stage.path('y.js.br'))
    symlinkSync('/etc/hostname', stage.path('y.js.gz'))
    const { openat2 } = native
    t.mock.method(native, 'openat2', (...args: Parameters<typeof openat2>) =>
      args[1] === 'z.js.br' ? -13 : openat2(...args),
    )
    for (const name of ['x', 'y', 'z']) {
      const { fields } = await stage.get(`/${name}.js`, 'Accept-Encoding: br, gzip')
      assert.equal(fields.get('content-encoding'), undefined, name)
    }
    assert.deepEqual(stage.serve().errors, [])
  })

  test('a new sibling or a newer file is noticed within a second', async () => {
    using stage = serving({ 'x.js': 'identity' })
    await using peer = await client(stage.port)
    const seen = async () => (await peer.get('/x.js', 'Accept-Encoding: br')).body.toString()
    assert.equal(await seen(), 'identity')
    stage.write('x.js.br', 'brotli')
    pass(seenMs)
    assert.equal(await seen(), 'brotli')
    stage.write('x.js', 'newer', modifiedS + 1)
    pass(seenMs)
    assert.equal(await seen(), 'newer')
  })

  test('a large sibling is sent whole, and Accept-Encoding is added to the Vary field of a rule', async () => {
    const large = 'b'.repeat(smallFileBytes + 1)
    const rules = '/*\n  Vary: Origin\n'
    using stage = serving({ 'x.js': 'i', 'x.js.br': large, _headers: rules })
    const { fields, body } = await stage.get('/x.js', 'Accept-Encoding: br')
    assert.equal(body.toString(), large)
    assert.equal(fields.get('vary'), 'Origin, Accept-Encoding')
  })
})

describe('the listing option', () => {
  const files = {
    'd/a.txt': '12345',
    'd/b/c': '',
    'd/.hidden': '',
    'd/_headers': '# none',
    'e/f': '',
  }

  test('listings are off by default', async () => {
    using stage = serving(files)
    await expectAll(stage, { '/d/': '404', '/d': '301' })
  })

  test('a listing is HTML, or JSON if the client prefers it', async () => {
    using stage = serving(files, { listing: true, headers: 'd/_headers' })
    symlinkSync('../e', stage.path('d/inside'))
    symlinkSync('../../outside', stage.path('d/outside'))
    symlinkSync('/etc', stage.path('d/etc'))
    const html = await stage.get('/d/')
    assert.equal(html.fields.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(html.fields.get('vary'), 'Accept')
    assert.match(html.fields.get('content-security-policy') ?? '', /default-src 'none'/)
    assert.match(html.body.toString(), /<a href="a\.txt">/)
    assert.doesNotMatch(html.body.toString(), /hidden|_headers|outside|etc/)
    const json = await stage.get('/d/', 'Accept: application/json, text/html;q=0.5')
    assert.equal(json.fields.get('content-type'), 'application/json; charset=utf-8')
    assert.equal(json.fields.get('vary'), 'Accept')
    const entries = JSON.parse(json.body.toString()) as { name: string; type: string }[]
    assert.deepEqual(
      entries.map(({ name, type }) => [name, type]),
      [
        ['b', 'directory'],
        ['inside', 'directory'],
        ['a.txt', 'file'],
      ],
    )
    assert.equal((await stage.get('/d?x')).fields.get('location'), './d/?x')
    await expectAll(stage, { '/missing/': '404', '/d/a.txt/': '404', '/d/etc/': '404' })
    await expectAll(stage, { '/d/_headers': '404' })
  })

  test('HEAD of a listing gets the head of GET, and the connection stays open', async () => {
    using stage = serving(files, { listing: true })
    const get = undated(await talk(stage.port, request('GET', '/d/')))
    const sent = request('HEAD', '/d/') + request('GET', '/d/')
    const head = get.slice(0, get.indexOf('\r\n\r\n') + 4)
    assert.equal(undated(await talk(stage.port, sent)), head + get)
  })

  test('a listing shows at most listingEntriesMax names', async () => {
    using stage = serving(files, { listing: true, listingEntriesMax: 0 })
    assert.match((await stage.get('/d/')).body.toString(), /more names than are shown/)
  })

  test('no connection stays open if the client disconnects during a listing', async () => {
    using stage = serving(files, { listing: true })
    const { server, errors } = stage.serve()
    for (let i = 0; i < 20; i++) {
      await using peer = await client(stage.port)
      peer.send(request('GET', '/d/'))
      peer.socket.resetAndDestroy()
    }
    assert.match(await textOf(stage, '/d/'), /a\.txt/)
    while (server.connections > 0) await setTimeout(1)
    assert.deepEqual(errors, [])
  })
})

test('cleanUrls serves a page without its extension, but a file with the exact name takes precedence', async () => {
  const files = { 'about.html': 'about', both: 'plain', 'both.html': 'page', 'd.html': 'page d' }
  using stage = serving({ ...files, 'd/index.html': 'index d' }, { cleanUrls: true })
  const pages = { '/about': 'about', '/both': 'plain', '/d': 'page d', '/d/': 'index d' }
  await expectAll(stage, { ...pages, '/about.html': 'about', '/about/': '301', '/no': '404' })
  await expectAll(stage, { '/no/': '404', '/about.html/': '404' })
  assert.equal((await stage.get('/about')).fields.get('content-type'), 'text/html; charset=utf-8')
  using off = serving(files)
  await expectAll(off, { '/about': '404' })
})

test('fallback replaces missing pages, but never missing assets', async () => {
  using stage = serving({ 'app.html': 'app', 'main.js': 'js' }, { fallback: 'app.html' })
  const pages = { '/': 'app', '/users/7': 'app', '/users/': 'app', '/main.js': 'js' }
  await expectAll(stage, { ...pages, '/old.js': '404', '/x/pic.png': '404', '/.env': '404' })
  for (const [destination, answer] of [
    ['document', 'app'],
    ['iframe', 'app'],
    ['empty', 'app'],
    ['script', '404'],
    ['style', '404'],
    ['image', '404'],
  ] as const) {
    assert.equal(await textOf(stage, '/users', `Sec-Fetch-Dest: ${destination}`), answer)
  }
  {
    const rules = '/users\n  Cache-Control: public, max-age=31536000\n  Vary: Cookie'
    const files = { 'app.html': 'app', _headers: rules, 'app.html.gz': 'gz' }
    using other = serving(files, { fallback: 'app.html' })
    await using peer = await client(other.port)
    const { fields } = await peer.get('/users')
    assert.equal(fields.get('cache-control'), 'no-cache')
    assert.match(fields.get('vary')!, /Cookie.*Sec-Fetch-Dest/)
  }
  for (const name of ['missing.html', 'folder']) {
    using other = serving({ 'folder/x': '' }, { fallback: name })
    await expectAll(other, { '/users': '404' })
  }
})

test('dotfiles serves names with a leading dot', async () => {
  const files = { '.env': 'env', '.d/x': 'x', '.well-known/y': 'y' }
  using stage = serving(files, { dotfiles: true })
  await expectAll(stage, { '/.env': 'env', '/.d/x': 'x', '/.well-known/y': 'y', '/../x': '400' })
  using off = serving(files)
  await expectAll(off, { '/.env': '404', '/.d/x': '404', '/.well-known/y': 'y' })
})

for (const options of [{ cacheBytes: 0 }, { cachedFilesMax: 0 }, { cachedFilesMax: 2 }]) {
  test(`${JSON.stringify(options)} limits open files, and does not change answers`, async () => {
    const names = ['a', 'b', 'c', 'd']
    using stage = serving({ small: 's' }, options)
    for (const name of names) {
      stage.write(name, name)
      truncateSync(stage.path(name), smallFileBytes + 1)
    }
    await using peer = await client(stage.port)
    for (const name of [...names, ...names]) {
      const { body } = await peer.get(`/${name}`)
      assert.equal(body.length, smallFileBytes + 1)
      assert.equal(body.toString('latin1', 0, 1), name)
    }
    const open = openDescriptors().filter(line => /root\/[abcd]$/.test(line)).length
    assert.equal(open, options.cachedFilesMax ?? 0)
    assert.equal((await peer.get('/small')).body.toString(), 's')
  })
}

test('onWarning gets each kind of error at most once a minute, with a count', async t => {
  using stage = serving({ 'a.txt': 'a' })
  const { server, warnings } = stage.serve()
  await using peer = await client(stage.port)
  let nowMs = performance.now()
  t.mock.method(performance, 'now', () => nowMs)
  const mock = t.mock.method(native, 'openat2', () => EMFILE)
  for (let i = 0; i < 5; i++) assert.equal((await peer.get('/a.txt')).status, 503)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0]!, /^EMFILE/)
  nowMs += 60_001
  await using later = await client(stage.port)
  assert.equal((await later.get('/a.txt')).status, 503)
  assert.equal(warnings.length, 2)
  assert.match(warnings[1]!, /\(5 times\)$/)
  mock.mock.restore()
  assert.ok(server.connections > 0)
})

const wrong: [options: object, error: typeof TypeError | typeof RangeError][] = [
  [{ index: 'index.html' }, TypeError],
  [{ index: [1] }, TypeError],
  [{ index: [null] }, TypeError],
  [{ index: [''] }, TypeError],
  [{ index: ['/index.html'] }, TypeError],
  [{ index: ['../index.html'] }, TypeError],
  [{ precompressed: 1 }, TypeError],
  [{ listing: 'yes' }, TypeError],
  [{ cleanUrls: null }, TypeError],
  [{ dotfiles: 0 }, TypeError],
  [{ etag: 'weak' }, TypeError],
  [{ links: true }, TypeError],
  [{ fallback: '' }, TypeError],
  [{ fallback: '/app.html' }, TypeError],
  [{ fallback: 'a\0b' }, RangeError],
  [{ notFound: 404 }, TypeError],
  [{ headers: './_headers' }, TypeError],
  [{ headers: 'a//b' }, TypeError],
  [{ cacheBytes: -1 }, RangeError],
  [{ cacheBytes: '1' }, TypeError],
  [{ cachedFilesMax: 1.5 }, RangeError],
  [{ listingEntriesMax: Number.NaN }, RangeError],
  [{ onWarning: 'log' }, TypeError],
  [{ cleanURLs: true }, TypeError],
  [[], TypeError],
]

test('unknown options and wrong types throw, and leave no descriptor open', () => {
  using stage = new Stage({})
  for (const [options, error] of wrong) {
    const make = () => serveDirectory(stage.path(''), options as DirectoryOptions)
    assert.throws(make, error, JSON.stringify(options))
  }
  using _directory = serveDirectory(stage.path(''), {
    index: undefined,
  } as unknown as DirectoryOptions)
})

test('a root that is renamed is still served', async () => {
  using stage = serving({ 'a.txt': 'a' })
  renameSync(stage.path(''), `${stage.site.outside}/moved`)
  pass(seenMs)
  assert.equal(await textOf(stage, '/a.txt'), 'a')
  writeFileSync(`${stage.site.outside}/moved/b.txt`, 'b')
  assert.equal(await textOf(stage, '/b.txt'), 'b')
})

test('if onWarning throws, the exception reaches uncaughtException, and the caller of onWarning continues', async () => {
  const messages = await uncaughtIn(async () => {
    const { onWarning } = directorySettings({
      onWarning: () => {
        throw new Error('onWarning is broken')
      },
    })
    onWarning('x')
    await setTimeout(0)
  })
  assert.deepEqual(messages, ['onWarning is broken'])
})

test('cacheBytes also limits the memory of response heads', async t => {
  using place = new Site()
  mkdirSync(place.path(''), { recursive: true })
  for (let i = 0; i < 20; i++) writeFileSync(place.path(`${i}.txt`), 'x')
  writeFileSync(place.path('_headers'), `/*\n  Content-Security-Policy: ${'a'.repeat(1900)}\n`)
  // The cache has room for four entries of about 14 KB each.
  using serving = new Serving(place.path(''), { cacheBytes: 65_536 })
  await using peer = await client(serving.port)
  const opened = t.mock.method(native, 'openat2')
  for (let i = 0; i < 20; i++) await peer.get(`/${i}.txt`)
  const before = opened.mock.callCount()
  for (let i = 0; i < 20; i++) await peer.get(`/${i}.txt`)
  assert.ok(
    opened.mock.callCount() - before >= 20,
    'each entry was dropped before its next request',
  )
})
