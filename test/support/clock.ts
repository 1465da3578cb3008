import { afterEach } from 'node:test'

const { now: monotonicNow } = performance
const { now: wallNow } = Date
let aheadMs = 0
let wallAheadMs = 0

/**
 * Sets both clocks ahead: whatever is kept for a time is then that much older. Timers that already run keep their own
 * time. The wall clock is right again after the test; the monotonic clock never goes back.
 */
export function pass(ms: number): void {
  aheadMs += ms
  wallAheadMs += ms
  performance.now = () => monotonicNow.call(performance) + aheadMs
  Date.now = () => wallNow() + wallAheadMs
}

afterEach(() => {
  wallAheadMs = 0
})
