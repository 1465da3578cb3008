import { readFileSync } from 'node:fs'

/** Descriptors of Node, and of a server beside connections and files: 23 were counted. */
const ownDescriptors = 32
/** Descriptors that are open for a moment: a file with its siblings, a directory on the way, a listing. */
const reserveDescriptors = 8
const filesMax = 1024

/** How many descriptors this process may have, as `ulimit -n` says; null where /proc does not say. @internal */
export function openFilesMax(): number | null {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1')
    const [, soft] = /^Max open files +(\d+)/m.exec(limits) ?? []
    return soft === undefined ? null : Number(soft)
  } catch {
    return null
  }
}

/**
 * How the descriptors of a server are shared out. Half of what is left beside its own is for files, 1,024 at most, and
 * the cache has at most half of that: the others are for files that are being sent and are no longer cached.
 *
 * @internal
 */
export function descriptorShares(max: number | null = openFilesMax()): {
  connections: number
  cachedFiles: number
} {
  if (max === null) return { connections: Number.MAX_SAFE_INTEGER, cachedFiles: filesMax / 2 }
  const left = Math.max(4, max - ownDescriptors - reserveDescriptors)
  const connections = left - Math.min(filesMax, Math.floor(left / 2))
  return { connections, cachedFiles: Math.floor(left / 4) }
}
