import type { Connection } from '../net/index.ts'
import type { Answer } from './answer.ts'
import type { DateLine } from './date-line.ts'
import type { RequestView } from './request.ts'
import type { Part } from './types.ts'

/** Writes an answer that is in memory; returns how long its body is. */
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

/** Writes a head and the parts behind it; returns how long they are. */
export function writeParts(
  connection: Connection,
  date: DateLine,
  answer: Answer,
  parts: readonly Part[],
  request: RequestView,
): number {
  writeAnswer(connection, date, answer, request.isHead)
  if (request.isHead) {
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

/** Closes the files of an answer that nobody gets. */
export function release(parts: readonly Part[]): void {
  for (const part of parts) if ('file' in part) part.file.release()
}
