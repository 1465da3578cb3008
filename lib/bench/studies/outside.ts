import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Context, Item } from '../item.ts'
import { type Contender, entryOf } from '../measure/contender.ts'
import { runProcess } from '../measure/process-run.ts'
import { median } from '../statistics/statistics.ts'
import { cControl, cEpoll, wait } from '../workloads.ts'
import type { CallbacksTask } from './callbacks.ts'
import { hasPerfBench, type PerfBench, perfNs } from './perf-bench.ts'
import { itemOfStudy, type StudyRow, type Values, valuesOf } from './study.ts'

const calls = { warmUp: 2000, events: 20_000 }
/** As many as `perf bench epoll` watches. */
const descriptors = 64

/** A row for one of the bench's own loops. */
function own(contender: Contender, count: number, ready: number): StudyRow {
  const contenders = [entryOf(contender)]
  const sample = async (context: Context): Promise<Values> => {
    const run = await runProcess({ descriptors: count, ready, sizeBytes: 1, contenders }, context)
    const samples = run.rounds.flatMap(round => round.samples)
    return [median(samples.map(({ wallNs, events }) => wallNs / events))]
  }
  return { title: contender.title, sample }
}

function callbacks(title: string, path: string | null): StudyRow {
  const task: CallbacksTask = { path, ...calls }
  return { title, sample: ({ signal }) => valuesOf('callbacks', task, signal) }
}

function perf(bench: PerfBench): StudyRow {
  return {
    title: `perf bench epoll ${bench}`,
    sample: async ({ signal }) => [await perfNs(bench, signal)],
  }
}

const ownRows: readonly StudyRow[] = [
  own(cEpoll, 1, 1),
  own(wait, 1, 1),
  own(cControl('mod'), descriptors, 0),
  callbacks('Epoll.watch()', null),
]

interface References {
  readonly rows: readonly StudyRow[]
  readonly notes: readonly string[]
}

/** Rows for the installed benchmarks of other projects, and notes. @param folder from which packages are resolved */
export function references(folder: string, perfIsThere: boolean = hasPerfBench()): References {
  const path = packagePath(folder)
  return {
    rows: [
      ...(perfIsThere ? [perf('wait'), perf('ctl')] : []),
      ...(path === null ? [] : [callbacks('npm epoll', path)]),
    ],
    notes: [
      ...(perfIsThere ? perfNotes : ['perf is not installed, or has no bench epoll: left out']),
      path === null
        ? 'the npm package epoll is not found from here: left out'
        : 'npm epoll waits in a thread of its own, and calls back from Node’s loop, as Epoll.watch() does',
    ],
  }
}

const perfNotes = [
  'an operation of perf’s wait is an epoll_wait and a read, while another thread writes; ours is an epoll_wait alone',
  'an operation of perf’s ctl is an add, a change or a removal, their mean; ours is a change alone',
]

function packagePath(folder: string): string | null {
  try {
    return createRequire(join(folder, 'here.js')).resolve('epoll')
  } catch {
    return null
  }
}

/** Other projects' epoll benchmarks, run on this machine if they are installed. */
export const outside: Item = itemOfStudy({
  id: 'outside',
  title: 'what others say of epoll here: perf, the npm package epoll',
  tableTitle: 'what others say of epoll here',
  quick: false,
  descriptors,
  unit: 'ns per operation',
  columns: ['on the wall'],
  contents: () => {
    const { rows, notes } = references(process.cwd())
    return { rows: [...ownRows, ...rows], notes }
  },
})
