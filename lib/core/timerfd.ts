import {
  CLOCK_MONOTONIC,
  checked,
  int32,
  native,
  optionsOf,
  rangeError,
  typeError,
} from '../sys/index.ts'
import { type Adopted, type AdoptOptions, adopt } from './adopt.ts'
import { readCounter } from './counter.ts'
import { Descriptor } from './descriptor.ts'

const TFD_NONBLOCK = 0x800
const TFD_CLOEXEC = 0x80000
const nsPerMs = 1e6
const kind = { name: 'a timerfd', target: 'anon_inode:[timerfd]' }
const longestMs = Number.MAX_SAFE_INTEGER / nsPerMs

/** The times that {@link TimerFd.set} takes. */
export interface TimerFdTime {
  /** Milliseconds until the first expiration, fractions allowed; 0 disarms the timer. */
  initialMs: number
  /** Milliseconds between later expirations; 0 (the default) means that the timer expires only once. */
  intervalMs?: number
}

function nsOf(name: string, ms: unknown): number {
  const expected = 'a number of milliseconds from 0 to 9007199254'
  if (typeof ms !== 'number') throw typeError(name, expected, ms)
  if (!(ms >= 0 && ms <= longestMs)) throw rangeError(name, expected, ms)
  return Math.ceil(ms * nsPerMs)
}

/**
 * A timer with a descriptor that is readable after each expiration. See timerfd_create(2).
 *
 * @example
 * ```ts
 * import { EPOLLIN, Epoll, TimerFd } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const epoll = new Epoll()
 * const timer = new TimerFd()
 * epoll.register(timer, EPOLLIN)
 * timer.set({ initialMs: 0.5 })
 * assert.equal(epoll.poll(1000).length, 1)
 * assert.equal(timer.read(), 1n)
 * timer.close()
 * epoll.close()
 * ```
 */
export class TimerFd extends Descriptor {
  /** @param clock CLOCK_MONOTONIC (the default), CLOCK_REALTIME or CLOCK_BOOTTIME */
  constructor(clock?: number)
  /** @internal */
  constructor(clock: undefined, adopted: Adopted)
  constructor(clock: number = CLOCK_MONOTONIC, adopted?: Adopted) {
    int32('clock', clock)
    const fd =
      adopted?.fd ??
      checked(native.timerfdCreate(clock, TFD_NONBLOCK | TFD_CLOEXEC), 'timerfd_create')
    super(fd, 'TimerFd', adopted?.owns)
  }

  /**
   * Wraps a timerfd that other code has opened, without changing its blocking mode. Throws TypeError for another kind
   * of descriptor, SystemError (EBADF) if it is not open.
   */
  static fromfd(fd: number, options?: AdoptOptions): TimerFd {
    return new TimerFd(undefined, adopt(fd, options, kind))
  }

  /** Arms the timer, or disarms it if the initial time is 0. Discards unread expirations. */
  set(time: TimerFdTime): void {
    if (time === undefined) throw typeError('time', '{ initialMs, intervalMs? }', time)
    const { initialMs, intervalMs = 0 } = optionsOf(time, ['initialMs', 'intervalMs'], 'time')
    const initialNs = nsOf('time.initialMs', initialMs)
    const intervalNs = nsOf('time.intervalMs', intervalMs)
    const fd = this.fileno()
    checked(native.timerfdSettime(fd, 0, initialNs, intervalNs), 'timerfd_settime', fd)
  }

  /** The number of expirations since the last read; null if there were none. */
  read(): bigint | null {
    return readCounter(this.fileno())
  }
}
