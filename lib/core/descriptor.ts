import { constants } from 'node:fs'
import {
  bool,
  ClosedError,
  checked,
  EBADF,
  EINTR,
  F_GETFL,
  F_SETFL,
  integer,
  native,
  SystemError,
} from '../sys/index.ts'

interface Owned {
  fd: number
  what: string
}

let warned = false

/** Warns only once per process: one leaked object shows which kind to look for. */
function closeCollected({ fd, what }: Owned): void {
  native.close(fd)
  if (warned) return
  warned = true
  const message = `an open ${what} (fd ${fd}) was garbage-collected and is now closed: call close()`
  process.emitWarning(message, 'EpolletWarning')
}

const collected = new FinalizationRegistry<Owned>(closeCollected)

/**
 * The base class of every object that owns a descriptor. The descriptor is closed exactly once: by `close()`, by
 * `using`, or (with a warning) by the garbage collector.
 *
 * @example
 * ```ts
 * import { Descriptor, Epoll, EventFd } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const descriptors: Descriptor[] = [new Epoll(), new EventFd()]
 * for (const descriptor of descriptors) {
 *   assert(descriptor instanceof Descriptor)
 *   assert.ok(descriptor.fileno() >= 0)
 *   descriptor.close()
 *   descriptor.close() // twice is fine
 *   assert.ok(descriptor.closed)
 * }
 * ```
 */
export abstract class Descriptor {
  #fd: number
  readonly #what: string
  readonly #owns: boolean

  /** @internal */
  protected constructor(fd: number, what: string, owns = true) {
    this.#fd = integer('fd', fd, 0, 2 ** 31 - 1)
    this.#what = what
    this.#owns = owns
    if (owns) collected.register(this, { fd, what }, this)
  }

  /** The descriptor's number. Throws {@link ClosedError} after `close()`. */
  fileno(): number {
    if (this.#fd < 0) throw new ClosedError(this.#what)
    return this.#fd
  }

  /** True after `close()` or `detach()`. */
  get closed(): boolean {
    return this.#fd < 0
  }

  /**
   * Sets or clears O_NONBLOCK, like Python's `os.set_blocking()`. Everything that shares the open file gets the same
   * mode: for standard input that includes the shell. See fcntl(2), F_SETFL.
   */
  setblocking(blocking: boolean): void {
    bool('blocking', blocking)
    const fd = this.fileno()
    const flags = checked(native.fcntl(fd, F_GETFL, 0), 'fcntl', `F_GETFL fd ${fd}`)
    const wanted = blocking ? flags & ~constants.O_NONBLOCK : flags | constants.O_NONBLOCK
    checked(native.fcntl(fd, F_SETFL, wanted), 'fcntl', `F_SETFL fd ${fd}`)
  }

  /** Whether calls wait, like Python's `os.get_blocking()`. See fcntl(2), F_GETFL. */
  getblocking(): boolean {
    const fd = this.fileno()
    return (checked(native.fcntl(fd, F_GETFL, 0), 'fcntl', `fd ${fd}`) & constants.O_NONBLOCK) === 0
  }

  /**
   * Closes the descriptor; a second call does nothing. Ignores EINTR, because the descriptor is closed even then, and
   * EBADF, as Python does. Throws {@link SystemError} if a delayed write fails (EIO, ENOSPC). See close(2).
   */
  close(): void {
    const fd = this.#release()
    if (fd < 0 || !this.#owns) return
    const result = native.close(fd)
    if (result < 0 && result !== EINTR && result !== EBADF)
      throw new SystemError(-result, 'close', `fd ${fd}`)
  }

  /**
   * Returns the descriptor without closing it, like Python's `socket.detach()`, and marks this object as closed. The
   * new owner, such as a worker thread that passes it to `fromfd()`, must close it. Throws {@link ClosedError}.
   */
  detach(): number {
    const fd = this.fileno()
    if (this.#owns) native.disown(fd)
    return this.#release()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #release(): number {
    const fd = this.#fd
    this.#fd = -1
    if (fd >= 0 && this.#owns) collected.unregister(this)
    return fd
  }
}
