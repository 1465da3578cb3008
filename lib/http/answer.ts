import { dateBytes } from './date-line.ts'
import { reasonOf } from './status.ts'

export type Fields = readonly (readonly [name: string, value: string | number])[]

/** How the answer says what becomes of the connection: nothing, close, or keep-alive to HTTP/1.0. */
export const KEEP = 0
export const CLOSE = 1
export const KEEP_1_0 = 2
export type Persistence = typeof KEEP | typeof CLOSE | typeof KEEP_1_0

const connectionLine = ['', 'Connection: close\r\n', 'Connection: keep-alive\r\n'] as const
const dateName = 'Date: '
const dateBlank = ' '.repeat(dateBytes)

/**
 * The bytes of an answer with its body, if it is in memory. Only the Date in it changes; so an answer that is given
 * often is made once.
 */
export class Answer {
  readonly status: number
  readonly bytes: Buffer
  readonly headBytes: number
  readonly #dateAt: number
  #second = -1

  constructor(status: number, fields: Fields, body: Uint8Array | null, persistence: Persistence) {
    const line = `HTTP/1.1 ${status} ${reasonOf(status)}\r\n`
    const rest = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const text = `${line}${dateName}${dateBlank}\r\n${rest}${connectionLine[persistence]}\r\n`
    const head = Buffer.from(text, 'latin1')
    this.status = status
    this.bytes = body === null ? head : Buffer.concat([head, body])
    this.headBytes = head.length
    this.#dateAt = line.length + dateName.length
  }

  /** Writes the date, if it is another second's. */
  date(value: Uint8Array, second: number): void {
    if (second === this.#second) return
    this.#second = second
    this.bytes.set(value, this.#dateAt)
  }
}
