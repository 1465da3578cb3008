import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { constants } from 'node:os'
import { after, before, test } from 'node:test'
import { AT_FDCWD, ENOSYS, EPERM, native } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { Serving, Site } from './site.ts'

const site = new Site()
const secret = `${site.outside}/secret.txt`

const links: [name: string, target: string][] = [
  ['inside', 'a.txt'],
  ['sub/up', '../a.txt'],
  ['sub/dotted', './../a.txt'],
  ['sub/twice', './deep/.././../a.txt'],
  ['chain', 'sub/up'],
  ['directory', 'sub'],
  ['around', 'sub/deep/../../sub/b.txt'],
  ['self', '.'],
  ['outside', '../secret.txt'],
  ['sub/far', '../../secret.txt'],
  ['out-and-in', '../root/a.txt'],
  ['absolute', secret],
  ['absolute-inside', site.path('a.txt')],
  ['absolute-directory', site.path('sub')],
  ['absolute-root', site.path('')],
  ['absolute-slashes', `/${site.path('sub').replaceAll('/', '/./')}//deep/`],
  ['sub/absolute-chain', '../absolute-directory/up'],
  ['absolute-out-and-in', `${site.path('')}/../root/a.txt`],
  ['absolute-up', site.path('../secret.txt')],
  ['absolute-dots', `${site.path('')}/../secret.txt`],
  ['absolute-sibling', `${site.outside}/root2/secret.txt`],
  ['absolute-to-out', site.path('outside')],
  ['absolute-loop', site.path('absolute-loop')],
  ['absolute-missing', site.path('nowhere')],
  ['directory-out', '..'],
  ['root', '/'],
  ['proc', '/proc/self/root'],
  ['loop', 'loop'],
  ['loop1', 'loop2'],
  ['loop2', 'loop1'],
  ['dangling', 'nowhere'],
  ['device', '/dev/zero'],
]

const listening = createServer()

before(async () => {
  for (const name of ['sub/deep', '.well-known', '.git']) {
    mkdirSync(site.path(name), { recursive: true })
  }
  for (const name of ['a.txt', 'sub/b.txt', 'sub/deep/c.txt', '.well-known/d.txt', '.git/config']) {
    writeFileSync(site.path(name), name)
  }
  writeFileSync(site.path('sub/index.html'), 'sub/index.html')
  writeFileSync(secret, 'secret')
  mkdirSync(`${site.outside}/root2`)
  writeFileSync(`${site.outside}/root2/secret.txt`, 'secret')
  for (const [name, target] of links) symlinkSync(target, site.path(name))
  execFileSync('mkfifo', [site.path('fifo')])
  listening.listen(site.path('socket'))
  await once(listening, 'listening')
  symlinkSync('socket', site.path('socket-link'))
})
after(() => {
  listening.close()
  site[Symbol.dispose]()
})

