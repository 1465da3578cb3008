import fs, { constants } from 'node:fs'
import type { RequestLog } from '../http/index.ts'
import { closeSpares, integer, isOutOfDescriptors, optionsOf } from '../sys/index.ts'
import { combinedLine, type LogLine } from './log-line.ts'

/** The default of `waitingBytesMax`. */
const waitingBytesMaxDefault = 4 * 1_048_576
/**
 * Lines are gathered up to this size or time, because a system call for each line would cost more than the answer
 * itself.
 */
const gatherBytes = 16_384
const gatherMs = 50
/** How long close() waits for a slow reader. */
const closeMs = 1000
/** Descriptors up to stderr are never closed. */
const standardMax = 2

export interface AccessLogOptions {
  /** How many bytes of lines may wait for a slow reader; further lines are dropped. Default: 4 MiB. */
  waitingBytesMax?: number
  /** Called if `reopen()` can't open the file; lines are still written to the old one. Default: does nothing. */
  onReopenError?: (error: Error) => void
}

const optionNames = ['onReopenError', 'waitingBytesMax'] as const

// Non-blocking, because the process couldn't exit while a thread is blocked opening a FIFO without a reader or writing
// to a full one.
const flags =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOCTTY |
  constants.O_NONBLOCK
const mode = 0o666

/**
 * Writes a line for each answer to a descriptor or a file. It never blocks the loop, and its memory is bounded: while a
 * reader stalls, lines are dropped and counted.
 */
export class AccessLog {
  #fd: number
  readonly #path: string | null
  readonly #lineOf: LogLine
  readonly #waitingBytesMax: number
  readonly #onReopenError: (error: Error) => void
  /** Lines that aren't being written yet. They are ASCII, so one character is one byte. */
  #gathered = ''
  #timer: NodeJS.Timeout | null = null
  /** The rest of the bytes that are being written; close() counts their lines as dropped. */
  #left: Buffer | null = null
  #writing = false
  /** Whether the file is being reopened; lines wait until it is open. */
  #opening = false
  /** The old file after a reopen, until the write to it returns. */
  #old: number | null = null
  #dropped = 0
  #closed: Promise<void> | null = null
  #finish: (() => void) | null = null

  /**
   * Throws a system error if the file can't be opened, RangeError for a bound below 1.
   *
   * @param destination a path, or a descriptor that `close()` closes unless it is 1 or 2
   */
  constructor(
    destination: number | string,
    lineOf: LogLine = combinedLine,
    options: AccessLogOptions = {},
  ) {
    const { waitingBytesMax = waitingBytesMaxDefault, onReopenError = () => {} } = optionsOf(
      options,
      optionNames,
    )
    this.#waitingBytesMax = integer('waitingBytesMax', waitingBytesMax, 1, Number.MAX_SAFE_INTEGER)
    this.#lineOf = lineOf
    this.#onReopenError = onReopenError
    this.#path = typeof destination === 'string' ? destination : null
    this.#fd = typeof destination === 'string' ? fs.openSync(destination, flags, mode) : destination
  }

  /** How many lines were lost or only partly written; after `close()` this includes lines that were still waiting. */
  get dropped(): number {
    return this.#dropped
  }

  readonly write: RequestLog = (request, status, bodyBytes) => {
    const line = this.#lineOf(request, status, bodyBytes, Date.now())
    const waitingBytes = (this.#left?.length ?? 0) + this.#gathered.length
    if (this.#closed !== null || waitingBytes + line.length > this.#waitingBytesMax) this.#dropped++
    else this.#gathered += line
    if (this.#gathered.length >= gatherBytes && this.#left === null) this.#flush()
    else this.#flushLater()
  }

  /** Failed writes are retried only by the timer, so that a full disk doesn't cost a system call for each line. */
  #flushLater(): void {
    this.#timer ??= setTimeout(this.#flush, gatherMs).unref()
  }

  /** Only one write runs at a time. A busy epoll loop seldom returns to Node, so many lines gather in between. */
  readonly #flush = (): void => {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#writing || this.#opening) return
    if (this.#left === null && this.#gathered !== '') {
      this.#left = Buffer.from(this.#gathered, 'latin1')
      this.#gathered = ''
    }
    if (this.#left === null) return this.#finish?.()
    this.#writing = true
    fs.write(this.#fd, this.#left, this.#wrote)
  }

  readonly #wrote = (error: NodeJS.ErrnoException | null, bytes: number): void => {
    this.#writing = false
    if (this.#old !== null) fs.close(this.#old)
    this.#old = null
    if (error !== null) return this.#failed(error)
    const left = this.#left!.subarray(bytes)
    this.#left = left.length === 0 ? null : left
    const isUrgent = this.#left !== null || this.#gathered.length >= gatherBytes
    if (isUrgent || this.#timer === null) this.#flush()
  }

  /** The disk is full, or the reader is slow or gone: the lines wait for the next try. */
  #failed({ code }: NodeJS.ErrnoException): void {
    if (code === 'EAGAIN' || this.#finish === null) this.#flushLater()
    else this.#finish()
  }

  /** Opens the path again, for example after the file was moved. Does nothing for a log on a descriptor. */
  reopen(): void {
    if (this.#path === null || this.#opening || this.#closed !== null) return
    this.#flush()
    this.#opening = true
    this.#open()
  }

  #open(): void {
    fs.open(this.#path!, flags, mode, (error, fd) => {
      if (error !== null && isOutOfDescriptors(error.errno!) && closeSpares()) return this.#open()
      this.#opening = false
      if (error !== null) this.#onReopenError(error)
      else this.#take(fd)
      this.#flush()
    })
  }

  #take(fd: number): void {
    if (this.#writing) this.#old = this.#fd
    else fs.close(this.#fd)
    this.#fd = fd
  }

  /** Writes the waiting lines, but drops them after a second if the reader stalls. May be called twice. */
  close(): Promise<void> {
    this.#closed ??= new Promise<void>(resolve => {
      const timer = setTimeout(() => this.#finish?.(), closeMs)
      this.#finish = () => {
        clearTimeout(timer)
        this.#finish = null
        this.#end()
        resolve()
      }
      this.#flush()
    })
    return this.#closed
  }

  #end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const left = `${this.#left?.toString('latin1') ?? ''}${this.#gathered}`
    this.#dropped += left.split('\n').length - 1
    this.#left = null
    this.#gathered = ''
    // A write that hasn't returned still uses the descriptor.
    if (!this.#writing && this.#fd > standardMax) fs.close(this.#fd)
  }
}
