// Files that change: no answer has the old content.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import {
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { smallFileBytes } from '../../lib/static/limits.ts'
import { client } from '../http/client.ts'
import { pass } from '../support/clock.ts'
import { Serving, Site } from './site.ts'

/** A file of the first size is cached in memory; a file of the second size is kept open. */
const sizes = [100, smallFileBytes + 1]

for (const size of sizes) {
  const content = (letter: string, more = 0): string => letter.repeat(size + more)

  test(`serveDirectory() never answers with the old content of a file of ${size} bytes`, async () => {
    using site = new Site()
    mkdirSync(site.path(''), { recursive: true })
    const name = site.path('f.txt')
    using serving = new Serving(site.path(''))
    await using peer = await client(serving.port)
    const seen = async (): Promise<string> => {
      const { status, body } = await peer.get('/f.txt')
      return status === 200 ? body.toString() : String(status)
    }
    assert.equal(await seen(), '404')

    writeFileSync(name, content('a'))
    utimesSync(name, 1000, 1000)
    assert.equal(await seen(), content('a'))
    assert.equal(await seen(), content('a'))

    writeFileSync(site.path('new'), content('b'))
    utimesSync(site.path('new'), 1000, 1000)
    renameSync(site.path('new'), name)
    assert.equal(await seen(), content('b'), 'another file with the same size and time')

    writeFileSync(name, content('c', 1))
    utimesSync(name, 1000, 1000)
    assert.equal(await seen(), content('c', 1), 'another size, with the same time')

    const { fields } = await peer.get('/f.txt')
    writeFileSync(site.path('new'), content('C', 1))
    utimesSync(site.path('new'), 1000, 1000)
    renameSync(site.path('new'), name)
    const tag = fields.get('etag')!
    const asked = await peer.get('/f.txt', `If-None-Match: ${tag}`)
    assert.equal(asked.status, 200, 'the ETag of another file with the same size and time')
    assert.equal(asked.body.toString(), content('C', 1))
    const part = await peer.get('/f.txt', 'Range: bytes=1-', `If-Range: ${tag}`)
    assert.equal(part.status, 200)
    const again = await peer.get('/f.txt', `If-None-Match: ${part.fields.get('etag')}`)
    assert.equal(again.status, 304)

    const { ino } = statSync(name)
    writeFileSync(name, content('d', 1))
    utimesSync(name, 2000, 2000)
    assert.equal(statSync(name).ino, ino)
    assert.equal(await seen(), content('d', 1), 'another time, with the same size')

    rmSync(name)
    assert.equal(await seen(), '404')
    mkdirSync(name)
    assert.equal(await seen(), '301')
  })
}

test('serveDirectory() serves a new or changed index file immediately', async () => {
  using site = new Site()
  mkdirSync(site.path(''), { recursive: true })
  using serving = new Serving(site.path(''))
  await using peer = await client(serving.port)
  for (const [text, time] of [
    ['one', 1000],
    ['two', 2000],
  ] as const) {
    writeFileSync(site.path('index.html'), text)
    utimesSync(site.path('index.html'), time, time)
    assert.equal((await peer.get('/')).body.toString(), text)
  }
})

test('if the root is a link and is swapped, serveDirectory() serves the new directory within a second', async () => {
  using site = new Site()
  const root = `${site.outside}/current`
  const release = (version: string): void => {
    const directory = `${site.outside}/${version}`
    mkdirSync(directory)
    writeFileSync(`${directory}/index.html`, version)
    symlinkSync(version, `${site.outside}/next`)
    renameSync(`${site.outside}/next`, root)
  }
  release('v1')
  using serving = new Serving(root)
  await using peer = await client(serving.port)
  assert.equal((await peer.get('/')).body.toString(), 'v1')
  release('v2')
  pass(1100)
  assert.equal((await peer.get('/')).body.toString(), 'v2')
  rmSync(root)
  pass(1100)
  assert.equal(
    (await peer.get('/')).body.toString(),
    'v2',
    'the last root stays in use while the path does not exist',
  )
  release('v3')
  pass(1100)
  assert.equal((await peer.get('/')).body.toString(), 'v3')
})

