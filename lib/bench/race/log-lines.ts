import { closeSync, openSync, readSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { LeftOut } from './left-out.ts'

const waitMsMax = 5000
const betweenMs = 10
const pieceBytes = 2 ** 20
const newline = 10

/**
 * Waits until a log has `count` lines, because servers buffer them. Throws LeftOut if some are still missing after the
 * limit.
 */
export async function linesWritten(log: string, count: number): Promise<void> {
  const fd = opened(log)
  try {
    let lines = 0
    for (let leftMs = waitMsMax; ; leftMs -= betweenMs) {
      lines += linesFrom(fd)
      if (lines >= count) return
      if (leftMs <= 0) throw new LeftOut(`has logged ${lines} of ${count} answers`)
      await after(betweenMs)
    }
  } finally {
    closeSync(fd)
  }
}

function opened(log: string): number {
  try {
    return openSync(log, 'r')
  } catch {
    throw new LeftOut('has no access log')
  }
}

/** The number of lines added since the last call. */
function linesFrom(fd: number): number {
  const piece = Buffer.allocUnsafe(pieceBytes)
  let lines = 0
  for (let count = 1; count > 0; ) {
    count = readSync(fd, piece)
    const read = piece.subarray(0, count)
    for (let at = read.indexOf(newline); at >= 0; at = read.indexOf(newline, at + 1)) lines++
  }
  return lines
}
