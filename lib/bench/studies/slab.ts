import { fileText } from '../../sys/index.ts'

/** The contents of the kernel's caches for epoll: `eventpoll_epi` and `eventpoll_pwq`. */
export interface Slab {
  /** The caches that are listed. One may be missing because the kernel merged it with another of the same size. */
  readonly caches: readonly string[]
  /** The memory in use by all processes. */
  readonly bytes: number
}

/** Reads /proc/slabinfo; null if it cannot be read, or does not list these caches. */
export function epollSlab(): Slab | null {
  // Only root may read this file, and some kernels do not have it.
  const text = fileText('/proc/slabinfo')
  const rows = [...text.matchAll(/^(eventpoll_\w+) +(\d+) +\d+ +(\d+)/gm)]
  if (rows.length === 0) return null
  return {
    caches: rows.map(([, name = '']) => name).sort(),
    bytes: rows.reduce((sum, [, , objects, size]) => sum + Number(objects) * Number(size), 0),
  }
}
