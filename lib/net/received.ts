import { onLoopClose } from '../loop/index.ts'
import { receiveBytes, turnConnectionsMax, turnReceiveBytesMin } from './limits.ts'

interface Receiver {
  /** Its bytes are these of the buffer. */
  takeReceived(start: number, end: number, batch: number): void
  /** Calls when all connections of this turn have been read. */
  afterTurn(call: () => void): void
}

/**
 * What the connections of a thread have received in a turn of its loop, in one buffer. It is handed over when all of
 * them have been read: what is found out for the first request then is newer than every request of the turn.
 */
class Received {
  readonly buffer: Buffer = Buffer.alloc(receiveBytes)
  /** How much of it is taken. */
  bytes = 0
  #batch = 0
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

  /** Bytes have been read behind the others. */
  add(receiver: Receiver, count: number): void {
    this.bytes += count
    this.#ends[this.#receiving] = this.bytes
    this.#receivers[this.#receiving++] = receiver
    if (this.#receiving === 1) receiver.afterTurn(this.handOver)
  }

  /** The number of what is handed over next. All of a batch has come before any of it is handled, so it can share one fstat(). */
  nextBatch(): number {
    return ++this.#batch
  }

  /** If one of them throws, the others get theirs later. */
  readonly handOver = (): void => {
    if (this.busy) return
    this.busy = true
    const batch = this.nextBatch()
    try {
      while (this.#handed < this.#receiving) this.#handOverNext(batch)
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

  #handOverNext(batch: number): void {
    const i = this.#handed++
    const receiver = this.#receivers[i]!
    this.#receivers[i] = null
    receiver.takeReceived(i === 0 ? 0 : this.#ends[i - 1]!, this.#ends[i]!, batch)
  }
}

/** One for a thread. */
export const received: Received = new Received()
onLoopClose(() => received.rescue())
