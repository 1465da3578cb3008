import { closeSync, openSync } from 'node:fs'
import sonicBoom from 'sonic-boom'
import type { Request, RequestLog } from '../http/index.ts'
import { decodeAddress, native } from '../sys/index.ts'

/** Lines that a slow reader has not taken; further ones are dropped and counted. */
const waitingBytesMax = 1_048_576
/** How long the end waits for a reader to take what is left. */
const closeMs = 2000
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const address = new Uint8Array(128)

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** The Common Log Format's time, in UTC. */
function timeOf(date: Date): string {
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `${day}:${time} +0000`
}

function hostOf(fd: number): string {
  const length = native.getpeername(fd, address)
  if (length < 0) return '-'
  const peer = decodeAddress(address, length)
  return 'host' in peer ? peer.host : '-'
}

/** What came from a client cannot end a line, a field, or move a terminal's cursor. */
function escaped(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, found => {
    return `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** One line in the combined format that Apache and nginx write. */
export function combinedLine(
  request: Request,
  status: number,
  bodyBytes: number,
  now: Date,
): string {
  const { method, target, minor } = request
  const line = method === '' ? '-' : `${method} ${target} HTTP/1.${minor}`
  const referer = escaped(request.header('referer') ?? '-')
  const agent = escaped(request.header('user-agent') ?? '-')
  const sent = `"${escaped(line)}" ${status} ${bodyBytes} "${referer}" "${agent}"`
  return `${hostOf(request.fd)} - - [${timeOf(now)}] ${sent}\n`
}

/**
 * A line for each answer, to a descriptor or a file. It never blocks the loop, and never keeps more than a megabyte: a
 * reader that stalls costs lines, which are counted.
 */
export class AccessLog {
  readonly #stream: InstanceType<typeof sonicBoom.SonicBoom>
  #dropped = 0
  #closed: Promise<void> | null = null

  /** Throws a system error where the file cannot be opened. */
  constructor(destination: number | string) {
    // The stream opens the file later, and nobody would hear that it cannot.
    if (typeof destination === 'string') closeSync(openSync(destination, 'a'))
    const to = typeof destination === 'number' ? { fd: destination } : { dest: destination }
    this.#stream = new sonicBoom.SonicBoom({ ...to, sync: false, maxLength: waitingBytesMax })
    this.#stream.on('drop', () => this.#dropped++)
    // A full disk, or a reader that is gone: the lines are lost, and nothing else is.
    this.#stream.on('error', () => this.#dropped++)
  }

  get dropped(): number {
    return this.#dropped
  }

  readonly write: RequestLog = (request, status, bodyBytes) => {
    this.#stream.write(combinedLine(request, status, bodyBytes, new Date()))
  }

  /** Opens the file again, after it was moved away. */
  reopen(): void {
    this.#stream.reopen()
  }

  /** Writes what waits, but does not wait for ever for a reader that stalls. A second call does nothing more. */
  close(): Promise<void> {
    this.#closed ??= new Promise(resolve => {
      const timer = setTimeout(resolve, closeMs)
      for (const event of ['close', 'error']) {
        this.#stream.once(event, () => {
          clearTimeout(timer)
          resolve()
        })
      }
      this.#stream.end()
    })
    return this.#closed
  }
}
