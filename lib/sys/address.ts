import { readFileSync } from 'node:fs'
import { endianness } from 'node:os'
import { integer, optionsOf, rangeError, typeError } from './arguments.ts'
import { AF_INET, AF_INET6, AF_UNIX } from './constants.ts'
import { native } from './native.ts'

/**
 * A socket's address: an IP literal and a port, or the path of a unix socket. A path that starts with NUL is abstract:
 * see unix(7).
 */
export type Address = { host: string; port: number } | { path: string }
/** An {@link Address} to bind or connect to. `{ port }` alone means every interface, like Python's `("", port)`. */
export type AddressLike = { host?: string; port: number } | { path: string }

interface AnyAddress {
  host?: unknown
  port?: unknown
  path?: unknown
}

/** sizeof(struct sockaddr_storage). @internal */
export const addressBytes = 128
const littleEndian = endianness() === 'LE'
const pathOffset = 2
const pathBytesMax = 107

function familyOf(view: DataView): number {
  return view.getUint16(0, littleEndian)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Converts the zone of an address such as fe80::1%eth0 to the kernel's number. */
function scopeOf(zone: string | undefined, host: string): number {
  if (zone === undefined) return 0
  const scope = /^\d+$/.test(zone) ? Number(zone) : indexOf(zone)
  if (scope === null || scope >= 2 ** 32)
    throw rangeError('address.host', 'a zone that is an interface', host)
  return scope
}

/** Reads sysfs, because os.networkInterfaces() omits an interface without an address. */
function indexOf(name: string): number | null {
  if (!/^[^/.\0][^/\0]*$/.test(name)) return null
  try {
    return Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'latin1'))
  } catch {
    return null
  }
}

function encodePath(path: unknown, bytes: Uint8Array): number {
  if (typeof path !== 'string') throw typeError('address.path', 'a string', path)
  const name = Buffer.from(path)
  // For an empty name, bind(2) chooses a free abstract name.
  const abstract = name.length === 0 || name[0] === 0
  if (name.length > pathBytesMax + Number(abstract) || (!abstract && name.includes(0))) {
    throw rangeError('address.path', `at most ${pathBytesMax} bytes, without NUL`, path)
  }
  viewOf(bytes).setUint16(0, AF_UNIX, littleEndian)
  bytes.set(name, pathOffset)
  return pathOffset + name.length + Number(!abstract)
}

function encodeInet(host: unknown, port: number, family: number, bytes: Uint8Array): number {
  if (host !== undefined && typeof host !== 'string')
    throw typeError('address.host', 'a string', host)
  const six = family === AF_INET6
  const [literal = '', zone, more] =
    host === undefined || host === '' ? [six ? '::' : '0.0.0.0'] : host.split('%')
  const view = viewOf(bytes)
  view.setUint16(0, family, littleEndian)
  view.setUint16(2, port)
  const place = bytes.subarray(six ? 8 : 4)
  if (
    literal.includes('\0') ||
    native.inetPton(family, literal, place) !== 1 ||
    (zone !== undefined && !six) ||
    more !== undefined
  ) {
    const example = six ? 'an IPv6 address such as ::1' : 'an IPv4 address such as 127.0.0.1'
    throw rangeError('address.host', `${example} (names are looked up with node:dns)`, host)
  }
  if (six) view.setUint32(24, scopeOf(zone, host ?? ''), littleEndian)
  return six ? 28 : 16
}

/** Writes the struct sockaddr of an address for a socket of the family; returns its length. @internal */
export function encodeAddress(address: AddressLike, family: number, bytes: Uint8Array): number {
  if (typeof address !== 'object' || address === null) {
    throw typeError('address', '{ host, port } or { path }', address)
  }
  // Reads the options first, because that may run the caller's code, which may use the same bytes.
  const names = family === AF_UNIX ? (['path'] as const) : (['host', 'port'] as const)
  const { host, port, path } = optionsOf<AnyAddress>(address, names, 'address')
  bytes.fill(0)
  if (family === AF_UNIX) return encodePath(path, bytes)
  return encodeInet(host, integer('address.port', port, 0, 65535), family, bytes)
}

/** @internal */
export function hostIn(family: number, bytes: Uint8Array): string {
  const text = new Uint8Array(46)
  const length = native.inetNtop(family, bytes, text)
  return Buffer.from(text.subarray(0, Math.max(length, 0))).toString('latin1')
}

/** Reads a struct sockaddr. Drops a path's trailing zeros, unless it is abstract and its length is given. @internal */
export function decodeAddress(bytes: Uint8Array, length?: number): Address {
  const view = viewOf(bytes)
  const family = familyOf(view)
  if (family === AF_INET)
    return { host: hostIn(family, bytes.subarray(4, 20)), port: view.getUint16(2) }
  if (family === AF_INET6) {
    const scope = view.getUint32(24, littleEndian)
    const host = hostIn(family, bytes.subarray(8, 24))
    return { host: scope === 0 ? host : `${host}%${scope}`, port: view.getUint16(2) }
  }
  const isAbstract = length !== undefined && length > pathOffset && bytes[pathOffset] === 0
  let end = length ?? bytes.length
  while (!isAbstract && end > pathOffset && bytes[end - 1] === 0) end--
  return { path: Buffer.from(bytes.subarray(pathOffset, end)).toString() }
}

/** `127.0.0.1:80`, `[::1]:80`. @internal */
export function hostPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
