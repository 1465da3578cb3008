// Runs 2,000 random programs through a server's API, and checks its processes from outside. channel.test.ts does the
// same with 25 programs.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mulberry32 } from '../http/random.ts'
import { Outside } from './outside.ts'
import { type Allowed, randomProgram } from './random-program.ts'

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_261_130)

/** Runs random programs. The last line of each run must match `ends`. */
async function runAll(count: number, allowed: (i: number) => Allowed, ends: RegExp): Promise<void> {
  await using outside = await Outside.start()
  const random = mulberry32(seed + count)
  await outside.run('ep E')
  const own = outside.ownDescriptors
  for (let i = 0; i < count; i++) {
    const text = `${randomProgram(random, 24, allowed(i))}\nsleep 10`
    const where = `seed ${seed}, program ${i}:\n${text}\n`
    const { type, code } = (await outside.run(text)).at(-1)!
    assert.match(code ?? type, ends, where)
    assert.doesNotThrow(() => outside.assertWithin(), where)
  }
  await outside.run('ep E')
  assert.equal(outside.ownDescriptors, own)
  assert.equal(outside.started.length, 1)
  assert.deepEqual(outside.filesLeft, [])
}

test('1,990 random programs use no more processes, threads, descriptors, bytes or files than the caps allow', async () => {
  const allowed = (i: number) => ({ threads: i % 3 === 0, processes: i % 4 === 0 })
  await runAll(1990, allowed, /^end$/)
})

test('10 random programs that may block forever also stay within the caps', async () => {
  const allowed = () => ({ threads: true, processes: true, blocking: true })
  await runAll(10, allowed, /^(end|ERR_LAB_TIMEOUT)$/)
})
