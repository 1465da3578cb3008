import { isPromise } from 'node:util/types'
import { EventBuffer } from './event-buffer.ts'
import type { Waiter } from './waiter.ts'

/**
 * An {@link Epoll} on Node's own loop, made by {@link Epoll.watch}: each time something is ready its listener is called
 * with one batch. No event is lost, whatever is in the set. While all of it is sockets, pipes, FIFOs, eventfds,
 * timerfds, signalfds, pidfds and inotify, the set's descriptor is nested in Node's loop, and EPOLLEXCLUSIVE does not
 * work, because the kernel honours it where epoll_wait itself sleeps. For any other file, for a set that is borrowed,
 * under Bun and Deno, and everywhere with `EPOLLET_WATCH=thread` in the environment a thread sleeps in epoll_wait: it
 * takes the next batch after the listener is done with this one.
 *
 * A file of that other kind has to be registered by this thread and under this number, or before `watch()`: what another
 * thread, a process or a duplicate of the epoll adds to a set that is nested already is not noticed, and its events may
 * be lost. A thread that sleeps is woken by an eventfd that is in the set for that moment: whoever waits for the same
 * set elsewhere may see one event with data that is not theirs.
 *
 * What the listener throws is an `uncaughtException`, what its promise is rejected with an `unhandledRejection`; where
 * the program goes on after it, so does the watching.
 *
 * @example
 * ```ts
 * import { Epoll, EPOLLIN, EventFd } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const epoll = new Epoll()
 * const event = new EventFd()
 * epoll.register(event, EPOLLIN)
 * const sum = await new Promise(resolve => {
 *   const watcher = epoll.watch(() => {
 *     watcher.close()
 *     resolve(event.read())
 *   })
 *   event.write(3)
 *   event.write(4)
 * })
 * assert.equal(sum, 7n)
 * event.close()
 * epoll.close()
 * ```
 */
export class Watcher {
  readonly #waiter: Waiter
  readonly #listener: (events: EventBuffer, count: number) => unknown
  readonly #events = new EventBuffer()
  readonly #release: () => void
  #closed = false
  /** @internal */
  onClose: () => void = () => {}

  /** @internal */
  constructor(
    waiter: Waiter,
    listener: (events: EventBuffer, count: number) => unknown,
    release: () => void,
  ) {
    this.#waiter = waiter
    this.#listener = listener
    this.#release = release
    waiter.ref()
    this.#start()
  }

  /** True after `close()`, of the watcher or of its epoll. */
  get closed(): boolean {
    return this.#closed
  }

  /** The process stays alive for it again, as it does from the start. */
  ref(): this {
    if (!this.#closed) this.#waiter.ref()
    return this
  }

  /** The process may end though it is watching. */
  unref(): this {
    if (!this.#closed) this.#waiter.unref()
    return this
  }

  /** Stops watching; a second call does nothing. The Epoll stays open. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#waiter.stop()
    this.#release()
    this.onClose()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** After a descriptor is added to the set. @internal */
  admit(fd: number): void {
    this.#waiter.admit(fd)
  }

  readonly #deliver = (): void => {
    let count: number
    try {
      count = this.#waiter.take(this.#events)
    } catch (error) {
      this.close()
      throw error
    }
    if (count === 0) return
    const answer = this.#listener(this.#events, count)
    if (isPromise(answer)) this.#pauseUntil(answer)
  }

  /** Else libuv would spin on what a slow listener has not taken yet. */
  #pauseUntil(promise: Promise<unknown>): void {
    if (!this.#closed) this.#waiter.stop()
    void promise.finally(() => {
      if (!this.#closed) this.#start()
    })
  }

  /** Where it is refused the end comes first, then the error. */
  #start(): void {
    try {
      this.#waiter.start(this.#deliver)
    } catch (error) {
      this.close()
      throw error
    }
  }
}
