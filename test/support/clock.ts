import { afterEach } from 'node:test'

const { now: monotonicNow } = performance
const { now: wallNow } = Date
let aheadMs = 0
let wallAheadMs = 0

/**
 * Sets both clocks ahead, so that cached values expire. Running timers aren't affected. The wall clock is reset after
 * the test; the monotonic clock never goes back.
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