for (const size of [100, smallFileBytes + 1, 300_000]) {
  test(`serveDirectory() sends either the old or the new content while a file of ${size} bytes is replaced`, async () => {
    using site = new Site()
    mkdirSync(site.path(''), { recursive: true })
    const replace = (letter: string): void => {
      writeFileSync(site.path('new'), letter.repeat(size))
      renameSync(site.path('new'), site.path('f.txt'))
    }
    replace('a')
    using serving = new Serving(site.path(''))
    const letters = new Set<string>()
    const ask = async (): Promise<void> => {
      await using peer = await client(serving.port)
      for (let i = 0; i < 30; i++) {
        const { status, body } = await peer.get('/f.txt')
        const letter = String.fromCharCode(body[0]!)
        assert.equal(status, 200)
        assert.ok(body.equals(Buffer.alloc(size, letter)))
        letters.add(letter)
        replace(letter === 'a' ? 'b' : 'a')
      }
    }
    await Promise.all([ask(), ask(), ask(), ask()])
    assert.deepEqual([...letters].sort(), ['a', 'b'])
    assert.deepEqual(serving.errors, [])
  })
}

test('serveDirectory() notices a change that keeps the size and the modification time in whole seconds', async () => {
  using site = new Site()
  mkdirSync(site.path(''), { recursive: true })
  using serving = new Serving(site.path(''))
  await using peer = await client(serving.port)
  const tags = new Set<string | undefined>()
  for (const [text, seconds] of [
    ['one', 1000.25],
    ['two', 1000.5],
  ] as const) {
    writeFileSync(site.path('f.txt'), text)
    utimesSync(site.path('f.txt'), seconds, seconds)
    const { body, fields } = await peer.get('/f.txt')
    assert.equal(body.toString(), text)
    tags.add(fields.get('etag'))
  }
  assert.equal(tags.size, 2)
})

test('serveDirectory() gives a file that was just written a weak ETag, and later a strong one', async () => {
  using site = new Site()
  mkdirSync(site.path(''), { recursive: true })
  using serving = new Serving(site.path(''))
  await using peer = await client(serving.port)
  const tag = async (): Promise<string> => (await peer.get('/f.txt')).fields.get('etag') ?? ''
  writeFileSync(site.path('f.txt'), 'young')
  const young = await tag()
  assert.match(young, /^W\/"/)
  assert.equal((await peer.get('/f.txt', 'Range: bytes=0-1', `If-Range: ${young}`)).status, 200)
  assert.equal((await peer.get('/f.txt', `If-None-Match: ${young}`)).status, 304)
  pass(3100)
  assert.equal(`W/${await tag()}`, young)
  utimesSync(site.path('f.txt'), 1000, 1000)
  assert.match(await tag(), /^"/)
})

test('a request that arrives in two pieces gets the content at the time of its last byte', async () => {
  using place = new Site()
  mkdirSync(place.path(''), { recursive: true })
  const old = new Date(0)
  const write = (text: string) => {
    writeFileSync(place.path('a.txt'), text)
    utimesSync(place.path('a.txt'), old, new Date(1_600_000_000_000 + text.length * 1000))
  }
  write('1')
  using serving = new Serving(place.path(''))
  await using peer = await client(serving.port)
  for (const text of ['1', '22', '333', '4444']) {
    peer.send('GET /a.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    for (let i = 0; i < 5; i++) await setImmediate()
    write(text)
    peer.send('0\r\n\r\n')
    assert.equal((await peer.answer()).body.toString(), text)
  }
  rmSync(place.path('a.txt'))
  peer.send('GET /a.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
  for (let i = 0; i < 5; i++) await setImmediate()
  peer.send('0\r\n\r\n')
  assert.equal((await peer.answer()).status, 404)
})

test('a precompressed sibling is not sent after the original file was changed or deleted', async () => {
  using place = new Site()
  mkdirSync(place.path(''), { recursive: true })
  writeFileSync(place.path('x.js'), 'one')
  writeFileSync(place.path('x.js.br'), 'br')
  using serving = new Serving(place.path(''))
  await using peer = await client(serving.port)
  const get = () => peer.get('/x.js', 'Accept-Encoding: br')
  assert.equal((await get()).body.toString(), 'br')
  assert.equal((await get()).body.toString(), 'br')
  writeFileSync(place.path('x.js'), 'another')
  utimesSync(place.path('x.js.br'), 1, 2)
  assert.equal((await get()).body.toString(), 'another')
  rmSync(place.path('x.js'))
  assert.equal((await get()).status, 404)
})
