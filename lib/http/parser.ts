// Parses the head of a request: RFC 9112.
import { type Head, names } from './head.ts'
import { emptyLinesMax, headBytesMax, headersMax, targetBytesMax } from './limits.ts'
import { isHost } from './semantics/host.ts'

/** The head is complete and valid. */
export const COMPLETE = 0
/** More bytes are needed. Any other verdict is the status to refuse the request with. */
export const INCOMPLETE = -1
/** The head's `minor` for any version other than 1.0 and 1.1. */
const unknownMinor = -1

const HT = 0x09
const LF = 0x0a
const CR = 0x0d
const SP = 0x20
const colon = 0x3a
const slash = 0x2f
const question = 0x3f
const lower = 0x20

const isToken = 1
const isPath = 2
const isQuery = 4
const isValue = 8
const classes = classTable()

function classTable(): Uint8Array {
  const table = new Uint8Array(256)
  for (let byte = 0x21; byte <= 0x7e; byte++) table[byte]! |= isPath | isQuery | isValue
  for (let byte = 0x80; byte <= 0xff; byte++) table[byte]! |= isValue
  table[SP]! |= isValue
  table[HT]! |= isValue
  // Clients never send a fragment and must escape the other characters in this list. RFC 3986 forbids more characters
  // that browsers send: ^ and | in a path, and also ` { } and the backslash in a query. In a path, browsers treat a
  // backslash as a slash.
  for (const character of '#"<>') table[character.charCodeAt(0)]! &= ~(isPath | isQuery)
  for (const character of '?\\') table[character.charCodeAt(0)]! &= ~isPath
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
  for (const character of `!#$%&'*+-.^_\`|~0123456789${letters}`) {
    table[character.charCodeAt(0)]! |= isToken
  }
  return table
}

/** A byte of a token: RFC 9110 section 5.6.2. */
export function isTokenByte(byte: number): boolean {
  return (classes[byte]! & isToken) !== 0
}

/** A byte of a field's value, spaces and tabs included: RFC 9110 section 5.5. */
export function isValueByte(byte: number): boolean {
  return (classes[byte]! & isValue) !== 0
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, character => character.charCodeAt(0))
}

// Indices in `names` of the fields that affect framing.
const host = 0
const connection = 1
const contentLength = 2
const transferEncoding = 3
const expect = 4

const fieldNames = names.map(bytesOf)

/** For each length, the fields with names of that length. */
const fieldsByLength: readonly (readonly number[])[] = Array.from({ length: 20 }, (_, length) =>
  fieldNames.flatMap((name, field) => (name.length === length ? [field] : [])),
)
const noFields: readonly number[] = []

const httpSlash = bytesOf('HTTP/')
const optionsName = bytesOf('OPTIONS')
const connectName = bytesOf('CONNECT')
const schemeName = bytesOf('http://')
const secureSchemeName = bytesOf('https://')
const chunkedName = bytesOf('chunked')
const closeName = bytesOf('close')
const keepAliveName = bytesOf('keep-alive')
const continueName = bytesOf('100-continue')

/** Whether bytes equal a lower-case name, ignoring their case. */
function isName(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false
  for (let i = 0; i < name.length; i++) {
    if ((bytes[start + i]! | lower) !== name[i]) return false
  }
  return true
}

/** Whether bytes equal a name, case-sensitively. */
export function isExactly(
  bytes: Uint8Array,
  start: number,
  end: number,
  name: Uint8Array,
): boolean {
  if (end - start !== name.length) return false
  for (let i = 0; i < name.length; i++) {
    if (bytes[start + i] !== name[i]) return false
  }
  return true
}

/**
 * Parses a request's head, strictly according to RFC 9112. It keeps no state and allocates nothing. The verdict is
 * {@link COMPLETE} (then `head` is filled), {@link INCOMPLETE}, or the status to refuse the request with.
 */
