import { Epoll, EventBuffer } from '../../core/index.ts'
import { EPOLLIN } from '../../sys/index.ts'
import { startEcho } from '../measure/echo-thread.ts'
import type { Wake } from '../measure/wake.ts'
import { percentileShares, quantileOfSorted } from '../statistics/statistics.ts'
import type { Values } from './study.ts'

/** Sends `count` bytes to a thread and back, one after the other, after `warmUpCount` bytes that are not measured. */
export interface WakeTask {
  readonly wake: Wake
  readonly count: number
  readonly warmUpCount: number
}

const nsPerUs = 1000

/** The percentiles of the round-trip time in microseconds. */
export async function measure({ wake, count, warmUpCount }: WakeTask): Promise<Values> {
  const echo = await startEcho(wake)
  const { near } = echo
  using epoll = new Epoll()
  epoll.register(near, EPOLLIN)
  const events = new EventBuffer(1)
  const byte = new Uint8Array(1)
  const latencies = new Float64Array(count)
  try {
    for (let i = -warmUpCount; i < count; i++) {
      const start = process.hrtime.bigint()
      near.send(byte)
      epoll.wait(events, -1)
      near.recvInto(byte)
      const ns = Number(process.hrtime.bigint() - start)
      if (i >= 0) latencies[i] = ns / nsPerUs
    }
  } finally {
    await echo.stop()
  }
  latencies.sort()
  return percentileShares.map(share => quantileOfSorted(latencies, share))
}
