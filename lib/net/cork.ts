import { MSG_MORE } from '../sys/index.ts'
import { gatherBytes } from './limits.ts'

interface Sender {
  /** Sends bytes, and keeps a copy of those that the kernel does not take. May close the sender. */
  sendNow(bytes: Uint8Array, offset: number, end: number, flags: number): void
}

const nothing = new Uint8Array(0)

/** Gathers the output of one connection, so that one send transmits several answers. */
class Cork {
  readonly #buffer = new Uint8Array(gatherBytes)
  #owner: Sender | null = null
  /** The buffer, or the first piece itself while it is the only one. */
  #bytes: Uint8Array = nothing
  #from = 0
  #end = 0

  isOf(sender: Sender): boolean {
    return this.#owner === sender
  }

  /** Makes a connection the owner; sends the output gathered for the previous owner. */
  take(sender: Sender): void {
    if (this.#owner !== null) this.flush(0)
    this.#owner = sender
  }

  /** Sends the connection's gathered output; later writes are sent immediately. */
  release(sender: Sender): void {
    if (this.#owner !== sender) return
    this.#owner = null
    this.#send(sender, 0)
  }

  /** Drops the gathered output of a closed connection. */
  drop(sender: Sender): void {
    if (this.#owner !== sender) return
    this.#owner = null
    this.#clear()
  }

  /** @param isKept whether the bytes do not change before the release: then a single piece is not copied */
  add(bytes: Uint8Array, offset: number, end: number, isKept: boolean): void {
    const held = this.#end - this.#from
    if (held === 0 && isKept) {
      this.#bytes = bytes
      this.#from = offset
      this.#end = end
    } else if (held + end - offset <= gatherBytes) this.#gather(bytes, offset, end)
    // Sent without MSG_MORE, which would delay these bytes if no others follow.
    else if (held === 0) this.#owner!.sendNow(bytes, offset, end, 0)
    else {
      const owner = this.#owner
      this.flush(MSG_MORE)
      if (this.#owner === owner) this.add(bytes, offset, end, isKept)
    }
  }

  flush(flags: number): void {
    this.#send(this.#owner!, flags)
  }

  #send(sender: Sender, flags: number): void {
    const from = this.#from
    const end = this.#end
    if (from === end) return
    const bytes = this.#bytes
    this.#clear()
    sender.sendNow(bytes, from, end, flags)
  }

  #gather(bytes: Uint8Array, offset: number, end: number): void {
    const held = this.#end - this.#from
    if (this.#bytes !== this.#buffer) {
      this.#buffer.set(this.#bytes.subarray(this.#from, this.#end))
      this.#bytes = this.#buffer
      this.#from = 0
    }
    const isWhole = offset === 0 && end === bytes.length
    this.#buffer.set(isWhole ? bytes : bytes.subarray(offset, end), held)
    this.#end = held + end - offset
  }

  #clear(): void {
    this.#bytes = nothing
    this.#from = 0
    this.#end = 0
  }
}

/** The cork of this thread, which gathers the output of one connection at a time. */
export const cork: Cork = new Cork()
