import type { File, FileStat } from '../core/index.ts'
import { Answer, type Fields, type Persistence } from '../http/index.ts'
import type { FileSource } from '../net/index.ts'
import { contentTypeOf } from './content-type.ts'
import { smallFileBytes } from './limits.ts'

/** What an entry costs beside the bytes of its body. */
const overheadBytes = 2048

/** Years that an IMF-fixdate has four digits for; what an archive without times left is no date. */
function lastModified(stat: FileStat): Fields {
  if (stat.mtimeS <= 1 || stat.mtimeS > 253402300799) return []
  return [['Last-Modified', new Date(stat.mtimeS * 1000).toUTCString()]]
}

/**
 * One file as it was when it was opened, with its answers. A small one is in memory; a large one stays open as long
 * as it is cached or being sent.
 */
export class Resource {
  readonly stat: FileStat
  readonly sizeBytes: number
  /** When it was opened, on the loop's clock. */
  readonly openedMs: number
  readonly #fields: Fields
  readonly #answers: (Answer | undefined)[] = [undefined, undefined, undefined]
  readonly #body: Buffer | null
  #file: File | null
  #users = 1

  /** Takes the file over. Throws SystemError where it cannot be read. */
  constructor(path: string, file: File, stat: FileStat, nowMs: number) {
    this.stat = stat
    this.sizeBytes = stat.sizeBytes
    this.openedMs = nowMs
    this.#fields = [
      ['Content-Type', contentTypeOf(path)],
      ['Content-Length', stat.sizeBytes],
      ...lastModified(stat),
      ['X-Content-Type-Options', 'nosniff'],
    ]
    const small = stat.sizeBytes <= smallFileBytes
    this.#file = file
    try {
      this.#body = small ? file.read(stat.sizeBytes) : null
    } finally {
      if (small) this.#close()
    }
  }

  /** False where a small file was cut between its stat and its reading. */
  get whole(): boolean {
    return this.#body === null || this.#body.length === this.sizeBytes
  }

  get memoryBytes(): number {
    return overheadBytes + (this.#body?.length ?? 0)
  }

  answer(persistence: Persistence): Answer {
    this.#answers[persistence] ??= new Answer(200, this.#fields, this.#body, persistence)
    return this.#answers[persistence]
  }

  /** The file to send from, or null where the answer has the body in it. */
  source(): FileSource | null {
    if (this.#file === null) return null
    this.#users++
    let released = false
    return {
      fd: this.#file.fileno(),
      release: () => {
        if (!released) this.release()
        released = true
      },
    }
  }

  /** One user less; the last one closes the file. */
  release(): void {
    this.#users--
    if (this.#users === 0) this.#close()
  }

  #close(): void {
    this.#file?.close()
    this.#file = null
  }
}
