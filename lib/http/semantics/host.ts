import { isIPv6 } from 'node:net'

const colon = 0x3a
const dot = 0x2e
const openBracket = 0x5b
const closeBracket = 0x5d
const percent = 0x25
const portDigitsMax = 5
const portMax = 65_535
/** The longest form ends with an IPv4 address. */
const addressBytesMax = 45

// The characters of a name, an IPv4 address or a zone (reg-name of RFC 3986 without escapes), and those allowed between
// brackets.
const inName = tableOf('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~')
const inBrackets = tableOf('0123456789abcdefABCDEF:.')

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const character of characters) table[character.charCodeAt(0)] = 1
  return table
}

function run(bytes: Uint8Array, from: number, end: number, table: Uint8Array): number {
  let at = from
  while (at < end && table[bytes[at]!] === 1) at++
  return at
}

function afterHost(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== openBracket) {
    const at = run(bytes, start, end, inName)
    return at === start || bytes[start] === dot ? -1 : at
  }
  const at = run(bytes, start + 1, end, inBrackets)
  if (at - start - 1 > addressBytesMax) return -1
  const closing = afterZone(bytes, at, end)
  const isClosed = closing < end && bytes[closing] === closeBracket
  return isClosed && isIPv6(String.fromCharCode(...bytes.subarray(start + 1, at)))
    ? closing + 1
    : -1
}

/** The end of an optional zone: `%25eth0` as RFC 6874 has it, or `%eth0` as the kernel does. */
function afterZone(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== percent) return at
  const closing = run(bytes, at + 1, end, inName)
  return closing === at + 1 ? end : closing
}

/** Up to 65535; may be empty. */
function isPort(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > portDigitsMax) return false
  let port = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return false
    port = port * 10 + digit
  }
  return port <= portMax
}

/**
 * Whether bytes are one host with an optional port: RFC 9110 section 7.2. User information, paths, lists and names that
 * begin with a dot are refused; an IPv6 address may have a zone (RFC 6874).
 */
export function isHost(bytes: Uint8Array, start: number, end: number): boolean {
  const at = afterHost(bytes, start, end)
  if (at < 0) return false
  if (at === end) return true
  return bytes[at] === colon && isPort(bytes, at + 1, end)
}
