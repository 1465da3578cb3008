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
  SO_ERROR,
  SO_LINGER,
  SOL_SOCKET,
  SystemError,
} from '../sys/index.ts'
import {
  gatherBytes,
  lingerBytes,
  lingerMs,
  readsPerTurn,
  receiveBytes,
  sendfileBytes,
  sendfilesPerTurn,
} from './limits.ts'
import { type FileSource, Output, releaseApart } from './output.ts'
import { received } from './received.ts'
import { tcpBytesOf } from './tcp-bytes.ts'

export interface ConnectionLimits {
  /** How long output may wait without progress before the connection is reset. */
  readonly writeTimeoutMs: number
  /** Above this much waiting output nothing more is read. */
  readonly outputHighWaterBytes: number
}

/** What a connection tells the protocol above it. */
export interface Protocol {
  /** Bytes have come: from `start` to before `end`, until this returns; the memory is used again. */
  onData(bytes: Buffer, start: number, end: number): void
  /** The peer will send nothing more; it may still read. */
  onEnd(): void
  /** All output has been taken by the kernel, after some of it had to wait. */
  onDrain(): void
  /** The time set by `expireAt` is over. */
  onExpire(): void
  /** The connection is closed; the error, if one ended it, and what was written and never left. Called once, and last. */
  onClose(error: Error | null, unsentBytes: number): void
}

const gatherBuffer = new Uint8Array(gatherBytes)
/** Whose bytes are in it: a handler of one connection may make another one's write. */
let gatherer: Connection | null = null
/** struct linger { 1, 0 }: close sends a reset. */
const lingerReset = new Uint8Array(new Int32Array([1, 0]).buffer)
const ECONNRESET = 104
const emptyCork = new Uint8Array(0)
const readMask = EPOLLIN | EPOLLRDHUP | EPOLLET

/** A file has changed while it was sent: the peer sees a reset instead of an end. @internal */
export class ChangedError extends Error {
  override readonly name = 'ChangedError'

  constructor(path: string | undefined, change: 'shrunk' | 'changed') {
    const file = path === undefined ? 'a file' : JSON.stringify(path)
    super(`${file} has ${change} while it was sent`)
  }
}

/** The peer has taken nothing for too long. @internal */
export class StalledError extends Error {
  override readonly name = 'StalledError'
}

/**
 * A stream of bytes on a loop, edge-triggered: read until drained within a budget, an end not lost after a short
 * read, what the kernel does not take at once sent later in order, reading stopped while too much waits. A
 * connection holds no memory while nothing waits.
 */
export class Connection implements EventHandler {
  readonly #loop: EventLoop
  readonly #protocol: Protocol
  readonly #limits: ConnectionLimits
  #fd: number
  #slot = -1
  #output: Output | null = null
  #corked: Uint8Array | null = null
  #corkedFrom = 0
  #corkedEnd = 0
  #expiresAtMs = Number.POSITIVE_INFINITY
  #lingerLeft = -1
  #watchesOut = false
  #hasEnded = false
  #ending = false
  #deferred = false
  #unread = false
  #paused = false
  #hasReceived = false
  /** An edge that says there is room must not ask the file again. */
  #waitsForFile = false
  /** One at a time: else each event that comes meanwhile would add a budget to every turn. */
  #flushDeferred = false

  /**
   * Takes over a connected, non-blocking descriptor. Nothing is read before `start()`.
   *
   * @param limits shared by many connections
   */
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

  /** Whether output waits that the kernel has not taken. */
  get draining(): boolean {
    return this.#output !== null && !this.#output.empty
  }

  /** Whether more is to be written only after onDrain: what waits has reached its limit, or is a file. */
  get full(): boolean {
    const output = this.#output
    return (
      output !== null &&
      (output.bytes > this.#limits.outputHighWaterBytes ||
        (!output.empty && output.first.file !== null))
    )
  }

  /** How many bytes of memory wait. */
  get waitingBytes(): number {
    return this.#output?.bytes ?? 0
  }

  /** Whether something has come that the protocol does not know of yet: it does when the turn has been read. */
  get hasReceived(): boolean {
    return this.#hasReceived
  }

  /** Reads nothing more before `resume()`. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    if (!this.closed && this.#unread) this.#readLater()
  }

  /** Reads what is there already, and only then asks epoll for news: a short-lived connection needs none. */
  start(): void {
    this.#readInTurn()
  }

  /** When `onExpire` is due, on the loop's clock; Infinity for never. A sweep looks at it now and then. */
  expireAt(nowMs: number): void {
    this.#expiresAtMs = nowMs
  }

