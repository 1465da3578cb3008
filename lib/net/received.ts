import { onLoopClose } from '../loop/index.ts'
import { receiveBytes, turnConnectionsMax, turnReceiveBytesMin } from './limits.ts'

interface Receiver {
  /** Its bytes are these of the buffer. */
  takeReceived(start: number, end: number): void
  /** Calls when all connections of this turn have been read. */
  afterTurn(call: () => void): void
}

/**
 * What the connections of a thread have received in a turn of its loop, in one buffer. It is handed over when all of
 * them have been read: what somebody finds out for the first request then is newer than every request of the turn.
 */
class Received {
  readonly buffer: Buffer = Buffer.alloc(receiveBytes)
  /** How much of it is taken. */
  bytes = 0
  /** How often anything was handed over: what has one number had all come before the first of it was looked at. */
  count = 0
  /** Whether it is being handed over: nothing may be read into it then. */
  busy = false
  // Made once, as this is what every request goes through.
  readonly #receivers: (Receiver | null)[] = new Array(turnConnectionsMax).fill(null)
  readonly #ends = new Int32Array(turnConnectionsMax)
  #receiving = 0
  #handed = 0

  /** How much more can be read into it now, at least enough for a request. */
  room(): number {
    const isFull = this.#receiving === turnConnectionsMax
    if (isFull || receiveBytes - this.bytes < turnReceiveBytesMin) this.handOver()
    return receiveBytes - this.bytes
  }

  /** So many bytes have been read behind the others. */
  add(receiver: Receiver, count: number): void {
    this.bytes += count
    this.#ends[this.#receiving] = this.bytes
    this.#receivers[this.#receiving++] = receiver
    if (this.#receiving === 1) receiver.afterTurn(this.handOver)
  }

  /** If one of them throws, the others get theirs later. */
  readonly handOver = (): void => {
    if (this.busy) return
    this.busy = true
    this.count++
    try {
      while (this.#handed < this.#receiving) this.#handOverNext()
    } finally {
      this.busy = false
      if (this.#handed < this.#receiving) this.#receivers[this.#handed]!.afterTurn(this.handOver)
      else {
        this.#receiving = 0
        this.#handed = 0
        this.bytes = 0
      }
    }
  }

  /** The loop that was to hand over is closed: what others have received must not wait for it. */
  rescue(): void {
    if (this.#receiving > 0 && !this.busy) setImmediate(this.handOver)
  }

  #handOverNext(): void {
    const i = this.#handed++
    const receiver = this.#receivers[i]!
    this.#receivers[i] = null
    receiver.takeReceived(i === 0 ? 0 : this.#ends[i - 1]!, this.#ends[i]!)
  }
}

/** One for a thread. */
export const received: Received = new Received()
onLoopClose(() => received.rescue())
