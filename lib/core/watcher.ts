import { isPromise } from 'node:util/types'
import { checked, type NativeWatcher, native } from '../sys/index.ts'
import { EventBuffer } from './event-buffer.ts'

interface Source {
  fileno(): number
  wait(events: EventBuffer, timeoutMs: number): number
}

/**
 * An {@link Epoll} on Node's own loop, made by {@link Epoll.watch}: its descriptor is nested there, level-triggered,
 * and each time it is readable one batch is taken without waiting. Nothing is lost so, whatever the modes inside;
 * only EPOLLEXCLUSIVE does not work, because the kernel honours it where epoll_wait itself sleeps.
 *
 * What the listener throws is an `uncaughtException`, what its promise is rejected with an `unhandledRejection`; where
 * the program goes on after it, so does the watching.
 *
 * @example
 * ```ts
 * import { Epoll, EPOLLIN, EventFd } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * using epoll = new Epoll()
 * using event = new EventFd()
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
 * ```
 */
export class Watcher {
  readonly #source: Source
  readonly #listener: (events: EventBuffer, count: number) => unknown
  readonly #events = new EventBuffer()
  readonly #native: NativeWatcher
  #closed = false
  /** @internal */
  onClose: () => void = () => {}

  /** @internal */
  constructor(source: Source, listener: (events: EventBuffer, count: number) => unknown) {
    this.#source = source
    this.#listener = listener
    this.#native = new native.Watcher()
    checked(this.#native.open(source.fileno()), 'uv_poll_init', `epoll ${source.fileno()}`)
    this.#start()
  }

  /** True after `close()`, of the watcher or of its epoll. */
  get closed(): boolean {
    return this.#closed
  }

  /** The process stays alive for it again, as it does from the start. */
  ref(): this {
    this.#native.ref()
    return this
  }

  /** The process may end though it is watching. */
  unref(): this {
    this.#native.unref()
    return this
  }

  /** Stops watching; a second call does nothing. The Epoll stays open. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#native.close()
    this.onClose()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #start(): void {
    if (!this.#closed) checked(this.#native.start(this.#deliver), 'uv_poll_start')
  }

  readonly #deliver = (): void => {
    let count: number
    try {
      count = this.#source.wait(this.#events, 0)
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
    if (!this.#closed) this.#native.stop()
    void promise.finally(() => this.#start())
  }
}
