import {
  addressBytes,
  decodeAddress,
  hostPort,
  native,
  SO_ACCEPTCONN,
  SOL_SOCKET,
} from '../sys/index.ts'

const address = new Uint8Array(addressBytes)
const isListening = new Int32Array(1)
const isListeningBytes = new Uint8Array(isListening.buffer)

/** A socket's kind, and the address that it listens on or is connected to; null if that is not an IP address. */
export interface SocketFacts {
  readonly kind: 'listener' | 'connection' | 'other'
  readonly address: string | null
}

export function socketFacts(fd: number): SocketFacts {
  if (native.getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, isListeningBytes) < 0)
    return { kind: 'other', address: null }
  const kind = isListening[0] === 1 ? 'listener' : 'connection'
  const ask = kind === 'listener' ? native.getsockname : native.getpeername
  const length = ask(fd, address)
  const found = length < 0 ? null : decodeAddress(address, length)
  const isIp = found !== null && 'host' in found
  return { kind, address: isIp ? hostPort(found.host, found.port) : null }
}
