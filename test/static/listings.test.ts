import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { Listings } from '../../lib/static/listing/listings.ts'
import { directorySettings } from '../../lib/static/options.ts'
import { Root } from '../../lib/static/root.ts'
import { Router } from '../../lib/static/routing/router.ts'
import { native } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { pass } from '../support/clock.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { Folder } from './folder.ts'
import { request, Stage } from './stage.ts'

const RESOLVE_CACHED = 0x20

/** A stage that serves listings, and counts the names that were opened for them. */
class Listed extends Stage {
  looks = 0

  constructor(mock: { method: typeof test.mock.method }, files: Record<string, string> = {}) {
    super(files)
    const { openat2 } = native
    mock.method(native, 'openat2', (...args: Parameters<typeof openat2>) => {
      if (args[4] === RESOLVE_CACHED) this.looks++
      return openat2(...args)
    })
    this.serve({ listing: true })
  }

  fill(folder: string, count: number, nameOf: (i: number) => string = i => `file ${i}`): void {
    mkdirSync(this.path(folder), { recursive: true })
    const path = (i: number) => this.path(`${folder}/${nameOf(i)}`)
    writeFileSync(path(0), '')
    // Making a hard link is ten times faster than making a file.
    for (let i = 1; i < count; i++) linkSync(path(0), path(i))
    // Waits until the change time is older than a tick of the kernel's coarse clock, because utimes() can't set it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25)
  }
}

test('a directory is read once per format, even for many requests and spellings of its path', async t => {
  using stage = new Listed(t.mock)
  stage.fill('d', 1000)
  await using peer = await client(stage.port)
  for (let i = 0; i < 50; i++) {
    peer.send(request('HEAD', i % 2 === 0 ? '/d/' : '//%64/./'))
    assert.equal((await peer.answer({ toHead: true })).status, 200)
  }
  const { fields, body } = await peer.get('/d/')
  assert.equal(fields.get('content-length'), String(body.length))
  assert.equal(stage.looks, 1000)
  await peer.get('/d/', 'Accept: application/json')
  await peer.get('/d/', 'Accept: application/json')
  assert.equal(stage.looks, 2000)
})

test('a directory with several paths through links is read once, and each path gets its own title', async t => {
  using stage = new Listed(t.mock, { _headers: '/*\n  X-A: b\n' })
  for (const name of ['x', 'y']) symlinkSync('.', stage.path(name))
  stage.fill('.', 300)
  await using peer = await client(stage.port)
  const paths = ['/x/', '/', '/y/x/', '/x/y/x/y/']
  for (const path of paths) {
    const { fields, body } = await peer.get(path)
    assert.ok(body.toString().includes(`<h1>Index of ${path}</h1>`))
    assert.equal(fields.get('content-length'), String(body.length))
    assert.doesNotMatch(body.toString(), /_headers/)
    assert.equal((await peer.get(`${path}_headers`)).status, 404)
  }
  assert.equal(stage.looks, 302)
})

test('for fifty simultaneous requests for a listing, the directory is read once', async t => {
  using stage = new Listed(t.mock)
  stage.fill('d', 1000)
  const ask = async () => (await stage.get('/d/')).body.length
  const lengths = await Promise.all(Array.from({ length: 50 }, ask))
  assert.equal(new Set(lengths).size, 1)
  assert.equal(stage.looks, 1000)
})

test('a listing shows new and removed names immediately, and a new size within a second', async t => {
  using stage = new Listed(t.mock, { 'd/a.txt': 'a' })
  await using peer = await client(stage.port)
  const seen = async () => {
    const { body } = await peer.get('/d/', 'Accept: application/json')
    return (JSON.parse(body.toString()) as { name: string; size?: number }[]).map(
      ({ name, size }) => `${name} ${size}`,
    )
  }
  await setTimeout(25)
  assert.deepEqual(await seen(), ['a.txt 1'])
  for (let i = 0; i < 20; i++) {
    writeFileSync(stage.path('d/b.txt'), '')
    assert.deepEqual(await seen(), ['a.txt 1', 'b.txt 0'])
    rmSync(stage.path('d/b.txt'))
    assert.deepEqual(await seen(), ['a.txt 1'])
  }
  await setTimeout(25)
  await seen()
  appendFileSync(stage.path('d/a.txt'), 'bc')
  // The size of a file may be stale for a second.
  pass(1100)
  assert.deepEqual(await seen(), ['a.txt 3'])
  utimesSync(stage.path('d'), 1000, 1000)
  assert.deepEqual(await seen(), ['a.txt 3'])
})

