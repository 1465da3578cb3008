import { EPOLLET, EPOLLEXCLUSIVE, EPOLLIN } from '../../sys/index.ts'
import type { Item } from '../item.ts'
import { mixedUnits } from '../result/figure-table.ts'
import type { AcceptTask } from './accept-run.ts'
import { itemOfStudy, type StudyRow, valuesOf } from './study.ts'

const columns = [
  'busiest thread, %',
  'least busy thread, %',
  'empty wake-ups per connection',
  'sleeps per connection',
  'CPU of the threads, ns per connection',
]

const load = { threads: 4, connections: 400, burst: 4, deadlineMs: 10_000 }

interface Way extends Pick<AcceptTask, 'eventmask' | 'listeners'> {
  readonly title: string
}

const ways: readonly Way[] = [
  { title: 'one listener, level-triggered', eventmask: EPOLLIN, listeners: 'one' },
  { title: 'one listener, EPOLLET', eventmask: EPOLLIN | EPOLLET, listeners: 'one' },
  { title: 'one listener, EPOLLEXCLUSIVE', eventmask: EPOLLIN | EPOLLEXCLUSIVE, listeners: 'one' },
  { title: 'SO_REUSEPORT, a listener each', eventmask: EPOLLIN, listeners: 'each' },
]

function rowOf({ title, eventmask, listeners }: Way): StudyRow {
  const task: AcceptTask = { ...load, eventmask, listeners }
  return { title, sample: ({ signal }) => valuesOf('accept-run', task, signal) }
}

/** Four ways for several threads to accept on one port. */
export const accept: Item = itemOfStudy({
  id: 'accept',
  title: 'who gets new connections: four ways for four threads at one port',
  tableTitle: 'who gets new connections',
  quick: false,
  descriptors: 64,
  unit: mixedUnits,
  columns,
  contents: () => ({
    rows: ways.map(rowOf),
    notes: [
      `${load.threads} threads with an epoll each, ${load.connections} connections, ${load.burst} at a time`,
      'a wake-up is empty when its first accept finds nothing; a thread that the kernel wakes in vain sleeps again without a word',
      'what the client costs is not counted',
    ],
  }),
})
