import { isMainThread } from 'node:worker_threads'
import { EINTR } from '../sys/index.ts'

const sliceMs = 250

/**
 * A system call that blocks, until it answers or its timeout is over: after a signal for what is left of the time,
 * and on a worker thread in slices, because V8 can end the thread only between two system calls. The
 * timeout -1 is for ever. The last answer is returned.
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
