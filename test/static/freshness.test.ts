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
import { setTimeout } from 'node:timers/promises'
import { smallFileBytes } from '../../lib/static/limits.ts'
import { client } from '../http/client.ts'
import { Serving, Site } from './site.ts'

/** One size that is kept in memory, one that is kept open. */
const sizes = [100, smallFileBytes + 1]

for (const size of sizes) {
  const content = (letter: string, more = 0): string => letter.repeat(size + more)

  test(`serveDirectory() is never stale with a file of ${size} bytes`, async () => {
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

test('serveDirectory() serves a new index as soon as it is there', async () => {
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

test('serveDirectory() sees within a second that the link to its root was swapped', async () => {
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
  await setTimeout(1100)
  assert.equal((await peer.get('/')).body.toString(), 'v2')
  rmSync(root)
  await setTimeout(1100)
  assert.equal(
    (await peer.get('/')).body.toString(),
    'v2',
    'the last root stays while there is none',
  )
  release('v3')
  await setTimeout(1100)
  assert.equal((await peer.get('/')).body.toString(), 'v3')
})
