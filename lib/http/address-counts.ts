import { networkOf, type PackedHost } from '../net/index.ts'

/** Counts the connections of each IPv4 address and each IPv6 /64 network. */
export class AddressCounts {
  readonly #max: number
  readonly #counts = new Map<PackedHost, number>()
  readonly #addresses = new Map<object, PackedHost>()

  constructor(max: number) {
    this.#max = max
  }

  /**
   * Counts a connection, or returns false if its address is at the limit.
   *
   * @param peer the client's struct sockaddr
   */
  take(peer: Uint8Array, connection: object): boolean {
    const address = networkOf(peer)
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
