import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { read, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { File } from '../../lib/core/index.ts'
import { pieceBytes, smallFileBytes } from '../../lib/static/limits.ts'
import { isPartCached, pool, readCached } from '../../lib/static/page-cache.ts'
import { EAGAIN, native } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { Stage } from '../points/stage.ts'
import { openDescriptors } from '../support/descriptors.ts'

const small = randomBytes(1000)
const large = randomBytes(2 * pieceBytes + 5000)

/** Reads of the pool that wait until the test lets them go. */
interface Stall {
  /** Kept when that many reads wait. */
  waiting(count: number): Promise<void>
  letGo(): void
}

/** Says EAGAIN for every file that is open under such a name, as the kernel does for what is on the disk only. */
function cold(t: TestContext, name: string): void {
  const { preadv2 } = native
  t.mock.method(native, 'preadv2', (...args: Parameters<typeof preadv2>) => {
    const line = openDescriptors().find(one => one.startsWith(`${args[0]} `))
    return line?.endsWith(name) ? EAGAIN : preadv2(...args)
  })
}

function stall(t: TestContext): Stall {
  const waiting: (() => void)[] = []
  t.mock.method(pool, 'read', (...args: Parameters<typeof read>) => {
    waiting.push(() => read(...args))
  })
  return {
    async waiting(count) {
      while (waiting.length < count) await setImmediate()
    },
    letGo() {
      for (const go of waiting.splice(0)) go()
    },
  }
}

function openCount(name: string): number {
  return openDescriptors().filter(line => line.endsWith(name)).length
}

describe('a file that is not in memory', () => {
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

  for (const [target, fields, first, end] of requests) {
    test(`${target} ${fields.join()} is read on the thread pool, while others are answered`, async t => {
      cold(t, target)
      const stalled = stall(t)
      await using slow = await client(stage.port)
      const answer = slow.get(target, ...fields)
      await stalled.waiting(1)
      await using other = await client(stage.port)
      for (let i = 0; i < 3; i++) {
        assert.equal((await other.get('/warm.txt')).body.toString(), 'warm')
      }
      // Each piece of a large one is waited for by itself.
      const go = setInterval(() => stalled.letGo(), 1)
      t.after(() => clearInterval(go))
      const content = target === '/small.bin' ? small : large
      const { status, body } = await answer
      assert.equal(status, fields.length > 0 ? 206 : 200)
      assert.ok(body.equals(content.subarray(first, end)))
      assert.equal((await slow.get('/warm.txt')).body.toString(), 'warm')
      assert.deepEqual(stage.serve().errors, [])
    })

    test(`${target} ${fields.join()} is closed when the client goes away while it is read`, async t => {
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

    test(`${target} ${fields.join()} may be read still when server and directory are closed`, async t => {
      cold(t, target)
      const stalled = stall(t)
      const serving = stage.serve()
      await using slow = await client(stage.port)
      slow.get(target, ...fields).catch(() => {})
      await stalled.waiting(1)
      serving.server.close()
      serving.directory.close()
      stalled.letGo()
      while (openCount(target) > 0) await setImmediate()
      assert.deepEqual(serving.errors, [])
    })
  }

  test('is read by the client that wants all of it, though another one has got its first byte', async t => {
    cold(t, '/large.bin')
    const reads = t.mock.method(pool, 'read')
    await using peer = await client(stage.port)
    await peer.get('/large.bin', 'Range: bytes=0-0')
    assert.equal(reads.mock.callCount(), 1)
    assert.ok((await peer.get('/large.bin')).body.equals(large))
    assert.ok(reads.mock.callCount() >= 1 + large.length / pieceBytes)
  })

  test('that the disk does not give is answered with 500, told once, and not left open', async t => {
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

  test('that changes while it is read is answered with 503, and with the new one next time', async t => {
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

/** Drops a file from the page cache; what is not on the disk yet is written first. */
function evict(path: string): void {
  const words = ['oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']
  execFileSync('dd', [`of=${path}`, ...words], { stdio: 'ignore' })
}

describe('the kernel', () => {
  for (const [name, content] of [
    ['small.bin', small],
    ['edge.bin', large.subarray(0, smallFileBytes)],
    ['large.bin', large],
  ] as const) {
    test(`has ${name} sent whole when it has dropped it from memory`, async t => {
      using stage = new Stage({ [name]: content })
      const path = stage.path(name)
      evict(path)
      using file = File.open(path)
      const looks = t.mock.method(native, 'preadv2')
      const reads = t.mock.method(pool, 'read')
      const { body } = await stage.get(`/${name}`)
      assert.ok(body.equals(content))
      // A file system in memory has nothing to drop, and some do not know the flag.
      const results = looks.mock.calls.map(({ result }) => result)
      t.diagnostic(`the kernel said ${results.join(', ')}`)
      assert.equal(reads.mock.callCount() > 0, results.includes(EAGAIN))
      assert.ok(isPartCached(file, 0, 1))
    })
  }

  test('tells of a file that has just been written that it is in memory', () => {
    using stage = new Stage({ 'a.bin': small })
    using file = File.open(stage.path('a.bin'))
    assert.ok(isPartCached(file, 0, small.length))
    assert.ok(readCached(file, small.length)?.equals(small))
    assert.equal(readCached(file, small.length + 1), null)
    assert.equal(readCached(file, 0)?.length, 0)
  })
})

test('a piece of which one page in the middle is on the disk is not in memory', t => {
  using stage = new Stage({ 'large.bin': large })
  using file = File.open(stage.path('large.bin'))
  assert.equal(isPartCached(file, 0, pieceBytes), true)
  const { preadv2 } = native
  t.mock.method(native, 'preadv2', (...args: Parameters<typeof preadv2>) => {
    const [, , , length, position] = args
    // What the kernel says of such a hole: all that comes before it.
    const hole = 65_536
    if (position < hole && position + length > hole) return hole - position
    return position === hole ? EAGAIN : preadv2(...args)
  })
  assert.equal(isPartCached(file, 0, pieceBytes), false)
  assert.equal(isPartCached(file, 65_536, pieceBytes), false)
  assert.equal(isPartCached(file, 65_537, pieceBytes), true)
})
