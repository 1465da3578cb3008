import { refuse } from '../net/index.ts'
import { Answer, CLOSE, type Fields, textAnswer } from './answer.ts'
import type { DateLine } from './date-line.ts'
import { brokenLineBytesMax, headBytesMax } from './limits.ts'
import { reasonOf } from './semantics/status.ts'

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
export const busyStatus: number = busy.status
export const busyBodyBytes: number = busy.bytes.length - busy.headBytes

/** Answers a connection beyond the limit with 503 and closes it; returns as much of the first line as had arrived. */
export function refuseBusy(fd: number, date: DateLine): string {
  busy.date(date.bytes, date.second)
  const bytes = refuse(fd, busy.bytes, unread)
  return firstLine(bytes, 0, bytes.length)
}

/** The answer to a request that cannot be read. It contains nothing from the request and closes the connection. */
export function refusal(status: number, readsBodies: boolean): Answer {
  // A server that reads bodies accepts every method except CONNECT, so it has no list for Allow.
  const sent = status === 405 && readsBodies ? 501 : status
  const allow: Fields = sent === 405 ? [['Allow', 'GET, HEAD, OPTIONS']] : []
  return textAnswer(sent, `${sent} ${reasonOf(sent)}\n`, allow, CLOSE)
}

/** The start of an unreadable request, for the log. */
export function firstLine(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1', start, Math.min(end, start + brokenLineBytesMax))
  const [line = ''] = text.split(/[\r\n]/, 1)
  return line
}
