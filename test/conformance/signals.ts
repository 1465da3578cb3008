// Sends signals to this thread from another thread, but only while this thread sleeps in epoll_wait.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Epoll } from '../../lib/index.ts'
import { worker } from '../support/worker.ts'

const signal = 'SIGUSR2'
const limitMs = 5000

const senderCode = `
  const { readFileSync } = require('node:fs')
  const { signal, epfd, count, sent, limitMs } = workerData
  const asleep = () => {
    const [, argument] = readFileSync('/proc/self/task/' + process.pid + '/syscall', 'latin1').split(' ')
    return Number(argument) === epfd
  }
  const limit = performance.now() + limitMs
  parentPort.postMessage('ready')
  while (sent[0] < count && performance.now() < limit) {
    Atomics.wait(sent, 0, sent[0], 5)
    if (!asleep()) continue
    sent[0]++
    process.kill(process.pid, signal)
  }`

/**
 * Calls `wait`, and sends up to `count` signals until it returns. Returns its result, the number of signals sent, and
 * the time taken.
 */
export async function underSignals<T>(
  epoll: Epoll,
  count: number,
  wait: () => T,
): Promise<{ result: T; sent: number; elapsedMs: number }> {
  const handler = (): void => {}
  process.on(signal, handler)
  const sent = new Int32Array(new SharedArrayBuffer(4))
  const sender = worker(senderCode, { signal, epfd: epoll.fileno(), count, sent, limitMs })
  try {
    const [message] = await once(sender, 'message')
    assert.equal(message, 'ready')
    const beginMs = performance.now()
    const result = wait()
    return { result, sent: Atomics.load(sent, 0), elapsedMs: performance.now() - beginMs }
  } finally {
    await sender.terminate()
    process.off(signal, handler)
  }
}
