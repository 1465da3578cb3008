import {
  callback,
  checked,
  EEXIST,
  EINTR,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLIN,
  EPOLLOUT,
  EPOLLPRI,
  type FdLike,
  fdOf,
  type Interest,
  int32,
  integer,
  interestOf,
  maskNames,
  maskOf,
  native,
  optionsOf,
  SystemError,
  timeoutOf,
  typeError,
} from '../sys/index.ts'
import { type Adopted, type AdoptOptions, adopt } from './adopt.ts'
import { waited } from './blocking.ts'
import { Descriptor } from './descriptor.ts'
import { EventBuffer } from './event-buffer.ts'
import { allReportAgain } from './readiness.ts'
import { waitOnce } from './wait-once.ts'
import { Waiter } from './waiter.ts'
import { Watcher } from './watcher.ts'

/** An event returned by {@link Epoll.poll}: the registered data and the unsigned mask. */
export type Event = [data: number, events: number]

/** Options of a new {@link Epoll}. */
export interface EpollOptions {
  /** Flags of epoll_create1(2): EPOLL_CLOEXEC (the default) or 0. */
  flags?: number
  /**
   * How a wait reacts to a signal: `'retry'` (the default) waits for the rest of the timeout; `'return'` returns no
   * events, so that the signal's JavaScript handler can run.
   */
  onSignal?: 'retry' | 'return'
}

const optionNames = ['flags', 'onSignal'] as const
const kind = { name: 'an epoll', target: 'anon_inode:[eventpoll]' }
const pythonMaxevents = 1023

/** This thread's watchers by epoll descriptor, because two objects may share a descriptor. */
const watched = new Map<number, Watcher>()

let scratch: EventBuffer | undefined

function scratchOf(capacity: number): EventBuffer {
  if (scratch === undefined || scratch.capacity < capacity) scratch = new EventBuffer(capacity)
  return scratch
}

/**
 * The kernel's epoll with the methods of Python's `select.epoll`. On the main thread, each `poll()` or `wait()` makes
 * one epoll_wait call. It neither hides nor drops events, and adds nothing to the set unless a thread watches it (see
 * {@link Watcher}). Times are in milliseconds (Python's are in seconds). See epoll(7).
 *
 * Every method throws {@link ClosedError} after `close()`, TypeError or RangeError for wrong arguments, and
 * {@link SystemError} for the kernel's errors.
 *
 * @example
 * ```ts
 * import { EPOLLET, EPOLLIN, Epoll, Pipe } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const epoll = new Epoll()
 * const pipe = new Pipe()
 * epoll.register(pipe.reader, EPOLLIN | EPOLLET)
 * pipe.writer.write('hello')
 * assert.deepEqual(epoll.poll(0), [[pipe.reader.fileno(), EPOLLIN]])
 * assert.deepEqual(epoll.poll(0), []) // edge-triggered: reported once
 * pipe.writer.write('!')
 * assert.equal(epoll.poll(0).length, 1) // a new edge, although nothing was read
 * pipe.close()
 * epoll.close()
 * ```
 */
export class Epoll extends Descriptor {
  readonly #returnOnSignal: boolean
  readonly #owns: boolean
  readonly #kept = new Map<number, FdLike>()
  #watcher: Watcher | null = null
  /** The next watcher reuses a waiter with a thread, because it may hold events that the last watcher did not get. */
  #waiter: Waiter | null = null

  /** Throws {@link SystemError}: EMFILE, or EINVAL for any other flag. See epoll_create1(2). */
  constructor(options?: EpollOptions)
  /** @internal */
  constructor(options: EpollOptions | undefined, adopted: Adopted)
  constructor(options?: EpollOptions, adopted?: Adopted) {
    const { flags = EPOLL_CLOEXEC, onSignal = 'retry' } = optionsOf(options, optionNames)
    int32('options.flags', flags)
    if (onSignal !== 'retry' && onSignal !== 'return') {
      throw typeError('options.onSignal', "'retry' or 'return'", onSignal)
    }
    const fd = adopted?.fd ?? checked(native.epollCreate1(flags), 'epoll_create1', `flags ${flags}`)
    super(fd, 'Epoll', adopted?.owns)
    this.#returnOnSignal = onSignal === 'return'
    this.#owns = adopted?.owns ?? true
  }

