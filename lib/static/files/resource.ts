import type { File, FileStat } from '../../core/index.ts'
import {
  Answer,
  type Fields,
  formatHttpDate,
  KEEP,
  type Part,
  type Persistence,
  textFields,
} from '../../http/index.ts'
import { smallFileBytes } from '../limits.ts'
import { type EtagKind, etagOf } from './file-tag.ts'
import { LargeFile } from './large-file.ts'

/** The memory that a resource uses in addition to its body and its heads. */
const overheadBytes = 2048
const headsMax = 6
/** The length of a head's status line, Date, Content-Length and Connection. */
const headBytes = 160

const acceptRanges = ['Accept-Ranges', 'bytes'] as const
const errorDefaults = textFields.filter(([name]) => name !== 'Content-Type')

export function isSmall(stat: FileStat): boolean {
  return stat.sizeBytes <= smallFileBytes
}

/** Undefined for a time of 0 or 1, which archives use for "unknown", and for a time in the future. */
function lastModifiedOf({ mtimeS }: FileStat): string | undefined {
  if (mtimeS <= 1 || mtimeS * 1000 > Date.now()) return undefined
  return formatHttpDate(mtimeS)
}

/** The fields that rules set for the answers of an address, and the kind of ETag. */
export interface AnswerRules {
  readonly fields: Fields
  /** The fields of error answers. */
  readonly errorFields: Fields
  readonly etag: EtagKind
}

/** The state of a file when it was opened, and its answers. A small file is kept in memory, a large one stays open. */
export class Resource {
  /** Relative to the root. */
  readonly path: string
  readonly stat: FileStat
  readonly sizeBytes: number
  /** When the file was opened, in ms on the loop's clock. */
  readonly openedMs: number
  readonly etag: string | null
  /** In seconds; null if the file has no usable time. */
  readonly lastModifiedS: number | null
  /** The Last-Modified field; empty if there is none. */
  readonly lastModified: string
  /** Content-Type and Content-Encoding. */
  readonly contentFields: Fields
  /** The fields of an answer that does not carry the file's content: Vary, and those set by rules for errors. */
  readonly errorFields: Fields
  readonly memoryBytes: number
  /** The open file; null for a small one. */
  readonly large: LargeFile | null
  #checkedBatch = -1
  #body: Buffer | null
  readonly #otherFields: Fields
  readonly #answers: (Answer | undefined)[] = [undefined, undefined, undefined]
  readonly #notModified: (Answer | undefined)[] = [undefined, undefined, undefined]

  /**
   * Takes ownership of the file.
   *
   * @param body the whole content of a small file
   * @param isMoved whether the path leads to another file now
   */
  constructor(
    path: string,
    file: File,
    stat: FileStat,
    body: Buffer | null,
    contentFields: Fields,
    { fields, errorFields, etag }: AnswerRules,
    nowMs: number,
    isMoved: () => boolean,
  ) {
    this.path = path
    this.stat = stat
    this.sizeBytes = stat.sizeBytes
    this.openedMs = nowMs
    this.#body = body
    this.large = body === null ? new LargeFile(path, file, stat, nowMs, isMoved) : null
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
    this.memoryBytes = overheadBytes + headsMax * (headBytes + fieldBytes) + (body?.length ?? 0)
    if (body !== null) file.close()
  }

  /** Whether the path was checked after all requests of this batch had arrived. */
  isChecked(batch: number): boolean {
    return this.#checkedBatch === batch
  }

  /** Notes that the path has just been checked and leads to this file, unchanged. */
  noteChecked(batch: number, nowMs: number): void {
    this.#checkedBatch = batch
    if (this.large !== null) this.large.checkedMs = nowMs
  }

  /** An answer with the whole file; for a status other than 200, the file is an error page. */
  answer(persistence: Persistence, status = 200): Answer {
    const known = this.#answers[persistence]
    if (known !== undefined && known.status === status) return known
    const length: Fields = [['Content-Length', this.sizeBytes]]
    const others = status === 200 ? [acceptRanges, ...this.#otherFields] : this.#fieldsOfError()
    const fields = [...this.contentFields, ...length, ...others]
    // The most common answer contains the body after its head; the body isn't stored anywhere else.
    const answer = new Answer(status, fields, persistence === KEEP ? this.#body : null, persistence)
    if (persistence === KEEP && this.#body !== null)
      this.#body = answer.bytes.subarray(answer.headBytes)
    this.#answers[persistence] = answer
    return answer
  }

  /** Clients must not cache an error page, and it has no ranges. */
  #fieldsOfError(): Fields {
    const has = (wanted: string) => this.errorFields.some(([name]) => name.toLowerCase() === wanted)
    return [...errorDefaults.filter(([name]) => !has(name.toLowerCase())), ...this.errorFields]
  }

  notModified(persistence: Persistence): Answer {
    this.#notModified[persistence] ??= new Answer(304, this.#otherFields, null, persistence)
    return this.#notModified[persistence]
  }

  /** A 206; `fields` describe its part or parts. */
  partial(fields: Fields, persistence: Persistence): Answer {
    const all = [...fields, acceptRanges, ...this.#otherFields]
    return new Answer(206, all, null, persistence)
  }

  /** The bytes from `offset` up to, but not including, `end`. */
  part(offset: number, end: number): Part {
    if (this.#body !== null) return { bytes: this.#body.subarray(offset, end) }
    return this.large!.part(offset, end)
  }
}
