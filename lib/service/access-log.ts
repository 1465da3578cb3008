import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import sonicBoom from 'sonic-boom'
import type { RequestLog } from '../http/index.ts'
import { integer, optionsOf } from '../sys/index.ts'
import { combinedLine, type LogLine } from './log-line.ts'

/** Lines that a slow reader has not taken; further ones are dropped and counted. */
const waitingBytesMaxDefault = 1_048_576
/** Lines are gathered up to here, or for so long: a call for each would cost more than its answer. */
const gatherBytes = 16_384
const gatherMs = 50
/** How long the end waits for a reader to take what is left. */
const closeMs = 2000

export interface AccessLogOptions {
  /** What may wait for a slow reader: a megabyte. */
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
  readonly #gatherBytes: number
  /** Lines that the stream has not got yet. */
  #gathered = ''
  #timer: NodeJS.Timeout | null = null
  /** What the stream has not written yet, the oldest first: at the end these lines are lost too. */
  readonly #waiting: string[] = []
  /** Of the oldest one, what has been written already. */
  #writtenBytes = 0
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
    const { waitingBytesMax = waitingBytesMaxDefault, onReopenError = () => {} } =
      optionsOf(options)
    const maxLength = integer('waitingBytesMax', waitingBytesMax, 1, Number.MAX_SAFE_INTEGER)
    this.#lineOf = lineOf
    this.#gatherBytes = Math.min(gatherBytes, maxLength / 64)
    const pipe = typeof destination === 'string' ? pipeOf(destination) : destination
    this.#isFile = pipe === null
    const to = pipe === null ? { dest: destination as string } : { fd: pipe }
    this.#stream = new sonicBoom.SonicBoom({ ...to, sync: false, maxLength })
    this.#stream.on('drop', () => {
      this.#dropped += linesOf(this.#waiting.pop() ?? '')
    })
    this.#stream.on('write', bytes => this.#written(bytes))
    // A full disk, or a reader that is gone: lines wait for the next try, and nothing else is lost.
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall === 'open') onReopenError(error)
    })
  }

  /** How many lines did not get, or not whole, to where they belong; once closed, with those that still waited. */
  get dropped(): number {
    return this.#dropped
  }

  readonly write: RequestLog = (request, status, bodyBytes) => {
    const line = this.#lineOf(request, status, bodyBytes, Date.now())
    if (this.#gathered.length + line.length > this.#gatherBytes) this.#flush()
    this.#gathered += line
    this.#timer ??= setTimeout(this.#flush, gatherMs).unref()
  }

  readonly #flush = (): void => {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const lines = this.#gathered
    if (lines === '') return
    this.#gathered = ''
    // First: the stream says at once that it dropped them. They are ASCII, so a character is a byte.
    this.#waiting.push(lines)
    this.#stream.write(lines)
  }

  #written(bytes: number): void {
    let left = this.#writtenBytes + bytes
    let count = 0
    while (count < this.#waiting.length && left >= this.#waiting[count]!.length) {
      left -= this.#waiting[count]!.length
      count++
    }
    this.#waiting.splice(0, count)
    this.#writtenBytes = left
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
    this.#closed = this.#end().then(() => {
      this.#dropped += linesOf(this.#waiting.join('').slice(this.#writtenBytes))
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