export function parseHead(bytes: Uint8Array, from: number, end: number, head: Head): number {
  let at = from
  for (let lines = 0; at < end && bytes[at] === CR && lines < emptyLinesMax; lines++) {
    if (at + 1 === end) return INCOMPLETE
    if (bytes[at + 1] !== LF) return 400
    at += 2
  }
  head.start = at
  head.keepAlive = true
  head.asksKeepAlive = false
  head.chunked = false
  head.expectsContinue = false
  head.contentLength = 0
  head.authorityStart = 0
  head.seen = 0
  head.repeated = 0
  const verdict = parseLine(bytes, at, end, head)
  return verdict === COMPLETE ? parseFields(bytes, head.end, end, head) : limited(verdict, end - at)
}

/** An incomplete head is refused as soon as it is too long. */
function limited(verdict: number, length: number): number {
  return verdict === INCOMPLETE && length > headBytesMax ? 431 : verdict
}

function parseLine(bytes: Uint8Array, start: number, end: number, head: Head): number {
  let at = start
  while (at < end && (classes[bytes[at]!]! & isToken) !== 0) at++
  if (at === end) return at - start > headBytesMax ? 400 : INCOMPLETE
  if (bytes[at] !== SP || at === start) return 400
  head.methodEnd = at++
  const target = at
  while (at < end && (classes[bytes[at]!]! & isPath) !== 0) at++
  const pathEnd = at
  if (at < end && bytes[at] === question)
    while (at < end && (classes[bytes[at]!]! & isQuery) !== 0) at++
  if (at - target > targetBytesMax) return 414
  if (at === end) return INCOMPLETE
  if (bytes[at] !== SP || at === target) return 400
  head.targetEnd = at++
  head.pathStart = target
  head.pathEnd = pathEnd
  return parseVersion(bytes, at, end, head)
}

function parseVersion(bytes: Uint8Array, at: number, end: number, head: Head): number {
  for (let i = 0; i < httpSlash.length; i++) {
    if (at + i === end) return INCOMPLETE
    if (bytes[at + i] !== httpSlash[i]) return 400
  }
  const digits = at + httpSlash.length
  if (end < digits + 5) return isVersionSoFar(bytes, digits, end) ? INCOMPLETE : 400
  if (!isVersionSoFar(bytes, digits, digits + 5)) return 400
  // The fields are parsed for other versions too, because a malformed head gets 400 whatever its version.
  const known = bytes[digits] === 0x31 && bytes[digits + 2]! <= 0x31
  head.minor = known ? bytes[digits + 2]! - 0x30 : unknownMinor
  head.end = digits + 5
  head.fieldsStart = head.end
  return known ? parseTarget(bytes, head) : COMPLETE
}

/** Whether these bytes are a prefix of DIGIT "." DIGIT CR LF. */
function isVersionSoFar(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    const right =
      i === start || i === start + 2
        ? byte >= 0x30 && byte <= 0x39
        : byte === (i === start + 1 ? 0x2e : i === start + 3 ? CR : LF)
    if (!right) return false
  }
  return true
}

/**
 * Parses a target in any of the four forms of RFC 9112 section 3.2: origin, absolute, authority (CONNECT), asterisk
 * (OPTIONS).
 */
function parseTarget(bytes: Uint8Array, head: Head): number {
  const { start, methodEnd, pathStart, targetEnd } = head
  const first = bytes[pathStart]
  if (isExactly(bytes, start, methodEnd, connectName)) return 405
  if (first === slash) return COMPLETE
  if (targetEnd - pathStart === 1 && first === 0x2a) {
    return isExactly(bytes, start, methodEnd, optionsName) ? COMPLETE : 400
  }
  const authority = authorityOf(bytes, pathStart, targetEnd)
  if (authority < 0) return 400
  let at = authority
  while (at < targetEnd && bytes[at] !== slash && bytes[at] !== question) at++
  if (!isHost(bytes, authority, at)) return 400
  head.authorityStart = authority
  head.pathStart = at
  head.pathEnd = Math.max(head.pathEnd, at)
  return COMPLETE
}

/**
 * Where the authority begins, after `http://` or `https://`; -1 if nothing follows or the scheme is a different one.
 */
function authorityOf(bytes: Uint8Array, start: number, end: number): number {
  for (const scheme of [schemeName, secureSchemeName]) {
    const at = start + scheme.length
    if (at < end && isName(bytes, start, at, scheme)) return at
  }
  return -1
}