  /** Calls `onExpire`, or resets a peer that takes nothing, if it is time. @internal */
  sweep(nowMs: number): void {
    if (!this.closed && this.draining && !this.#waitsForFile) this.#lookForProgress(nowMs)
    if (this.closed || nowMs < this.#expiresAtMs) return
    this.#expiresAtMs = Number.POSITIVE_INFINITY
    if (this.draining) this.reset(new StalledError('the peer has stopped reading'))
    else if (this.#lingerLeft >= 0) this.close()
    else this.#protocol.onExpire()
  }

  /** Output is gathered until {@link Connection.uncork}, so that several answers leave in one send. */
  cork(): void {
    this.#corked = emptyCork
  }

  uncork(): void {
    const corked = this.#corked
    this.#corked = null
    if (corked !== null && this.#corkedEnd > this.#corkedFrom && !this.closed) {
      this.#send(corked, this.#corkedFrom, this.#corkedEnd, 0)
    }
    this.#corkedFrom = 0
    this.#corkedEnd = 0
    if (gatherer === this) gatherer = null
  }

  /** Sends what was gathered so far: its sender sees then how much has to wait. */
  flush(): void {
    if (!this.closed) this.#flushCork(0)
  }

  /** Sends bytes, or keeps a copy of what the kernel does not take: they may be changed as soon as this returns. */
  write(bytes: Uint8Array, offset = 0, end: number = bytes.length): void {
    this.#write(bytes, offset, end, false)
  }

  /** The same for bytes that the caller does not change before `uncork()`: a single piece is only remembered. */
  writeKept(bytes: Uint8Array, offset = 0, end: number = bytes.length): void {
    this.#write(bytes, offset, end, true)
  }

  /** The same for bytes that are never changed again: what waits of them is not copied. */
  writeConstant(bytes: Uint8Array): void {
    if (bytes.length <= gatherBytes) return this.#write(bytes, 0, bytes.length, true)
    if (!this.closed && !this.#ending) this.#flushCork(MSG_MORE)
    if (!this.closed && !this.#ending) this.#send(bytes, 0, bytes.length, 0, true)
  }

  #write(bytes: Uint8Array, offset: number, end: number, kept: boolean): void {
    if (this.closed || this.#ending || offset >= end) return
    if (this.#corked === null) this.#send(bytes, offset, end, 0)
    else this.#gather(bytes, offset, end, kept)
  }

  /** Sends a part of a file after what was written before, without copying it through this process. */
  sendfile(file: FileSource, offset: number, end: number): void {
    if (this.closed || this.#ending || offset >= end) return releaseApart(file)
    this.#flushCork(MSG_MORE)
    if (this.closed) return releaseApart(file)
    this.#output ??= new Output()
    this.#output.addFile(file, offset, end)
    if (!this.#output.hasMore) this.#flush()
  }

  /**
   * Ends the stream after what waits has been sent. With `linger` the peer may go on sending for a short
   * while, what it sends is dropped: else a reset could overtake our answer.
   */
  end(linger = false): void {
    if (this.closed || this.#ending) return
    this.#flushCork(0)
    if (this.closed) return
    this.#ending = true
    if (linger && !this.#hasEnded) this.#lingerLeft = lingerBytes
    if (!this.draining) this.#finish()
  }

  /** Closes now; what waits is dropped. A second call does nothing. */
  close(error: Error | null = null): void {
    if (this.closed) return
    const fd = this.#fd
    this.#fd = -1
    if (this.#slot >= 0) this.#loop.detach(this.#slot)
    this.#slot = -1
    this.#corked = null
    if (gatherer === this) gatherer = null
    const output = this.#output
    const unsentBytes = output?.unsentBytes ?? 0
    this.#output = null
    native.close(fd)
    output?.clear()
    this.#protocol.onClose(error, unsentBytes)
  }

  /** Closes now, and the peer sees a reset: what it has got is not all. */
  reset(error: Error | null = null): void {
    if (this.closed) return
    native.setsockopt(this.#fd, SOL_SOCKET, SO_LINGER, lingerReset)
    this.close(error)
  }

  /** What the loop calls. */
  onEvents(events: number): void {
    if ((events & EPOLLOUT) !== 0 && !this.#flushDeferred && !this.#waitsForFile)
      this.#flushWaiting()
    if (this.closed || (events & ~EPOLLOUT) === 0) return
    const readsNothing = this.full || this.#paused || this.#hasEnded
    if (readsNothing && (events & (EPOLLERR | EPOLLHUP)) !== 0)
      return this.#failed(this.#socketError(), 'recv')
    if (events === EPOLLIN && !readsNothing && this.#lingerLeft < 0) this.#readInTurn()
    else this.#read(events)
  }

  /** One read, whose bytes are handed over when all connections of this turn have been read: see received.ts. */
  #readInTurn(): void {
    if (received.busy) return this.#readLater()
    const space = received.room()
    const count = native.recv(this.#fd, received.buffer, received.bytes, space, 0)
    if (count > 0 && count < space) {
      this.#hasReceived = true
      received.add(this, count)
    } else this.#readRest(count)
  }

  /** There may be more, or it was no plain reading. */
  #readRest(count: number): void {
    const from = received.bytes
    if (count === EAGAIN) return this.#watch()
    if (count < 0 && count !== EINTR) return this.#failed(count, 'recv')
    received.handOver()
    received.count++
    if (count > 0) this.#received(from, from + count)
    else if (count === 0) this.#ended()
    if (!this.closed) this.#read(EPOLLIN, 1)
  }

  /** @internal */
  takeReceived(start: number, end: number): void {
    this.#hasReceived = false
    if (!this.closed) this.#received(start, end)
    if (!this.closed) this.#watch()
  }

  /** @internal */
  afterTurn(call: () => void): void {
    if (!this.#loop.closed) this.#loop.defer(call)
  }

  #socketError(): number {
    const error = new Int32Array(1)
    native.getsockopt(this.#fd, SOL_SOCKET, SO_ERROR, new Uint8Array(error.buffer))
    return -(error[0]! || ECONNRESET)
  }

  /** Until EAGAIN, or a short read with no sign of the peer's end, or the budget is spent. */
  #read(events: number, reads = 0): void {
    if (received.busy) return this.#readLater()
    received.handOver()
    const mayEnd = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) !== 0
    for (let i = reads; i < readsPerTurn; i++) {
      this.#unread = this.full || this.#paused
      if (this.#hasEnded || this.#unread) return this.#watch()
      const count = native.recv(this.#fd, received.buffer, 0, receiveBytes, 0)
      if (count > 0) received.count++
      if (count > 0) this.#received(0, count)
      else if (count === 0) this.#ended()
      else if (count === EAGAIN) return this.#watch()
      else if (count !== EINTR) return this.#failed(count, 'recv')
      if (this.closed) return
      if (count > 0 && count < receiveBytes && !mayEnd) return this.#watch()
    }
    this.#watch()
    this.#readLater()
  }

  #received(start: number, end: number): void {
    if (this.#lingerLeft < 0) return this.#protocol.onData(received.buffer, start, end)
    this.#lingerLeft -= end - start
    if (this.#lingerLeft < 0) this.close()
  }

  #ended(): void {
    this.#hasEnded = true
    if (this.#lingerLeft >= 0) {
      this.#lingerLeft = -1
      if (!this.draining) this.close()
    } else this.#protocol.onEnd()
  }

  #readLater(): void {
    if (this.#deferred || this.#loop.closed) return
    this.#deferred = true
    this.#loop.defer(() => {
      this.#deferred = false
      if (!this.closed) this.#read(EPOLLRDHUP)
    })
  }

  #watch(): void {
    if (this.#slot < 0) this.#register(readMask)
  }

  /** A socket that epoll refuses is closed, as one that fails in any other way. */
  #register(eventmask: number): void {
    try {
      if (this.#slot < 0) this.#slot = this.#loop.attach(this.#fd, eventmask, this)
      else this.#loop.rearm(this.#slot, this.#fd, eventmask)
    } catch (error) {
      this.close(error as Error)
    }
  }

  #gather(bytes: Uint8Array, offset: number, end: number, kept: boolean): void {
    const held = this.#corkedEnd - this.#corkedFrom
    if (held === 0 && kept) {
      this.#corked = bytes
      this.#corkedFrom = offset
      this.#corkedEnd = end
      return
    }
    const fits = held + end - offset <= gatherBytes && (gatherer === null || gatherer === this)
    // Nothing may follow: then MSG_MORE would hold it back.
    if (!fits && held === 0) return this.#send(bytes, offset, end, 0)
    if (!fits) {
      this.#flushCork(MSG_MORE)
      return this.closed ? undefined : this.#gather(bytes, offset, end, kept)
    }
    if (this.#corked !== gatherBuffer) {
      gatherer = this
      gatherBuffer.set(this.#corked!.subarray(this.#corkedFrom, this.#corkedEnd))
      this.#corked = gatherBuffer
      this.#corkedFrom = 0
    }
    const isWhole = offset === 0 && end === bytes.length
    gatherBuffer.set(isWhole ? bytes : bytes.subarray(offset, end), held)
    this.#corkedEnd = held + end - offset
  }

  #flushCork(flags: number): void {
    if (this.#corked === null) return
    const corked = this.#corked
    const from = this.#corkedFrom
    const end = this.#corkedEnd
    this.#corked = emptyCork
    this.#corkedFrom = 0
    this.#corkedEnd = 0
    if (end > from) this.#send(corked, from, end, flags)
    if (gatherer === this) gatherer = null
  }

  #send(bytes: Uint8Array, offset: number, end: number, flags: number, constant = false): void {
    // Nothing may overtake what waits, nor give a peer more time that takes none of it.
    if (this.draining) return this.#output!.addBytes(bytes, offset, end, constant)
    let count: number
    do count = native.send(this.#fd, bytes, offset, end - offset, flags)
    while (count === EINTR)
    if (count < 0 && count !== EAGAIN) return this.#failed(count, 'send')
    const from = offset + Math.max(count, 0)
    if (from === end) return
    this.#output ??= new Output()
    this.#output.addBytes(bytes, from, end, constant)
    this.#waitForRoom()
  }

  /** Sends what waits, until EAGAIN, or the budget is spent; true when it is gone. */
  #flush(): boolean {
    const output = this.#output!
    for (let files = sendfilesPerTurn; !output.empty; ) {
      const { first } = output
      if (first.file !== null && files-- === 0) return this.#flushLater()
      const ready = first.file === null ? 0 : this.#readyBytes(first.file)
      if (first.file !== null && ready === 0) return false
      const count = first.file === null ? this.#sendBytes() : this.#sendFile(first.file, ready)
      if (count > 0) output.advance(count)
      else if (count !== EINTR) return this.#stuck(count, first.file === null ? 'send' : 'sendfile')
    }
    return true
  }

  #stuck(count: number, syscall: string): false {
    if (count === EAGAIN) this.#waitForRoom()
    else if (count === 0) this.reset(new ChangedError(this.#output!.first.file?.path, 'shrunk'))
    else this.#failed(count, syscall)
    return false
  }

  #sendBytes(): number {
    const { bytes, offset, end } = this.#output!.first
    const flags = this.#output!.hasMore ? MSG_MORE : 0
    return native.send(this.#fd, bytes!, offset, end - offset, flags)
  }

  /** The peer is not to blame for a slow disk: its time begins when there is something to take. */
  #readyBytes(file: FileSource): number {
    const { offset, end } = this.#output!.first
    const pieceEnd = Math.min(end, offset + sendfileBytes)
    if (file.readyBytes === undefined) return pieceEnd - offset
    let ready: number
    try {
      ready = file.readyBytes(offset, pieceEnd, this.#loop.nowMs, () => this.#flushWaiting())
    } catch (error) {
      this.reset(error as Error)
      return 0
    }
    this.#waitsForFile = ready === 0
    if (ready === 0) this.#expiresAtMs = Number.POSITIVE_INFINITY
    return ready
  }

  #sendFile(file: FileSource, count: number): number {
    return native.sendfile(this.#fd, file.fd, this.#output!.first.offset, count)
  }

  #flushLater(): false {
    this.#expireByWriteTimeout()
    if (this.#flushDeferred || this.#loop.closed) return false
    this.#flushDeferred = true
    this.#loop.defer(() => {
      this.#flushDeferred = false
      this.#flushWaiting()
    })
    return false
  }

  #flushWaiting(): void {
    if (this.draining && this.#flush()) this.#drained()
  }

  /** EPOLLOUT is asked for once, and stays: later edges come only after the kernel has refused bytes. */
  #waitForRoom(): void {
    this.#expireByWriteTimeout()
    this.#output!.ackedBytes = ackedBytesOf(this.#fd)
    if (this.#watchesOut) return
    this.#watchesOut = true
    this.#register(readMask | EPOLLOUT)
  }

  /** An edge comes only when much of the room is free: what the peer takes meanwhile, TCP alone counts. */
  #lookForProgress(nowMs: number): void {
    const ackedBytes = ackedBytesOf(this.#fd)
    if (ackedBytes === this.#output!.ackedBytes) return
    this.#output!.ackedBytes = ackedBytes
    this.#expiresAtMs = nowMs + this.#limits.writeTimeoutMs
  }

  #expireByWriteTimeout(): void {
    this.#expiresAtMs = this.#loop.nowMs + this.#limits.writeTimeoutMs
  }

  #drained(): void {
    this.#expiresAtMs = Number.POSITIVE_INFINITY
    if (this.#ending) return this.#finish()
    this.#protocol.onDrain()
    // While it was full, an edge came that nobody has followed.
    if (!this.closed && this.#unread) this.#readLater()
  }

  #finish(): void {
    if (this.#lingerLeft < 0) return this.close()
    native.shutdown(this.#fd, SHUT_WR)
    this.#expiresAtMs = this.#loop.nowMs + lingerMs
    this.#readLater()
  }

  #failed(errno: number, syscall: string): void {
    this.close(new SystemError(-errno, syscall, `fd ${this.#fd}`))
  }
}

function ackedBytesOf(fd: number): number {
  return tcpBytesOf(fd)?.ackedBytes ?? 0
}
