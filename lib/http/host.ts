import { isIPv6 } from 'node:net'

const colon = 0x3a
const dot = 0x2e
const openBracket = 0x5b
const closeBracket = 0x5d
const portDigitsMax = 5

// What may stand in a host that is a name or an IPv4 address (reg-name of RFC 3986 without its escapes),
// and between brackets.
const inName = tableOf('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~')
const inBrackets = tableOf('0123456789abcdefABCDEF:.')
const inPort = tableOf('0123456789')

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
  const isClosed = at > start + 1 && at < end && bytes[at] === closeBracket
  return isClosed && isIPv6(String.fromCharCode(...bytes.subarray(start + 1, at))) ? at + 1 : -1
}

/**
 * Whether bytes are one host with an optional port: RFC 9110 section 7.2. No user information, no path, no
 * list, and no name that begins with a dot.
 */
export function isHost(bytes: Uint8Array, start: number, end: number): boolean {
  const at = afterHost(bytes, start, end)
  if (at < 0) return false
  if (at === end) return true
  if (bytes[at] !== colon) return false
  return run(bytes, at + 1, end, inPort) === end && end - at - 1 <= portDigitsMax
}
