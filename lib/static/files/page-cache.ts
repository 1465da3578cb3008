// Reads files without making the thread wait for a disk.
import type { File, FileStat } from '../../core/index.ts'
import {
  EAGAIN,
  EINTR,
  EINVAL,
  ENOSYS,
  EOPNOTSUPP,
  EPERM,
  native,
  RWF_NOWAIT,
} from '../../sys/index.ts'
import { pieceBytes, readAheadBytes } from '../limits.ts'
import { type Disk, diskOf } from './disk.ts'
import { isOfMemory } from './memory-files.ts'

/** The errnos of a file system, kernel or seccomp filter that doesn't support RWF_NOWAIT. */
const unknown = new Set([EOPNOTSUPP, ENOSYS, EINVAL, EPERM])
/** How many of a file's last bytes are compared to distinguish growth from a rewrite. */
const tailBytes = 64
/** Reading ahead only fills the page cache for sendfile(); the bytes themselves are ignored. */
const sink = Buffer.alloc(pieceBytes)

/**
 * Reads from the page cache. Returns a count, EAGAIN if a disk is needed, or an errno in `unknown` if it can't tell.
 */
function readNow(file: File, bytes: Buffer, length: number, position: number): number {
  let result: number
  do result = native.preadv2(file.fileno(), bytes, 0, length, position, RWF_NOWAIT)
  while (result === EINTR)
  return result
}

/**
 * Whether a part of at most one piece is in the page cache, so that sending it doesn't wait for a disk. The whole part
 * is read, because one missing page in the middle would block the loop. On a file system that can't tell (overlayfs,
 * FUSE), a part counts as not cached, unless the file system is in memory.
 */
export function isPartCached(
  file: File,
  { device }: FileStat,
  offset: number,
  end: number,
): boolean {
  const wanted = Math.min(end - offset, pieceBytes)
  const result = readNow(file, sink, wanted, offset)
  return unknown.has(result) ? isOfMemory(device) : result === wanted || isRefused(result)
}

/** Whether the call failed with an error that the actual read or sendfile() will report. */
function isRefused(result: number): boolean {
  return result < 0 && result !== EAGAIN
}

/** The content of a small file, or null if a disk is needed. The result is shorter if the file was truncated. */
export function readCached(file: File, { device }: FileStat, sizeBytes: number): Buffer | null {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes)
  const result = readNow(file, bytes, sizeBytes, 0)
  if (result === sizeBytes) return bytes
  const isReadNow = unknown.has(result) ? isOfMemory(device) : isRefused(result)
  return isReadNow ? file.read(sizeBytes) : null
}

/** The last bytes before `end`, or null if a disk is needed. Appending to the file doesn't change them. */
export function tailAt(file: File, { device }: FileStat, end: number): Buffer | null {
  const bytes = Buffer.allocUnsafe(tailBytes)
  const result = readNow(file, bytes, tailBytes, end - tailBytes)
  const isReadNow = unknown.has(result) && isOfMemory(device)
  const count = isReadNow ? file.readInto(bytes, end - tailBytes) : result
  return count === tailBytes ? bytes : null
}

/**
 * Reads the file on the thread pool, then its stat, which may also wait for a disk. The file must stay open until the
 * promise settles. Rejects with {@link SystemError}.
 */
export async function readOnPool(
  file: File,
  stat: FileStat,
): Promise<{ bytes: Buffer; stat: FileStat }> {
  const disk = diskOf(stat)
  const bytes = Buffer.allocUnsafeSlow(stat.sizeBytes)
  const count = await disk.read(file.fileno(), bytes, bytes.length, 0)
  return { bytes: bytes.subarray(0, count), stat: await disk.stat(file.fileno()) }
}

/**
 * Reads a part into the page cache on the thread pool, then the file's stat. Reads are small, so that a slow disk
 * doesn't count as stalled. Rejects with {@link SystemError}.
 */
export async function readAhead(
  file: File,
  disk: Disk,
  offset: number,
  end: number,
): Promise<FileStat> {
  for (let at = offset; at < end; at += readAheadBytes) {
    const length = Math.min(end - at, readAheadBytes)
    if ((await disk.read(file.fileno(), sink, length, at)) === 0) break
  }
  return disk.stat(file.fileno())
}
