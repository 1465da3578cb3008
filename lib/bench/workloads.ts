// All comparisons of the bench, each with its contenders.
import type { rivalKinds } from './measure/addon.ts'
import type { Contender } from './measure/contender.ts'
import type { Cycle } from './measure/cycles.ts'
import { ring } from './measure/ring.ts'
import { type Wake, wakeTitles } from './measure/wake.ts'
import type { ComparisonResult, Metric } from './result/result.ts'

/** Several contenders that do the same work, compared with a baseline. */
export interface Comparison extends Pick<ComparisonResult, 'id' | 'title' | 'descriptors'> {
  /** How many descriptors are ready; 0 by default. */
  readonly ready?: number
  /** The size of a message, for comparisons that send messages. */
  readonly sizeBytes?: number
  /** The compared metric; `cpuNs` by default. */
  readonly metric?: Metric
  /** The name of one event, such as `wait`. */
  readonly unit: string
  readonly baseline: Contender
  readonly others: readonly Contender[]
  /** Whether a quick run includes it. */
  readonly quick: boolean
}

export const cEpoll: Contender = { id: 'c-epoll', title: 'epoll_wait in C', limiter: 'kernel' }
const cPoll: Contender = { id: 'c-poll', title: 'poll in C', limiter: 'kernel' }
const cSelect: Contender = {
  id: 'c-select',
  title: 'select in C',
  limiter: 'kernel',
  // An fd_set can only hold descriptors below 1024, and the process also has others open.
  descriptorsMax: 1000,
}
export const wait: Contender = { id: 'epoll-wait', title: 'Epoll.wait()', limiter: 'crossing' }
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

function maxevents(most: number): Contender {
  const title = `epoll_wait in C, maxevents ${most}`
  return { id: `c-epoll-${most}`, title, limiter: 'kernel', module: 'c-epoll', options: { most } }
}

function cyclesOf(sizeBytes: number): Comparison {
  const one = (id: 'c' | 'js', cycle: Cycle, title: string): Contender => ({
    id: `${id}-${cycle}`,
    title: `${title} ${id === 'c' ? 'in C' : 'with Epoll'}`,
    limiter: id === 'c' ? 'kernel' : 'crossing',
    module: `${id}-cycle`,
    options: { cycle },
  })
  const rows: [Cycle, string][] = [
    ['level', 'level-triggered'],
    ['drain', 'edge, until EAGAIN'],
    ['short', 'edge, until a short read'],
    ['oneshot', 'ONESHOT and MOD'],
  ]
  const [baseline, ...others] = [
    ...rows.map(row => one('c', ...row)),
    ...rows.map(row => one('js', ...row)),
  ] as [Contender, ...Contender[]]
  return {
    id: `trigger/${sizeBytes}`,
    title: `a message of ${sizeBytes} bytes: sent, waited for, received`,
    descriptors: 0,
    sizeBytes,
    unit: 'message',
    baseline,
    others,
    quick: sizeBytes === 64,
  }
}

function ringOf(pairs: number): Comparison {
  const one = (
    id: string,
    title: string,
    limiter: Contender['limiter'],
    by: 'loop' | 'net' | null = null,
  ): Contender => ({
    id,
    title,
    limiter,
    ...(by === null ? { options: { pairs } } : { module: 'node-ring', options: { pairs, by } }),
  })
  return {
    id: `ring/${pairs}`,
    title: `libevent's ring of ${pairs} socket pairs, ${ring.active} tokens, ${ring.writes} steps`,
    descriptors: 0,
    unit: 'step',
    baseline: one('c-ring', 'epoll_wait in C', 'kernel'),
    others: [
      one('epoll-ring', 'Epoll.wait()', 'crossing'),
      one('loop-ring', "EventLoop, on Node's own", 'crossing', 'loop'),
      one('libuv-ring', 'node:net', 'JavaScript', 'net'),
    ],
    quick: pairs === 100,
  }
}

function rivalsOf(connections: number): Comparison {
  const one = (kind: keyof typeof rivalKinds, title: string): Contender => ({
    id: `rival-${kind}`,
    title,
    limiter: kind === 'epoll' ? 'kernel' : 'switching',
    module: 'rival',
    options: { kind, connections },
  })
  return {
    id: `rivals/${connections}`,
    title: `${connections} connections that ask and are answered, the client's part among it`,
    descriptors: 0,
    unit: 'answer',
    baseline: one('epoll', 'one thread with epoll'),
    others: [
      one('threads', 'a thread for each connection'),
      one('processes', 'a process for each connection'),
    ],
    quick: connections === 16,
  }
}

const wake = (way: Wake, limiter: Contender['limiter']): Contender => ({
  id: `wake-${way}`,
  title: wakeTitles[way],
  limiter,
  module: 'wake',
  options: { wake: way },
})

export function cControl(change: 'mod' | 'add-del'): Contender {
  const id = `c-epoll-${change}`
  return {
    id,
    title: 'epoll_ctl in C',
    limiter: 'kernel',
    module: 'c-control',
    options: { change },
  }
}

function jsControl(id: string, title: string, change: 'mod' | 'add-del'): Contender {
  return { id, title, limiter: 'crossing', module: 'js-control', options: { change } }
}

/** All comparisons, in order. */
export const comparisons: readonly Comparison[] = [
  ...[1, 10, 100, 1000, 10_000].map(waiting),
  ...[10, 100, 1000].map(active),
  {
    id: 'maxevents',
    title: 'waits over 1000 ready descriptors, by how many a wait may report',
    descriptors: 1000,
    ready: 1000,
    unit: 'event',
    baseline: cEpoll,
    others: [1, 8, 64, 256].map(maxevents),
    quick: false,
  },
  ...[64, 4096, 16_384].map(cyclesOf),
  ...[10, 100, 1000].map(ringOf),
  {
    id: 'wake',
    title: 'a byte to a thread and back, on the wall',
    descriptors: 0,
    unit: 'round trip',
    metric: 'wallNs',
    baseline: wake('blocking', 'switching'),
    others: [wake('nested', 'crossing'), wake('libuv', 'JavaScript')],
    quick: true,
  },
  ...[16, 64].map(rivalsOf),
  {
    id: 'control/mod',
    title: 'EPOLL_CTL_MOD',
    descriptors: 100,
    unit: 'call',
    baseline: cControl('mod'),
    others: [jsControl('epoll-modify', 'Epoll.modify()', 'mod')],
    quick: true,
  },
  {
    id: 'control/add-del',
    title: 'EPOLL_CTL_DEL and EPOLL_CTL_ADD',
    descriptors: 100,
    unit: 'pair',
    baseline: cControl('add-del'),
    others: [jsControl('epoll-register', 'unregister() and register()', 'add-del')],
    quick: true,
  },
]
