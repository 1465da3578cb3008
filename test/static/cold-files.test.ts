// Files that are not in the page cache.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { read, renameSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, type TestContext, test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { pool } from '../../lib/static/files/disk.ts'
import { pieceBytes } from '../../lib/static/limits.ts'
import { EAGAIN, EOPNOTSUPP, native, O_PATH } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { pass } from '../support/clock.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { Stage } from './stage.ts'

const small = randomBytes(1000)
const large = randomBytes(2 * pieceBytes + 5000)

/** Holds the thread pool's reads until `letGo()` is called. */
interface Stall {
  /** Resolves when `count` reads are held. */
  waiting(count: number): Promise<void>
  readonly count: number
  /** The file position of each read so far. */
  readonly positions: readonly unknown[]
  letGo(): void
}

/** The error of file systems that don't support RWF_NOWAIT, such as overlayfs and FUSE. */

/** Makes preadv2() fail for files with this name; EAGAIN means that the bytes are not in the page cache. */
function cold(t: TestContext, name: string, errno: number = EAGAIN): void {
  const { preadv2 } = native
  t.mock.method(native, 'preadv2', (...args: Parameters<typeof preadv2>) => {
    const line = openDescriptors().find(one => one.startsWith(`${args[0]} `))
    return line?.endsWith(name) ? errno : preadv2(...args)
  })
}

function stall(t: TestContext): Stall {
  const waiting: (() => void)[] = []
  const positions: unknown[] = []
  t.mock.method(pool, 'read', (...args: Parameters<typeof read>) => {
    positions.push((args as unknown[])[4])
    waiting.push(() => read(...args))
  })
  return {
    async waiting(count) {
      const endMs = performance.now() + 10_000
      while (waiting.length < count) {
        assert.ok(performance.now() < endMs, `no ${count} reads after 10 s`)
        await setImmediate()
      }
    },
    positions,
    get count() {
      return waiting.length
    },
    letGo() {
      for (const go of waiting.splice(0)) go()
    },
  }
}

function openCount(name: string): number {
  return openDescriptors().filter(line => line.endsWith(name)).length
}

