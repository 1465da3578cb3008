import { readFileSync } from 'node:fs'

/** What the kernel's caches for epoll hold: `eventpoll_epi`, `eventpoll_pwq`. */
export interface Slab {
  /** Those that are listed: a kernel may have merged one with others of its size. */
  readonly caches: readonly string[]
  /** Of all processes. */
  readonly bytes: number
}

/** As /proc/slabinfo lists it; null where it may not be read, or names none of them. */
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
    // Only root may read it, and not every kernel has it.
    return ''
  }
}
