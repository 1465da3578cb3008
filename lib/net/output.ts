/** A part of a file that is to be sent. It stays open until `release` is called. */
export interface FileSource {
  readonly fd: number
  /**
   * Asked before a part is sent, if it is there: whether that will not wait for a disk. If it would, `done` is called
   * when it will not any more.
   */
  isReady?(offset: number, end: number, done: () => void): boolean
  /** Called once: when the part is sent, or will not be. */
  release(): void
}

/** Bytes, or a part of a file, that the kernel has not taken yet. @internal */
export type Pending =
  | { file: null; bytes: Uint8Array; offset: number; end: number }
  | { file: FileSource; bytes: null; offset: number; end: number }

/** What a connection still has to send, in order. @internal */
export class Output {
  readonly #queue: Pending[] = []
  #bytes = 0

  get empty(): boolean {
    return this.#queue.length === 0
  }

  /** How many bytes of memory wait; those of files cost none. */
  get bytes(): number {
    return this.#bytes
  }

  /** What waits in all, the parts of files too. */
  get unsentBytes(): number {
    return this.#queue.reduce((sum, { offset, end }) => sum + end - offset, 0)
  }

  get first(): Pending {
    return this.#queue[0]!
  }

  get length(): number {
    return this.#queue.length
  }

  /** A copy is kept: the caller's memory is used again. */
  addBytes(bytes: Uint8Array, offset: number, end: number): void {
    const copy = Uint8Array.prototype.slice.call(bytes, offset, end)
    this.#bytes += copy.length
    this.#queue.push({ file: null, bytes: copy, offset: 0, end: copy.length })
  }

  addFile(file: FileSource, offset: number, end: number): void {
    this.#queue.push({ file, bytes: null, offset, end })
  }

  /** Counts what the kernel took of the first part; a part that is done leaves the queue. */
  advance(count: number): void {
    const { first } = this
    first.offset += count
    if (first.file === null) this.#bytes -= count
    if (first.offset < first.end) return
    this.#queue.shift()
    first.file?.release()
  }

  clear(): void {
    for (const { file } of this.#queue.splice(0)) file?.release()
    this.#bytes = 0
  }
}
