import { Epoll, EventBuffer, Waiter } from '../core/index.ts'
import {
  ClosedError,
  callback,
  EBADF,
  ENOENT,
  EPERM,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  type FdLike,
  fdOf,
  maskNames,
  maskOf,
  native,
  SystemError,
} from '../sys/index.ts'
import { Added } from './added.ts'
import { Ghosts, replaceEpoll, warnOfGhosts } from './ghosts.ts'
import { Registration } from './registration.ts'
import { type EventHandler, Slots } from './slots.ts'
import { Timer } from './timer.ts'

/**
 * Looks on: is told what each wait has returned, before any of it is handled. The buffer is used again; what it throws
 * ends the turn.
 */
export type LoopObserver = (events: EventBuffer, count: number) => void

/** Turns of this loop for each visit from Node's: more would keep timers and promises waiting. */
const turnsPerVisit = 16
const wordsPerEvent = 3
const two32 = 2 ** 32

const closeListeners: (() => void)[] = []

/** Calls when a loop of this thread has been closed, and what it had deferred is forgotten. @internal */
export function onLoopClose(call: () => void): void {
  closeListeners.push(call)
}

/**
 * An edge- or level-triggered event loop on Node's own: timers, promises and signals of Node go on working. It
 * keeps the process alive while something is registered, and what is registered from the collector. An event never
 * reaches a handler that was removed or replaced, even by a handler of the same batch. No event is lost, whatever is
 * registered: see {@link Watcher} for when a thread waits.
 *
 * @example
 * ```ts
 * import { EPOLLET, EPOLLIN, EventLoop, Pipe } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const loop = new EventLoop()
 * const pipe = new Pipe()
 * const text = new Promise(resolve => {
 *   const registration = loop.add(pipe.reader, EPOLLIN | EPOLLET, () => {
 *     resolve(pipe.reader.read(100)?.toString())
 *     registration.remove()
 *   })
 * })
 * pipe.writer.write('hello')
 * assert.equal(await text, 'hello')
 * pipe.close()
 * loop.close()
 * ```
 */
export class EventLoop {
  /** Who looks on; null, as it is at first, for nobody: that costs one comparison for each wait. */
  observer: LoopObserver | null = null
  readonly #epoll = new Epoll()
  readonly #events = new EventBuffer(512)
  readonly #slots = new Slots()
  readonly #ghosts = new Ghosts()
  /** Registrations of EPOLLONESHOT that were left out of a new epoll until they are armed again. */
  readonly #disarmed = new Set<number>()
  readonly #timers = new Set<Timer>()
  #deferred: (() => void)[] = []
  #waiter: Waiter | null = null
  #soon: NodeJS.Immediate | Timer | null = null
  #referenced = true
  #cursor = 0
  #count = 0
  #dropped = 0
  #rebuilds = 0
  #visiting = false
  #nowMs: number = performance.now()

  /** Milliseconds of the monotonic clock, as of the batch of events that is being handled. */
  get nowMs(): number {
    return this.#visiting ? this.#nowMs : performance.now()
  }

  /** How many events came for a registration that was gone: they called nobody. */
  get dropped(): number {
    return this.#dropped
  }

  /**
   * How often the loop has taken a new epoll, under the same number, to be rid of descriptors that were closed before
   * they were removed and live on in a duplicate: their events would never end.
   */
  get rebuilds(): number {
    return this.#rebuilds
  }

  get closed(): boolean {
    return this.#epoll.closed
  }

  /** The loop's own epoll, to look at. Throws {@link ClosedError} after `close()`. */
  fileno(): number {
    return this.#epoll.fileno()
  }

