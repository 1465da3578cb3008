import { setImmediate } from 'node:timers/promises'
import { heapBytes } from '../measure/collections.ts'
import { epollSlab } from './slab.ts'
import type { Values } from './study.ts'
import { type Way, watchings } from './watching.ts'

/** A way to watch descriptors, and the two numbers of watches at which memory is compared. */
export interface MemoryTask {
  readonly way: Way
  readonly few: number
  readonly many: number
}

interface Seen {
  readonly rssBytes: number
  readonly heapBytes: number
  readonly slabBytes: number | null
}

const collectionCount = 5

/** The bytes per watch in the process, in V8's heap and in the kernel's slab. Needs `node --expose-gc`. */
export async function measure({ way, few, many }: MemoryTask): Promise<Values> {
  const watching = watchings[way](many)
  try {
    for (let i = 0; i < few; i++) watching.watch(i)
    // A first reading, whose result is not used: it collects garbage from the start-up, and allocates memory itself.
    await seen()
    const before = await seen()
    for (let i = few; i < many; i++) watching.watch(i)
    const after = await seen()
    const each = (bytes: number): number => bytes / (many - few)
    const { slabBytes } = before
    return [
      each(after.rssBytes - before.rssBytes),
      each(after.heapBytes - before.heapBytes),
      after.slabBytes === null || slabBytes === null ? null : each(after.slabBytes - slabBytes),
    ]
  } finally {
    watching.close()
  }
}

async function seen(): Promise<Seen> {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('node was started without --expose-gc')
  // Each pass yields to libuv, which registers new descriptors only in its next iteration.
  for (let i = 0; i < collectionCount; i++) {
    gc()
    await setImmediate()
  }
  return {
    rssBytes: process.memoryUsage.rss(),
    heapBytes: heapBytes(),
    slabBytes: epollSlab()?.bytes ?? null,
  }
}
