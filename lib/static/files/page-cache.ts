import type { File, FileStat } from '../../core/index.ts'
import { EAGAIN, EINTR, native, RWF_NOWAIT } from '../../sys/index.ts'
import { pieceBytes, readAheadBytes } from '../limits.ts'
import { type Disk, diskOf } from './disk.ts'
import { isOfMemory } from './memory-files.ts'

/** ENOTSUP, ENOSYS, EINVAL, EPERM: a file system, a kernel or a filter for system calls that does not know the question. */
const unknown = new Set([-95, -38, -22, -1])
/** How much of a file's end is remembered. */
const tailBytes = 64
/** What the disk gave goes nowhere: it is in the page cache then, where sendfile finds it. */
const sink = Buffer.alloc(pieceBytes)

/** How many bytes are in memory; EAGAIN where a disk is needed, another errno where the file system cannot tell. */
function readNow(file: File, bytes: Buffer, length: number, position: number): number {
  let result: number
  do result = native.preadv2(file.fileno(), bytes, 0, length, position, RWF_NOWAIT)
  while (result === EINTR)
  return result
}

/**
 * Whether all of a part, of a piece at most, is in memory: sending it does not wait for a disk then. One page that is
 * missing in its middle would stop the loop, so nothing less than reading it tells. A file system that cannot tell
 * (overlayfs, FUSE) may have to wait, unless it has no disk at all.
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

/** Another error: the read itself, or sendfile, will tell it. */
function isRefused(result: number): boolean {
  return result < 0 && result !== EAGAIN
}

/** All of a small file, if no disk is needed for it; else null. A file that has been cut is shorter. */
export function readCached(file: File, { device }: FileStat, sizeBytes: number): Buffer | null {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes)
  const result = readNow(file, bytes, sizeBytes, 0)
  if (result === sizeBytes) return bytes
  const isReadNow = unknown.has(result) ? isOfMemory(device) : isRefused(result)
  return isReadNow ? file.read(sizeBytes) : null
}

/** The last bytes before an end, where no disk is needed for them: they stay where a file is only appended to. */
export function tailAt(file: File, { device }: FileStat, end: number): Buffer | null {
  const bytes = Buffer.allocUnsafe(tailBytes)
  const result = readNow(file, bytes, tailBytes, end - tailBytes)
  const isReadNow = unknown.has(result) && isOfMemory(device)
  const count = isReadNow ? file.readInto(bytes, end - tailBytes) : result
  return count === tailBytes ? bytes : null
}

/**
 * Reads it on the thread pool, and looks there what the file is then; rejects with {@link SystemError}. The file must
 * stay open meanwhile.
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
 * Brings a part into memory, and looks what the file is then: both may wait for a disk. The part comes little by little, so that
 * a slow disk is told from one that does not answer.
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
