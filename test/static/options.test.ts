import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type DirectoryOptions, serveDirectory } from '../../lib/static/index.ts'
import { smallFileBytes } from '../../lib/static/limits.ts'
import { directorySettings } from '../../lib/static/options.ts'
import { native } from '../../lib/sys/index.ts'
import { client, talk, undated } from '../http/client.ts'
import { pass } from '../support/clock.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { uncaughtIn } from '../support/uncaught.ts'
import { modifiedS, request, Stage } from './stage.ts'

/** What may be seen a second late has been seen by then. */
const seenMs = 1100

function serving(files: Readonly<Record<string, string>>, options: DirectoryOptions = {}): Stage {
  const stage = new Stage(files)
  stage.serve(options)
  return stage
}

async function textOf(stage: Stage, target: string, ...fields: string[]): Promise<string> {
  const { status, body } = await stage.get(target, ...fields)
  return status === 200 ? body.toString() : String(status)
}

async function expectAll(stage: Stage, answers: Readonly<Record<string, string>>): Promise<void> {
  for (const [target, text] of Object.entries(answers)) {
    assert.equal(await textOf(stage, target), text, target)
  }
}

test('index is looked for in its order, and may be empty', async () => {
  const files = { 'a/home.htm': 'home', 'b/index.html': 'b', 'b/home.htm': 'b home' }
  using stage = serving(files, { index: ['home.htm', 'index.html'] })
  await expectAll(stage, { '/a/': 'home', '/b/': 'b home', '/b/index.html': 'b', '/': '404' })
  using none = serving(files, { index: [] })
  await expectAll(none, { '/b/': '404', '/b': '301', '/b/index.html': 'b' })
})

