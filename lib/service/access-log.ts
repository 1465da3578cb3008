import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import sonicBoom from 'sonic-boom'
import type { RequestLog } from '../http/index.ts'
import { closeSpares, integer, isOutOfDescriptors, optionsOf } from '../sys/index.ts'
import { combinedLine, type LogLine } from './log-line.ts'

/** Lines that a slow reader has not taken; further ones are dropped and counted. A busy visit of the loop makes some. */
const waitingBytesMaxDefault = 4 * 1_048_576
/** Lines are gathered up to here, or for so long, and while others are written: a call for each would cost more than its answer. */
const gatherBytes = 16_384
const gatherMs = 50
/** How long the end waits for a reader to take what is left. */
const closeMs = 2000

export interface AccessLogOptions {
  /** What may wait for a slow reader: 4 MiB. */
  waitingBytesMax?: number
  /** Called where the file cannot be opened again: lines go on to the one that was open. Nothing by default. */
  onReopenError?: (error: Error) => void
}

/**
 * A line for each answer, to a descriptor or a file. It never blocks the loop, and never keeps more than its bound: a
 * reader that stalls costs lines, which are counted.
 */
export class AccessLog {
  readonly #stream: InstanceType<typeof sonicBoom.SonicBoom>
  readonly #lineOf: LogLine
  readonly #isFile: boolean
  readonly #waitingBytesMax: number
  /** Lines that the stream has not got yet. They are ASCII, so a character is a byte. */
  #gathered = ''
  #timer: NodeJS.Timeout | null = null
  /** What the stream is writing: at the end these lines are lost too. */
  #written = ''
  #writtenBytes = 0
  /** Whether that has failed: the stream tries again only when it is given more. */
  #failed = false
  #dropped = 0
  #closed: Promise<void> | null = null

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
      ['waitingBytesMax', 'onReopenError'],
    )
    this.#waitingBytesMax = integer('waitingBytesMax', waitingBytesMax, 1, Number.MAX_SAFE_INTEGER)
    this.#lineOf = lineOf
    const pipe = typeof destination === 'string' ? pipeOf(destination) : destination
    this.#isFile = pipe === null
    const to = pipe === null ? { dest: destination as string } : { fd: pipe }
    this.#stream = new sonicBoom.SonicBoom({ ...to, sync: false })
    this.#stream.on('write', bytes => this.#wrote(bytes))
    // A full disk, or a reader that is gone: lines wait for the next try, and nothing else is lost.
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall !== 'open') this.#failed = true
      else if (isOutOfDescriptors(error.errno!) && closeSpares()) this.#stream.reopen()
      else onReopenError(error)
    })
  }

  /** How many lines did not get, or not whole, to where they belong; once closed, with those that still waited. */
  get dropped(): number {
    return this.#dropped
  }

  readonly write: RequestLog = (request, status, bodyBytes) => {
    const line = this.#lineOf(request, status, bodyBytes, Date.now())
    const waitingBytes = this.#written.length - this.#writtenBytes + this.#gathered.length
    if (waitingBytes + line.length > this.#waitingBytesMax) this.#dropped++
    else this.#gathered += line
    if (this.#gathered.length >= gatherBytes && this.#written === '') this.#flush()
    else this.#timer ??= setTimeout(this.#flush, gatherMs).unref()
  }

  /** One write at a time, with all that was gathered meanwhile: the loop comes back to Node seldom where it is busy. */
  readonly #flush = (): void => {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#written !== '') return this.#tryAgain()
    this.#written = this.#gathered
    this.#gathered = ''
    if (this.#written !== '') this.#stream.write(this.#written)
  }

  /** At most as often as the timer comes: a full disk must not cost a call for each line. */
  #tryAgain(): void {
    if (!this.#failed) return
    this.#failed = false
    this.#stream.write('')
  }

  #wrote(bytes: number): void {
    this.#writtenBytes += bytes
    if (this.#writtenBytes < this.#written.length) return
    this.#written = ''
    this.#writtenBytes = 0
    if (this.#timer === null || this.#gathered.length >= gatherBytes) this.#flush()
  }

  /** Opens the file again, after it was moved away; a descriptor cannot be, and stays as it is. */
  reopen(): void {
    if (!this.#isFile || this.#closed !== null) return
    this.#flush()
    this.#stream.reopen()
  }

  /** Writes what waits, but does not wait for ever for a reader that stalls. A second call does nothing more. */
  close(): Promise<void> {
    if (this.#closed !== null) return this.#closed
    this.#flush()
    if (this.#gathered !== '') this.#stream.write(this.#gathered)
    this.#written += this.#gathered
    this.#gathered = ''
    this.#closed = this.#end().then(() => {
      this.#dropped += linesOf(this.#written.slice(this.#writtenBytes))
    })
    return this.#closed
  }

  #end(): Promise<void> {
    const stream = this.#stream
    return new Promise(resolve => {
      const timer = setTimeout(resolve, closeMs)
      stream.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
      // It would keep its descriptor, and try again with the next line.
      stream.once('error', () => stream.destroy())
      stream.end()
    })
  }
}

/**
 * A pipe's descriptor: a write to it must not wait, in whatever thread, as the process could not end then. Null for
 * a file: the stream opens it, and again when it was moved away. Throws where it cannot be opened.
 */
function pipeOf(path: string): number | null {
  const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants
  const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o666)
  if (fstatSync(fd).isFIFO()) return fd
  closeSync(fd)
  return null
}

function linesOf(text: string): number {
  return text.split('\n').length - 1
}
