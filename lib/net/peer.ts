import { endianness } from 'node:os'
import { AF_INET, AF_INET6, decodeAddress } from '../sys/index.ts'

/** An IPv4 address as a number, which needs no memory per connection; any other address as text. */
export type PackedHost = number | string

const littleEndian = endianness() === 'LE'
// struct sockaddr_in of ip(7) and sockaddr_in6 of ipv6(7) have the port at the same offset.
const portAt = 2
const v4At = 4
const v6At = 8
/** A client usually controls all addresses of its /64 network. */
const networkBytes = 8
/** The ffff in ::ffff:192.0.2.1, which is how an IPv6 socket shows an IPv4 client. */
const mappedMark = 0xffff

function viewOf(address: Uint8Array): DataView {
  return new DataView(address.buffer, address.byteOffset, address.byteLength)
}

function familyOf(view: DataView): number {
  return view.getUint16(0, littleEndian)
}

function packedHost(address: Uint8Array): PackedHost {
  const view = viewOf(address)
  const family = familyOf(view)
  if (family === AF_INET) return view.getInt32(v4At)
  return family === AF_INET6 ? (decodeAddress(address) as { host: string }).host : ''
}

function textOf(host: PackedHost): string {
  if (typeof host === 'string') return host
  return `${host >>> 24}.${(host >>> 16) & 255}.${(host >>> 8) & 255}.${host & 255}`
}

function portIn(address: Uint8Array): number {
  const view = viewOf(address)
  const family = familyOf(view)
  return family === AF_INET || family === AF_INET6 ? view.getUint16(portAt) : 0
}

/** The other end of a connection. */
export class Peer {
  /** Converted to text when it is first read. */
  #host: PackedHost
  /** 0 for a unix socket. */
  readonly remotePort: number

  /** @param address a struct sockaddr; its memory may be reused */
  constructor(address: Uint8Array) {
    this.#host = packedHost(address)
    this.remotePort = portIn(address)
  }

  /** An IP address; empty for a unix socket. */
  get remoteAddress(): string {
    this.#host = textOf(this.#host)
    return this.#host
  }
}

/** The client's IPv4 address, or its IPv6 /64 network; empty for a unix socket. */
export function networkOf(address: Uint8Array): PackedHost {
  const view = viewOf(address)
  if (familyOf(view) !== AF_INET6) return packedHost(address)
  const high = view.getBigUint64(v6At)
  const isMapped = high === 0n && view.getUint32(v6At + networkBytes) === mappedMark
  return isMapped ? view.getInt32(v6At + networkBytes + 4) : `${high.toString(16)}/64`
}
