import { apart, EAGAIN, EINTR, MSG_MORE, native } from '../sys/index.ts'
import { ChangedError } from './errors.ts'
import { outputBlockBytes, sendfileBytes, sendfilesPerTurn } from './limits.ts'
import { DISK, EMPTY, ROOM, TURN } from './states.ts'
import { tcpBytesOf } from './tcp-bytes.ts'

/** An open file, part of which is sent. The owner keeps it open until `release` is called. */
export interface FileSource {
  readonly fd: number
  /** The file's path, for error messages. */
  readonly path?: string
  /**
   * Called before each piece: returns how many of these bytes can be sent without waiting for a disk. If it returns 0,
   * it must call `done` once some of them can be sent. Throws if the file has changed; then the connection is reset.
   */
  readyBytes?(offset: number, end: number, nowMs: number, done: () => void): number
  /** Called once, when the part is sent or dropped. */
  release(): void
}

/** Releases a file. An exception in `release()` does not interrupt the caller. @internal */
export function releaseApart(file: FileSource): void {
  apart(() => file.release())
}

interface Waiter {
  /** Called when the next bytes of a file can be sent without waiting for the disk. */
  onFileReady(): void
}

/** Bytes, or part of a file, that the kernel has not taken yet. @internal */
export type Pending = { next: Pending | null; offset: number; end: number } & (
  | { file: null; bytes: Uint8Array }
  | { file: FileSource; bytes: null }
)

/** A connection's output queue. @internal */
export class Output {
  #first: Pending | null = null
  #last: Pending | null = null
  #bytes = 0
  /** How many bytes were dropped. */
  #lostBytes = 0
  /** How many bytes the peer had acknowledged at the last check. */
  #ackedBytes = 0

  get empty(): boolean {
    return this.#first === null
  }

  /** How many bytes wait, not counting parts of files. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many bytes wait or were dropped, including parts of files. */
  get unsentBytes(): number {
    let sum = this.#lostBytes
    for (let part = this.#first; part !== null; part = part.next) sum += part.end - part.offset
    return sum
  }

  get first(): Pending {
    return this.#first!
  }

  /** The system call that sends the first part. */
  get syscall(): 'send' | 'sendfile' {
    return this.first.file === null ? 'send' : 'sendfile'
  }

  /**
   * Whether the peer has acknowledged bytes since the last check. EPOLLOUT would not show this: it waits until much of
   * the send buffer is free.
   */
  hasProgressed(fd: number): boolean {
    const ackedBytes = tcpBytesOf(fd)?.ackedBytes ?? 0
    const isMore = ackedBytes !== this.#ackedBytes
    this.#ackedBytes = ackedBytes
    return isMore
  }

  /** Sends the queue. Returns why the rest waits, or a negative errno. Throws if a file has changed. */
  flush(fd: number, nowMs: number, waiter: Waiter): number {
    for (let files = sendfilesPerTurn; this.#first !== null; ) {
      const { file } = this.#first
      if (file !== null && files-- === 0) return TURN
      const ready = file === null ? 0 : this.#readyBytes(file, nowMs, waiter)
      if (file !== null && ready === 0) return DISK
      const { offset } = this.first
      const count = file === null ? this.#send(fd) : native.sendfile(fd, file.fd, offset, ready)
      if (count > 0) this.advance(count)
      else if (count === 0) throw new ChangedError(file?.path, 'shrunk')
      else if (count !== EINTR) return count === EAGAIN ? ROOM : count
    }
    return EMPTY
  }

  #send(fd: number): number {
    const { bytes, offset, end } = this.first
    const flags = this.#first === this.#last ? 0 : MSG_MORE
    return native.send(fd, bytes!, offset, end - offset, flags)
  }

  #readyBytes(file: FileSource, nowMs: number, waiter: Waiter): number {
    const { offset, end } = this.first
    const pieceEnd = Math.min(end, offset + sendfileBytes)
    if (file.readyBytes === undefined) return pieceEnd - offset
    return file.readyBytes(offset, pieceEnd, nowMs, () => waiter.onFileReady())
  }

  /** Copies bytes that are not constant, because the caller reuses its memory. Small pieces share a block. */
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

  /** Marks bytes of the first part as sent; removes the part when all of it is sent. */
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
    this.#lostBytes = this.unsentBytes
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
