import { type File, FileStat } from '../../core/index.ts'
import type { Part } from '../../http/index.ts'
import { ChangedError, type FileSource } from '../../net/index.ts'
import type { SystemError } from '../../sys/index.ts'
import { pieceBytes, reopenMs } from '../limits.ts'
import { type Disk, diskOf } from './disk.ts'
import { isPartCached, readAhead, tailAt } from './page-cache.ts'

/**
 * Whether an open file still has the same content. Renames, links and chmod() change only the inode's change time. If
 * none of them explains a new change time, the file may have been written and its modification time reset.
 *
 * @param isMoved whether the path leads to another file now
 */
export function hasSameContent(now: FileStat, before: FileStat, isMoved: () => boolean): boolean {
  if (now.equals(before)) return true
  return now.hasContentOf(before) && (!now.hasModeOf(before) || isMoved())
}

/** A file above `smallFileBytes`. It stays open while it has users: the cache, and each answer that sends it. */
export class LargeFile {
  readonly path: string
  /** When the path was last checked, in ms on the loop's clock. */
  checkedMs: number
  readonly #file: File
  readonly #stat: FileStat
  readonly #disk: Disk
  readonly #isMoved: () => boolean
  readonly #now = new FileStat()
  /** The last bytes, if they were in the page cache when the file was opened. */
  readonly #tail: Buffer | null
  /** The file's stat after it grew. */
  #grown: FileStat | null = null
  /** The pieces found in the page cache within the last second. */
  readonly #cached = new Set<number>()
  #forgetMs = 0
  /** The reads in progress, by their bounds: all answers that need the same part wait for one read. */
  readonly #reading = new Map<string, Promise<void>>()
  #users = 1

  /** Takes ownership of the file. */
  constructor(path: string, file: File, stat: FileStat, nowMs: number, isMoved: () => boolean) {
    this.path = path
    this.checkedMs = nowMs
    this.#file = file
    this.#stat = stat
    this.#disk = diskOf(stat)
    this.#isMoved = isMoved
    this.#tail = tailAt(file, stat, stat.sizeBytes)
  }

  get fd(): number {
    return this.#file.fileno()
  }

  /** Whether `release()` would close the descriptor. */
  get isIdle(): boolean {
    return this.#users === 1
  }

  /** Whether a read is in progress. On FUSE, an open(2) of the file would wait for it. */
  get isReading(): boolean {
    return this.#reading.size > 0
  }

  /** Whether the file's disk has stalled. */
  get isStalled(): boolean {
    return this.#disk.stalled
  }

  /** The bytes from `offset` up to, but not including, `end`; the part is a user of the file until it is released. */
  part(offset: number, end: number): Part {
    this.#users++
    return { file: new Sending(this, offset, end), offset, end }
  }

  /**
   * Throws {@link ChangedError} if the content may have changed. The default for `now` doesn't wait for a disk; on file
   * systems where stat(2) may wait, `#read()` passes the stat from the thread pool.
   */
  assertUnchanged(now: FileStat = this.#file.statNow(this.#now)): void {
    const known = this.#grown ?? this.#stat
    if (hasSameContent(now, known, this.#isMoved)) return
    const change = now.sizeBytes < this.#stat.sizeBytes ? 'shrunk' : 'changed'
    if (now.sizeBytes <= known.sizeBytes || !this.#hasTail())
      throw new ChangedError(this.path, change)
    this.#grown ??= new FileStat()
    this.#grown.fields.set(now.fields)
  }

  /**
   * Whether the bytes that were the file's last ones are unchanged: a log may grow while its announced part is sent.
   */
  #hasTail(): boolean {
    const tail = tailAt(this.#file, this.#stat, this.#stat.sizeBytes)
    return tail !== null && this.#tail?.equals(tail) === true
  }

  /** The end of the bytes from `offset` to `end` that are in the page cache; `offset` if none are. */
  cachedEnd(offset: number, end: number, nowMs: number): number {
    if (nowMs >= this.#forgetMs) {
      this.#cached.clear()
      this.#forgetMs = nowMs + reopenMs
    }
    let from = offset
    while (from < end) {
      const piece = Math.floor(from / pieceBytes)
      const until = Math.min((piece + 1) * pieceBytes, end)
      if (!this.#cached.has(piece)) {
        if (!isPartCached(this.#file, this.#stat, from, until)) return from
        this.#noteCached(from, until)
      }
      from = until
    }
    return end
  }

  /** Notes a piece only if all of it is cached: any other part of it may need the disk. */
  #noteCached(from: number, until: number): void {
    const piece = Math.floor(from / pieceBytes)
    const pieceEnd = Math.min((piece + 1) * pieceBytes, this.#stat.sizeBytes)
    if (from === piece * pieceBytes && until === pieceEnd) this.#cached.add(piece)
  }

  /** Reads a part into the page cache on the thread pool, so that a slow disk doesn't stop the loop. */
  warm(from: number, until: number, done: (error: Error | null) => void): void {
    const key = `${from}-${until}`
    let reading = this.#reading.get(key)
    if (reading === undefined) {
      this.hold(1)
      reading = this.#read(from, until).finally(() => {
        this.#reading.delete(key)
        this.release()
      })
      this.#reading.set(key, reading)
    }
    reading.then(() => done(null), done)
  }

  async #read(from: number, until: number): Promise<void> {
    let now: FileStat
    try {
      now = await readAhead(this.#file, this.#disk, from, until)
    } catch (error) {
      // sendfile() will report any other error.
      if ((error as SystemError).code === 'ETIMEDOUT') throw error
      return
    }
    this.assertUnchanged(now)
    this.#noteCached(from, until)
  }

  /** Adds users; each of them must call `release()`. */
  hold(count: number): void {
    this.#users += count
  }

  /** The last user's release closes the file. */
  release(): void {
    this.#users--
    if (this.#users === 0) this.#file.close()
  }
}

/** The part of a large file that one answer sends. */
class Sending implements FileSource {
  readonly #file: LargeFile
  readonly #offset: number
  readonly #end: number
  /** Bytes just read ahead count as cached, because under memory pressure they could be evicted before every check. */
  #readFrom = 0
  #readUntil = 0
  #error: Error | null = null
  #isFirst = true
  #released = false

  constructor(file: LargeFile, offset: number, end: number) {
    this.#file = file
    this.#offset = offset
    this.#end = end
  }

  get fd(): number {
    return this.#file.fd
  }

  get path(): string {
    return this.#file.path
  }

  readyBytes(offset: number, end: number, nowMs: number, done: () => void): number {
    const file = this.#file
    if (this.#error !== null) throw this.#error
    // Before the first piece, the path may already have been checked in this turn.
    if (!this.#isFirst || nowMs !== file.checkedMs) file.assertUnchanged()
    this.#isFirst = false
    const cachedEnd = file.cachedEnd(offset, end, nowMs)
    if (cachedEnd > offset) return cachedEnd - offset
    if (offset >= this.#readFrom && offset < this.#readUntil)
      return Math.min(end, this.#readUntil) - offset
    // These bounds don't depend on `offset`, so all answers with the whole file share one read per piece.
    const piece = Math.floor(offset / pieceBytes) * pieceBytes
    const from = Math.max(piece, this.#offset)
    const until = Math.min(piece + pieceBytes, this.#end)
    file.warm(from, until, error => {
      this.#error = error
      this.#readFrom = from
      this.#readUntil = until
      done()
    })
    return 0
  }

  release(): void {
    if (!this.#released) this.#file.release()
    this.#released = true
  }
}