  /**
   * Wraps an existing epoll descriptor. The object owns and closes it, unless you pass `{ owns: false }`. Throws
   * TypeError if the descriptor is not an epoll, SystemError (EBADF) if it is not open.
   *
   * @example
   * ```ts
   * import { Epoll } from 'epollet'
   * import assert from 'node:assert/strict'
   *
   * const epoll = new Epoll()
   * const same = Epoll.fromfd(epoll.fileno(), { owns: false })
   * assert.equal(same.fileno(), epoll.fileno())
   * same.close()
   * epoll.close()
   * ```
   */
  static fromfd(fd: number, options?: AdoptOptions): Epoll {
    return new Epoll(undefined, adopt(fd, options, kind))
  }

  /**
   * Adds a descriptor. An object that you pass is not garbage-collected until it is unregistered or this Epoll is
   * closed. Throws {@link SystemError}: EEXIST if the descriptor is already registered, EPERM for files that cannot be
   * watched (regular files, directories), EBADF, ELOOP, ENOSPC. See epoll_ctl(2), EPOLL_CTL_ADD.
   *
   * @param eventmask EPOLLIN | EPOLLPRI | EPOLLOUT by default, as in Python
   * @param data returned with each event (epoll_data): 0 to 2^53-1, by default the descriptor's number
   */
  register(fd: FdLike, eventmask: number = EPOLLIN | EPOLLPRI | EPOLLOUT, data?: number): void {
    const number = this.#control('EPOLL_CTL_ADD', EPOLL_CTL_ADD, fd, eventmask, data)
    if (typeof fd === 'object') this.#kept.set(number, fd)
    else this.#kept.delete(number)
  }

  /**
   * Changes the mask and data of a registered descriptor. The kernel checks its readiness again, even if the mask stays
   * the same. Throws {@link SystemError}: ENOENT if it is not registered. See epoll_ctl(2), EPOLL_CTL_MOD.
   */
  modify(fd: FdLike, eventmask: number, data?: number): void {
    this.#control('EPOLL_CTL_MOD', EPOLL_CTL_MOD, fd, eventmask, data)
  }

  /**
   * Removes a descriptor. Call this before you close the descriptor. Throws {@link SystemError}: ENOENT if it is not
   * registered, EBADF if it is closed. See epoll_ctl(2), EPOLL_CTL_DEL.
   */
  unregister(fd: FdLike): void {
    this.#kept.delete(this.#control('EPOLL_CTL_DEL', EPOLL_CTL_DEL, fd, 0, 0))
  }

  /**
   * Waits for events and returns them as [data, events] pairs, or an empty list after the timeout. Blocks this thread,
   * its timers and its promises; {@link Epoll.watch} does not block. See epoll_wait(2).
   *
   * @param timeoutMs milliseconds, fractions allowed; by default, or if null or negative, there is no timeout
   * @param maxevents the most events to return: 1023 if it is -1 (the default), as in Python
   */
  poll(timeoutMs?: number | null, maxevents = -1): Event[] {
    this.fileno()
    if (maxevents === 0) integer('maxevents', maxevents, 1, 2 ** 20)
    const most = integer('maxevents', maxevents, -1, 2 ** 20) === -1 ? pythonMaxevents : maxevents
    const events = scratchOf(most)
    return events.list(this.#wait(events, most, timeoutMs))
  }

  /**
   * Like {@link Epoll.poll}, but writes the events into the buffer and returns their number. Allocates nothing per
   * event.
   */
  wait(events: EventBuffer, timeoutMs?: number | null): number {
    this.fileno()
    if (!(events instanceof EventBuffer)) throw typeError('events', 'an EventBuffer', events)
    return this.#wait(events, events.capacity, timeoutMs)
  }

  /**
   * Calls the listener from Node's loop with each batch of events. Nothing blocks, and the process stays alive until
   * the watcher is closed or unref'd. The buffer is reused after the listener returns; if it returns a promise, the
   * next batch waits for that promise. See {@link Watcher}.
   *
   * You can still call `poll()` and `wait()`: an event goes either to them or to the listener; only a level-triggered
   * event may go to both. Throws {@link SystemError} EEXIST if this Epoll is already watched.
   *
   * @example
   * ```ts
   * import { EPOLLIN, Epoll, EventFd } from 'epollet'
   * import assert from 'node:assert/strict'
   *
   * const epoll = new Epoll()
   * const ready = new EventFd(1)
   * epoll.register(ready, EPOLLIN)
   * const fd = await new Promise(resolve => {
   *   const watcher = epoll.watch((events, count) => {
   *     watcher.close()
   *     resolve(events.data(0))
   *   })
   * })
   * assert.equal(fd, ready.fileno())
   * ready.close()
   * epoll.close()
   * ```
   */
  watch(listener: (events: EventBuffer, count: number) => unknown): Watcher {
    callback('listener', listener)
    const fd = this.fileno()
    if (watched.has(fd)) throw new SystemError(-EEXIST, 'watch', `epoll ${fd}`)
    this.#waiter ??= new Waiter(this, !this.#owns || !this.#reportsAgain())
    const waiter = this.#waiter
    this.#watcher = new Watcher(waiter, listener, () => {
      watched.delete(fd)
      if (!waiter.isThread) this.#endWaiting()
    })
    watched.set(fd, this.#watcher)
    return this.#watcher
  }

