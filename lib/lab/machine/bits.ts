import {
  EPOLLERR,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLPRI,
  EPOLLRDBAND,
  EPOLLRDHUP,
  EPOLLRDNORM,
  EPOLLWAKEUP,
  EPOLLWRBAND,
  EPOLLWRNORM,
  POLLNVAL,
} from '../../sys/index.ts'
import type { Flag } from '../language/syntax.ts'

const bits: Readonly<Record<Flag, number>> = {
  IN: EPOLLIN,
  PRI: EPOLLPRI,
  OUT: EPOLLOUT,
  ERR: EPOLLERR,
  HUP: EPOLLHUP,
  RDNORM: EPOLLRDNORM,
  RDBAND: EPOLLRDBAND,
  WRNORM: EPOLLWRNORM,
  WRBAND: EPOLLWRBAND,
  RDHUP: EPOLLRDHUP,
  EXCLUSIVE: EPOLLEXCLUSIVE,
  WAKEUP: EPOLLWAKEUP,
  ONESHOT: EPOLLONESHOT,
  ET: EPOLLET,
  NVAL: POLLNVAL,
}
const rows = Object.entries(bits) as [Flag, number][]

export function bitsOf(mask: readonly Flag[]): number {
  return mask.reduce((all, flag) => all + bits[flag], 0)
}

/** The names of a mask's bits without EPOLL, always in the same order. */
export function flagsOf(mask: number): Flag[] {
  return rows.filter(([, bit]) => (mask & bit) !== 0).map(([flag]) => flag)
}
