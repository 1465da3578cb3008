import fs, { constants } from 'node:fs'
import type { RequestLog } from '../http/index.ts'
import { closeSpares, integer, isOutOfDescriptors, optionsOf } from '../sys/index.ts'
import { combinedLine, type LogLine } from './log-line.ts'

/** Lines that a slow reader has not taken; further ones are dropped and counted. A busy visit of the loop makes some. */
const waitingBytesMaxDefault = 4 * 1_048_576
/** Lines are gathered up to here, or for so long, and while others are written: a call for each would cost more than its answer. */
const gatherBytes = 16_384
const gatherMs = 50
/** How long the end waits for a reader to take what is left. */
const closeMs = 1000
/** Standard output and error are not ours to close. */
const standardMax = 2

export interface AccessLogOptions {
  /** What may wait for a slow reader: 4 MiB. */
  waitingBytesMax?: number
  /** Called where the file cannot be opened again: lines go on to the one that was open. Nothing by default. */
  onReopenError?: (error: Error) => void
}

const optionNames = ['onReopenError', 'waitingBytesMax'] as const

// A pipe without a reader must not hold its opener, nor a full one its writer: the process could not end then.
const flags =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOCTTY |
  constants.O_NONBLOCK
const mode = 0o666

/**
 * A line for each answer, to a descriptor or a file. It never blocks the loop, and never keeps more than its bound: a
 * reader that stalls costs lines, which are counted.
 */
export class AccessLog {
  #fd: number
  readonly #path: string | null
  readonly #lineOf: LogLine
  readonly #waitingBytesMax: number
  readonly #onReopenError: (error: Error) => void
  /** Lines that are not being written yet. They are ASCII, so a character is a byte. */
  #gathered = ''
  #timer: NodeJS.Timeout | null = null
  /** The rest of the lines that are being written; at the end they count as lost, too. */
  #left: Buffer | null = null
  #writing = false
  /** Lines wait for the file that is being opened again. */
  #opening = false
  /** The file before it, until the write to it has returned. */
  #old: number | null = null
  #dropped = 0
  #closed: Promise<void> | null = null
  #finish: (() => void) | null = null

  /**
   * Throws a system error where the file cannot be opened, RangeError for a bound below 1.
   *
   * @param destination a file, or a descriptor that belongs to the log now: close() closes it, but for 1 and 2
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

  /** How many lines did not get, or not whole, to where they belong; once closed, with those that still waited. */
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

  /** A full disk must not cost a call for each line: what has failed is tried again by the timer alone. */
  #flushLater(): void {
    this.#timer ??= setTimeout(this.#flush, gatherMs).unref()
  }

  /** One write at a time, with all that was gathered meanwhile: the loop comes back to Node seldom where it is busy. */
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

  /** A full disk, or a reader that is gone or slow: lines wait for the next try, and nothing else is lost. */
  #failed({ code }: NodeJS.ErrnoException): void {
    if (code === 'EAGAIN' || this.#finish === null) this.#flushLater()
    else this.#finish()
  }

  /** Opens the file again, after it was moved away; a descriptor cannot be, and stays as it is. */
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

  /** Writes what waits, but does not wait for ever for a reader that stalls. A second call does nothing more. */
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
    // A write that has not returned still has it.
    if (!this.#writing && this.#fd > standardMax) fs.close(this.#fd)
  }
}
