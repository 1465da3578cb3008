import { chunkLineBytesMax, trailerBytesMax } from './limits.ts'
import { COMPLETE, INCOMPLETE, isTokenByte, isValueByte } from './parser.ts'

const LF = 0x0a
const CR = 0x0d
const colon = 0x3a
const semicolon = 0x3b

const nothing = Buffer.alloc(0)

// The parts of a chunked body that the next byte can belong to: RFC 9112 section 7.1.
const SIZE = 0
const EXTENSION = 1
const SIZE_LF = 2
const DATA = 3
const DATA_CR = 4
const DATA_LF = 5
const TRAILER = 6
const TRAILER_NAME = 7
const TRAILER_VALUE = 8
const TRAILER_LF = 9
const END_LF = 10

/** The value of a hexadecimal digit, -1 for any other byte. */
function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/**
 * Reads a request's body as it arrives, by its Content-Length or in chunks. The verdict is COMPLETE, INCOMPLETE, or the
 * status to refuse the request with: 400, 413 for a body above the limit, 431 for too many trailers.
 */
export class Body {
  verdict: number = INCOMPLETE
  readonly #chunked: boolean
  readonly #limitBytes: number
  /** Grows as bytes arrive: a Content-Length alone allocates nothing. */
  #kept: Buffer | null
  #keptBytes = 0
  #left: number
  #lengthBytes = 0
  #state = SIZE
  #digits = 0
  #line = 0
  #trailers = 0

  /** @param contentLength null for a chunked body */
  constructor(contentLength: number | null, limitBytes: number, keeps: boolean) {
    this.#chunked = contentLength === null
    this.#left = contentLength ?? 0
    this.#limitBytes = limitBytes
    this.#kept = keeps ? nothing : null
    if (contentLength === 0) this.verdict = COMPLETE
    if (this.#left > limitBytes) this.verdict = 413
  }

  /** Whether the bytes are kept for `take()`. */
  get keeps(): boolean {
    return this.#kept !== null
  }

  /** The whole body, once it is complete. */
  take(): Buffer {
    return (this.#kept ?? nothing).subarray(0, this.#keptBytes)
  }

  /** Returns the offset after the last byte that belongs to the body. */
  feed(bytes: Buffer, from: number, end: number): number {
    let at = from
    while (at < end && this.verdict === INCOMPLETE) {
      if (!this.#chunked || this.#state === DATA) at = this.#data(bytes, at, end)
      else this.verdict = this.#grammar(bytes[at++]!)
    }
    return at
  }

  #data(bytes: Buffer, from: number, end: number): number {
    const count = Math.min(this.#left, end - from)
    this.#left -= count
    if (this.#kept !== null) this.#keep(this.#kept, bytes.subarray(from, from + count))
    if (this.#left > 0) return from + count
    if (this.#chunked) this.#state = DATA_CR
    else this.verdict = COMPLETE
    return from + count
  }

  #keep(kept: Buffer, more: Buffer): void {
    const bytes = this.#keptBytes + more.length
    if (bytes > kept.length) {
      const grown = Buffer.allocUnsafeSlow(
        Math.min(this.#limitBytes, Math.max(bytes, 2 * kept.length)),
      )
      kept.copy(grown, 0, 0, this.#keptBytes)
      this.#kept = grown
    }
    this.#kept!.set(more, this.#keptBytes)
    this.#keptBytes = bytes
  }

  #grammar(byte: number): number {
    switch (this.#state) {
      case SIZE:
        return this.#size(byte)
      case EXTENSION:
        return this.#extension(byte)
      case SIZE_LF:
        return this.#sized(byte)
      case DATA_CR:
        return this.#expect(byte, CR, DATA_LF)
      case DATA_LF:
        this.#digits = 0
        return this.#expect(byte, LF, SIZE)
      case END_LF:
        return byte === LF ? COMPLETE : 400
      default:
        return ++this.#trailers > trailerBytesMax ? 431 : this.#trailer(byte)
    }
  }

  #expect(byte: number, expected: number, next: number): number {
    this.#state = next
    return byte === expected ? INCOMPLETE : 400
  }

  #size(byte: number): number {
    const digit = digitOf(byte)
    if (digit >= 0) {
      this.#left = (this.#digits === 0 ? 0 : this.#left * 16) + digit
      return ++this.#digits > 13 ? 400 : INCOMPLETE
    }
    if (this.#digits === 0) return 400
    this.#line = 0
    if (byte === semicolon) return this.#expect(byte, semicolon, EXTENSION)
    return this.#expect(byte, CR, SIZE_LF)
  }

  /** Extensions are ignored, but their length is limited and they must begin with a token character. */
  #extension(byte: number): number {
    if (byte === CR) return this.#line === 0 ? 400 : this.#expect(byte, CR, SIZE_LF)
    if (!isValueByte(byte) || (this.#line === 0 && !isTokenByte(byte))) return 400
    return ++this.#line > chunkLineBytesMax ? 400 : INCOMPLETE
  }

  #sized(byte: number): number {
    if (byte !== LF) return 400
    this.#lengthBytes += this.#left
    this.#state = this.#left === 0 ? TRAILER : DATA
    return this.#lengthBytes > this.#limitBytes ? 413 : INCOMPLETE
  }

  /** Trailers must have the syntax of header fields; they are ignored. */
  #trailer(byte: number): number {
    switch (this.#state) {
      case TRAILER:
        if (byte === CR) return this.#expect(byte, CR, END_LF)
        this.#state = TRAILER_NAME
        return isTokenByte(byte) ? INCOMPLETE : 400
      case TRAILER_NAME:
        if (byte === colon) return this.#expect(byte, colon, TRAILER_VALUE)
        return isTokenByte(byte) ? INCOMPLETE : 400
      case TRAILER_VALUE:
        if (byte === CR) return this.#expect(byte, CR, TRAILER_LF)
        return isValueByte(byte) ? INCOMPLETE : 400
      default: // TRAILER_LF
        return this.#expect(byte, LF, TRAILER)
    }
  }
}
