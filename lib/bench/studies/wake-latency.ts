import type { Item } from '../item.ts'
import { type Wake, wakeTitles } from '../measure/wake.ts'
import { percentiles } from '../statistics/statistics.ts'
import { itemOfStudy, type StudyRow, valuesOf } from './study.ts'
import type { WakeTask } from './wake-latency-run.ts'

/** Of 10,000 values, ten lie above p99.9, the highest percentile reported. */
const load = { count: 10_000, warmUpCount: 2000 }

const ways = Object.keys(wakeTitles) as Wake[]

function rowOf(wake: Wake): StudyRow {
  const task: WakeTask = { ...load, wake }
  return {
    title: wakeTitles[wake],
    sample: ({ signal }) => valuesOf('wake-latency-run', task, signal),
  }
}

/** The round-trip latency of a byte sent to a thread, by the way in which the thread waits. */
export const wakeLatency: Item = itemOfStudy({
  id: 'wake/latency',
  title: 'how long a byte takes to another thread and back',
  quick: true,
  descriptors: 64,
  unit: 'µs',
  columns: percentiles,
  contents: () => ({
    rows: ways.map(rowOf),
    notes: [
      `${load.count} bytes, one after another: sent, waited for in Epoll.wait(), received`,
      'a processor that has gone to sleep is slow to wake, and so are both ends then',
    ],
  }),
})
