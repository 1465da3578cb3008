import type { EventLoop } from '../loop/index.ts'
import { EPOLLOUT } from '../sys/index.ts'
import { type FileSource, Output } from './output.ts'
import type { ConnectionLimits } from './protocol.ts'
import { DISK, EMPTY, ROOM, TURN } from './states.ts'

interface Owner {
  readonly fd: number
  readonly closed: boolean
  /** Asks epoll for these events too. */
  watch(events: number): void
  /** The peer's time to take something begins now; or, with Infinity, it has none. */
  expireAt(nowMs: number): void
  onDrained(): void
  reset(error: Error): void
  fail(errno: number, syscall: string): void
}

/** What a connection could not send at once, and why that waits. A connection has one from when it first needs it. */
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

  /** Whether as much waits as may, or a file does. */
  get full(): boolean {
    const { output } = this
    const isFile = !output.empty && output.first.file !== null
    return isFile || output.bytes > this.#limits.outputHighWaterBytes
  }

  /** EMPTY, ROOM, DISK or TURN, as of the last flush. */
  get reason(): number {
    return this.#reason
  }

  /** Sends it at once if nothing waits before it. */
  addFile(file: FileSource, offset: number, end: number): void {
    const isFirst = this.output.empty
    this.output.addFile(file, offset, end)
    if (isFirst) this.#flush()
  }

  /** Sends what waits; true when nothing does any more. */
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
    // A slow disk is not the peer's fault: its time begins when there is something to take.
    else if (outcome === DISK) this.#owner.expireAt(Number.POSITIVE_INFINITY)
    else if (outcome === TURN && before !== TURN) this.#flushLater()
    return outcome === EMPTY
  }

  /** EPOLLOUT is asked for once, and stays: later edges come only after the kernel has refused bytes. */
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

  /** Gives the peer more time if it has taken something. */
  sweep(nowMs: number): void {
    if (this.#reason !== DISK && this.output.hasProgressed(this.#owner.fd)) this.#extend(nowMs)
  }

  /** Deferred once: each edge that comes meanwhile would add a budget to this turn. */
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
