import { type File, FileStat } from '../../core/index.ts'
import {
  Answer,
  type Fields,
  formatHttpDate,
  KEEP,
  type Part,
  type Persistence,
  textFields,
} from '../../http/index.ts'
import { ChangedError, type FileSource } from '../../net/index.ts'
import type { SystemError } from '../../sys/index.ts'
import { pieceBytes, reopenMs, smallFileBytes } from '../limits.ts'
import { type Disk, diskOf } from './disk.ts'
import { type EtagKind, etagOf } from './file-tag.ts'
import { isPartCached, readAhead, tailAt } from './page-cache.ts'

/** What an entry costs beside the bytes of its body and of its heads, of which there may be so many. */
const overheadBytes = 2048
const headsMax = 6
/** A head's first line, its Date, its Content-Length, and what it says of the connection. */
const headBytes = 160

const acceptRanges = ['Accept-Ranges', 'bytes'] as const
const errorDefaults = textFields.filter(([name]) => name !== 'Content-Type')

/** Whether a file is kept in memory, and not open. */
export function isSmall(stat: FileStat): boolean {
  return stat.sizeBytes <= smallFileBytes
}

/** What an archive without times has left is no date; years have four digits; and nothing is newer than its answer. */
function lastModifiedOf({ mtimeS }: FileStat): string | undefined {
  if (mtimeS <= 1 || mtimeS * 1000 > Date.now()) return undefined
  return formatHttpDate(mtimeS)
}

/**
 * Whether a file that is open has the content that it had. A new name, its loss and other permissions change the time of
 * the inode alone; if nothing of that has happened, somebody may have written, and put the other time back.
 *
 * @param isMoved whether its path leads elsewhere by now
 */
export function hasSameContent(now: FileStat, before: FileStat, isMoved: () => boolean): boolean {
  if (now.equals(before)) return true
  return now.hasContentOf(before) && (!now.hasModeOf(before) || isMoved())
}

/**
 * One file as it was when it was opened, with its answers. A small one is in memory; a large one stays open as long
 * as it is cached or being sent.
 */
export class Resource {
  /** Where it lies below the root. */
  readonly path: string
  readonly stat: FileStat
  readonly sizeBytes: number
  /** When it was opened, on the loop's clock. */
  readonly openedMs: number
  readonly etag: string | null
  readonly lastModifiedS: number | null
  readonly lastModified: string
  /** What all answers with its content say: the type, the coding, and what rules add. */
  readonly contentFields: Fields
  /** When it was last found unchanged: see Request.receivedCount. */
  checkedAt = -1
  /** The same on the loop's clock, which stands still for a turn. */
  checkedMs: number
  #body: Buffer | null
  /** What an answer without its content says: rules that are for errors too, and Vary. */
  readonly errorFields: Fields
  readonly #otherFields: Fields
  readonly #memoryBytes: number
  readonly #answers: (Answer | undefined)[] = [undefined, undefined, undefined]
  readonly #notModified: (Answer | undefined)[] = [undefined, undefined, undefined]
  /** Whether anything but its content explains that the inode has changed: it has been renamed, or is another one's. */
  readonly #isMoved: () => boolean
  /** The pieces that were in memory a moment ago. */
  readonly #cached = new Set<number>()
  #forgetMs = 0
  /** The parts that are being read, by their bounds: all who need one wait for one reading. */
  readonly #reading = new Map<string, Promise<void>>()
  readonly #now = new FileStat()
  /** Its last bytes, if they were in memory: see assertUnchanged. */
  readonly #tail: Buffer | null
  #grown: FileStat | null = null
  readonly #disk: Disk
  readonly #file: File
  #users = 1

