// 2,000 random programs through a server's own API, judged from outside. A short form is in channel.test.ts.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mulberry32 } from '../http/random.ts'
import { Outside } from './outside.ts'
import { type Allowed, randomProgram } from './random-program.ts'

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_261_130)

/** The outcomes that are allowed: a program that blocks is ended, and nothing else may happen. */
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

test('1,990 random programs have no process, thread, descriptor, byte or file beyond the caps', async () => {
  const allowed = (i: number) => ({ threads: i % 3 === 0, processes: i % 4 === 0 })
  await runAll(1990, allowed, /^end$/)
})

test('nor have 10 that may block for ever', async () => {
  const allowed = () => ({ threads: true, processes: true, blocking: true })
  await runAll(10, allowed, /^(end|ERR_LAB_TIMEOUT)$/)
})
