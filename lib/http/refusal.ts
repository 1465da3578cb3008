import { refuse } from '../net/index.ts'
import { Answer, CLOSE } from './answer.ts'
import type { DateLine } from './date-line.ts'
import { brokenLineBytesMax, headBytesMax } from './limits.ts'

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

/** The start of a request that could not be read, or was not: for the log. */
export function firstLine(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1', start, Math.min(end, start + brokenLineBytesMax))
  const [line = ''] = text.split(/[\r\n]/, 1)
  return line
}