test('at most two listings are made at a time; other requests wait, and all are answered', async t => {
  using stage = new Listed(t.mock)
  const folders = ['1', '2', '3', '4', '5', '6']
  for (const folder of folders) stage.fill(folder, 2000)
  let goes = true
  const asked = Promise.all(folders.map(folder => stage.get(`/${folder}/`))).finally(() => {
    goes = false
  })
  let most = 0
  while (goes) {
    const open = openDescriptors().filter(line => /\/root\/\d$/.test(line))
    most = Math.max(most, new Set(open.map(line => line.slice(-1))).size)
    await setImmediate()
  }
  for (const { status } of await asked) assert.equal(status, 200)
  assert.ok(most === 1 || most === 2, `${most} at a time`)
})

test('the cache of listings is limited in bytes, and drops the least recently used listing', async t => {
  using stage = new Listed(t.mock)
  const count = 600
  // Each name takes a row of about 1.1 KB, because URL-encoding an é takes six bytes.
  const nameOf = (i: number) => `${i}${'é'.repeat(120)}`
  const folders = Array.from({ length: 56 }, (_, i) => `d${i}`)
  for (const folder of folders) stage.fill(folder, count, nameOf)
  await using peer = await client(stage.port)
  for (const folder of folders) await peer.get(`/${folder}/`)
  assert.equal(stage.looks, folders.length * count)
  for (const folder of folders.slice(-3)) await peer.get(`/${folder}/`)
  assert.equal(stage.looks, folders.length * count)
  await peer.get('/d0/')
  assert.equal(stage.looks, (folders.length + 1) * count)
})

test('without /proc, a request for a listing gets 500 and causes a warning, and files are still served', async t => {
  using stage = new Stage({ 'd/a.txt': 'a' })
  const { warnings } = stage.serve({ listing: true })
  const opendir = t.mock.method(fs, 'opendir', () => {
    return Promise.reject(Object.assign(new Error('no /proc'), { errno: -2 }))
  })
  syncBuiltinESMExports()
  const { status } = await stage.get('/d/')
  opendir.mock.restore()
  syncBuiltinESMExports()
  assert.equal(status, 500)
  assert.match(warnings.join(), /listings need \/proc/)
  assert.equal((await stage.get('/d/a.txt')).body.toString(), 'a')
})

test('entries that are not in the kernel’s caches are read on the thread pool', async t => {
  using stage = new Stage({ 'd/a.txt': 'abc', 'd/b/c.txt': '' })
  const { openat2 } = native
  t.mock.method(native, 'openat2', (...args: Parameters<typeof openat2>) =>
    args[4] === RESOLVE_CACHED ? -11 : openat2(...args),
  )
  stage.serve({ listing: true })
  const { body } = await stage.get('/d/', 'Accept: application/json')
  const entries = JSON.parse(body.toString()) as { name: string; size?: number }[]
  assert.deepEqual(
    entries.map(({ name, size }) => [name, size]),
    [
      ['b', undefined],
      ['a.txt', 3],
    ],
  )
})

test('requests share one copy of a listing until the directory changes', async () => {
  using folder = new Folder()
  folder.fill('a', 'b')
  const root = new Root(folder.path(''), 'inside')
  const settings = directorySettings({ listing: true })
  const listings = new Listings(root, new Router(root, settings), settings)
  const first = await listings.body('', false)
  assert.equal(await listings.body('', false), first, 'the same buffer, not a copy')
  assert.notEqual(await listings.body('', true), first)
  folder.fill('c')
  const later = await listings.body('', false)
  assert.match(later.toString(), />c</)
  root.close()
})
