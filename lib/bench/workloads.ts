import type { Contender } from './contender.ts'

/** A comparison: the same work by several contenders, beside a baseline. */
export interface Comparison {
  /** `wait/100`: how it is named on the command line and in results. */
  readonly id: string
  readonly title: string
  readonly descriptors: number
  readonly ready: number
  /** What one event is here. */
  readonly unit: string
  readonly baseline: Contender
  readonly others: readonly Contender[]
  /** Whether it belongs to a quick run. */
  readonly quick: boolean
}

const cEpoll: Contender = { id: 'c-epoll', title: 'epoll_wait in C', limiter: 'kernel' }
const cPoll: Contender = { id: 'c-poll', title: 'poll in C', limiter: 'kernel' }
const cSelect: Contender = {
  id: 'c-select',
  title: 'select in C',
  limiter: 'kernel',
  // Above, a number no longer fits into an fd_set; some are open besides those that are measured.
  descriptorsMax: 1000,
}
const wait: Contender = { id: 'epoll-wait', title: 'Epoll.wait()', limiter: 'crossing' }
const poll: Contender = { id: 'epoll-poll', title: 'Epoll.poll()', limiter: 'JavaScript' }
const python: Contender = {
  id: 'python',
  title: "Python's epoll.poll()",
  limiter: 'another runtime',
  needs: 'python3',
}

function waiting(descriptors: number): Comparison {
  return {
    id: `wait/${descriptors}`,
    title: `a wait over ${descriptors} descriptor${descriptors === 1 ? '' : 's'}, one of them ready`,
    descriptors,
    ready: 1,
    unit: 'wait',
    baseline: cEpoll,
    others: [wait, poll, cPoll, cSelect, python],
    quick: descriptors === 1 || descriptors === 100 || descriptors === 1000,
  }
}

function active(descriptors: number): Comparison {
  return {
    id: `active/${descriptors}`,
    title: `a wait over ${descriptors} descriptors, all of them ready`,
    descriptors,
    ready: descriptors,
    unit: 'event',
    baseline: cEpoll,
    others: [wait, poll, cPoll, cSelect, python],
    quick: descriptors === 100,
  }
}

/** All comparisons, in the order in which they run. */
export const comparisons: readonly Comparison[] = [
  ...[1, 10, 100, 1000, 10_000].map(waiting),
  ...[10, 100, 1000].map(active),
  {
    id: 'control/mod',
    title: 'EPOLL_CTL_MOD',
    descriptors: 100,
    ready: 0,
    unit: 'call',
    baseline: { id: 'c-epoll-mod', title: 'epoll_ctl in C', limiter: 'kernel' },
    others: [{ id: 'epoll-modify', title: 'Epoll.modify()', limiter: 'crossing' }],
    quick: true,
  },
  {
    id: 'control/add-del',
    title: 'EPOLL_CTL_DEL and EPOLL_CTL_ADD',
    descriptors: 100,
    ready: 0,
    unit: 'pair',
    baseline: { id: 'c-epoll-add-del', title: 'epoll_ctl in C', limiter: 'kernel' },
    others: [{ id: 'epoll-register', title: 'unregister() and register()', limiter: 'crossing' }],
    quick: true,
  },
]
