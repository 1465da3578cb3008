import { openFilesMax } from '../../sys/index.ts'
import type { Item } from '../item.ts'
import type { MemoryTask } from './memory-run.ts'
import { epollSlab } from './slab.ts'
import { itemOfStudy, type StudyRow, valuesOf } from './study.ts'
import type { Way } from './watching.ts'

const titles: Readonly<Record<Way, string>> = {
  'epoll-ctl': 'epoll_ctl alone',
  register: 'Epoll.register()',
  'register-map': 'Epoll.register(), an object for each in a Map',
  loop: 'EventLoop.add(), a handler each',
  net: 'node:net, a socket each',
}
const ways = Object.keys(titles) as Way[]

const watchesMax = 10_000
/** A watched socket also needs its peer. */
const descriptorsEach = 2
const ownDescriptors = 64
const descriptorsMin = 256

/** The two numbers of watches to compare, within the open-file limit. */
export function watchCounts(filesMax: number | null): { few: number; many: number } {
  const room = Math.floor(
    ((filesMax ?? Number.POSITIVE_INFINITY) - ownDescriptors) / descriptorsEach,
  )
  const many = Math.min(watchesMax, room)
  return { few: Math.floor(many / 10), many }
}

function rowOf(way: Way, counts: { few: number; many: number }): StudyRow {
  const task: MemoryTask = { way, ...counts }
  const options = ['--expose-gc']
  return {
    title: titles[way],
    sample: ({ signal }) => valuesOf('memory-run', task, signal, options),
  }
}

function notesOf({ few, many }: { few: number; many: number }): string[] {
  const slab = epollSlab()
  return [
    `the difference between ${few} and ${many} watches, after collections, divided by their number`,
    ...(many < watchesMax ? ['no more watches, because of ulimit -n'] : []),
    'descriptors are open before; a socket of node:net is its own watch, so it is counted whole',
    'a figure near 0, or below, is what the process itself did meanwhile',
    slab === null
      ? 'the slab cannot be read here: /proc/slabinfo is for root'
      : `the slab is what all processes have in ${slab.caches.join(' and ')}; what the kernel has merged with other caches is not seen`,
  ]
}

/** The memory that each additional watched descriptor needs. */
export const memory: Item = itemOfStudy({
  id: 'memory',
  title: 'memory of a watch: of the process, of V8, of the kernel',
  tableTitle: 'memory of a watch',
  quick: true,
  descriptors: descriptorsMin,
  unit: 'bytes',
  columns: ['process (RSS)', "V8's heap", "kernel's slab"],
  contents: () => {
    const counts = watchCounts(openFilesMax())
    return { rows: ways.map(way => rowOf(way, counts)), notes: notesOf(counts) }
  },
})
