import { isPromise } from 'node:util/types'
import { EventBuffer } from './event-buffer.ts'
import type { Waiter } from './waiter.ts'

/**
 * An {@link Epoll} that Node's loop waits for, returned by {@link Epoll.watch}. Its listener is called with one batch
 * of events at a time. No event is lost, no matter which files are in the set.
 *
 * While the set holds only sockets, pipes, FIFOs, eventfds, timerfds, signalfds, pidfds and inotify, the epoll is
 * nested in Node's loop. EPOLLEXCLUSIVE has no effect then, because the kernel honours it only for waiters that sleep
 * in epoll_wait. For any other file, for a borrowed epoll, under Bun and Deno, and always with `EPOLLET_WATCH=thread`
 * in the environment, a thread sleeps in epoll_wait instead. The thread takes the next batch after the listener
 * finishes.
 *
 * Register other files before `watch()`, or on this thread and through this epoll's descriptor. If such a file is added
 * to a nested set by another thread, by another process or through a duplicate of the descriptor, the watcher does not
 * notice and events may be lost. To wake a sleeping thread, an eventfd is briefly added to the set: another waiter on
 * the same set may see one event with unknown data.
 *
 * An exception in the listener becomes an `uncaughtException`, a rejected promise an `unhandledRejection`. If the
 * program survives, the watcher continues.
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

  /** True after `close()` of the watcher or its epoll. */
  get closed(): boolean {
    return this.#closed
  }

  /** Keeps the process alive while watching (the default). */
  ref(): this {
    if (!this.#closed) this.#waiter.ref()
    return this
  }

  /** Lets the process end while watching. */
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

  /** Call this after a descriptor is added to the set. @internal */
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

  /** Without this pause, libuv would spin until a slow listener takes the next events. */
  #pauseUntil(promise: Promise<unknown>): void {
    if (!this.#closed) this.#waiter.stop()
    void promise.finally(() => {
      if (!this.#closed) this.#start()
    })
  }

  #start(): void {
    try {
      this.#waiter.start(this.#deliver)
    } catch (error) {
      this.close()
      throw error
    }
  }
}