function parseFields(bytes: Uint8Array, from: number, end: number, head: Head): number {
  let at = from
  for (let count = 0; ; count++) {
    if (at - head.start > headBytesMax) return 431
    if (at === end) return INCOMPLETE
    if (bytes[at] === CR) break
    if (count === headersMax) return 431
    const nameStart = at
    while (at < end && (classes[bytes[at]!]! & isToken) !== 0) at++
    if (at === end) return limited(INCOMPLETE, end - head.start)
    if (bytes[at] !== colon || at === nameStart) return 400
    const nameEnd = at++
    while (at < end && (bytes[at] === SP || bytes[at] === HT)) at++
    const valueStart = at
    while (at < end && (classes[bytes[at]!]! & isValue) !== 0) at++
    if (at + 1 >= end)
      return at < end && bytes[at] !== CR ? 400 : limited(INCOMPLETE, end - head.start)
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return 400
    const verdict = noteField(bytes, nameStart, nameEnd, valueStart, at, head)
    if (verdict !== COMPLETE) return verdict
    at += 2
  }
  if (at + 1 === end) return INCOMPLETE
  if (bytes[at + 1] !== LF) return 400
  head.end = at + 2
  return checkFraming(head)
}

function noteField(
  bytes: Uint8Array,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  lineEnd: number,
  head: Head,
): number {
  for (const field of fieldsByLength[nameEnd - nameStart] ?? noFields) {
    if (!isName(bytes, nameStart, nameEnd, fieldNames[field]!)) continue
    let valueEnd = lineEnd
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === SP || bytes[valueEnd - 1] === HT))
      valueEnd--
    const bit = 1 << field
    const again = (head.seen & bit) !== 0
    if (again) head.repeated |= bit
    else {
      head.seen |= bit
      head.places[2 * field] = valueStart
      head.places[2 * field + 1] = valueEnd
    }
    return readField(bytes, field, valueStart, valueEnd, again, head)
  }
  return COMPLETE
}

/** Reads a field that decides where a message ends or who receives it. A repeated one is treated as an attack. */
function readField(
  bytes: Uint8Array,
  field: number,
  start: number,
  end: number,
  again: boolean,
  head: Head,
): number {
  switch (field) {
    case host:
      return again || !isHost(bytes, start, end) ? 400 : COMPLETE
    case contentLength:
      return again ? 400 : readLength(bytes, start, end, head)
    case transferEncoding:
      if (again) return 400
      head.chunked = isName(bytes, start, end, chunkedName)
      return head.chunked ? COMPLETE : 501
    case connection:
      readConnection(bytes, start, end, head)
      return COMPLETE
    case expect:
      head.expectsContinue = isName(bytes, start, end, continueName)
      return head.expectsContinue ? COMPLETE : 417
    default:
      return COMPLETE
  }
}

function readLength(bytes: Uint8Array, start: number, end: number, head: Head): number {
  if (start === end) return 400
  let length = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return 400
    length = length * 10 + digit
    if (length > Number.MAX_SAFE_INTEGER) return 400
  }
  head.contentLength = length
  return COMPLETE
}

/** Connection may be repeated; `close` wins. */
function readConnection(bytes: Uint8Array, start: number, end: number, head: Head): void {
  for (let at = start; at < end; ) {
    let next = at
    while (next < end && bytes[next] !== 0x2c) next++
    let first = at
    let last = next
    while (first < last && (bytes[first] === SP || bytes[first] === HT)) first++
    while (last > first && (bytes[last - 1] === SP || bytes[last - 1] === HT)) last--
    if (isName(bytes, first, last, closeName)) head.keepAlive = false
    else if (isName(bytes, first, last, keepAliveName)) head.asksKeepAlive = true
    at = next + 1
  }
}

function checkFraming(head: Head): number {
  const { seen, minor, chunked } = head
  if (minor === unknownMinor) return 505
  if (minor === 1 && (seen & (1 << host)) === 0) return 400
  if (chunked && (minor === 0 || (seen & (1 << contentLength)) !== 0)) return 400
  if (minor === 0) {
    head.keepAlive = head.keepAlive && head.asksKeepAlive
    head.expectsContinue = false
  }
  return COMPLETE
}