describe('a file that is not in the page cache', () => {
  let stage: Stage
  beforeEach(() => {
    stage = new Stage({ 'small.bin': small, 'large.bin': large, 'warm.txt': 'warm' })
  })
  afterEach(() => stage[Symbol.dispose]())

  const requests: [target: string, fields: string[], first: number, end: number][] = [
    ['/small.bin', [], 0, small.length],
    ['/small.bin', ['Range: bytes=10-19'], 10, 20],
    ['/large.bin', [], 0, large.length],
    ['/large.bin', ['Range: bytes=600000-600009'], 600_000, 600_010],
  ]

  for (const [target, fields, first, end, errno] of [
    ...requests.map(request => [...request, EAGAIN] as const),
    ...requests.map(request => [...request, EOPNOTSUPP] as const),
  ]) {
    test(`${target} ${fields.join()} is read on the thread pool while other clients are answered (${errno})`, async t => {
      cold(t, target, errno)
      const stalled = stall(t)
      await using slow = await client(stage.port)
      const answer = slow.get(target, ...fields)
      await stalled.waiting(1)
      await using other = await client(stage.port)
      for (let i = 0; i < 3; i++) {
        assert.equal((await other.get('/warm.txt')).body.toString(), 'warm')
      }
      // A large file is read piece by piece, and each read is held until the next letGo().
      const go = setInterval(() => stalled.letGo(), 1)
      t.after(() => clearInterval(go))
      const content = target === '/small.bin' ? small : large
      const { status, body } = await answer
      assert.equal(status, fields.length > 0 ? 206 : 200)
      assert.ok(body.equals(content.subarray(first, end)))
      assert.equal((await slow.get('/warm.txt')).body.toString(), 'warm')
      assert.deepEqual(stage.serve().errors, [])
    })
  }

  for (const [target, fields] of requests) {
    test(`${target} ${fields.join()} is closed when the client disconnects during the read`, async t => {
      cold(t, target)
      const stalled = stall(t)
      const serving = stage.serve()
      {
        await using slow = await client(stage.port)
        slow.get(target, ...fields).catch(() => {})
        await stalled.waiting(1)
        slow.socket.resetAndDestroy()
      }
      {
        await using other = await client(stage.port)
        assert.equal((await other.get('/warm.txt')).body.toString(), 'warm')
      }
      const go = setInterval(() => stalled.letGo(), 1)
      t.after(() => clearInterval(go))
      while (serving.server.connections > 0) await setImmediate()
      serving.directory.close()
      while (openCount(target) > 0) await setImmediate()
      assert.deepEqual(serving.errors, [])
    })

    test(`${target} ${fields.join()}: the server and the directory can be closed during the read`, async t => {
      cold(t, target)
      const stalled = stall(t)
      const serving = stage.serve()
      await using slow = await client(stage.port)
      slow.get(target, ...fields).catch(() => {})
      await stalled.waiting(1)
      serving.server.close()
      serving.directory.close()
      const go = setInterval(() => stalled.letGo(), 1)
      t.after(() => clearInterval(go))
      while (openCount(target) > 0) await setImmediate()
      assert.deepEqual(serving.errors, [])
    })
  }

  for (const [target, content] of [
    ['/small.bin', small],
    ['/large.bin', large],
  ] as const) {
    test(`${target} is opened once for 50 clients, and each part of it is read once`, async t => {
      cold(t, target, EOPNOTSUPP)
      const { openat2 } = native
      const opened = t.mock.method(native, 'openat2', openat2)
      const stalled = stall(t)
      const clients = await Promise.all(Array.from({ length: 50 }, () => client(stage.port)))
      t.after(() => Promise.all(clients.map(peer => peer[Symbol.asyncDispose]())))
      const answers = clients.map(peer => peer.get(target))
      await stalled.waiting(1)
      await using other = await client(stage.port)
      assert.equal((await other.get('/warm.txt')).status, 200)
      const go = setInterval(() => stalled.letGo(), 1)
      t.after(() => clearInterval(go))
      for (const { body } of await Promise.all(answers)) assert.ok(body.equals(content))
      // The first opening, with O_PATH, only resolves the name.
      const openings = opened.mock.calls.filter(({ arguments: [, name] }) => `/${name}` === target)
      assert.deepEqual(
        openings.map(({ arguments: [, , flags] }) => (flags & O_PATH) !== 0),
        [true, false],
      )
      const { positions } = stalled
      assert.equal(new Set(positions).size, positions.length, `${positions}`)
    })
  }

  for (const target of ['/small.bin', '/large.bin']) {
    test(`${target} is not opened again during a long read`, async t => {
      cold(t, target, EOPNOTSUPP)
      const opened = t.mock.method(native, 'openat2', native.openat2)
      const stalled = stall(t)
      await using first = await client(stage.port)
      const answers = [first.get(target)]
      await stalled.waiting(1)
      // A path is normally opened again after a second, but during a read on FUSE that open(2) would block.
      pass(6500)
      // Waits until the cache has checked once for entries that are too old.
      await setTimeout(1100)
      await using second = await client(stage.port)
      answers.push(second.get(target))
      await using other = await client(stage.port)
      assert.equal((await other.get('/warm.txt')).status, 200)
      const go = setInterval(() => stalled.letGo(), 1)
      t.after(() => clearInterval(go))
      for (const { status } of await Promise.all(answers)) assert.equal(status, 200)
      const openings = opened.mock.calls.filter(({ arguments: [, name, flags] }) => {
        return `/${name}` === target && (flags & O_PATH) === 0
      })
      assert.equal(openings.length, 1)
    })
  }

  test('a file that is replaced during its read is opened again for later requests', async t => {
    cold(t, '/small.bin')
    const stalled = stall(t)
    await using first = await client(stage.port)
    const before = first.get('/small.bin')
    await stalled.waiting(1)
    stage.write('new.bin', 'new')
    renameSync(stage.path('new.bin'), stage.path('small.bin'))
    await using second = await client(stage.port)
    const after = second.get('/small.bin')
    await using other = await client(stage.port)
    assert.equal((await other.get('/warm.txt')).status, 200)
    const go = setInterval(() => stalled.letGo(), 1)
    t.after(() => clearInterval(go))
    assert.ok((await before).body.equals(small))
    assert.equal((await after).body.toString(), 'new')
    assert.equal(openCount('/small.bin'), 0)
  })

  test('a stalled device blocks at most two threads; other requests get 503 until it answers again', async t => {
    for (const name of ['a.bin', 'b.bin', 'c.bin', 'd.bin']) stage.write(name, large)
    const { preadv2 } = native
    t.mock.method(native, 'preadv2', (...args: Parameters<typeof preadv2>) => {
      const line = openDescriptors().find(one => one.startsWith(`${args[0]} `))
      return line?.endsWith('.bin') ? EOPNOTSUPP : preadv2(...args)
    })
    const stalled = stall(t)
    await using first = await client(stage.port)
    await using second = await client(stage.port)
    const waiting = [first.get('/a.bin'), second.get('/b.bin')]
    await stalled.waiting(2)
    // The first of these waits a second, until the device counts as stalled; the others get 503 immediately.
    for (const name of ['small.bin', 'small.bin', 'c.bin', 'a.bin']) {
      await using peer = await client(stage.port)
      assert.equal((await peer.get(`/${name}`)).status, 503, name)
      assert.equal((await peer.get('/warm.txt')).status, 200)
    }
    assert.equal(stalled.count, 2)
    assert.match(stage.serve().warnings.join(), /^ETIMEDOUT: .* does not answer$/)
    const go = setInterval(() => stalled.letGo(), 1)
    t.after(() => clearInterval(go))
    for (const { body } of await Promise.all(waiting)) assert.ok(body.equals(large))
    assert.ok((await stage.get('/c.bin')).body.equals(large))
    assert.ok((await stage.get('/small.bin')).body.equals(small))
  })

  test('a file is read whole even if only its first byte was read before', async t => {
    cold(t, '/large.bin')
    const reads = t.mock.method(pool, 'read')
    await using peer = await client(stage.port)
    await peer.get('/large.bin', 'Range: bytes=0-0')
    assert.equal(reads.mock.callCount(), 1)
    assert.ok((await peer.get('/large.bin')).body.equals(large))
    assert.ok(reads.mock.callCount() >= 1 + large.length / pieceBytes)
  })

  test('if the disk cannot read a file, its requests get 500, one warning is emitted, and it is closed', async t => {
    cold(t, '/small.bin')
    t.mock.method(pool, 'read', (...args: unknown[]) => {
      const done = args.at(-1) as (error: Error, count: number) => void
      queueMicrotask(() => done(Object.assign(new Error('EIO'), { errno: -5, code: 'EIO' }), 0))
    })
    await using peer = await client(stage.port)
    for (let i = 0; i < 3; i++) assert.equal((await peer.get('/small.bin')).status, 500)
    assert.equal((await peer.get('/warm.txt')).status, 200)
    const { errors, warnings } = stage.serve()
    assert.deepEqual(errors, [])
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]!, /^EIO/)
    assert.equal(openCount('/small.bin'), 0)
  })

  test('if a file changes during its read, the request gets 503, and the next one gets the new content', async t => {
    cold(t, '/small.bin')
    const stalled = stall(t)
    await using peer = await client(stage.port)
    const answer = peer.get('/small.bin')
    await stalled.waiting(1)
    writeFileSync(stage.path('small.bin'), 'shorter')
    stalled.letGo()
    assert.equal((await answer).status, 503)
    t.mock.restoreAll()
    assert.equal((await peer.get('/small.bin')).body.toString(), 'shorter')
    assert.equal(openCount('/small.bin'), 0)
  })
})
