import { randomBytes } from 'node:crypto'
import { contentRange, type Range } from './range.ts'

const boundaryBytes = 16

/** The framing of a body with several ranges: RFC 9110 section 14.6. */
export interface Multipart {
  /** The answer's Content-Type; the file's own is sent in each part. */
  readonly contentType: string
  /** The answer's Content-Length. */
  readonly lengthBytes: number
  /** The head of each part, to send before its range. */
  readonly heads: readonly Buffer[]
  /** The end of the body, to send after the last range. */
  readonly closing: Buffer
}

/**
 * Frames an answer with several ranges. Each answer needs a new boundary, and an unpredictable one: a file that contains
 * it could end a part too soon.
 */
export function multipart(
  ranges: readonly Range[],
  sizeBytes: number,
  contentType: string | null,
  boundary: string = randomBytes(boundaryBytes).toString('hex'),
): Multipart {
  const heads = ranges.map(range => {
    const lines = [
      `--${boundary}`,
      ...(contentType === null ? [] : [`Content-Type: ${contentType}`]),
      `Content-Range: ${contentRange(range, sizeBytes)}`,
    ]
    // The line break before the first boundary is optional in RFC 9110 section 14.6, but zsync needs it.
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