describe('precompressed', () => {
  const all = {
    'x.js': 'identity content',
    'x.js.br': 'brotli',
    'x.js.zst': 'zstandard',
    'x.js.gz': 'gzip!',
  }

  test('falls back from br to zstd to gzip to the file as it is', async () => {
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

  test('is off when it is said', async () => {
    using stage = serving(all, { precompressed: false })
    const { fields, body } = await stage.get('/x.js', 'Accept-Encoding: br')
    assert.equal(body.toString(), all['x.js'])
    assert.equal(fields.has('vary'), false)
  })

  test('ignores a sibling that is older than its file, and one that cannot be opened', async t => {
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

  test('sees within a second that a sibling has come, or that its file is newer', async () => {
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

  test('sends a large sibling whole, and a rule keeps its Vary', async () => {
    const large = 'b'.repeat(smallFileBytes + 1)
    const rules = '/*\n  Vary: Origin\n'
    using stage = serving({ 'x.js': 'i', 'x.js.br': large, _headers: rules })
    const { fields, body } = await stage.get('/x.js', 'Accept-Encoding: br')
    assert.equal(body.toString(), large)
    assert.equal(fields.get('vary'), 'Origin, Accept-Encoding')
  })
})

describe('listing', () => {
  const files = {
    'd/a.txt': '12345',
    'd/b/c': '',
    'd/.hidden': '',
    'd/_headers': '# none',
    'e/f': '',
  }

  test('is off by default', async () => {
    using stage = serving(files)
    await expectAll(stage, { '/d/': '404', '/d': '301' })
  })

  test('shows names as HTML, and as JSON to who prefers it', async () => {
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

  test('has the same head for HEAD, and leaves the connection to the next request', async () => {
    using stage = serving(files, { listing: true })
    const get = undated(await talk(stage.port, request('GET', '/d/')))
    const sent = request('HEAD', '/d/') + request('GET', '/d/')
    const head = get.slice(0, get.indexOf('\r\n\r\n') + 4)
    assert.equal(undated(await talk(stage.port, sent)), head + get)
  })

  test('shows as many names as listingEntriesMax says', async () => {
    using stage = serving(files, { listing: true, listingEntriesMax: 0 })
    assert.match((await stage.get('/d/')).body.toString(), /more names than are shown/)
  })

  test('leaves nothing open when the client goes', async () => {
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

test('cleanUrls finds a page without its extension, and prefers what has the name itself', async () => {
  const files = { 'about.html': 'about', both: 'plain', 'both.html': 'page', 'd.html': 'page d' }
  using stage = serving({ ...files, 'd/index.html': 'index d' }, { cleanUrls: true })
  const pages = { '/about': 'about', '/both': 'plain', '/d': 'page d', '/d/': 'index d' }
  await expectAll(stage, { ...pages, '/about.html': 'about', '/about/': '301', '/no': '404' })
  await expectAll(stage, { '/no/': '404', '/about.html/': '404' })
  assert.equal((await stage.get('/about')).fields.get('content-type'), 'text/html; charset=utf-8')
  using off = serving(files)
  await expectAll(off, { '/about': '404' })
})

test('fallback stands in for pages, and never for an asset', async () => {
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

describe('notFound', () => {
  test('is the body of a 404, with its type, and the connection stays', async () => {
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

  test('is seen when it changes, comes and goes', async () => {
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

  test('may be large, and is nothing where it is no file, or null', async () => {
    const large = 'x'.repeat(smallFileBytes + 1)
    using stage = serving({ '404.html': large })
    assert.equal((await stage.get('/missing')).body.toString(), large)
    using folder = serving({ '404.html/x': '' })
    assert.match((await folder.get('/missing')).body.toString(), /^file not found/)
    using off = serving({ '404.html': 'page' }, { notFound: null })
    assert.match((await off.get('/missing')).body.toString(), /^file not found/)
    assert.deepEqual([folder.serve().errors, folder.serve().warnings], [[], []])
  })

  test('that may not be read leaves a 404 a 404', async t => {
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

describe('headers', () => {
  const rules = '/*\n  X-All: yes\n/a.txt\n  Cache-Control: max-age=60\n  ! X-All\n'

  test('apply to files, 304, 404, redirections and OPTIONS; and are never served', async () => {
    using stage = serving({ 'a.txt': 'a', 'b.txt': 'b', 'd/x': '', _headers: rules })
    const file = await stage.get('/a.txt')
    assert.equal(file.fields.get('cache-control'), 'max-age=60')
    assert.equal(file.fields.has('x-all'), false)
    assert.equal((await stage.get('/b.txt')).fields.get('cache-control'), 'no-cache')
    const said: [method: string, target: string, status: number, fields: string[]][] = [
      ['GET', '/b.txt', 200, []],
      ['GET', '/b.txt', 304, ['If-None-Match: *']],
      ['GET', '/b.txt', 206, ['Range: bytes=0-0']],
      ['GET', '/missing', 404, []],
      ['GET', '/d', 301, []],
      ['OPTIONS', '/b.txt', 200, []],
    ]
    for (const [method, target, status, fields] of said) {
      const answer = await stage.ask(method, target, ...fields)
      assert.equal(answer.status, status)
      assert.equal(answer.fields.get('x-all'), 'yes', `${method} ${target}`)
    }
    for (const target of ['/_headers', '//_headers', '/%5fheaders', '/d/../_headers']) {
      assert.equal(await textOf(stage, target), '404', target)
    }
  })

  test('that are wrong are refused at the start, by line', () => {
    using stage = new Stage({ _headers: '/*\n  X-A: 1\n  Connection: close\nno slash\n' })
    assert.throws(() => serveDirectory(stage.path('')), {
      code: 'ERR_HEADER_RULES',
      message: /^_headers:3: .*; _headers:4: /,
    })
    assert.equal(openDescriptors().filter(line => line.includes('/root')).length, 0)
  })

  test('that change are seen within a second; wrong ones are told once, and the old ones hold', async () => {
    using stage = serving({ 'a.txt': 'a', _headers: '/*\n  X-A: 1\n' })
    const { warnings, errors } = stage.serve()
    await using peer = await client(stage.port)
    const change = async (alter: () => void) => {
      alter()
      pass(seenMs)
      const { status, fields } = await peer.get('/a.txt')
      assert.equal(status, 200)
      return fields.get('x-a')
    }
    assert.equal(await change(() => {}), '1')
    assert.equal(await change(() => stage.write('_headers', '/*\n  X-A: 22\n')), '22')
    assert.equal(await change(() => stage.write('_headers', '/*\n  X-A\n')), '22')
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]!, /^_headers:2: .* \(the old rules still apply\)$/)
    assert.equal(await change(() => {}), '22')
    assert.equal(warnings.length, 1)
    const replace = () => {
      rmSync(stage.path('_headers'))
      mkdirSync(stage.path('_headers'))
    }
    assert.equal(await change(replace), '22')
    assert.equal(await change(() => {}), '22')
    assert.equal(warnings.length, 2)
    assert.equal(await change(() => rmSync(stage.path('_headers'), { recursive: true })), undefined)
    assert.equal(await change(() => stage.write('_headers', '/*\n  X-A: 4\n')), '4')
    assert.deepEqual(errors, [])
  })

  test('may have another name, or be off; _headers is not served in either case', async () => {
    const files = { 'rules.txt': '/*\n  X-A: 1\n', _headers: 'plain', 'a.txt': 'a' }
    using stage = serving(files, { headers: 'rules.txt' })
    await expectAll(stage, { '/rules.txt': '404', '/_headers': '404', '/a.txt': 'a' })
    assert.equal((await stage.get('/a.txt')).fields.get('x-a'), '1')
    using off = serving(files, { headers: null })
    await expectAll(off, { '/_headers': '404', '/a.txt': 'a' })
    assert.equal((await off.get('/a.txt')).fields.get('x-a'), undefined)
  })

  test('that take the type away leave parts of several ranges without one', async () => {
    using stage = serving({
      'a.txt': '0123456789',
      'a.txt.br': 'abcdefghij',
      _headers: '/*\n  ! Content-Type\n',
    })
    const ranges = ['Range: bytes=0-1,5-6', 'Accept-Encoding: br']
    const { fields, body } = await stage.get('/a.txt', ...ranges)
    assert.equal(fields.get('content-encoding'), 'br')
    assert.doesNotMatch(body.toString(), /Content-Type: br/)
  })
})

test('dotfiles are served where it is said', async () => {
  const files = { '.env': 'env', '.d/x': 'x', '.well-known/y': 'y' }
  using stage = serving(files, { dotfiles: true })
  await expectAll(stage, { '/.env': 'env', '/.d/x': 'x', '/.well-known/y': 'y', '/../x': '400' })
  using off = serving(files)
  await expectAll(off, { '/.env': '404', '/.d/x': '404', '/.well-known/y': 'y' })
})

for (const options of [{ cacheBytes: 0 }, { cachedFilesMax: 0 }, { cachedFilesMax: 2 }]) {
  test(`${JSON.stringify(options)} bounds what stays open, and answers are the same`, async () => {
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

test('onWarning is told of an error of the machine once a minute, with how often it came', async t => {
  using stage = serving({ 'a.txt': 'a' })
  const { server, warnings } = stage.serve()
  await using peer = await client(stage.port)
  let nowMs = performance.now()
  t.mock.method(performance, 'now', () => nowMs)
  const mock = t.mock.method(native, 'openat2', () => -24)
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

test('options that are none, or of another kind, are refused, and nothing stays open', () => {
  using stage = new Stage({})
  for (const [options, error] of wrong) {
    const make = () => serveDirectory(stage.path(''), options as DirectoryOptions)
    assert.throws(make, error, JSON.stringify(options))
  }
  using _directory = serveDirectory(stage.path(''), {
    index: undefined,
  } as unknown as DirectoryOptions)
})

test('a renamed root shows its files still, as it is the same directory', async () => {
  using stage = serving({ 'a.txt': 'a' })
  renameSync(stage.path(''), `${stage.site.outside}/moved`)
  pass(seenMs)
  assert.equal(await textOf(stage, '/a.txt'), 'a')
  writeFileSync(`${stage.site.outside}/moved/b.txt`, 'b')
  assert.equal(await textOf(stage, '/b.txt'), 'b')
})

test('an onWarning that throws is an uncaught exception, and cuts nothing short', async () => {
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
