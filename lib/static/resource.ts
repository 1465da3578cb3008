import type { File, FileStat } from '../core/index.ts'
import {
  Answer,
  type Fields,
  formatHttpDate,
  KEEP,
  type Part,
  type Persistence,
} from '../http/index.ts'
import type { FileSource } from '../net/index.ts'
import { pieceBytes, smallFileBytes } from './limits.ts'
import { isPartCached, readAhead } from './page-cache.ts'

/** What an entry costs beside the bytes of its body. */
const overheadBytes = 2048
/** A change within this time may leave the clock's reading of the file as it is: its tag must not promise too much. */
const youngMs = 2000

/** Whether a file is kept in memory, and not open. */
export function isSmall(stat: FileStat): boolean {
  return stat.sizeBytes <= smallFileBytes
}

/** What an archive without times has left is no date; and years have four digits. */
function lastModifiedOf({ mtimeS }: FileStat): string | undefined {
  return mtimeS <= 1 ? undefined : formatHttpDate(mtimeS)
}

/** Siblings may have one size and one time: each coding has tags of its own. */
function etagOf({ mtimeS, mtimeNs, sizeBytes }: FileStat, contentFields: Fields): string | null {
  if (mtimeS <= 1) return null
  const ns = BigInt(mtimeS) * 1_000_000_000n + BigInt(mtimeNs)
  const coding = contentFields.find(([name]) => name === 'Content-Encoding')
  const suffix = coding === undefined ? '' : `-${coding[1]}`
  const tag = `"${ns.toString(16)}-${sizeBytes.toString(16)}${suffix}"`
  const ageMs = Date.now() - mtimeS * 1000 - mtimeNs / 1e6
  return Math.abs(ageMs) < youngMs ? `W/${tag}` : tag
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
  /** What an answer without its content says too: rules, and Vary. */
  readonly errorFields: Fields
  readonly #otherFields: Fields
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
   * @param fields what a 304 says too
   */
  constructor(
    path: string,
    file: File,
    stat: FileStat,
    body: Buffer | null,
    contentFields: Fields,
    fields: Fields,
    nowMs: number,
  ) {
    this.path = path
    this.stat = stat
    this.sizeBytes = stat.sizeBytes
    this.openedMs = nowMs
    this.#body = body
    this.etag = etagOf(stat, contentFields)
    const lastModified = lastModifiedOf(stat)
    this.lastModified = lastModified ?? ''
    this.lastModifiedS = lastModified === undefined ? null : stat.mtimeS
    this.contentFields = contentFields
    this.errorFields = fields
    this.#otherFields = [
      ...(lastModified === undefined ? [] : [['Last-Modified', lastModified] as const]),
      ...(this.etag === null ? [] : [['ETag', this.etag] as const]),
      ...fields,
    ]
    this.#file = file
    if (body !== null) file.close()
  }

  get memoryBytes(): number {
    return overheadBytes + (this.#body?.length ?? 0)
  }

  /** All of a small file; null of a large one. */
  get body(): Buffer | null {
    return this.#body
  }

  /** The whole file, with another status than 200 where it is the page of an error. */
  answer(persistence: Persistence, status = 200): Answer {
    const known = this.#answers[persistence]
    if (known !== undefined && known.status === status) return known
    const acceptRanges: Fields = status === 200 ? [['Accept-Ranges', 'bytes']] : []
    const length: Fields = [['Content-Length', this.sizeBytes]]
    const fields = [...this.contentFields, ...length, ...acceptRanges, ...this.#otherFields]
    // What nearly all clients get has the body behind its head; then it is in memory there, and nowhere else.
    const answer = new Answer(status, fields, persistence === KEEP ? this.#body : null, persistence)
    if (persistence === KEEP && this.#body !== null)
      this.#body = answer.bytes.subarray(answer.headBytes)
    this.#answers[persistence] = answer
    return answer
  }

  notModified(persistence: Persistence): Answer {
    this.#notModified[persistence] ??= new Answer(304, this.#otherFields, null, persistence)
    return this.#notModified[persistence]
  }

  /** A 206: the fields of the part come first. */
  partial(fields: Fields, persistence: Persistence): Answer {
    const all = [...fields, ['Accept-Ranges', 'bytes'] as const, ...this.#otherFields]
    return new Answer(206, all, null, persistence)
  }

  /** Its bytes from `offset` to before `end`. */
  part(offset: number, end: number): Part {
    if (this.#body !== null) return { bytes: this.#body.subarray(offset, end) }
    return { file: this.#source(), offset, end }
  }

  #source(): FileSource {
    this.#users++
    let released = false
    // Once read is believed: under memory pressure it might be gone again, for ever.
    let readFrom = -1
    return {
      fd: this.#file.fileno(),
      isReady: (offset, end, done) => {
        if (offset === readFrom || this.#isCached(offset, end)) return true
        this.#readAhead(offset, end, () => {
          readFrom = offset
          done()
        })
        return false
      },
      release: () => {
        if (!released) this.release()
        released = true
      },
    }
  }

  #isCached(offset: number, end: number): boolean {
    const first = Math.floor(offset / pieceBytes)
    const last = Math.floor((end - 1) / pieceBytes)
    if (this.#cached.has(first) && this.#cached.has(last)) return true
    if (!isPartCached(this.#file, offset, end)) return false
    // Of a piece that only a part of was asked for, the rest may be on the disk.
    const pieceEnd = Math.min((first + 1) * pieceBytes, this.sizeBytes)
    if (offset === first * pieceBytes && end >= pieceEnd) this.#cached.add(first)
    return true
  }

  /** A slow disk must not stop the loop: what is not in memory is read on the thread pool first. */
  #readAhead(offset: number, end: number, done: () => void): void {
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
