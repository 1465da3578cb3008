import { refuse } from '../net/index.ts'
import { Answer, CLOSE, type Fields } from './answer.ts'
import type { DateLine } from './date-line.ts'
import { brokenLineBytesMax, headBytesMax } from './limits.ts'
import { reasonOf } from './semantics/status.ts'
import { textAnswer } from './text.ts'

const unread = Buffer.alloc(headBytesMax)
const busy = new Answer(
  503,
  [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', 5],
    ['Retry-After', 1],
  ],
  Buffer.from('busy\n'),
  CLOSE,
)
export const refusalStatus: number = busy.status
export const refusalBodyBytes: number = busy.bytes.length - busy.headBytes

/** Answers 503 on a connection for which there is no place, and closes it; returns the first line that had come. */
export function refuseBusy(fd: number, date: DateLine): string {
  busy.date(date.bytes, date.second)
  const bytes = refuse(fd, busy.bytes, unread)
  return firstLine(bytes, 0, bytes.length)
}

/** A request that could not be read to its end: nothing of it is said back, and nothing behind it is read. */
export function refusal(status: number, readsBodies: boolean): Answer {
  // Where CONNECT is all that is refused, there is no list of what is allowed.
  const said = status === 405 && readsBodies ? 501 : status
  const allow: Fields = said === 405 ? [['Allow', 'GET, HEAD, OPTIONS']] : []
  return textAnswer(said, `${said} ${reasonOf(said)}\n`, allow, CLOSE)
}

/** The start of a request that could not be read, or was not: for the log. */
export function firstLine(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1', start, Math.min(end, start + brokenLineBytesMax))
  const [line = ''] = text.split(/[\r\n]/, 1)
  return line
}
