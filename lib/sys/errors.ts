import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import { integer } from './arguments.ts'
import { EAGAIN } from './errno.ts'

/** MAX_ERRNO of the kernel, and libuv's largest too. */
const errnoMax = 4095

// Two numbers have a second name (EWOULDBLOCK, EOPNOTSUPP): libuv's, where it has one, is the one people compare with.
const names = new Map(Object.entries(constants.errno).map(([name, errno]) => [errno, name]))
for (const [errno, [name]] of getSystemErrorMap()) names.set(-errno, name)

function describe(errno: number): string {
  const known = getSystemErrorMap().get(-errno)
  return known === undefined ? 'system call failed' : known[1]
}

/**
 * The kernel said no. `code` is the errno's name, `errno` its negative number (as in all of Node's system
 * errors), `syscall` the system call; the message also has the descriptor and the operation.
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
  readonly code: string
  readonly errno: number
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
 * An object was used after its `close()`; `code` is `ERR_CLOSED`.
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
  readonly code = 'ERR_CLOSED'

  constructor(what: string) {
    super(`the ${what} is closed: open another one`)
  }
}

/**
 * A value if it is no errno, else a {@link SystemError}. The detail is a text, or a descriptor's number:
 * a text would cost an allocation at each call that succeeds.
 *
 * @internal
 */
export function checked(result: number, syscall: string, detail?: string | number): number {
  if (result < 0) {
    throw new SystemError(-result, syscall, typeof detail === 'number' ? `fd ${detail}` : detail)
  }
  return result
}

/** The same, with null where the call would block. @internal */
export function orNull(result: number, syscall: string, detail?: string | number): number | null {
  return result === EAGAIN ? null : checked(result, syscall, detail)
}
