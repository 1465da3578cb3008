import { maskOf } from '../sys/index.ts'

interface Loop {
  rearm(slot: number, fd: number, eventmask: number): void
  unregister(slot: number, fd: number): void
}

/**
 * A descriptor in an {@link EventLoop}, made by {@link EventLoop.add}.
 *
 * @example
 * ```ts
 * import { EPOLLIN, EPOLLONESHOT, EventFd, EventLoop } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const loop = new EventLoop()
 * const ready = new EventFd(1)
 * let calls = 0
 * await new Promise<void>(resolve => {
 *   const registration = loop.add(ready, EPOLLIN | EPOLLONESHOT, () => {
 *     if (++calls === 2) resolve()
 *     else registration.modify(EPOLLIN | EPOLLONESHOT)
 *   })
 * })
 * assert.equal(calls, 2)
 * ready.close()
 * loop.close()
 * ```
 */
export class Registration {
  readonly #loop: Loop
  readonly #fd: number
  readonly #slot: number
  #removed = false

  /** @internal */
  constructor(loop: Loop, fd: number, slot: number) {
    this.#loop = loop
    this.#fd = fd
    this.#slot = slot
  }

  /**
   * Changes the mask, and asks the kernel again whether the descriptor is ready: the re-arm of EPOLLONESHOT. Throws
   * {@link SystemError} (EBADF, ENOENT) where the descriptor was closed first, and an Error after `remove()`.
   */
  modify(eventmask: number): void {
    if (this.#removed)
      throw new Error(`the registration of fd ${this.#fd} was removed: add it again`)
    this.#loop.rearm(this.#slot, this.#fd, maskOf(eventmask))
  }

  /**
   * No event reaches the handler any more, of this batch neither. A second call does nothing. Throws
   * {@link SystemError} (EBADF, ENOENT) where the descriptor was closed first; it is removed then too, and what was
   * added since under the same number stays.
   *
   * Remove first, then close. Where the descriptor had a duplicate (dup(2), a child process) and was closed first, the
   * kernel keeps the old entry as long as the duplicate is open. Its events are dropped, and if they come again and again
   * the loop takes a new epoll, see {@link EventLoop.rebuilds}.
   */
  remove(): void {
    if (this.#removed) return
    this.#removed = true
    this.#loop.unregister(this.#slot, this.#fd)
  }

  [Symbol.dispose](): void {
    this.remove()
  }
}
