import { textOf } from './known-texts.ts'
import { trimmed } from './semantics/blanks.ts'

/** The fields whose positions a {@link Head} records. */
export const names: readonly string[] = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
  'range',
  'if-range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'accept-encoding',
  'user-agent',
  'referer',
]
const lineEnd = '\r\n'
const emptyLine = '\r\n'
const fieldNumbers = new Map(names.map((name, field) => [name, field]))

/** A request's head as offsets into the bytes it was parsed from. One object is reused for all requests. */
export class Head {
  start = 0
  methodEnd = 0
  /** Where the host of an absolute-form target begins; 0 for the other forms. */
  authorityStart = 0
  /** Where the path begins; in the absolute form, after the authority. */
  pathStart = 0
  pathEnd = 0
  targetEnd = 0
  minor = 1
  /** The first byte after the head. */
  end = 0
  keepAlive = true
  /** Whether `Connection: keep-alive` was sent: without it an HTTP/1.0 connection closes. */
  asksKeepAlive = false
  chunked = false
  expectsContinue = false
  /** 0 if there is no body or it is chunked. */
  contentLength = 0
  /** Has a bit set for each of `names` that was sent; `repeated`, for each that was sent more than once. */
  seen = 0
  repeated = 0
  fieldsStart = 0
  /** Start and end of the first value of each field in `seen`, at twice the field's index in `names`. */
  readonly places: Int32Array = new Int32Array(2 * names.length)

  /** Whether one of the fields of a {@link fieldMask} was sent. */
  hasAny(mask: number): boolean {
    return (this.seen & mask) !== 0
  }

  /**
   * The value of a field; the values are joined with commas if it was sent more than once. The name is
   * case-insensitive.
   */
  header(bytes: Buffer, name: string): string | undefined {
    const field = fieldNumbers.get(name)
    if (field === undefined) return this.#joined(bytes, name.toLowerCase())
    if ((this.seen & (1 << field)) === 0) return undefined
    if ((this.repeated & (1 << field)) !== 0) return this.#joined(bytes, name)
    return textOf(bytes, this.places[2 * field]!, this.places[2 * field + 1]!)
  }

  #joined(bytes: Buffer, name: string): string | undefined {
    return joined(this.fields(bytes), name)
  }

  /** All fields in the order they were sent, with names in lower case. */
  fields(bytes: Buffer): [name: string, value: string][] {
    const text = bytes.toString('latin1', this.fieldsStart, this.end - emptyLine.length)
    const fields: [name: string, value: string][] = []
    for (let at = 0; at < text.length; ) {
      const colon = text.indexOf(':', at)
      const end = text.indexOf(lineEnd, colon)
      fields.push([text.slice(at, colon).toLowerCase(), trimmed(text, colon + 1, end)])
      at = end + lineEnd.length
    }
    return fields
  }

  /** A copy of this head, with offsets relative to `start`. */
  moved(): Head {
    const { start } = this
    const head = new Head()
    head.methodEnd = this.methodEnd - start
    head.authorityStart = this.authorityStart === 0 ? 0 : this.authorityStart - start
    head.pathStart = this.pathStart - start
    head.pathEnd = this.pathEnd - start
    head.targetEnd = this.targetEnd - start
    head.minor = this.minor
    head.fieldsStart = this.fieldsStart - start
    head.end = this.end - start
    head.keepAlive = this.keepAlive
    head.asksKeepAlive = this.asksKeepAlive
    head.chunked = this.chunked
    head.expectsContinue = this.expectsContinue
    head.contentLength = this.contentLength
    head.seen = this.seen
    head.repeated = this.repeated
    for (const [i, place] of this.places.entries()) head.places[i] = place - start
    return head
  }
}

/** Joins the values of all fields with this lower-case name: RFC 9110 section 5.3, and RFC 6265 for cookies. */
export function joined(
  fields: readonly (readonly [name: string, value: string])[],
  name: string,
): string | undefined {
  const values = fields.filter(([other]) => other === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(name === 'cookie' ? '; ' : ', ')
}

/** A mask for {@link Head.hasAny}. The fields must be among `names`. */
export function fieldMask(...fields: readonly string[]): number {
  return fields.reduce((mask, field) => mask | (1 << fieldNumbers.get(field)!), 0)
}
