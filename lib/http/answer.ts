import type { Connection, FileSource } from '../net/index.ts'
import { integer, rangeError } from '../sys/index.ts'
import { type DateLine, dateBytes } from './date-line.ts'
import { reasonOf } from './semantics/status.ts'

/** Header fields in the order in which they are sent. */
export type Fields = readonly (readonly [name: string, value: string | number])[]

/**
 * The Connection field of an answer: none (HTTP/1.1 keeps the connection open), `close`, or `keep-alive` for HTTP/1.0.
 */
export const KEEP = 0
export const CLOSE = 1
export const KEEP_1_0 = 2
export type Persistence = typeof KEEP | typeof CLOSE | typeof KEEP_1_0

/** A part of a body: bytes that never change, or the bytes of a file from `offset` up to, but not including, `end`. */
export type Part =
  | { readonly bytes: Uint8Array }
  | { readonly file: FileSource; readonly offset: number; readonly end: number }

const connectionLine = ['', 'Connection: close\r\n', 'Connection: keep-alive\r\n'] as const
const dateName = 'Date: '
const dateBlank = ' '.repeat(dateBytes)
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** Whether answers with this status never have a body: RFC 9110 sections 15.3.5 and 15.4.5. */
export function isBodyless(status: number): boolean {
  return status === 204 || status === 304
}

/** Refuses line breaks: they would let a value forge another field or a whole answer. */
function fieldLine(status: number, name: string, value: string | number): string {
  if (!token.test(name)) throw rangeError('name of a field', 'a token of RFC 9110', name)
  if (!fieldValue.test(String(value))) {
    throw rangeError(`value of ${name}`, 'Latin-1 without control characters', value)
  }
  // A 304 may have the Content-Length of the 200 that it replaces.
  const refused = status === 304 ? /^transfer-encoding$/i : /^(content-length|transfer-encoding)$/i
  if (isBodyless(status) && refused.test(name)) {
    throw rangeError('name of a field', `a field that a ${status} may have`, name)
  }
  return `${name}: ${value}\r\n`
}

/**
 * The bytes of an answer's head, followed by the body if that is in memory. Only the Date changes, so an answer that is
 * sent often can be made once and reused.
 *
 * @throws RangeError for a status that is not from 200 to 599, an invalid field, or a body with a 204 or 304
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

  /** Writes the Date, unless it is up to date. */
  date(value: Uint8Array, second: number): void {
    if (second === this.#second) return
    this.#second = second
    this.bytes.set(value, this.#dateAt)
  }
}

/** The default fields of a short text answer. */
export const textFields: Fields = [
  ['Content-Type', 'text/plain; charset=utf-8'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Cache-Control', 'no-store'],
]

/** An answer whose body is a short plain text. Each given field replaces the default of the same name. */
export function textAnswer(
  status: number,
  text: string,
  fields: Fields,
  persistence: Persistence,
): Answer {
  if (isBodyless(status)) return new Answer(status, fields, null, persistence)
  const body = Buffer.from(text)
  const given = new Set(fields.map(([name]) => name.toLowerCase()))
  const others = textFields.filter(([name]) => !given.has(name.toLowerCase()))
  const length: Fields = [['Content-Length', body.length]]
  return new Answer(status, [...others, ...length, ...fields], body, persistence)
}

/** Writes an answer that is in memory; returns the length of its body. */
export function writeAnswer(
  connection: Connection,
  { bytes, second }: DateLine,
  answer: Answer,
  isHead: boolean,
): number {
  answer.date(bytes, second)
  const end = isHead ? answer.headBytes : answer.bytes.length
  connection.write(answer.bytes, 0, end, true)
  return end - answer.headBytes
}

/** Writes a head and, unless it answers a HEAD request, its body; returns the length of the body. */
export function writeParts(
  connection: Connection,
  date: DateLine,
  answer: Answer,
  parts: readonly Part[],
  isHead: boolean,
): number {
  writeAnswer(connection, date, answer, isHead)
  if (isHead) {
    release(parts)
    return 0
  }
  let bodyBytes = 0
  for (const part of parts) {
    if (!connection.closed) bodyBytes += 'file' in part ? part.end - part.offset : part.bytes.length
    if ('file' in part) connection.sendfile(part.file, part.offset, part.end)
    else connection.writeConstant(part.bytes)
  }
  return bodyBytes
}

/** Releases the files of an answer that is not sent. */
export function release(parts: readonly Part[]): void {
  for (const part of parts) if ('file' in part) part.file.release()
}
