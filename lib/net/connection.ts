import type { EventHandler, EventLoop } from '../loop/index.ts'
import {
  EAGAIN,
  EINTR,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLRDHUP,
  MSG_MORE,
  native,
  SHUT_WR,
  SystemError,
} from '../sys/index.ts'
import { Backlog } from './backlog.ts'
import { resetOnClose, socketError } from './bare-socket.ts'
import { cork } from './cork.ts'
import { StalledError } from './errors.ts'
import { gatherBytes, lingerBytes, lingerMs, readsPerTurn, receiveBytes } from './limits.ts'
import { type FileSource, releaseApart } from './output.ts'
import type { ConnectionLimits, Protocol } from './protocol.ts'
import { received } from './received.ts'
import {
  DEFERRED,
  ENDED,
  ENDING,
  HELD,
  LINGERING,
  OPEN,
  PAUSED,
  RECEIVED,
  WATCHING,
} from './states.ts'

const readMask = EPOLLIN | EPOLLRDHUP | EPOLLET

/**
 * An edge-triggered connection on a loop. It reads until EAGAIN within a budget, detects the end of the peer's stream
 * even after a short read, and queues output that the kernel does not take. It stops reading while too much output
 * waits, and needs no buffer while no output waits.
 */
export class Connection implements EventHandler {
  readonly #loop: EventLoop
  readonly #protocol: Protocol
  readonly #limits: ConnectionLimits
  #fd: number
  #slot = -1
  /** Kept after close(), for `unsentBytes`. */
  #backlog: Backlog | null = null
  #expiresAtMs = Number.POSITIVE_INFINITY
  #stream = OPEN
  #reading = WATCHING
  #lingerLeft = lingerBytes

  /** Takes ownership of a connected, non-blocking descriptor. Reads nothing before `start()`. */
  constructor(loop: EventLoop, fd: number, protocol: Protocol, limits: ConnectionLimits) {
    this.#loop = loop
    this.#fd = fd
    this.#protocol = protocol
    this.#limits = limits
  }

  get fd(): number {
    return this.#fd
  }

  get closed(): boolean {
    return this.#fd < 0
  }

