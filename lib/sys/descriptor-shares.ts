import { openFilesMax } from './proc/open-files-max.ts'

/** An upper bound on the descriptors that Node and a server use besides connections and files (23 in a measurement). */
const ownDescriptors = 32
/** Descriptors that are open only briefly: a file and its variants, a directory along a path, a listing. */
const reserveDescriptors = 8
const filesMax = 1024

/**
 * How a server divides its descriptors. Files get half of the remaining descriptors, but at most 1,024. The cache uses
 * at most half of those; the others are for files that are still being sent after the cache has dropped them.
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
