import { Epoll, EventBuffer, Waiter } from '../core/index.ts'
import { ClosedError, callback, type FdLike, fdOf, maskOf } from '../sys/index.ts'
import { Added } from './added.ts'
import { Ghosts, replaceEpoll, warnOfGhosts } from './ghosts.ts'
import { Registration } from './registration.ts'
import { type EventHandler, Slots } from './slots.ts'
import { Timer } from './timer.ts'

/** Gets the raw events of each epoll_wait before dispatch. The buffer is reused; an exception ends the turn. */
export type LoopObserver = (events: EventBuffer, count: number) => void

/** How many turns each call from Node's loop runs. More would delay timers and promises. */
const turnsPerVisit = 16
const wordsPerEvent = 3
const two32 = 2 ** 32

const closeListeners: (() => void)[] = []

/** Calls the function each time a loop of this thread is closed and its deferred calls are dropped. @internal */
export function onLoopClose(call: () => void): void {
  closeListeners.push(call)
}

/**
 * An edge- or level-triggered event loop that runs inside Node's loop, so Node's timers, promises and signals keep
 * working. While something is registered, the process stays alive and the registered objects are not garbage-collected.
 * A removed handler gets no more events, even from the batch that is being handled. No event is lost, no matter which
 * files are registered; {@link Watcher} describes when a thread waits instead of Node's loop.
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
  /** See {@link LoopObserver}. Null (the default) costs one comparison per wait. */
  observer: LoopObserver | null = null
  readonly #epoll = new Epoll()
  readonly #events = new EventBuffer(512)
  readonly #slots: Slots = new Slots(this.#epoll, () => this.#waiter?.unref())
  readonly #ghosts = new Ghosts()
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

  /** The monotonic clock in milliseconds; inside a handler, the time at which its batch of events was taken. */
  get nowMs(): number {
    return this.#visiting ? this.#nowMs : performance.now()
  }

  /** How many events were dropped because their registration was already removed. */
  get dropped(): number {
    return this.#dropped
  }

  /**
   * How many times the loop has replaced its epoll (the number stays the same). This happens when descriptors were
   * closed before they were removed and a duplicate is still open, because the kernel never stops reporting those.
   */
  get rebuilds(): number {
    return this.#rebuilds
  }

  /** True after `close()`. */
  get closed(): boolean {
    return this.#epoll.closed
  }

  /** The descriptor of the loop's epoll, for inspection. Throws {@link ClosedError} after `close()`. */
  fileno(): number {
    return this.#epoll.fileno()
  }

  /**
   * Calls the handler with the mask of each of the descriptor's events. Remove the registration before you close the
   * descriptor. Throws {@link SystemError} like {@link Epoll.register}, {@link ClosedError} after `close()`.
   *
   * @param eventmask EPOLL* of epoll_ctl(2)
   */
  add(fd: FdLike, eventmask: number, handler: (events: number) => void): Registration {
    callback('handler', handler)
    const number = fdOf(fd)
    const mask = maskOf(eventmask)
    this.#assertOpen()
    const added = new Added(fd, handler, () => this.#slots.isGhost(slot, number))
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
   * Calls the function once after a delay. The process stays alive until then, unless the loop is unref'd.
   *
   * @param delayMs milliseconds, 0 to 2^31-1
   */
  after(delayMs: number, call: () => void): Timer {
    this.#assertOpen()
    return new Timer(this.#timers, delayMs, callback('callback', call), this.#referenced)
  }

  /** Calls the function once at the end of this turn, before the loop waits again. Use it for long work. */
  defer(call: () => void): void {
    this.#assertOpen()
    this.#deferred.push(callback('callback', call))
    if (!this.#visiting) this.#visitSoon()
  }

  /** Keeps the process alive while anything is registered or pending (the default). Does nothing after `close()`. */
  ref(): this {
    this.#reference(true)
    return this
  }

  /** Lets the process end even if something is registered or pending. Does nothing after `close()`. */
  unref(): this {
    this.#reference(false)
    return this
  }

  /** Drops all registrations, timers and deferred calls. The descriptors stay open. A second call does nothing. */
  close(): void {
    if (this.closed) return
    this.#waiter?.close()
    this.#epoll.close()
    for (const timer of this.#timers) timer.cancel()
    this.#forgetSoon()
    this.#slots.clear()
    this.#deferred = []
    this.#count = 0
    this.#cursor = 0
    for (const call of closeListeners) call()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /**
   * Registers a handler and returns its slot. Use it only for files that Node's loop can poll without consuming an
   * event, such as sockets.
   *
   * @internal
   */
  attach(fd: number, eventmask: number, handler: EventHandler): number {
    this.#assertOpen()
    const waiter = this.#waiting()
    const slot = this.#slots.add(fd, eventmask, handler)
    if (this.#slots.taken === 1 && this.#referenced) waiter.ref()
    return slot
  }

  /** @internal */
  rearm(slot: number, fd: number, eventmask: number): void {
    this.#assertOpen()
    this.#slots.rearm(slot, fd, eventmask)
  }

  /** Drops a handler without a system call: the caller closes the descriptor next. @internal */
  detach(slot: number): void {
    if (!this.closed) this.#slots.free(slot)
  }

  /** @internal */
  unregister(slot: number, fd: number): void {
    if (!this.closed) this.#slots.unregister(slot, fd)
  }

  /** Created on first use, and unref'd until the first registration. */
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

  /** Called from Node's loop: waits, dispatches, runs the deferred calls, and repeats. */
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
      // Needed even if a handler threw: under EPOLLET the rest of its batch would be lost.
      if (this.#cursor < this.#count || this.#deferred.length > 0) this.#visitSoon()
    }
  }

  /** Closes the loop if epoll_wait fails: it would fail every time. */
  #wait(): void {
    this.#cursor = 0
    this.#count = 0
    try {
      this.#count = this.#waiter?.take(this.#events) ?? 0
      // If no events were taken, a waiting thread may be taking some now, and replacing the epoll would lose them.
      if (this.#count > 0 && this.#ghosts.areCostly(this.#slots.taken)) this.#rebuild()
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

  /** Runs between a wait and its dispatch, when every event of the old epoll has been taken. */
  #rebuild(): void {
    try {
      this.#slots.leaveOut(replaceEpoll(this.#epoll, this.#slots))
    } catch {
      return this.#ghosts.reset(false)
    }
    this.#ghosts.reset(true)
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

  /** An unref'd loop uses a timer, because an unref'd immediate waits until something else wakes Node. */
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
