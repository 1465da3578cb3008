import { bool, checked, native, optionsOf, orNull, rangeError, typeError } from '../sys/index.ts'
import { type Adopted, type AdoptOptions, adopt } from './adopt.ts'
import { readCounter, writeCounter } from './counter.ts'
import { Descriptor } from './descriptor.ts'

const EFD_SEMAPHORE = 1
const EFD_NONBLOCK = 0x800
const EFD_CLOEXEC = 0x80000
const counterMax = 2n ** 64n - 2n
const initialMax = 2n ** 32n - 1n
const kind = { name: 'an eventfd', target: 'anon_inode:[eventfd]' }

function counterOf(name: string, value: unknown): bigint {
  const expected = 'an integer from 0 to 2^64-2'
  if (typeof value !== 'bigint' && typeof value !== 'number') throw typeError(name, expected, value)
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw rangeError(name, expected, value)
  const counter = BigInt(value)
  if (counter < 0n || counter > counterMax) throw rangeError(name, expected, value)
  return counter
}

/**
 * A 64-bit counter that is readable while it is not zero: the fastest way to wake a loop. See eventfd(2).
 *
 * @example
 * ```ts
 * import { EventFd } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const counter = new EventFd()
 * counter.write(3)
 * counter.write(4n)
 * assert.equal(counter.read(), 7n)
 * assert.equal(counter.read(), null)
 * counter.close()
 * ```
 */
export class EventFd extends Descriptor {
  /**
   * @param initial the counter's first value, 0 to 2^64-2
   * @param options `semaphore`: each read subtracts 1 instead of everything (EFD_SEMAPHORE)
   */
  constructor(initial?: bigint | number, options?: { semaphore?: boolean })
  /** @internal */
  constructor(initial: undefined, options: undefined, adopted: Adopted)
  constructor(initial: bigint | number = 0, options?: { semaphore?: boolean }, adopted?: Adopted) {
    const { semaphore = false } = optionsOf(options, ['semaphore'])
    const counter = counterOf('initial', initial)
    const mode = bool('options.semaphore', semaphore) ? EFD_SEMAPHORE : 0
    const direct = counter <= initialMax
    const flags = EFD_CLOEXEC | EFD_NONBLOCK | mode
    const fd =
      adopted?.fd ?? checked(native.eventfd(direct ? Number(counter) : 0, flags), 'eventfd')
    super(fd, 'EventFd', adopted?.owns)
    if (!direct) this.write(counter)
  }

  /**
   * Wraps an eventfd that other code has opened, without changing its blocking mode. Throws TypeError for another kind
   * of descriptor, SystemError (EBADF) if it is not open.
   *
   * @example
   * ```ts
   * import { EventFd } from 'epollet'
   * import assert from 'node:assert/strict'
   *
   * const counter = new EventFd(3)
   * const same = EventFd.fromfd(counter.fileno(), { owns: false })
   * assert.equal(same.read(), 3n)
   * counter.close()
   * ```
   */
  static fromfd(fd: number, options?: AdoptOptions): EventFd {
    return new EventFd(undefined, undefined, adopt(fd, options, kind))
  }

  /** Returns the counter and resets it to 0; null if it is already 0. With EFD_SEMAPHORE, returns 1 and subtracts 1. */
  read(): bigint | null {
    return readCounter(this.fileno())
  }

  /** Adds to the counter. Returns false, and adds nothing, if the sum would exceed 2^64-2. */
  write(value: bigint | number): boolean {
    const fd = this.fileno()
    return orNull(writeCounter(fd, counterOf('value', value)), 'write', fd) !== null
  }
}
