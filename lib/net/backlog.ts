import type { EventLoop } from '../loop/index.ts'
import { EPOLLOUT } from '../sys/index.ts'
import { type FileSource, Output } from './output.ts'
import type { ConnectionLimits } from './protocol.ts'
import { DISK, EMPTY, ROOM, TURN } from './states.ts'

interface Owner {
  readonly fd: number
  readonly closed: boolean
  /** Adds these events to the mask in epoll. */
  watch(events: number): void
  /** Sets the write timeout; Infinity for none. */
  expireAt(nowMs: number): void
  onDrained(): void
  reset(error: Error): void
  fail(errno: number, syscall: string): void
}

/** The output that a connection could not send immediately, and why it waits. Created when it is first needed. */
export class Backlog {
  readonly output: Output = new Output()
  readonly #loop: EventLoop
  readonly #owner: Owner
  readonly #limits: ConnectionLimits
  #reason = EMPTY
  #watches = false

  constructor(loop: EventLoop, owner: Owner, limits: ConnectionLimits) {
    this.#loop = loop
    this.#owner = owner
    this.#limits = limits
  }

  /** Whether the waiting output has reached its limit, or contains a file. */
  get full(): boolean {
    const { output } = this
    const isFile = !output.empty && output.first.file !== null
    return isFile || output.bytes > this.#limits.outputHighWaterBytes
  }

  /** EMPTY, ROOM, DISK or TURN, as of the last flush. */
  get reason(): number {
    return this.#reason
  }

  /** Queues part of a file; sends it immediately if no other output waits. */
  addFile(file: FileSource, offset: number, end: number): void {
    const isFirst = this.output.empty
    this.output.addFile(file, offset, end)
    if (isFirst) this.#flush()
  }

  /** Sends waiting output; returns true if none is left. */
  #flush(): boolean {
    let outcome: number
    try {
      outcome = this.output.flush(this.#owner.fd, this.#loop.nowMs, this)
    } catch (error) {
      this.#owner.reset(error as Error)
      return false
    }
    return !this.#owner.closed && this.#flushed(outcome)
  }

  #flushed(outcome: number): boolean {
    const before = this.#reason
    this.#reason = outcome
    if (outcome < 0) this.#owner.fail(outcome, this.output.syscall)
    else if (outcome === ROOM) this.waitForRoom()
    // A slow disk is not the peer's fault, so the write timeout stops.
    else if (outcome === DISK) this.#owner.expireAt(Number.POSITIVE_INFINITY)
    else if (outcome === TURN && before !== TURN) this.#flushLater()
    return outcome === EMPTY
  }

  /** Requests EPOLLOUT once and keeps it in the mask: there is no edge until the kernel has refused bytes. */
  waitForRoom(): void {
    this.#reason = ROOM
    this.#extend()
    this.output.hasProgressed(this.#owner.fd)
    if (this.#watches) return
    this.#watches = true
    this.#owner.watch(EPOLLOUT)
  }

  onRoom(): void {
    if (this.#reason === ROOM) this.#flushWaiting()
  }

  onFileReady(): void {
    if (this.#reason === DISK) this.#flushWaiting()
  }

  /** Restarts the write timeout if the peer has taken bytes. */
  sweep(nowMs: number): void {
    if (this.#reason !== DISK && this.output.hasProgressed(this.#owner.fd)) this.#extend(nowMs)
  }

  /** At most one flush is deferred: deferring one per edge would multiply this connection's budget per turn. */
  #flushLater(): void {
    this.#extend()
    if (this.#loop.closed) return
    this.#loop.defer(() => {
      this.#reason = EMPTY
      this.#flushWaiting()
    })
  }

  #extend(nowMs: number = this.#loop.nowMs): void {
    this.#owner.expireAt(nowMs + this.#limits.writeTimeoutMs)
  }

  #flushWaiting(): void {
    if (!this.output.empty && this.#flush()) this.#owner.onDrained()
  }
}
