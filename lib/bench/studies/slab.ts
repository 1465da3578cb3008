import { readFileSync } from 'node:fs'

/** The contents of the kernel's caches for epoll: `eventpoll_epi` and `eventpoll_pwq`. */
export interface Slab {
  /** The listed caches; a kernel may have merged one with others of the same size. */
  readonly caches: readonly string[]
  /** Of all processes. */
  readonly bytes: number
}

/** Reads /proc/slabinfo; null if it cannot be read, or lists none of them. */
export function epollSlab(): Slab | null {
  const text = slabinfo()
  const rows = [...text.matchAll(/^(eventpoll_\w+) +(\d+) +\d+ +(\d+)/gm)]
  if (rows.length === 0) return null
  return {
    caches: rows.map(([, name = '']) => name).sort(),
    bytes: rows.reduce((sum, [, , objects, size]) => sum + Number(objects) * Number(size), 0),
  }
}

function slabinfo(): string {
  try {
    return readFileSync('/proc/slabinfo', 'latin1')
  } catch {
    // Only root may read it, and some kernels lack it.
    return ''
  }
}
