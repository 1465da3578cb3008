import { Epoll, EventBuffer } from '../core/index.ts'
import {
  ClosedError,
  callback,
  checked,
  EPOLL_CTL_ADD,
  EPOLL_CTL_MOD,
  type FdLike,
  fdOf,
  maskNames,
  maskOf,
  type NativeWatcher,
  native,
  SystemError,
} from '../sys/index.ts'
import { Registration } from './registration.ts'
import { Timer } from './timer.ts'

/** What the loop calls: an object rather than a closure, so that a connection costs one thing less. */
export interface EventHandler {
  onEvents(events: number): void
}

/**
 * Looks on: is told what each wait has returned, before any of it is handled. The buffer is used again; what it throws
 * ends the turn.
 */
export type LoopObserver = (events: EventBuffer, count: number) => void

/** Turns of this loop for each visit from Node's: more would keep timers and promises waiting. */
const turnsPerVisit = 16
const wordsPerEvent = 3
const ENOENT = 2
const two32 = 2 ** 32
/** With a 32-bit slot, what epoll_data leaves within 2^53. */
const generationMax = 2 ** 21 - 1

const closeListeners: (() => void)[] = []

/** Calls when a loop of this thread has been closed, and what it had deferred is forgotten. @internal */
export function onLoopClose(call: () => void): void {
  closeListeners.push(call)
}

/**
 * An edge- or level-triggered event loop on Node's own: timers, promises and signals of Node go on working. It
 * keeps the process alive while something is registered. An event never reaches a handler that was
 * removed or replaced, even by a handler of the same batch.
 *
 * @example
 * ```ts
 * import { EPOLLET, EPOLLIN, EventLoop, Pipe } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * using loop = new EventLoop()
 * using pipe = new Pipe()
 * const text = new Promise(resolve => {
 *   const registration = loop.add(pipe.reader, EPOLLIN | EPOLLET, () => {
 *     resolve(pipe.reader.read(100)?.toString())
 *     registration.remove()
 *   })
 * })
 * pipe.writer.write('hello')
 * assert.equal(await text, 'hello')
 * ```
 */
export class EventLoop {
  /** Who looks on; null, as it is at first, for nobody: that costs one comparison for each wait. */
  observer: LoopObserver | null = null
  readonly #epoll = new Epoll()
  readonly #events = new EventBuffer(512)
  readonly #handlers: (EventHandler | null)[] = []
  readonly #generations: number[] = []
  readonly #free: number[] = []
  /** The slot last attached for each descriptor's number: a number that was closed and reused has a new owner. */
  readonly #owners: number[] = []
  readonly #timers = new Set<Timer>()
  #deferred: (() => void)[] = []
  #watcher: NativeWatcher | null = null
  #soon: NodeJS.Immediate | Timer | null = null
  #active = 0
  #referenced = true
  #cursor = 0
  #count = 0
  #dropped = 0
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
    const slot = this.attach(number, maskOf(eventmask), { onEvents: handler })
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
    this.#watcher?.close()
    this.#epoll.close()
    for (const timer of this.#timers) timer.cancel()
    this.#forgetSoon()
    this.#handlers.length = 0
    this.#owners.length = 0
    this.#deferred = []
    this.#count = 0
    this.#cursor = 0
    this.#active = 0
    for (const call of closeListeners) call()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Registers a handler under a slot: epoll_data is that and the slot's generation. @internal */
  attach(fd: number, eventmask: number, handler: EventHandler): number {
    this.#assertOpen()
    this.#watcher ??= this.#watch()
    const slot = this.#free.pop() ?? this.#handlers.length
    const generation = this.#generations[slot] ?? 0
    this.#control(EPOLL_CTL_ADD, fd, eventmask, generation * two32 + slot, slot)
    this.#generations[slot] = generation
    this.#handlers[slot] = handler
    this.#owners[fd] = slot
    if (this.#active++ === 0 && this.#referenced) this.#watcher.ref()
    return slot
  }

  /** @internal */
  rearm(slot: number, fd: number, eventmask: number): void {
    this.#assertOpen()
    this.#assertOwner(slot, fd)
    this.#control(EPOLL_CTL_MOD, fd, eventmask, this.#generations[slot]! * two32 + slot)
  }

  /**
   * Forgets a handler without asking the kernel: for a descriptor that is about to be closed, or is removed already.
   *
   * @internal
   */
  detach(slot: number): void {
    if (this.closed || this.#handlers[slot] == null) return
    this.#handlers[slot] = null
    this.#generations[slot] =
      this.#generations[slot] === generationMax ? 0 : this.#generations[slot]! + 1
    this.#free.push(slot)
    if (--this.#active === 0) this.#watcher?.unref()
  }

  /** @internal */
  unregister(slot: number, fd: number): void {
    this.detach(slot)
    if (this.closed) return
    this.#assertOwner(slot, fd)
    this.#epoll.unregister(fd)
  }

  /** Else the kernel would change or remove what was registered later under the same number. */
  #assertOwner(slot: number, fd: number): void {
    if (this.#owners[fd] === slot) return
    throw new SystemError(ENOENT, 'epoll_ctl', `fd ${fd} was closed, and is registered anew`)
  }

  #control(op: number, fd: number, eventmask: number, data: number, unused?: number): void {
    const result = native.epollCtl(this.#epoll.fileno(), op, fd, eventmask, data)
    if (result >= 0) return
    if (unused !== undefined && unused < this.#handlers.length) this.#free.push(unused)
    const name = op === EPOLL_CTL_ADD ? 'EPOLL_CTL_ADD' : 'EPOLL_CTL_MOD'
    throw new SystemError(-result, 'epoll_ctl', `${name} ${maskNames(eventmask)} fd ${fd}`)
  }

  /** On Node's own loop, which it does not keep alive yet: that is for the first registration. */
  #watch(): NativeWatcher {
    const watcher = new native.Watcher()
    checked(watcher.open(this.#epoll.fileno()), 'uv_poll_init', `epoll ${this.#epoll.fileno()}`)
    watcher.unref()
    checked(watcher.start(this.#visit), 'uv_poll_start')
    return watcher
  }

  #reference(wanted: boolean): void {
    if (this.closed) return
    this.#referenced = wanted
    if (wanted && this.#active > 0) this.#watcher?.ref()
    else this.#watcher?.unref()
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

  #wait(): void {
    this.#cursor = 0
    this.#count = 0
    this.#count = this.#epoll.wait(this.#events, 0)
    if (this.observer !== null) this.observer(this.#events, this.#count)
  }

  #dispatch(): void {
    const { words } = this.#events
    while (this.#cursor < this.#count) {
      const at = wordsPerEvent * this.#cursor++
      const slot = words[at + 1]!
      const handler = this.#generations[slot] === words[at + 2] ? this.#handlers[slot] : null
      if (handler == null) this.#dropped++
      else handler.onEvents(words[at]!)
    }
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
