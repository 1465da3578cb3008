import { Epoll } from '../core/index.ts'
import {
  checked,
  EBADF,
  EPOLL_CTL_ADD,
  EPOLLERR,
  EPOLLHUP,
  native,
  O_CLOEXEC,
} from '../sys/index.ts'
import type { Slots } from './slots.ts'

/** A registration that is removed amid a batch has one event there; a ghost comes again and again. */
const sightingsMin = 16
/** To replace an epoll costs about as much for four registrations as a ghost's event costs. */
const registrationsPerSighting = 4
const seenMax = 65536

let warned = false

/**
 * Ghosts: the kernel's entries for descriptors that were closed before they were removed, and live on in a duplicate.
 * Nothing removes them, and under EPOLLIN their events never end: only a new epoll is free of them.
 *
 * @internal
 */
export class Ghosts {
  readonly #seen = new Set<number>()
  #sightings = 0
  #patience = 1

  /** An event came whose registration is gone. */
  note(data: number): void {
    if (this.#seen.has(data)) this.#sightings++
    else if (this.#seen.size < seenMax) this.#seen.add(data)
  }

  /** Whether they cost more by now than a new epoll does. */
  areDear(registrations: number): boolean {
    if (this.#sightings < sightingsMin) return false
    return (
      this.#sightings >= this.#patience * (sightingsMin + registrations / registrationsPerSighting)
    )
  }

  /** After a cure; where it failed it is tried again later, and later each time. */
  forget(cured: boolean): void {
    this.#seen.clear()
    this.#sightings = 0
    this.#patience = cured ? 1 : this.#patience * 2
  }
}

/** One warning for the process: the first loop shows what to look for. @internal */
export function warnOfGhosts(): void {
  if (warned) return
  warned = true
  const message =
    'a descriptor was closed while a duplicate (dup, a child process) was open, before its registration was removed, ' +
    'and the kernel went on to report it: the loop has a new epoll now. Call remove() before close()'
  process.emitWarning(message, 'EpolletWarning')
}

/**
 * Puts what lives in an epoll into a new one under the same number, with masks and data as the kernel has them. What
 * EPOLLONESHOT has disarmed is left out, as it would be armed for EPOLLHUP: returns its slots.
 *
 * @internal
 */
export function replaceEpoll(epoll: Epoll, slots: Slots): number[] {
  const fresh = new Epoll()
  const disarmed: number[] = []
  try {
    for (const { fd, events, data } of epoll.interest()) {
      if (!slots.lives(data, fd)) continue
      if ((events & (EPOLLERR | EPOLLHUP)) === 0) disarmed.push(data % 2 ** 32)
      else {
        const result = native.epollCtl(fresh.fileno(), EPOLL_CTL_ADD, fd, events, data)
        // Closed behind the loop's back: a ghost as well.
        if (result !== EBADF) checked(result, 'epoll_ctl', fd)
      }
    }
    checked(native.dup3(fresh.fileno(), epoll.fileno(), O_CLOEXEC), 'dup3', epoll.fileno())
  } finally {
    fresh.close()
  }
  return disarmed
}
