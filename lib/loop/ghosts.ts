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

/** A registration removed during a batch has at most one event left; a ghost is reported again and again. */
const sightingsMin = 16
/** Moving four registrations to a new epoll costs about as much as handling one event of a ghost. */
const registrationsPerSighting = 4
const seenMax = 65536

let warned = false

/**
 * Counts ghosts: entries in the kernel's list whose descriptor was closed before it was removed, while a duplicate of
 * it is still open. They cannot be removed, and the kernel keeps reporting them until the loop gets a new epoll.
 *
 * @internal
 */
export class Ghosts {
  readonly #seen = new Set<number>()
  #sightings = 0
  #patience = 1

  /** Records an event whose registration was removed. */
  note(data: number): void {
    if (this.#seen.has(data)) this.#sightings++
    else if (this.#seen.size < seenMax) this.#seen.add(data)
  }

  /** Whether the ghosts have already cost more than a new epoll would. */
  areCostly(registrations: number): boolean {
    if (this.#sightings < sightingsMin) return false
    return (
      this.#sightings >= this.#patience * (sightingsMin + registrations / registrationsPerSighting)
    )
  }

  /** Restarts the count. Each failed replacement doubles the count that triggers the next one. */
  reset(replaced: boolean): void {
    this.#seen.clear()
    this.#sightings = 0
    this.#patience = replaced ? 1 : this.#patience * 2
  }
}

/** Warns once per process. @internal */
export function warnOfGhosts(): void {
  if (warned) return
  warned = true
  const message =
    'a descriptor was closed before its registration was removed, while a duplicate (dup, a child process) was open; ' +
    'the kernel kept reporting it, so the loop replaced its epoll. Call remove() before close()'
  process.emitWarning(message, 'EpolletWarning')
}

/**
 * Replaces an epoll with a new one that has the same number, masks and data, but no ghosts. Returns the slots that
 * EPOLLONESHOT has disarmed: they are left out, because adding them would arm them for EPOLLHUP.
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
        // EBADF: the descriptor was closed without remove(), so this is a ghost too.
        if (result !== EBADF) checked(result, 'epoll_ctl', fd)
      }
    }
    checked(native.dup3(fresh.fileno(), epoll.fileno(), O_CLOEXEC), 'dup3', epoll.fileno())
  } finally {
    fresh.close()
  }
  return disarmed
}
