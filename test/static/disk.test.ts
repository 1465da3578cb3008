// Disks that stall.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { File } from '../../lib/core/index.ts'
import { diskOf } from '../../lib/static/files/disk.ts'
import { stalledMs } from '../../lib/static/limits.ts'
import { Stage } from './stage.ts'

test('a disk does not count as stalled if the process itself was blocked during a read', async () => {
  using stage = new Stage({ 'a.bin': Buffer.alloc(1000, 'a') })
  using file = File.open(stage.path('a.bin'))
  const disk = diskOf(file.stat())
  const reads = [0, 1, 2].map(() => disk.read(file.fileno(), Buffer.alloc(1000), 1000, 0))
  // Blocks the loop, so the results of the reads are ready but can't be delivered.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stalledMs + 300)
  assert.equal(disk.stalled, false)
  assert.deepEqual(await Promise.all(reads), [1000, 1000, 1000])
})