  /**
   * Takes the file over.
   *
   * @param body all of it, of a small file
   * @param others what a 304 says too, and what an error does
   * @param isMoved whether its path leads elsewhere by now
   */
  constructor(
    path: string,
    file: File,
    stat: FileStat,
    body: Buffer | null,
    contentFields: Fields,
    {
      fields,
      errorFields,
      etag,
    }: { readonly fields: Fields; readonly errorFields: Fields; readonly etag: EtagKind },
    nowMs: number,
    isMoved: () => boolean,
  ) {
    this.path = path
    this.stat = stat
    this.sizeBytes = stat.sizeBytes
    this.openedMs = nowMs
    this.checkedMs = nowMs
    this.#disk = diskOf(stat)
    this.#isMoved = isMoved
    this.#tail = body === null ? tailAt(file, stat, stat.sizeBytes) : null
    this.#body = body
    this.etag = etagOf(stat, contentFields, etag)
    const lastModified = lastModifiedOf(stat)
    this.lastModified = lastModified ?? ''
    this.lastModifiedS = lastModified === undefined ? null : stat.mtimeS
    this.contentFields = contentFields
    this.errorFields = errorFields
    this.#otherFields = [
      ...(lastModified === undefined ? [] : [['Last-Modified', lastModified] as const]),
      ...(this.etag === null ? [] : [['ETag', this.etag] as const]),
      ...fields,
    ]
    const fieldBytes = [...contentFields, ...this.#otherFields].reduce(
      (sum, [name, value]) => sum + name.length + String(value).length + 4,
      0,
    )
    this.#memoryBytes = overheadBytes + headsMax * (headBytes + fieldBytes) + (body?.length ?? 0)
    this.#file = file
    if (body !== null) file.close()
  }

  get memoryBytes(): number {
    return this.#memoryBytes
  }

  /** All of a small file; null of a large one. */
  get body(): Buffer | null {
    return this.#body
  }

  /** The whole file, with another status than 200 where it is the page of an error. */
  answer(persistence: Persistence, status = 200): Answer {
    const known = this.#answers[persistence]
    if (known !== undefined && known.status === status) return known
    const length: Fields = [['Content-Length', this.sizeBytes]]
    const others = status === 200 ? [acceptRanges, ...this.#otherFields] : this.#fieldsOfError()
    const fields = [...this.contentFields, ...length, ...others]
    // What nearly all clients get has the body behind its head; then it is in memory there, and nowhere else.
    const answer = new Answer(status, fields, persistence === KEEP ? this.#body : null, persistence)
    if (persistence === KEEP && this.#body !== null)
      this.#body = answer.bytes.subarray(answer.headBytes)
    this.#answers[persistence] = answer
    return answer
  }

  /** As a page of an error it is nobody's to keep, nor to have parts of. */
  #fieldsOfError(): Fields {
    const has = (wanted: string) => this.errorFields.some(([name]) => name.toLowerCase() === wanted)
    return [...errorDefaults.filter(([name]) => !has(name.toLowerCase())), ...this.errorFields]
  }

  notModified(persistence: Persistence): Answer {
    this.#notModified[persistence] ??= new Answer(304, this.#otherFields, null, persistence)
    return this.#notModified[persistence]
  }

  /** A 206: the fields of the part come first. */
  partial(fields: Fields, persistence: Persistence): Answer {
    const all = [...fields, acceptRanges, ...this.#otherFields]
    return new Answer(206, all, null, persistence)
  }

  /** Its bytes from `offset` to before `end`. */
  part(offset: number, end: number): Part {
    if (this.#body !== null) return { bytes: this.#body.subarray(offset, end) }
    this.#users++
    return { file: new Sending(this, offset, end), offset, end }
  }

  /** Whether it keeps a descriptor open. */
  get isOpen(): boolean {
    return this.#body === null
  }

  /** Whether it does so for one user alone. */
  get isIdle(): boolean {
    return this.isOpen && this.#users === 1
  }

  /** Whether a part of it is being read: FUSE lets an open(2) of the same file wait for that. */
  get isReading(): boolean {
    return this.#reading.size > 0
  }

  /** Whether what it has to send would wait for a disk that does not answer. */
  get isStalled(): boolean {
    return this.isOpen && this.#disk.stalled
  }

  /** @internal */
  get fd(): number {
    return this.#file.fileno()
  }

  /**
   * Throws {@link ChangedError} where its content may be another one by now. That is asked for without waiting: of a
   * file system that may have to, reading ahead has asked.
   *
   * @internal
   */
  assertUnchanged(now: FileStat = this.#file.statNow(this.#now)): void {
    const known = this.#grown ?? this.stat
    if (hasSameContent(now, known, this.#isMoved)) return
    const change = now.sizeBytes < this.sizeBytes ? 'shrunk' : 'changed'
    if (now.sizeBytes <= known.sizeBytes || !this.#hasTail())
      throw new ChangedError(this.path, change)
    this.#grown ??= new FileStat()
    this.#grown.fields.set(now.fields)
  }

  /** A log goes on being written: what was announced of it is as it was. */
  #hasTail(): boolean {
    const tail = tailAt(this.#file, this.stat, this.sizeBytes)
    return tail !== null && this.#tail?.equals(tail) === true
  }

  /** To where from `offset` on, `end` at most, it is in memory. @internal */
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
        if (!isPartCached(this.#file, this.stat, from, until)) return from
        this.#note(from, until)
      }
      from = until
    }
    return end
  }

  /** Of a piece that only a part of was asked for, the rest may be on the disk. */
  #note(from: number, until: number): void {
    const piece = Math.floor(from / pieceBytes)
    const pieceEnd = Math.min((piece + 1) * pieceBytes, this.sizeBytes)
    if (from === piece * pieceBytes && until === pieceEnd) this.#cached.add(piece)
  }

  /** A slow disk must not stop the loop: what is not in memory is read on the thread pool first. @internal */
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
      // Another error is told by who sends it then.
      if ((error as SystemError).code === 'ETIMEDOUT') throw error
      return
    }
    this.assertUnchanged(now)
    this.#note(from, until)
  }

  /** Adds that many users. */
  hold(count: number): void {
    this.#users += count
  }

  /** One user less; the last one closes the file. */
  release(): void {
    this.#users--
    if (this.#users === 0 && this.#body === null) this.#file.close()
  }
}

/** One sending of a part of a large file, which stays open until it is released. */
class Sending implements FileSource {
  readonly #resource: Resource
  readonly #offset: number
  readonly #end: number
  /** Bytes that were read ahead count as in memory: under memory pressure they might be gone again each time. */
  #readFrom = 0
  #readUntil = 0
  #error: Error | null = null
  #isFirst = true
  #released = false

  constructor(resource: Resource, offset: number, end: number) {
    this.#resource = resource
    this.#offset = offset
    this.#end = end
  }

  get fd(): number {
    return this.#resource.fd
  }

  get path(): string {
    return this.#resource.path
  }

  readyBytes(offset: number, end: number, nowMs: number, done: () => void): number {
    const resource = this.#resource
    if (this.#error !== null) throw this.#error
    // The look at its path has been made in this very turn.
    if (!this.#isFirst || nowMs !== resource.checkedMs) resource.assertUnchanged()
    this.#isFirst = false
    const cachedEnd = resource.cachedEnd(offset, end, nowMs)
    if (cachedEnd > offset) return cachedEnd - offset
    if (offset >= this.#readFrom && offset < this.#readUntil)
      return Math.min(end, this.#readUntil) - offset
    // The same bounds for all who are sent the whole file, wherever in a piece each of them is.
    const piece = Math.floor(offset / pieceBytes) * pieceBytes
    const from = Math.max(piece, this.#offset)
    const until = Math.min(piece + pieceBytes, this.#end)
    resource.warm(from, until, error => {
      this.#error = error
      this.#readFrom = from
      this.#readUntil = until
      done()
    })
    return 0
  }

  release(): void {
    if (!this.#released) this.#resource.release()
    this.#released = true
  }
}
