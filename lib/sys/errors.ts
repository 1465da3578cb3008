import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import { integer } from './arguments.ts'
import { EAGAIN } from './errno.ts'

/** The kernel's MAX_ERRNO, and libuv's largest errno. */
const errnoMax = 4095

// Two numbers have a second name (EWOULDBLOCK, EOPNOTSUPP). Programs compare with libuv's name, so use that.
const names = new Map(Object.entries(constants.errno).map(([name, errno]) => [errno, name]))
for (const [errno, [name]] of getSystemErrorMap()) names.set(-errno, name)

function describe(errno: number): string {
  const known = getSystemErrorMap().get(-errno)
  return known === undefined ? 'system call failed' : known[1]
}

/**
 * A failed system call. The message also names the descriptor and the operation.
 *
 * @example
 * ```ts
 * import { Epoll, SystemError } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const epoll = new Epoll()
 * try {
 *   epoll.unregister(epoll.fileno())
 * } catch (error) {
 *   assert(error instanceof SystemError)
 *   assert.equal(error.code, 'EINVAL')
 *   assert.equal(error.syscall, 'epoll_ctl')
 * }
 * epoll.close()
 * ```
 */
export class SystemError extends Error {
  override readonly name = 'SystemError'
  /** The errno's name, such as `EBADF`. */
  readonly code: string
  /** The negative errno, as in Node's own system errors. */
  readonly errno: number
  /** The system call, such as `epoll_ctl`. */
  readonly syscall: string

  /** @param errno the positive number, as errno(3) lists it */
  constructor(errno: number, syscall: string, detail = '') {
    integer('errno', errno, 1, errnoMax)
    const code = names.get(errno) ?? `errno ${errno}`
    super(`${code}: ${describe(errno)}, ${syscall}${detail === '' ? '' : ` ${detail}`}`)
    this.code = code
    this.errno = -errno
    this.syscall = syscall
  }
}

/**
 * Thrown when an object is used after its `close()`.
 *
 * @example
 * ```ts
 * import { ClosedError, Epoll } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const epoll = new Epoll()
 * epoll.close()
 * assert.throws(() => epoll.fileno(), ClosedError)
 * ```
 */
export class ClosedError extends Error {
  override readonly name = 'ClosedError'
  /** Always `ERR_CLOSED`. */
  readonly code = 'ERR_CLOSED'

  constructor(what: string) {
    super(`the ${what} is closed: create another one`)
  }
}

/**
 * Returns the result, or throws a {@link SystemError} if it is negative. The detail may be a descriptor's number:
 * building a string would allocate even if the call succeeds.
 *
 * @internal
 */
export function checked(result: number, syscall: string, detail?: string | number): number {
  if (result < 0) {
    throw new SystemError(-result, syscall, typeof detail === 'number' ? `fd ${detail}` : detail)
  }
  return result
}

/** Like {@link checked}, but returns null if the call would block. @internal */
export function orNull(result: number, syscall: string, detail?: string | number): number | null {
  return result === EAGAIN ? null : checked(result, syscall, detail)
}
