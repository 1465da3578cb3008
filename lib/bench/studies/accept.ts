import { EPOLLET, EPOLLEXCLUSIVE, EPOLLIN } from '../../sys/index.ts'
import type { Context, Findings, Item } from '../item.ts'
import { mixedUnits } from '../result/figure-table.ts'
import type { AcceptTask } from './accept-run.ts'
import { type StudyRow, sampled, valuesOf } from './study.ts'

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

async function measure(context: Context): Promise<Findings> {
  const rows = await sampled(ways.map(rowOf), columns.length, context)
  const notes = [
    `${load.threads} threads with an epoll each, ${load.connections} connections, ${load.burst} at a time`,
    'a wake-up is empty when its first accept finds nothing; a thread that the kernel wakes in vain sleeps again without a word',
    'what the client costs is not counted',
  ]
  const title = 'who gets new connections'
  return {
    comparisons: [],
    figures: [{ id: accept.id, title, unit: mixedUnits, columns, rows, notes }],
  }
}

/** Four ways for several threads to accept on one port. */
export const accept: Item = {
  id: 'accept',
  title: 'who gets new connections: four ways for four threads at one port',
  quick: false,
  descriptors: 64,
  steps: ({ processes }) => processes * ways.length,
  measure,
}
