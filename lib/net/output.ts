import { apart } from '../sys/index.ts'
import { outputBlockBytes } from './limits.ts'

/** A part of a file that is to be sent. It stays open until `release` is called. */
export interface FileSource {
  readonly fd: number
  /** For who reads what went wrong. */
  readonly path?: string
  /**
   * Asked before each piece is sent, if it is there: how many of these bytes can be sent without waiting for a disk. If it
   * is none, `done` is called when there are some. Throws where they must not be sent, as the file is another one now:
   * the connection is reset then.
   */
  readyBytes?(offset: number, end: number, nowMs: number, done: () => void): number
  /** Called once: when the part is sent, or will not be. */
  release(): void
}

/** A file's owner may throw: nothing of ours is cut short by that. @internal */
export function releaseApart(file: FileSource): void {
  apart(() => file.release())
}

/** Bytes, or a part of a file, that the kernel has not taken yet. @internal */
export type Pending = { next: Pending | null; offset: number; end: number } & (
  | { file: null; bytes: Uint8Array }
  | { file: FileSource; bytes: null }
)

/** What a connection still has to send, in order. @internal */
export class Output {
  #first: Pending | null = null
  #last: Pending | null = null
  #bytes = 0
  /** How far the peer had got when it was last looked at. */
  ackedBytes = 0

  get empty(): boolean {
    return this.#first === null
  }

  /** How many bytes of memory wait; those of files cost none. */
  get bytes(): number {
    return this.#bytes
  }

  /** What waits in all, the parts of files too. */
  get unsentBytes(): number {
    let sum = 0
    for (let part = this.#first; part !== null; part = part.next) sum += part.end - part.offset
    return sum
  }

  get first(): Pending {
    return this.#first!
  }

  /** Whether something waits behind the first part. */
  get hasMore(): boolean {
    return this.#first !== this.#last
  }

  /** A copy is kept of what is not constant: the caller's memory is used again. Small pieces share a block. */
  addBytes(bytes: Uint8Array, offset: number, end: number, constant = false): void {
    const count = end - offset
    const last = this.#last
    this.#bytes += count
    if (constant)
      return this.#add({ file: null, bytes: bytes.subarray(0, end), offset, end, next: null })
    if (last !== null && last.file === null && last.bytes.length - last.end >= count) {
      last.bytes.set(bytes.subarray(offset, end), last.end)
      last.end += count
      return
    }
    const block = new Uint8Array(last === null ? count : Math.max(count, outputBlockBytes))
    block.set(bytes.subarray(offset, end))
    this.#add({ file: null, bytes: block, offset: 0, end: count, next: null })
  }

  addFile(file: FileSource, offset: number, end: number): void {
    this.#add({ file, bytes: null, offset, end, next: null })
  }

  /** Counts what the kernel took of the first part; a part that is done leaves the queue. */
  advance(count: number): void {
    const { first } = this
    first.offset += count
    if (first.file === null) this.#bytes -= count
    if (first.offset < first.end) return
    this.#first = first.next
    if (this.#first === null) this.#last = null
    if (first.file !== null) releaseApart(first.file)
  }

  clear(): void {
    const files: FileSource[] = []
    for (let part = this.#first; part !== null; part = part.next) {
      if (part.file !== null) files.push(part.file)
    }
    this.#first = null
    this.#last = null
    this.#bytes = 0
    for (const file of files) releaseApart(file)
  }

  #add(part: Pending): void {
    if (this.#last === null) this.#first = part
    else this.#last.next = part
    this.#last = part
  }
}