  get #writable(): boolean {
    return this.#fd >= 0 && this.#stream === OPEN
  }

  /** For tests. @internal */
  get states(): readonly [stream: number, reading: number, sending: number] {
    return [this.#stream, this.#reading, this.#backlog?.reason ?? 0]
  }

  /** Whether output waits for the kernel to take it. */
  get draining(): boolean {
    return this.#backlog !== null && !this.#backlog.output.empty
  }

  /** Whether to wait for onDrain before writing more: the waiting output has reached its limit or contains a file. */
  get full(): boolean {
    return this.#backlog?.full ?? false
  }

  get waitingBytes(): number {
    return this.#backlog?.output.bytes ?? 0
  }

  /** How many written bytes the kernel has not taken; after close(), how many were lost. */
  get unsentBytes(): number {
    return this.#backlog?.output.unsentBytes ?? 0
  }

  /** Whether the peer has ended its stream. */
  get ended(): boolean {
    return this.#reading === ENDED
  }

  /** Whether received bytes wait for delivery to the protocol at the end of this turn. */
  get hasReceived(): boolean {
    return this.#reading === RECEIVED
  }

  /** Stops reading until `resume()`. */
  pause(): void {
    if (this.#reading !== ENDED) this.#reading = PAUSED
  }

  resume(): void {
    if (this.#reading !== HELD && this.#reading !== PAUSED) return
    this.#reading = WATCHING
    this.#readLater()
  }

  /** Reads before registering with epoll, because a short-lived connection needs no registration. */
  start(): void {
    this.#readInTurn()
  }

  /** Sets the time of `onExpire` on the loop's clock, to the precision of a sweep; Infinity for never. */
  expireAt(nowMs: number): void {
    this.#expiresAtMs = nowMs
  }

  /** Checks the deadline: calls `onExpire`, or resets a peer that takes no output. @internal */
  sweep(nowMs: number): void {
    if (this.closed) return
    if (this.draining) this.#backlog!.sweep(nowMs)
    if (nowMs < this.#expiresAtMs) return
    this.#expiresAtMs = Number.POSITIVE_INFINITY
    if (this.draining) this.reset(new StalledError('the peer has stopped reading'))
    else if (this.#stream === LINGERING) this.close()
    else this.#protocol.onExpire()
  }

  /** Gathers output until {@link Connection.uncork}, so that one send transmits several answers. */
  cork(): void {
    cork.take(this)
  }

  uncork(): void {
    cork.release(this)
  }

  /** Sends the gathered output, so that `waitingBytes` is up to date. */
  flush(flags = 0): void {
    if (cork.isOf(this)) cork.flush(flags)
  }

  /**
   * Sends bytes, and copies any that the kernel does not take, so you can change them as soon as this returns. `isKept`
   * promises not to change them before `uncork()`, which avoids a copy.
   */
  write(bytes: Uint8Array, offset = 0, end: number = bytes.length, isKept = false): void {
    if (!this.#writable || offset >= end) return
    if (cork.isOf(this)) cork.add(bytes, offset, end, isKept)
    else this.sendNow(bytes, offset, end, 0)
  }

  /** Like {@link Connection.write}, for bytes that never change: they are not copied. */
  writeConstant(bytes: Uint8Array): void {
    if (bytes.length <= gatherBytes) return this.write(bytes, 0, bytes.length, true)
    if (this.#writable) this.flush(MSG_MORE)
    if (this.#writable) this.sendNow(bytes, 0, bytes.length, 0, true)
  }

  /** Sends part of a file after earlier output, without copying it through this process. */
  sendfile(file: FileSource, offset: number, end: number): void {
    if (!this.#writable || offset >= end) return releaseApart(file)
    this.flush(MSG_MORE)
    if (this.closed) return releaseApart(file)
    this.#waiting.addFile(file, offset, end)
  }

  /**
   * Ends the stream after all output is sent. With `linger` it then briefly reads and drops the peer's bytes: otherwise
   * a reset could overtake the answer.
   */
  end(linger = false): void {
    if (!this.#writable) return
    this.flush()
    if (this.closed) return
    this.#stream = linger && this.#reading !== ENDED ? LINGERING : ENDING
    if (!this.draining) this.#finish()
  }

  /** Closes now and drops waiting output. A second call does nothing. */
  close(error: Error | null = null): void {
    if (this.closed) return
    const fd = this.#fd
    this.#fd = -1
    if (this.#slot >= 0) this.#loop.detach(this.#slot)
    this.#slot = -1
    cork.drop(this)
    native.close(fd)
    this.#backlog?.output.clear()
    this.#protocol.onClose(error)
  }

  /** Closes with a reset, so that the peer does not mistake truncated data for complete data. */
  reset(error: Error | null = null): void {
    if (!this.closed) resetOnClose(this.#fd)
    this.close(error)
  }

  onEvents(events: number): void {
    if ((events & EPOLLOUT) !== 0) this.#backlog?.onRoom()
    if (this.closed || (events & ~EPOLLOUT) === 0) return
    if (this.full || this.#reading >= PAUSED) {
      if ((events & (EPOLLERR | EPOLLHUP)) !== 0) this.fail(socketError(this.#fd), 'recv')
      else if (this.#reading < DEFERRED) this.#reading = HELD
    } else if (this.#reading !== DEFERRED) {
      if (events === EPOLLIN && this.#stream !== LINGERING) this.#readInTurn()
      else this.#read(events)
    }
  }

  /** Reads once. The bytes are delivered when all connections of this turn have been read: see received.ts. */
  #readInTurn(): void {
    if (received.busy) return this.#readLater()
    const space = received.room()
    const count = native.recv(this.#fd, received.buffer, received.bytes, space, 0)
    if (count > 0 && count < space) {
      this.#reading = RECEIVED
      received.add(this, count)
    } else this.#readRest(count)
  }

  #readRest(count: number): void {
    const from = received.bytes
    if (count === EAGAIN) return this.watch()
    if (count < 0 && count !== EINTR) return this.fail(count, 'recv')
    received.deliver()
    if (count > 0) this.#received(from, from + count, received.nextBatch())
    else if (count === 0) this.#ended()
    if (!this.closed) this.#read(EPOLLIN, 1)
  }

  /** @internal */
  takeReceived(start: number, end: number, batch: number): void {
    if (this.closed) return
    if (this.#reading === RECEIVED) this.#reading = WATCHING
    this.#received(start, end, batch)
    this.watch()
  }

  /** @internal */
  afterTurn(call: () => void): void {
    if (!this.#loop.closed) this.#loop.defer(call)
  }

  /** Reads until EAGAIN, a short read (unless the peer may have ended its stream), or the end of the budget. */
  #read(events: number, reads = 0): void {
    if (received.busy) return this.#readLater()
    received.deliver()
    const mayEnd = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) !== 0
    for (let i = reads; i < readsPerTurn && !this.closed; i++) {
      if (this.#reading < PAUSED) this.#reading = this.full ? HELD : WATCHING
      if (this.#reading !== WATCHING) return this.watch()
      const count = native.recv(this.#fd, received.buffer, 0, receiveBytes, 0)
      if (count > 0) this.#received(0, count, received.nextBatch())
      else if (count === 0) this.#ended()
      else if (count === EAGAIN) return this.watch()
      else if (count !== EINTR) return this.fail(count, 'recv')
      if (count > 0 && count < receiveBytes && !mayEnd) return this.watch()
    }
    this.watch()
    this.#readLater()
  }

  #received(start: number, end: number, batch: number): void {
    if (this.#stream !== LINGERING) return this.#protocol.onData(received.buffer, start, end, batch)
    this.#lingerLeft -= end - start
    if (this.#lingerLeft < 0) this.close()
  }

  #ended(): void {
    this.#reading = ENDED
    if (this.#stream !== LINGERING) return this.#protocol.onEnd()
    this.#stream = ENDING
    if (!this.draining) this.close()
  }

  #readLater(): void {
    if (this.#reading === DEFERRED || this.#reading >= PAUSED || this.#loop.closed) return
    this.#reading = DEFERRED
    this.#loop.defer(() => {
      if (this.closed || this.#reading !== DEFERRED) return
      this.#reading = WATCHING
      this.#read(EPOLLRDHUP)
    })
  }

  /** @internal */
  watch(events = 0): void {
    if (this.closed || (this.#slot >= 0 && events === 0)) return
    try {
      if (this.#slot < 0) this.#slot = this.#loop.attach(this.#fd, readMask | events, this)
      else this.#loop.rearm(this.#slot, this.#fd, readMask | events)
    } catch (error) {
      this.close(error as Error)
    }
  }

  /** @internal */
  sendNow(bytes: Uint8Array, offset: number, end: number, flags: number, constant = false): void {
    // New output must not overtake waiting output, nor restart the write timeout.
    if (this.draining) return this.#backlog!.output.addBytes(bytes, offset, end, constant)
    let count: number
    do count = native.send(this.#fd, bytes, offset, end - offset, flags)
    while (count === EINTR)
    const from = offset + Math.max(count, 0)
    if (from === end) return
    const fails = count < 0 && count !== EAGAIN
    this.#waiting.output.addBytes(bytes, from, end, constant || fails)
    if (fails) this.fail(count, 'send')
    else this.#waiting.waitForRoom()
  }

  get #waiting(): Backlog {
    this.#backlog ??= new Backlog(this.#loop, this, this.#limits)
    return this.#backlog
  }

  /** @internal */
  onDrained(): void {
    this.#expiresAtMs = Number.POSITIVE_INFINITY
    if (this.#stream !== OPEN) return this.#finish()
    this.#protocol.onDrain()
    if (this.#reading === HELD) this.#readLater()
  }

  #finish(): void {
    if (this.#stream !== LINGERING) return this.close()
    native.shutdown(this.#fd, SHUT_WR)
    this.#expiresAtMs = this.#loop.nowMs + lingerMs
    this.#readLater()
  }

  /** @internal */
  fail(errno: number, syscall: string): void {
    this.close(new SystemError(-errno, syscall, `fd ${this.#fd}`))
  }
}
