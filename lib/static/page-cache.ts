import { read } from 'node:fs'
import type { File } from '../core/index.ts'
import { EAGAIN, EINTR, native, SystemError } from '../sys/index.ts'
import { pieceBytes } from './limits.ts'

const RWF_NOWAIT = 8
/** What the disk gave goes nowhere: it is in the page cache then, where sendfile finds it. */
const sink = Buffer.alloc(pieceBytes)

/** Node's thread pool, in one place. @internal */
export const pool = { read }

/**
 * Whether all of a part, of a piece at most, is in memory: sending it does not wait for a disk then. One page that is
 * missing in its middle would stop the loop, so nothing less than reading it tells. A file system that cannot tell
 * reads it.
 */
export function isPartCached(file: File, offset: number, end: number): boolean {
  const wanted = Math.min(end - offset, pieceBytes)
  let result: number
  do result = native.preadv2(file.fileno(), sink, 0, wanted, offset, RWF_NOWAIT)
  while (result === EINTR)
  return result === wanted || (result < 0 && result !== EAGAIN)
}

/** All of a small file, if no disk is needed for it; null else. A file that has been cut is shorter. */
export function readCached(file: File, sizeBytes: number): Buffer | null {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes)
  let result: number
  do result = native.preadv2(file.fileno(), bytes, 0, sizeBytes, 0, RWF_NOWAIT)
  while (result === EINTR)
  if (result === sizeBytes) return bytes
  if (result === EAGAIN || result > 0) return null
  // A file system that does not know the flag, or an error that the read itself will tell.
  return file.read(sizeBytes)
}

/** Reads it on the thread pool; rejects with {@link SystemError}. The file must stay open meanwhile. */
export function readOnPool(file: File, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes)
  return new Promise((resolve, reject) => {
    pool.read(file.fileno(), bytes, 0, sizeBytes, 0, (error, count) => {
      if (error === null) resolve(bytes.subarray(0, count))
      else reject(new SystemError(-(error.errno ?? 0), 'pread', `fd ${file.fileno()}`))
    })
  })
}

/** Brings a part into memory. What goes wrong is told by whoever sends it then. */
export function readAhead(file: File, offset: number, end: number, done: () => void): void {
  pool.read(file.fileno(), sink, 0, Math.min(end - offset, pieceBytes), offset, () => done())
}
