// The study of threads that accept on one port.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { seeded } from '../../lib/bench/index.ts'
import { accept } from '../../lib/bench/studies/accept.ts'
import { connectAll } from '../../lib/bench/studies/accept-client.ts'
import { type AcceptTask, measure } from '../../lib/bench/studies/accept-run.ts'
import { nextMessage, nextMessages, terminateAll } from '../../lib/bench/studies/threads.ts'
import { Socket } from '../../lib/core/index.ts'
import { EPOLLEXCLUSIVE, EPOLLIN, EPOLLONESHOT } from '../../lib/sys/index.ts'
import { tinyFigures, untranslated, valuesIn } from './study.ts'

const few: AcceptTask = {
  eventmask: EPOLLIN,
  listeners: 'one',
  threads: 2,
  connections: 64,
  burst: 3,
  deadlineMs: 10_000,
}

/** Records the worker threads that a function starts. */
async function threadsOf(run: () => Promise<unknown>): Promise<Worker[]> {
  const threads: Worker[] = []
  const onWorker = (worker: Worker): void => void threads.push(worker)
  process.on('worker', onWorker)
  try {
    await run()
  } finally {
    process.removeListener('worker', onWorker)
  }
  return threads
}

const hasEnded = ({ threadId }: Worker): boolean => threadId === -1

test('the accept study reports shares, empty wake-ups and CPU time for each of its four methods', async () => {
  const table = await tinyFigures(accept)
  assert.equal(table.rows.length, 4)
  for (const { title } of table.rows) {
    const [busiest, least, empty, sleeps, cpuNs] = valuesIn(table, title)
    assert.ok(busiest! >= 25 && busiest! <= 100, `${title}: ${busiest}`)
    assert.ok(least! >= 0 && least! <= 25, `${title}: ${least}`)
    assert.ok(empty! >= 0 && sleeps! > 0 && cpuNs! > 0, `${title}: ${empty}, ${sleeps}, ${cpuNs}`)
  }
  assert.deepEqual(untranslated(table), [])
})

for (const listeners of ['one', 'each'] as const) {
  test(`every connection is accepted once, and all threads end (listeners: ${listeners})`, async () => {
    const threads = await threadsOf(async () => {
      const [busiest = 0, least = 0] = await measure({ ...few, listeners })
      // The shares of two threads add up to 100 %.
      assert.equal(busiest! + least!, 100)
    })
    assert.equal(threads.length, 2)
    assert.ok(threads.every(hasEnded))
  })

  test(`all threads end at the deadline if none is woken to accept (listeners: ${listeners})`, async () => {
    const task = { ...few, listeners, eventmask: 0, deadlineMs: 300 }
    const threads = await threadsOf(() => assert.rejects(measure(task), /were not accepted/))
    assert.equal(threads.length, 2)
    assert.ok(threads.every(hasEnded))
  })
}

test('if each thread has its own listener, all threads get connections', async () => {
  const [, least] = await measure({ ...few, listeners: 'each' })
  assert.ok(least! > 0)
})

test('connectAll() reports how many connections were not accepted before the deadline', () => {
  using listener = new Socket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen()
  assert.throws(() => connectAll(listener.getsockname(), 3, 10), {
    message: '3 of 3 connections were not accepted within 10 ms',
  })
})

test('connectAll() throws immediately if a connection is refused', () => {
  using bound = new Socket()
  bound.bind({ host: '127.0.0.1', port: 0 })
  assert.throws(() => connectAll(bound.getsockname(), 1, 10_000), /refused/)
})

test('if a thread fails, its error is reported and all threads end', async () => {
  const task = { ...few, eventmask: EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT }
  const threads = await threadsOf(() => assert.rejects(measure(task), { code: 'EINVAL' }))
  assert.equal(threads.length, 2)
  assert.ok(threads.every(hasEnded))
})

test('nextMessages() throws if a thread sends no message in time', async () => {
  const program = "require('worker_threads').parentPort.postMessage(1); setInterval(() => {}, 1000)"
  const silent = new Worker(program, { eval: true, execArgv: [] })
  await nextMessage(silent, 10_000)
  await assert.rejects(nextMessages([silent], 0), { message: 'a thread sent no message in time' })
  await terminateAll([silent])
  assert.ok(hasEnded(silent))
})

test('an abort kills the measuring process', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const sizes = { processes: 5, rounds: 1, blockMs: 1 }
  const onStep = (): void => controller.abort()
  const context = { present: new Set<string>(), sizes, random: seeded(1), signal, onStep }
  await assert.rejects(accept.measure(context), { name: 'AbortError' })
})