  /**
   * Yields one batch of events per iteration of `for await`, and takes no events from the kernel between iterations.
   * Ends when the Epoll is closed.
   */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<Event[]> {
    let deliver = (_batch: Event[] | null): void => {}
    let askAgain = (): void => {}
    const watcher = this.watch((events, count) => {
      deliver(events.list(count))
      return new Promise<void>(resolve => {
        askAgain = resolve
      })
    })
    watcher.onClose = () => deliver(null)
    try {
      while (!watcher.closed) {
        const next = new Promise<Event[] | null>(resolve => {
          deliver = resolve
        })
        askAgain()
        const batch = await next
        if (batch === null) return
        yield batch
      }
    } finally {
      watcher.close()
    }
  }

  /**
   * Returns the kernel's interest list, read from /proc/self/fdinfo. The list includes descriptors that were closed but
   * not removed, as long as a duplicate is open. See proc(5).
   */
  interest(): Interest[] {
    return interestOf(this.fileno()).map(({ fd, events, data, data64 }) => ({
      fd,
      events,
      data,
      data64,
    }))
  }

  override close(): void {
    // Another object may have borrowed this descriptor and be watching it.
    if (this.#owns && !this.closed) watched.get(this.fileno())?.close()
    this.#forget()
    super.close()
  }

  override detach(): number {
    const fd = super.detach()
    this.#forget()
    return fd
  }

  #forget(): void {
    this.#watcher?.close()
    this.#endWaiting()
    this.#kept.clear()
  }

  #endWaiting(): void {
    this.#waiter?.close()
    this.#waiter = null
  }

  /** Returns false without /proc, because the set's files are then unknown. */
  #reportsAgain(): boolean {
    try {
      return allReportAgain(interestOf(this.fileno()))
    } catch {
      return false
    }
  }

  #control(name: string, op: number, target: FdLike, eventmask: number, data?: number): number {
    const fd = fdOf(target)
    const mask = maskOf(eventmask)
    const word = data === undefined ? fd : integer('data', data, 0, Number.MAX_SAFE_INTEGER)
    const epfd = this.fileno() // read last: the target's fileno() may close this epoll
    const result = native.epollCtl(epfd, op, fd, mask, word)
    if (result < 0) {
      const operation = op === EPOLL_CTL_DEL ? name : `${name} ${maskNames(mask)}`
      throw new SystemError(-result, 'epoll_ctl', `${operation} fd ${fd} on epoll ${epfd}`)
    }
    if (op === EPOLL_CTL_ADD) this.#admit(epfd, fd)
    return fd
  }

  #admit(epfd: number, fd: number): void {
    try {
      watched.get(epfd)?.admit(fd)
    } catch (error) {
      native.epollCtl(epfd, EPOLL_CTL_DEL, fd, 0, 0)
      throw error
    }
  }

  #wait(events: EventBuffer, maxevents: number, timeoutMs: number | null | undefined): number {
    const epfd = this.fileno()
    const timeout = timeoutOf(timeoutMs)
    const collected = this.#waiter?.takeCollected(events, maxevents) ?? 0
    if (collected > 0) return collected
    let count = timeout === 0 ? waitOnce(epfd, events, maxevents, 0) : EINTR
    if (count === EINTR) {
      const call = (ms: number): number => waitOnce(epfd, events, maxevents, ms)
      count = waited(timeout, call, this.#returnOnSignal)
    }
    return checked(count, 'epoll_wait', epfd)
  }
}
