import { maskOf } from '../sys/index.ts'

interface Loop {
  rearm(slot: number, fd: number, eventmask: number): void
  unregister(slot: number, fd: number): void
}

/**
 * A descriptor's registration with an {@link EventLoop}, returned by {@link EventLoop.add}.
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
   * Changes the mask and makes the kernel check readiness again, which also re-arms EPOLLONESHOT. Throws
   * {@link SystemError} (EBADF, ENOENT) if the descriptor was closed first, and an Error after `remove()`.
   */
  modify(eventmask: number): void {
    if (this.#removed)
      throw new Error(`the registration of fd ${this.#fd} was removed: call add() again`)
    this.#loop.rearm(this.#slot, this.#fd, maskOf(eventmask))
  }

  /**
   * Removes the descriptor; the handler gets no more events, not even from the current batch. A second call does
   * nothing. Throws {@link SystemError} (EBADF, ENOENT) if the descriptor was closed first. Even then it removes this
   * registration, and leaves a later registration of the same number in place.
   *
   * Remove first, then close. If you close first while a duplicate (dup(2), a child process) is open, the kernel keeps
   * reporting the old entry. The loop drops those events, and if there are many it replaces its epoll: see
   * {@link EventLoop.rebuilds}.
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
