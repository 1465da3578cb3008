import { textOf } from './known-texts.ts'
import { trimmed } from './semantics/blanks.ts'

/** The fields that are looked at: where {@link Head.header} finds them. */
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

/** What a request's head says, as places in the bytes it was read from. Made once, and filled for each request. */
export class Head {
  start = 0
  methodEnd = 0
  /** Of the absolute form: where its host begins; else 0. */
  authorityStart = 0
  /** The path begins here: behind the authority in the absolute form. */
  pathStart = 0
  pathEnd = 0
  targetEnd = 0
  minor = 1
  /** The first byte behind the head. */
  end = 0
  keepAlive = true
  /** Whether a `Connection: keep-alive` was there: HTTP/1.0 closes without it. */
  asksKeepAlive = false
  chunked = false
  expectsContinue = false
  /** 0 where there is no body, and where it is chunked. */
  contentLength = 0
  /** A bit for each of `names` that was there, and one for each that was there again. */
  seen = 0
  repeated = 0
  /** Where the fields begin. */
  fieldsStart = 0
  /** Start and end of the first value of each field that was seen; by the numbers of `names`. */
  readonly places: Int32Array = new Int32Array(2 * names.length)

  /** Whether one of these fields was there, by a mask of {@link fieldMask}. */
  hasAny(mask: number): boolean {
    return (this.seen & mask) !== 0
  }

  /** A field's value, those of several lines joined as RFC 9110 section 5.2 has it; its name in any case. */
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

  /** All fields in the order in which they came, their names in lower case. */
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

  /** The same head for a copy of its bytes that begins with it. */
  moved(): Head {
    const head = new Head()
    head.copyFrom(this, this.start)
    return head
  }

  copyFrom(head: Head, by: number): void {
    this.start = head.start - by
    this.methodEnd = head.methodEnd - by
    this.authorityStart = head.authorityStart === 0 ? 0 : head.authorityStart - by
    this.pathStart = head.pathStart - by
    this.pathEnd = head.pathEnd - by
    this.targetEnd = head.targetEnd - by
    this.minor = head.minor
    this.fieldsStart = head.fieldsStart - by
    this.end = head.end - by
    this.keepAlive = head.keepAlive
    this.asksKeepAlive = head.asksKeepAlive
    this.chunked = head.chunked
    this.expectsContinue = head.expectsContinue
    this.contentLength = head.contentLength
    this.seen = head.seen
    this.repeated = head.repeated
    for (const [i, place] of head.places.entries()) this.places[i] = place - by
  }
}

/** The values of all fields of a name, which is in lower case: RFC 9110 section 5.3, and RFC 6265 for cookies. */
export function joined(
  fields: readonly (readonly [name: string, value: string])[],
  name: string,
): string | undefined {
  const values = fields.filter(([other]) => other === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(name === 'cookie' ? '; ' : ', ')
}

/** For {@link Head.hasAny}: the fields must be among `names`. */
export function fieldMask(...fields: readonly string[]): number {
  return fields.reduce((mask, field) => mask | (1 << fieldNumbers.get(field)!), 0)
}
