import { openFilesMax } from './proc/open-files-max.ts'

/** The descriptors of Node and of a server, without connections and files. 23 were counted. */
const ownDescriptors = 32
/** Descriptors that are open only briefly: a file with its variants, a directory on the way, a listing. */
const reserveDescriptors = 8
const filesMax = 1024

/**
 * How a server divides its descriptors. Files get half of what is left, 1,024 at most. The cache gets at most half of
 * that; the rest is for files that are still being sent after they left the cache.
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
