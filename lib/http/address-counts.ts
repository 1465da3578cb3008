import { addressBytes, native } from '../sys/index.ts'

// struct sockaddr_in of ip(7) and sockaddr_in6 of ipv6(7): their size, and where the address stands.
const v6Bytes = 28
const v4 = { from: 4, to: 8 }
const v6 = { from: 8, to: 24 }
/** Who has one address of an IPv6 network has all that its last 64 bits make. */
const v6Network = { from: 8, to: 16 }
/** ::ffff:192.0.2.1, as a socket of both families calls an IPv4 client. */
const mapped = '00'.repeat(10) + 'ff'.repeat(2)
const peer = Buffer.alloc(addressBytes)

/** How many connections each address has: an IPv4 address, or an IPv6 network of 64 bits. */
export class AddressCounts {
  readonly #max: number
  readonly #counts = new Map<string, number>()
  readonly #addresses = new Map<object, string>()

  constructor(max: number) {
    this.#max = max
  }

  /** Counts a connection; false if its address has as many as it may have. One that is gone already is let pass. */
  take(fd: number, connection: object): boolean {
    const length = native.getpeername(fd, peer)
    if (length < 0) return true
    const address = addressOf(length)
    const count = this.#counts.get(address) ?? 0
    if (count >= this.#max) return false
    this.#counts.set(address, count + 1)
    this.#addresses.set(connection, address)
    return true
  }

  release(connection: object): void {
    const address = this.#addresses.get(connection)
    if (address === undefined) return
    this.#addresses.delete(connection)
    const count = this.#counts.get(address)!
    if (count > 1) this.#counts.set(address, count - 1)
    else this.#counts.delete(address)
  }
}

function addressOf(length: number): string {
  const hex = ({ from, to }: typeof v4): string => peer.toString('hex', from, to)
  if (length !== v6Bytes) return hex(v4)
  const whole = hex(v6)
  return whole.startsWith(mapped) ? whole.slice(mapped.length) : `${hex(v6Network)}/64`
}
