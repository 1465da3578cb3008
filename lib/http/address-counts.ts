import { networkOf, type PackedHost } from '../net/index.ts'

/** How many connections each address has: an IPv4 address, or an IPv6 network of 64 bits. */
export class AddressCounts {
  readonly #max: number
  readonly #counts = new Map<PackedHost, number>()
  readonly #addresses = new Map<object, PackedHost>()

  constructor(max: number) {
    this.#max = max
  }

  /**
   * Counts a connection; false if its address has as many as it may have.
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
