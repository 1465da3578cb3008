// The study of the memory that each watched descriptor needs.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { memory, watchCounts } from '../../lib/bench/studies/memory.ts'
import { epollSlab } from '../../lib/bench/studies/slab.ts'
import { valuesOf } from '../../lib/bench/studies/study.ts'
import { type Way, watchings } from '../../lib/bench/studies/watching.ts'
import { EMFILE, native } from '../../lib/sys/index.ts'
import { run } from '../cli/program.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { tinyFigures, untranslated, valuesIn } from './study.ts'

test('the memory study reports the process, the heap and the slab for each way to watch', async () => {
  const table = await tinyFigures(memory)
  assert.equal(table.rows.length, 5)
  const [, inLoop] = valuesIn(table, 'EventLoop.add(), a handler each')
  const [, inNet] = valuesIn(table, 'node:net, a socket each')
  // A registration and its function are heap objects, and a socket consists of many such objects.
  assert.ok(inLoop! > 50, `${inLoop}`)
  assert.ok(inNet! > inLoop!, `${inNet}`)
  const readable = epollSlab() !== null
  for (const { title } of table.rows) assert.equal(valuesIn(table, title)[2] !== null, readable)
  assert.deepEqual(untranslated(table), [])
})

for (const [filesMax, few, many] of [
  [null, 1000, 10_000],
  [1_048_576, 1000, 10_000],
  [20_000, 996, 9968],
  [320, 12, 128],
] as const) {
  test(`watchCounts(${filesMax}) compares ${few} and ${many} watches`, () => {
    assert.deepEqual(watchCounts(filesMax), { few, many })
  })
}

/**
 * The number of entries in all interest lists of this process, including libuv's. An epoll instance with several
 * descriptors is counted only once.
 */
function watched(): number {
  const epolls = openDescriptors().filter(line => line.endsWith('anon_inode:[eventpoll]'))
  const entries = epolls.map(line => {
    const text = readFileSync(`/proc/self/fdinfo/${line.split(' ')[0]}`, 'latin1')
    return text.split('\n').filter(row => row.startsWith('tfd:'))
  })
  const sets = new Map(entries.map(rows => [rows.join('\n'), rows.length]))
  return [...sets.values()].reduce((sum, count) => sum + count, 0)
}

for (const way of Object.keys(watchings) as Way[]) {
  test(`${way}: each call of watch() adds one entry to an interest list, and close() leaves nothing open`, async () => {
    const before = openDescriptors().length
    const watching = watchings[way](4)
    watching.watch(0)
    await setImmediate()
    await setImmediate()
    const one = watched()
    for (let i = 1; i < 4; i++) watching.watch(i)
    await setImmediate()
    await setImmediate()
    assert.equal(watched() - one, 3)
    watching.close()
    await setImmediate()
    assert.equal(openDescriptors().length, before)
  })

  test(`${way}: if descriptors run out, those already open are closed`, t => {
    const before = openDescriptors().length
    for (const name of ['eventfd', 'socketpair'] as const)
      t.mock.method(native, name).mock.mockImplementationOnce(() => EMFILE, 2)
    assert.throws(() => watchings[way](4), { code: 'EMFILE' })
    assert.equal(openDescriptors().length, before)
  })
}

test('the memory study fails in a process without --expose-gc', async () => {
  const { signal } = new AbortController()
  const task = { way: 'register', few: 1, many: 2 }
  await assert.rejects(valuesOf('memory-run', task, signal), {
    message: 'the measuring process failed: Error: node was started without --expose-gc',
  })
})

test('a descriptor limit that is too low is reported before anything is measured', async () => {
  const under = ['sh', '-c', 'ulimit -n 200; exec "$@"', '--']
  const { status, stdout, stderr } = await run(['bench', '--only', 'memory'], { under })
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /^epollet: memory needs 320 descriptors, but the limit is 200: /)
})
