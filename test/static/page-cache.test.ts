import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { File } from '../../lib/core/index.ts'
import { pool } from '../../lib/static/files/disk.ts'
import { isPartCached, readCached, tailAt } from '../../lib/static/files/page-cache.ts'
import { pieceBytes, smallFileBytes } from '../../lib/static/limits.ts'
import { EAGAIN, native } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { Serving } from './site.ts'
import { Stage } from './stage.ts'

const small = randomBytes(1000)
const large = randomBytes(2 * pieceBytes + 5000)

/** Drops a file from the page cache after writing it to the disk. */
function evict(path: string): void {
  const words = ['oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']
  execFileSync('dd', [`of=${path}`, ...words], { stdio: 'ignore' })
}

describe('on this kernel', () => {
  for (const [name, content] of [
    ['small.bin', small],
    ['edge.bin', large.subarray(0, smallFileBytes)],
    ['large.bin', large],
  ] as const) {
    test(`${name} is sent whole after it is dropped from the page cache`, async t => {
      using stage = new Stage({ [name]: content })
      const path = stage.path(name)
      evict(path)
      using file = File.open(path)
      const looks = t.mock.method(native, 'preadv2')
      const reads = t.mock.method(pool, 'read')
      const { body } = await stage.get(`/${name}`)
      assert.ok(body.equals(content))
      // A file system in memory can't drop the file from the page cache, and some file systems don't support
      // RWF_NOWAIT.
      const results = looks.mock.calls.map(({ result }) => result)
      t.diagnostic(`preadv2() returned ${results.join(', ')}`)
      assert.equal(reads.mock.callCount() > 0, results.includes(EAGAIN))
      assert.ok(isPartCached(file, file.stat(), 0, 1))
    })
  }

  test('a file that was just written is in the page cache', () => {
    using stage = new Stage({ 'a.bin': small })
    using file = File.open(stage.path('a.bin'))
    assert.ok(isPartCached(file, file.stat(), 0, small.length))
    assert.ok(readCached(file, file.stat(), small.length)?.equals(small))
    assert.equal(readCached(file, file.stat(), small.length + 1), null)
    assert.equal(readCached(file, file.stat(), 0)?.length, 0)
  })
})

const TMPFS_MAGIC = 0x01021994
const isTmpfs = statfsSync('/dev/shm').type === TMPFS_MAGIC

test('a file on tmpfs is never read on the thread pool', {
  skip: !isTmpfs && '/dev/shm is not a tmpfs',
}, async t => {
  const folder = mkdtempSync('/dev/shm/epollet-')
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(`${folder}/small.bin`, small)
  writeFileSync(`${folder}/large.bin`, large)
  const reads = t.mock.method(pool, 'read')
  using serving = new Serving(folder)
  await using peer = await client(serving.port)
  assert.ok((await peer.get('/small.bin')).body.equals(small))
  assert.ok((await peer.get('/large.bin')).body.equals(large))
  assert.equal(reads.mock.callCount(), 0)
})

test('tailAt() returns the last bytes of a file on tmpfs, which distinguish a file that grew from a rewritten file', {
  skip: !isTmpfs && '/dev/shm is not a tmpfs',
}, t => {
  const folder = mkdtempSync('/dev/shm/epollet-')
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(`${folder}/large.bin`, large)
  using file = File.open(`${folder}/large.bin`)
  assert.ok(tailAt(file, file.stat(), large.length)?.equals(large.subarray(-64)))
})

test('a piece does not count as cached if a page in its middle is missing', t => {
  using stage = new Stage({ 'large.bin': large })
  using file = File.open(stage.path('large.bin'))
  assert.equal(isPartCached(file, file.stat(), 0, pieceBytes), true)
  const { preadv2 } = native
  t.mock.method(native, 'preadv2', (...args: Parameters<typeof preadv2>) => {
    const [, , , length, position] = args
    // If a page is missing, the kernel returns only the bytes before it.
    const hole = 65_536
    if (position < hole && position + length > hole) return hole - position
    return position === hole ? EAGAIN : preadv2(...args)
  })
  assert.equal(isPartCached(file, file.stat(), 0, pieceBytes), false)
  assert.equal(isPartCached(file, file.stat(), 65_536, pieceBytes), false)
  assert.equal(isPartCached(file, file.stat(), 65_537, pieceBytes), true)
})
