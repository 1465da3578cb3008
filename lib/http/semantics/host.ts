import { isIPv6 } from 'node:net'

const colon = 0x3a
const dot = 0x2e
const openBracket = 0x5b
const portDigitsMax = 5
const portMax = 65_535

/** A name or an IPv4 address: reg-name of RFC 3986 without escapes. */
const isNameByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\w.~-]/.test(String.fromCharCode(byte)) ? 1 : 0,
)
/** An IPv6 address with an optional zone: `%25eth0` as in RFC 6874, or `%eth0` as the kernel writes it. */
const bracketed = /^\[([\d.:A-Fa-f]{2,45})(?:%[\w.~-]+)?\]/

/** The end of the host at `start`; -1 if there is none. */
function afterHost(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === openBracket) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
    const [literal = '', address = ''] = bracketed.exec(text) ?? []
    return isIPv6(address) ? start + literal.length : -1
  }
  let at = start
  while (at < end && isNameByte[bytes[at]!] === 1) at++
  return at === start || bytes[start] === dot ? -1 : at
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
