import {
  checked,
  ENOENT,
  type FdLike,
  fdOf,
  integer,
  native,
  POLLIN,
  POLLOUT,
  POLLPRI,
  SystemError,
  timeoutOf,
} from '../sys/index.ts'
import { waited } from './blocking.ts'

/**
 * poll(2) with the methods of Python's `select.poll`, for comparison with epoll. This object holds the list of
 * descriptors and passes the whole list to the kernel with each call, so there is nothing to close. A closed descriptor
 * is reported as POLLNVAL.
 *
 * @example
 * ```ts
 * import { Pipe, POLLIN, POLLOUT, Poll } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const pipe = new Pipe()
 * const poll = new Poll()
 * poll.register(pipe.reader, POLLIN)
 * poll.register(pipe.writer, POLLOUT)
 * assert.deepEqual(poll.poll(0), [[pipe.writer.fileno(), POLLOUT]])
 * pipe.close()
 * ```
 */
export class Poll {
  readonly #masks = new Map<number, number>()
  readonly #kept = new Map<number, FdLike>()

  /**
   * Adds a descriptor, or changes its mask. An object that you pass is not garbage-collected until it is unregistered.
   *
   * @param eventmask 16 bits of POLL*: POLLIN | POLLPRI | POLLOUT by default
   */
  register(fd: FdLike, eventmask: number = POLLIN | POLLPRI | POLLOUT): void {
    const number = fdOf(fd)
    this.#masks.set(number, integer('eventmask', eventmask, 0, 0xffff))
    this.#kept.set(number, fd)
  }

  /** Changes the mask. Throws {@link SystemError}: ENOENT if the descriptor is not registered. */
  modify(fd: FdLike, eventmask: number): void {
    const number = this.#known(fd)
    this.#masks.set(number, integer('eventmask', eventmask, 0, 0xffff))
  }

  /** Removes a descriptor. Throws {@link SystemError}: ENOENT if it is not registered. */
  unregister(fd: FdLike): void {
    const number = this.#known(fd)
    this.#masks.delete(number)
    this.#kept.delete(number)
  }

  /**
   * Waits for events, blocking this thread. Returns an empty list after the timeout. See poll(2).
   *
   * @param timeoutMs milliseconds, rounded up; by default, or if null or negative, there is no timeout
   */
  poll(timeoutMs?: number | null): [fd: number, events: number][] {
    const pollfds = new Int32Array(2 * this.#masks.size)
    const halves = new Uint16Array(pollfds.buffer)
    let i = 0
    for (const [fd, mask] of this.#masks) {
      pollfds[2 * i] = fd
      halves[4 * i + 2] = mask
      i++
    }
    const fds = [...this.#masks.keys()]
    const count = waited(timeoutOf(timeoutMs), ms => native.poll(pollfds, Math.ceil(ms)))
    if (checked(count, 'poll') === 0) return []
    return fds.flatMap((fd, at) => (halves[4 * at + 3] === 0 ? [] : [[fd, halves[4 * at + 3]!]]))
  }

  #known(fd: FdLike): number {
    const number = fdOf(fd)
    if (!this.#masks.has(number))
      throw new SystemError(-ENOENT, 'poll', `fd ${number} is not registered`)
    return number
  }
}
