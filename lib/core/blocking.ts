import { isMainThread } from 'node:worker_threads'
import { EINTR } from '../sys/index.ts'

const sliceMs = 250

/**
 * Repeats a blocking system call until it returns a result or its timeout expires (-1: no timeout). After a signal it
 * waits for the remaining time. On a worker thread it waits in slices, because V8 can terminate the thread only between
 * two system calls.
 *
 * @internal
 */
export function waited(
  timeoutMs: number,
  call: (timeoutMs: number) => number,
  returnOnSignal = false,
): number {
  const deadlineMs = timeoutMs > 0 ? performance.now() + timeoutMs : 0
  let leftMs = timeoutMs
  for (;;) {
    const whole = isMainThread || (leftMs >= 0 && leftMs <= sliceMs)
    const result = call(whole ? leftMs : sliceMs)
    if (result === EINTR && returnOnSignal) return 0
    if (result !== EINTR && (result !== 0 || whole)) return result
    if (timeoutMs > 0) leftMs = Math.max(0, deadlineMs - performance.now())
  }
}