  /**
   * Calls the handler with the mask of each event of that descriptor. Remove the registration before you close the
   * descriptor. Throws {@link SystemError} as {@link Epoll.register} does, {@link ClosedError} after `close()`.
   *
   * @param eventmask EPOLL* of epoll_ctl(2)
   */
  add(fd: FdLike, eventmask: number, handler: (events: number) => void): Registration {
    callback('handler', handler)
    const number = fdOf(fd)
    const mask = maskOf(eventmask)
    this.#assertOpen()
    const added = new Added(fd, handler, () => this.#isGhost(slot, number))
    const slot = this.attach(number, mask, added)
    try {
      this.#waiting().admit(number)
    } catch (error) {
      this.unregister(slot, number)
      throw error
    }
    return new Registration(this, number, slot)
  }

  /**
   * Calls the function once, after that many milliseconds. The loop stays alive for it unless it is unref'd.
   *
   * @param delayMs 0 to 2^31-1
   */
  after(delayMs: number, call: () => void): Timer {
    this.#assertOpen()
    return new Timer(this.#timers, delayMs, callback('callback', call), this.#referenced)
  }

  /**
   * Calls the function once at the end of this turn, before the loop waits again: for work that a budget has cut
   * short.
   */
  defer(call: () => void): void {
    this.#assertOpen()
    this.#deferred.push(callback('callback', call))
    if (!this.#visiting) this.#visitSoon()
  }

  /** The process stays alive for this loop again, as it does from the start. After `close()` it does nothing. */
  ref(): this {
    this.#reference(true)
    return this
  }

  /** The process may end though something is registered, timed or deferred. After `close()` it does nothing. */
  unref(): this {
    this.#reference(false)
    return this
  }

  /** Forgets all registrations and timers; their descriptors stay open. A second call does nothing. */
  close(): void {
    if (this.closed) return
    this.#waiter?.close()
    this.#epoll.close()
    for (const timer of this.#timers) timer.cancel()
    this.#forgetSoon()
    this.#slots.clear()
    this.#disarmed.clear()
    this.#deferred = []
    this.#count = 0
    this.#cursor = 0
    for (const call of closeListeners) call()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /**
   * Registers a handler under a slot: for sockets and others of which a look takes nothing.
   *
   * @internal
   */
  attach(fd: number, eventmask: number, handler: EventHandler): number {
    this.#assertOpen()
    const waiter = this.#waiting()
    this.#control(EPOLL_CTL_ADD, fd, eventmask, this.#slots.next)
    const slot = this.#slots.take(fd, handler)
    if (this.#slots.taken === 1 && this.#referenced) waiter.ref()
    return slot
  }

  /** @internal */
  rearm(slot: number, fd: number, eventmask: number): void {
    this.#assertOpen()
    this.#assertOwner(slot, fd)
    const isOut = this.#disarmed.size > 0 && this.#disarmed.has(slot)
    this.#control(isOut ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, eventmask, slot)
    if (isOut) this.#disarmed.delete(slot)
  }

  /**
   * Forgets a handler without asking the kernel: for a descriptor that is about to be closed, or is removed already.
   *
   * @internal
   */
  detach(slot: number): void {
    if (this.closed || !this.#slots.giveBack(slot)) return
    if (this.#disarmed.size > 0) this.#disarmed.delete(slot)
    if (this.#slots.taken === 0) this.#waiter?.unref()
  }

  /** @internal */
  unregister(slot: number, fd: number): void {
    const isOut = this.#disarmed.has(slot)
    this.detach(slot)
    if (this.closed) return
    this.#assertOwner(slot, fd)
    if (!isOut) this.#epoll.unregister(fd)
  }

  /**
   * Whether the number no longer is what was registered in that slot: then its events are for nobody. To add what is
   * there already is refused, and changes nothing.
   */
  #isGhost(slot: number, fd: number): boolean {
    const epfd = this.#epoll.fileno()
    const result = native.epollCtl(epfd, EPOLL_CTL_ADD, fd, 0, this.#slots.dataOf(slot))
    if (result !== 0 && result !== EBADF && result !== EPERM) return false
    if (result === 0) native.epollCtl(epfd, EPOLL_CTL_DEL, fd, 0, 0)
    this.#slots.abandon(slot)
    return true
  }

  /** Else the kernel would change or remove what was registered later under the same number. */
  #assertOwner(slot: number, fd: number): void {
    if (this.#slots.owns(slot, fd)) return
    throw new SystemError(-ENOENT, 'epoll_ctl', `fd ${fd} was closed before it was removed`)
  }

  #control(op: number, fd: number, eventmask: number, slot: number): void {
    const data = this.#slots.dataOf(slot)
    const result = native.epollCtl(this.#epoll.fileno(), op, fd, eventmask, data)
    if (result >= 0) return
    const name = op === EPOLL_CTL_ADD ? 'EPOLL_CTL_ADD' : 'EPOLL_CTL_MOD'
    throw new SystemError(-result, 'epoll_ctl', `${name} ${maskNames(eventmask)} fd ${fd}`)
  }

  /** On Node's own loop, which it does not keep alive yet: that is for the first registration. */
  #waiting(): Waiter {
    if (this.#waiter !== null) return this.#waiter
    const waiter = new Waiter(this.#epoll)
    waiter.unref()
    try {
      waiter.start(this.#visit)
    } catch (error) {
      waiter.close()
      throw error
    }
    this.#waiter = waiter
    return waiter
  }

  #reference(wanted: boolean): void {
    if (this.closed) return
    this.#referenced = wanted
    if (wanted && this.#slots.taken > 0) this.#waiter?.ref()
    else this.#waiter?.unref()
    for (const timer of this.#timers) timer.reference(wanted)
    if (this.#soon === null) return
    this.#forgetSoon()
    this.#visitSoon()
  }

  /** The loop itself, one bounded stay: wait, dispatch, do what was deferred, repeat until nothing is ready. */
  readonly #visit = (): void => {
    this.#visiting = true
    try {
      for (let turn = 0; turn < turnsPerVisit && !this.closed; turn++) {
        if (this.#cursor === this.#count) this.#wait()
        if (this.#count === 0 && this.#deferred.length === 0) break
        this.#nowMs = performance.now()
        this.#dispatch()
        this.#runDeferred()
      }
    } finally {
      this.#visiting = false
      // Also when a handler threw: what it left of the batch would be lost under EPOLLET.
      if (this.#cursor < this.#count || this.#deferred.length > 0) this.#visitSoon()
    }
  }

  /** A set that cannot be waited for will never be: the loop ends first, then the error is thrown. */
  #wait(): void {
    this.#cursor = 0
    this.#count = 0
    try {
      this.#count = this.#waiter?.take(this.#events) ?? 0
      // With none a thread may be collecting just now, and what it takes meanwhile would be lost.
      if (this.#count > 0 && this.#ghosts.areDear(this.#slots.taken)) this.#rebuild()
    } catch (error) {
      this.close()
      throw error
    }
    if (this.observer !== null) this.observer(this.#events, this.#count)
  }

  #dispatch(): void {
    const { words } = this.#events
    while (this.#cursor < this.#count) {
      const at = wordsPerEvent * this.#cursor++
      const slot = words[at + 1]!
      const handler = this.#slots.handlerOf(slot, words[at + 2]!)
      if (handler === null) this.#drop(words[at + 2]! * two32 + slot)
      else handler.onEvents(words[at]!)
    }
  }

  #drop(data: number): void {
    this.#dropped++
    this.#ghosts.note(data)
  }

  /** Now that the events of the old epoll are here, and before any of them is handled. */
  #rebuild(): void {
    let disarmed: number[] = []
    try {
      disarmed = replaceEpoll(this.#epoll, this.#slots)
    } catch {
      return this.#ghosts.forget(false)
    }
    for (const slot of disarmed) this.#disarmed.add(slot)
    this.#ghosts.forget(true)
    this.#rebuilds++
    warnOfGhosts()
    this.#waiter?.renew()
  }

  #runDeferred(): void {
    if (this.#deferred.length === 0) return
    const batch = this.#deferred
    this.#deferred = []
    for (let i = 0; i < batch.length && !this.closed; i++) {
      try {
        batch[i]!()
      } catch (error) {
        if (!this.closed) this.#deferred = batch.slice(i + 1).concat(this.#deferred)
        throw error
      }
    }
  }

  /** Unref'd it is a timer: an immediate that is unref'd waits until something else wakes Node. */
  #visitSoon(): void {
    if (this.#soon !== null) return
    const call = (): void => {
      this.#soon = null
      this.#visit()
    }
    this.#soon = this.#referenced ? setImmediate(call) : this.after(0, call)
  }

  #forgetSoon(): void {
    if (this.#soon instanceof Timer) this.#soon.cancel()
    else if (this.#soon !== null) clearImmediate(this.#soon)
    this.#soon = null
  }

  #assertOpen(): void {
    if (this.closed) throw new ClosedError('EventLoop')
  }
}
