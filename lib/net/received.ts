import { onLoopClose } from '../loop/index.ts'
import { receiveBytes, turnConnectionsMax, turnReceiveBytesMin } from './limits.ts'

interface Receiver {
  /** Delivers the receiver's bytes, which are in the buffer from `start` up to `end`. */
  takeReceived(start: number, end: number, batch: number): void
  /** Calls the function when all connections of this turn have been read. */
  afterTurn(call: () => void): void
}

/**
 * The bytes that a thread's connections receive in one turn of its loop, in one buffer. They are delivered as one batch
 * after all connections have been read, so an fstat() for the first request is newer than every request of the batch.
 */
class Received {
  readonly buffer: Buffer = Buffer.alloc(receiveBytes)
  /** How many bytes of the buffer are in use. */
  bytes = 0
  #batch = 0
  /** True while bytes are being delivered; nothing may be read into the buffer during that time. */
  busy = false
  readonly #receivers: (Receiver | null)[] = new Array(turnConnectionsMax).fill(null)
  readonly #ends = new Int32Array(turnConnectionsMax)
  #receiving = 0
  #delivered = 0

  /** How many bytes can be read into the buffer now: always enough for a request. */
  room(): number {
    const isFull = this.#receiving === turnConnectionsMax
    if (isFull || receiveBytes - this.bytes < turnReceiveBytesMin) this.deliver()
    return receiveBytes - this.bytes
  }

  /** Records that a receiver has just read bytes into the buffer. */
  add(receiver: Receiver, count: number): void {
    this.bytes += count
    this.#ends[this.#receiving] = this.bytes
    this.#receivers[this.#receiving++] = receiver
    if (this.#receiving === 1) receiver.afterTurn(this.deliver)
  }

  /** The next batch number. All its requests arrive before the first is handled, so they can share one fstat(). */
  nextBatch(): number {
    return ++this.#batch
  }

  /** Delivers the batch. If a receiver throws, the others get their bytes later. */
  readonly deliver = (): void => {
    if (this.busy) return
    this.busy = true
    const batch = this.nextBatch()
    try {
      while (this.#delivered < this.#receiving) this.#deliverNext(batch)
    } finally {
      this.busy = false
      if (this.#delivered < this.#receiving)
        this.#receivers[this.#delivered]!.afterTurn(this.deliver)
      else {
        this.#receiving = 0
        this.#delivered = 0
        this.bytes = 0
      }
    }
  }

  /** Called when a loop is closed: connections of other loops must not wait for its deferred call. */
  rescue(): void {
    if (this.#receiving > 0 && !this.busy) setImmediate(this.deliver)
  }

  #deliverNext(batch: number): void {
    const i = this.#delivered++
    const receiver = this.#receivers[i]!
    this.#receivers[i] = null
    receiver.takeReceived(i === 0 ? 0 : this.#ends[i - 1]!, this.#ends[i]!, batch)
  }
}

/** The bytes that this thread's connections have received in the current turn, in one buffer. */
export const received: Received = new Received()
onLoopClose(() => received.rescue())
