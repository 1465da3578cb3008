import { integer, rangeError } from '../sys/index.ts'
import { dateBytes } from './date-line.ts'
import { reasonOf } from './semantics/status.ts'

export type Fields = readonly (readonly [name: string, value: string | number])[]

/** How the answer says what becomes of the connection: nothing, close, or keep-alive to HTTP/1.0. */
export const KEEP = 0
export const CLOSE = 1
export const KEEP_1_0 = 2
export type Persistence = typeof KEEP | typeof CLOSE | typeof KEEP_1_0

const connectionLine = ['', 'Connection: close\r\n', 'Connection: keep-alive\r\n'] as const
const dateName = 'Date: '
const dateBlank = ' '.repeat(dateBytes)
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** A status that ends at its head: RFC 9110 sections 15.3.5 and 15.4.5. */
export function isBodyless(status: number): boolean {
  return status === 204 || status === 304
}

/** A line break in a value would begin a field, or an answer, of somebody else's making. */
function fieldLine(status: number, name: string, value: string | number): string {
  if (!token.test(name)) throw rangeError('name of a field', 'a token of RFC 9110', name)
  if (!fieldValue.test(String(value))) {
    throw rangeError(`value of ${name}`, 'Latin-1 without control characters', value)
  }
  // A 304 may say how long the answer would be that it stands for.
  const refused = status === 304 ? /^transfer-encoding$/i : /^(content-length|transfer-encoding)$/i
  if (isBodyless(status) && refused.test(name)) {
    throw rangeError('name of a field', `a field that a ${status} may have`, name)
  }
  return `${name}: ${value}\r\n`
}

/**
 * The bytes of an answer with its body, if it is in memory. Only the Date in it changes; so an answer that is given
 * often is made once.
 *
 * @throws RangeError for a status that is no integer from 200 to 599, a field that is none, a body where the status
 * has none
 */
export class Answer {
  readonly status: number
  readonly bytes: Buffer
  readonly headBytes: number
  readonly #dateAt: number
  #second = -1

  constructor(status: number, fields: Fields, body: Uint8Array | null, persistence: Persistence) {
    integer('status', status, 200, 599)
    if (body !== null && isBodyless(status)) {
      throw rangeError('body', `none, as the status is ${status}`, body)
    }
    const line = `HTTP/1.1 ${status} ${reasonOf(status)}\r\n`
    const rest = fields.map(([name, value]) => fieldLine(status, name, value)).join('')
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
