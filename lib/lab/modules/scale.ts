import {
  checked,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLLIN,
  native,
} from '../../sys/index.ts'
import { socketFlags } from '../machine/openings.ts'
import type { Module } from './module.ts'

const tries = 200
const descriptorsMax = 1500
const events = new Uint32Array(16)

function leastNs(call: () => number): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < tries; i++) {
    const start = process.hrtime.bigint()
    checked(call(), 'a wait')
    least = Math.min(least, Number(process.hrtime.bigint() - start))
  }
  return least
}

/** Many eventfds, of which only the last is ready, to be waited for with epoll_wait() and with poll(). */
class Crowd {
  readonly epfd: number = checked(native.epollCreate1(EPOLL_CLOEXEC), 'epoll_create1')
  readonly fds: readonly number[]
  readonly pollfds: Int32Array

  constructor(size: number) {
    this.fds = Array.from({ length: Math.min(size, descriptorsMax) }, (_, i) =>
      checked(native.eventfd(i === size - 1 ? 1 : 0, socketFlags), 'eventfd'),
    )
    for (const fd of this.fds)
      checked(native.epollCtl(this.epfd, EPOLL_CTL_ADD, fd, EPOLLIN, fd), 'epoll_ctl')
    this.pollfds = Int32Array.from(this.fds.flatMap(fd => [fd, EPOLLIN]))
  }

  wait(): number {
    return native.epollWait(this.epfd, events, 1, 0)
  }

  poll(): number {
    return native.poll(this.pollfds, 0)
  }

  [Symbol.dispose](): void {
    for (const fd of [this.epfd, ...this.fds]) native.close(fd)
  }
}

/** `poll_epoll 1000` divides the time that poll(2) takes on 1000 descriptors by the time of epoll_wait(2). */
export const scale: Module = {
  poll_epoll: (_context, count = '') => {
    using crowd = new Crowd(Number(count))
    return { result: Math.round(leastNs(() => crowd.poll()) / leastNs(() => crowd.wait())) }
  },
  /** Compares epoll and poll(2) for one descriptor that is registered, waited for once, and unregistered. */
  epoll_once: () => {
    using crowd = new Crowd(1)
    const { epfd, fds } = crowd
    const [fd] = fds as [number]
    const once = (): number => {
      native.epollCtl(epfd, EPOLL_CTL_DEL, fd, 0, 0)
      native.epollCtl(epfd, EPOLL_CTL_ADD, fd, EPOLLIN, fd)
      return crowd.wait()
    }
    const [epollNs, pollNs] = [leastNs(once), leastNs(() => crowd.poll())]
    return { result: epollNs, says: epollNs > pollNs ? 'epoll costs more' : 'poll costs more' }
  },
}