const table: [target: string, status: number, body?: string][] = [
  ['/a.txt', 200, 'a.txt'],
  ['/sub/deep/c.txt', 200, 'sub/deep/c.txt'],
  ['/sub/', 200, 'sub/index.html'],
  ['/sub', 301],
  ['/sub/../a.txt', 200, 'a.txt'],
  ['/.well-known/d.txt', 200, '.well-known/d.txt'],
  ['/.git/config', 404],
  ['/inside', 200, 'a.txt'],
  ['/sub/up', 200, 'a.txt'],
  ['/sub/dotted', 200, 'a.txt'],
  ['/sub/twice', 200, 'a.txt'],
  ['/chain', 200, 'a.txt'],
  ['/directory/b.txt', 200, 'sub/b.txt'],
  ['/directory/up', 200, 'a.txt'],
  ['/directory', 301],
  ['/around', 200, 'sub/b.txt'],
  ['/self/self/a.txt', 200, 'a.txt'],
  ['/outside', 404],
  ['/sub/far', 404],
  ['/out-and-in', 404],
  ['/absolute', 404],
  ['/absolute-inside', 200, 'a.txt'],
  ['/absolute-directory/b.txt', 200, 'sub/b.txt'],
  ['/absolute-directory/up', 200, 'a.txt'],
  ['/absolute-directory/', 200, 'sub/index.html'],
  ['/absolute-directory', 301],
  ['/absolute-root/absolute-root/sub/deep/c.txt', 200, 'sub/deep/c.txt'],
  ['/absolute-root/', 404],
  ['/absolute-slashes/c.txt', 200, 'sub/deep/c.txt'],
  ['/sub/absolute-chain', 200, 'a.txt'],
  ['/absolute-out-and-in', 404],
  ['/absolute-up', 404],
  ['/absolute-dots', 404],
  ['/absolute-sibling', 404],
  ['/absolute-to-out', 404],
  ['/absolute-directory/far', 404],
  ['/absolute-loop', 404],
  ['/absolute-missing', 404],
  ['/directory-out/secret.txt', 404],
  ['/root/etc/passwd', 404],
  ['/proc/etc/passwd', 404],
  ['/loop', 404],
  ['/loop1/x', 404],
  ['/dangling', 404],
  ['/device', 404],
  ['/fifo', 404],
  ['/socket', 404],
  ['/socket-link', 404],
  ['/a.txt/', 404],
  ['/a.txt/b', 404],
  ['/..%2fsecret.txt', 404],
  ['/../secret.txt', 400],
  ['/%2e%2e/secret.txt', 400],
  ['/sub/../../secret.txt', 400],
  ['/missing/../a.txt', 200, 'a.txt'],
]

const openings: [name: string, errno: number | null][] = [
  ['openat2', null],
  ['a walk, as openat2 is missing', ENOSYS],
  ['a walk, as openat2 is forbidden', EPERM],
]

for (const [name, errno] of openings) {
  test(`serveDirectory() keeps clients inside the root (${name})`, async t => {
    if (errno !== null) t.mock.method(native, 'openat2', () => errno)
    const walked = t.mock.method(native, 'openat')
    using serving = new Serving(site.path(''))
    await using peer = await client(serving.port)
    for (const [target, status, body] of table) {
      const answer = await peer.get(target)
      assert.equal(answer.status, status, target)
      if (body !== undefined) assert.equal(answer.body.toString(), body, target)
      assert.ok(!answer.body.includes('secret'), target)
    }
    // Opening the root itself, from the working directory, doesn't count as a step.
    const steps = () => walked.mock.calls.filter(call => call.arguments[0] !== AT_FDCWD).length
    assert.ok(steps() > 0)
    using uncached = new Serving(site.path(''))
    await using other = await client(uncached.port)
    walked.mock.resetCalls()
    for (const target of ['/sub/up', '/around']) assert.equal((await other.get(target)).status, 200)
    // With openat2, the kernel resolves relative links without a walk.
    assert.equal(steps() > 0, errno !== null)
    assert.deepEqual(serving.errors, [])
    assert.equal(openDescriptors().filter(line => line.includes('/root/')).length, 0)
  })

  test(`serveDirectory() follows a link to its new target after a swap (${name})`, async t => {
    if (errno !== null) t.mock.method(native, 'openat2', () => errno)
    using serving = new Serving(site.path(''))
    await using peer = await client(serving.port)
    const swapped = site.path('swapped')
    const point = (target: string): void => {
      rmSync(swapped, { force: true, recursive: true })
      symlinkSync(target, swapped)
    }
    t.after(() => rmSync(swapped))
    for (const [target, status] of [
      ['a.txt', 200],
      [secret, 404],
      ['../secret.txt', 404],
      ['sub/b.txt', 200],
      [site.path('a.txt'), 200],
      [`${site.path('')}/../secret.txt`, 404],
      ['..', 404],
    ] as const) {
      point(target)
      assert.equal((await peer.get('/swapped')).status, status, target)
    }
    point('sub')
    assert.equal((await peer.get('/swapped/b.txt')).status, 200)
    point('..')
    assert.equal((await peer.get('/swapped/secret.txt')).status, 404)
  })
}

test('serveDirectory() answers 403 if opening fails with EACCES', async t => {
  using serving = new Serving(site.path(''))
  t.mock.method(native, 'openat2', () => -constants.errno.EACCES)
  await using peer = await client(serving.port)
  assert.equal((await peer.get('/a.txt')).status, 403)
})
