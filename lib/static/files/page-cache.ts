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

/** The errnos of a file system, a kernel or a seccomp filter that doesn't know RWF_NOWAIT. */
const unknown = new Set([EOPNOTSUPP, ENOSYS, EINVAL, EPERM])
/** How much of a file's end is kept to recognize it. */
const tailBytes = 64
/** Bytes read ahead are dropped: they are in the page cache then, where sendfile finds them. */
const sink = Buffer.alloc(pieceBytes)

/** The count of bytes in the page cache; EAGAIN if a disk is needed, an errno of `unknown` if the file system can't tell. */
function readNow(file: File, bytes: Buffer, length: number, position: number): number {
  let result: number
  do result = native.preadv2(file.fileno(), bytes, 0, length, position, RWF_NOWAIT)
  while (result === EINTR)
  return result
}

/**
 * Whether all of a part, at most a piece, is in the page cache, so that sending it doesn't wait for a disk. Only reading
 * it tells, because one missing page in the middle would stop the loop. A file system that can't tell (overlayfs, FUSE)
 * counts as not cached, unless it lives in memory.
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

/** Any other error: the read itself or sendfile will report it. */
function isRefused(result: number): boolean {
  return result < 0 && result !== EAGAIN
}

/** The whole of a small file, or null if a disk is needed. Shorter than `sizeBytes` if the file was truncated. */
export function readCached(file: File, { device }: FileStat, sizeBytes: number): Buffer | null {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes)
  const result = readNow(file, bytes, sizeBytes, 0)
  if (result === sizeBytes) return bytes
  const isReadNow = unknown.has(result) ? isOfMemory(device) : isRefused(result)
  return isReadNow ? file.read(sizeBytes) : null
}

/** The last bytes before `end`, or null if a disk is needed. Appending to a file leaves them as they are. */
export function tailAt(file: File, { device }: FileStat, end: number): Buffer | null {
  const bytes = Buffer.allocUnsafe(tailBytes)
  const result = readNow(file, bytes, tailBytes, end - tailBytes)
  const isReadNow = unknown.has(result) && isOfMemory(device)
  const count = isReadNow ? file.readInto(bytes, end - tailBytes) : result
  return count === tailBytes ? bytes : null
}

/**
 * Reads the file on the thread pool, then its stat, which may wait for a disk too. The file must stay open meanwhile.
 * Rejects with {@link SystemError}.
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
 * Reads a part into the page cache on the thread pool, then the file's stat. Small reads distinguish a slow disk from one
 * that doesn't answer. Rejects with {@link SystemError}.
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
