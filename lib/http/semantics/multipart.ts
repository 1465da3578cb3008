import { randomBytes } from 'node:crypto'
import { contentRange, type Range } from './range.ts'

const boundaryBytes = 16

/** What goes around the bytes of several ranges: RFC 9110 section 14.6. */
export interface Multipart {
  /** The answer's Content-Type; that of the file stands in each part. */
  readonly contentType: string
  /** The answer's Content-Length. */
  readonly lengthBytes: number
  /** Each goes before the bytes of its range. */
  readonly heads: readonly Buffer[]
  /** Goes behind the last. */
  readonly closing: Buffer
}

/** Not to be guessed: a file that had it in it would end a part where its author wants. */
function newBoundary(): string {
  return randomBytes(boundaryBytes).toString('hex')
}

/** The frame of an answer with several ranges. Each one needs a boundary of its own. */
export function multipart(
  ranges: readonly Range[],
  sizeBytes: number,
  contentType: string | null,
  boundary: string = newBoundary(),
): Multipart {
  const heads = ranges.map(range => {
    const lines = [
      `--${boundary}`,
      ...(contentType === null ? [] : [`Content-Type: ${contentType}`]),
      `Content-Range: ${contentRange(range, sizeBytes)}`,
    ]
    // Before the first boundary too: RFC 9110 section 14.6 allows it, and zsync finds no part without it.
    return Buffer.from(`\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  })
  const closing = Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1')
  const framing = [...heads, closing].reduce((sum, { length }) => sum + length, 0)
  const content = ranges.reduce((sum, { first, last }) => sum + (last - first + 1), 0)
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    lengthBytes: framing + content,
    heads,
    closing,
  }
}
