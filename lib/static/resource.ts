import type { File, FileStat } from '../core/index.ts'
import {
  Answer,
  type Fields,
  formatHttpDate,
  KEEP,
  type Part,
  type Persistence,
  textFields,
} from '../http/index.ts'
import type { FileSource } from '../net/index.ts'
import { type EtagKind, etagOf } from './file-tag.ts'
import { pieceBytes, smallFileBytes } from './limits.ts'
import { isPartCached, readAhead } from './page-cache.ts'

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
  #body: Buffer | null
  /** What an answer without its content says: rules that are for errors too, and Vary. */
  readonly errorFields: Fields
  readonly #otherFields: Fields
  readonly #memoryBytes: number
  readonly #answers: (Answer | undefined)[] = [undefined, undefined, undefined]
  readonly #notModified: (Answer | undefined)[] = [undefined, undefined, undefined]
  /** The pieces that have been found in memory since it was opened. */
  readonly #cached = new Set<number>()
  readonly #file: File
  #users = 1

  /**
   * Takes the file over.
   *
   * @param body all of it, of a small file
   * @param others what a 304 says too, and what an error does
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
  ) {
    this.path = path
    this.stat = stat
    this.sizeBytes = stat.sizeBytes
    this.openedMs = nowMs
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
    return { file: new Sending(this), offset, end }
  }

  /** @internal */
  get fd(): number {
    return this.#file.fileno()
  }

  /** @internal */
  isCached(offset: number, end: number): boolean {
    const first = Math.floor(offset / pieceBytes)
    const last = Math.floor((end - 1) / pieceBytes)
    if (this.#cached.has(first) && this.#cached.has(last)) return true
    if (!isPartCached(this.#file, offset, end)) return false
    // Of a piece that only a part of was asked for, the rest may be on the disk.
    const pieceEnd = Math.min((first + 1) * pieceBytes, this.sizeBytes)
    if (offset === first * pieceBytes && end >= pieceEnd) this.#cached.add(first)
    return true
  }

  /** A slow disk must not stop the loop: what is not in memory is read on the thread pool first. @internal */
  warm(offset: number, end: number, done: () => void): void {
    this.#users++
    readAhead(this.#file, offset, end, () => {
      this.release()
      done()
    })
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
  /** Once read is believed: under memory pressure it might be gone again, for ever. */
  #readFrom = -1
  #released = false

  constructor(resource: Resource) {
    this.#resource = resource
  }

  get fd(): number {
    return this.#resource.fd
  }

  get path(): string {
    return this.#resource.path
  }

  isReady(offset: number, end: number, done: () => void): boolean {
    if (offset === this.#readFrom || this.#resource.isCached(offset, end)) return true
    this.#resource.warm(offset, end, () => {
      this.#readFrom = offset
      done()
    })
    return false
  }

  release(): void {
    if (!this.#released) this.#resource.release()
    this.#released = true
  }
}
