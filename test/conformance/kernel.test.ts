// The kernel's tools/testing/selftests/filesystems: epoll/epoll_wakeup_test.c and eventfd/eventfd_test.c. Unlike
// those, these tests don't sleep: see waiters.ts. README.md lists the omitted tests with the reasons.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { constants, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { Epoll, EventBuffer, EventFd, POLLIN, Poll } from '../../lib/index.ts'
import { F_GETFD, F_GETFL, native } from '../../lib/sys/index.ts'
import { double, type Edge, forked, nested, single, Topology } from './topology.ts'
import { type Call, Waiters } from './waiters.ts'

/** epoll_wait for one event or two, or poll(2) of the epoll itself; all with a timeout of 0. */
type Step = 'ew' | 'ew2' | 'p'

const steps: Record<Step, (epoll: Epoll) => number> = {
  ew: epoll => epoll.poll(0, 1).length,
  ew2: epoll => epoll.poll(0, 2).length,
  p: epoll => {
    const poll = new Poll()
    poll.register(epoll, POLLIN)
    return poll.poll(0).length
  },
}

const single1: Step[] = ['ew', 'ew']
const single2: Step[] = ['ew2', 'ew2']
const polled1: Step[] = ['p', 'ew', 'p', 'ew']
const polled2: Step[] = ['p', 'ew2', 'p', 'ew2']

const oneThread: [id: number, what: string, edges: Edge[], steps: Step[], counts: number[]][] = [
  [1, 'a level-triggered socket is reported by each wait', single('LT'), single1, [1, 1]],
  [2, 'an edge-triggered socket is reported once', single('ET'), single1, [1, 0]],
  [3, 'two level-triggered sockets are reported by each wait', double('LT'), single2, [2, 2]],
  [4, 'two edge-triggered sockets are reported once', double('ET'), single2, [2, 0]],
  [5, 'poll(2) agrees on a level-triggered socket', single('LT'), polled1, [1, 1, 1, 1]],
  [6, 'poll(2) agrees on an edge-triggered socket', single('ET'), polled1, [1, 1, 0, 0]],
  [7, 'poll(2) agrees on two level-triggered sockets', double('LT'), polled2, [1, 2, 1, 2]],
  [8, 'poll(2) agrees on two edge-triggered sockets', double('ET'), polled2, [1, 2, 0, 0]],
  [17, 'a nested epoll, LT over LT, is reported by each wait', nested('LT', 'LT'), single1, [1, 1]],
  [18, 'a nested epoll, LT over ET, is reported by each wait', nested('LT', 'ET'), single1, [1, 1]],
  [19, 'a nested epoll, ET over LT, is reported once', nested('ET', 'LT'), single1, [1, 0]],
  [20, 'a nested epoll, ET over ET, is reported once', nested('ET', 'ET'), single1, [1, 0]],
  [21, 'poll(2) agrees on LT over LT', nested('LT', 'LT'), polled1, [1, 1, 1, 1]],
  [22, 'poll(2) agrees on LT over ET', nested('LT', 'ET'), polled1, [1, 1, 1, 1]],
  [23, 'poll(2) agrees on ET over LT', nested('ET', 'LT'), polled1, [1, 1, 0, 0]],
  [24, 'poll(2) agrees on ET over ET', nested('ET', 'ET'), polled1, [1, 1, 0, 0]],
  [
    49,
    'two epolls in a level-triggered set are reported by each wait',
    forked('LT'),
    single2,
    [2, 2],
  ],
  [50, 'two epolls in an edge-triggered set are reported once', forked('ET'), single2, [2, 0]],
  [
    51,
    'poll(2) agrees on two epolls in a level-triggered set',
    forked('LT'),
    polled2,
    [1, 2, 1, 2],
  ],
  [
    52,
    'poll(2) agrees on two epolls in an edge-triggered set',
    forked('ET'),
    polled2,
    [1, 2, 0, 0],
  ],
]

for (const [id, what, edges, calls, counts] of oneThread) {
  test(`kernel-epoll${id}: ${what}`, () => {
    using topology = new Topology(edges)
    topology.write()
    assert.deepEqual(
      calls.map(step => steps[step](topology.epoll('e0'))),
      counts,
    )
  })
}

/** Two threads wait on e0; `seen` is the number of threads that get an event. */
const oneEpoll: [
  id: number,
  edges: Edge[],
  calls: [Call, Call],
  maxevents: number,
  seen: number,
][] = [
  [9, single('LT'), ['ew', 'ew'], 1, 2],
  [10, single('ET'), ['ew', 'ew'], 1, 1],
  [11, double('LT'), ['ew', 'ew'], 2, 2],
  [12, double('ET'), ['ew', 'ew'], 1, 2],
  [13, single('LT'), ['ew', 'p'], 1, 2],
  [14, single('ET'), ['ew', 'p'], 1, 1],
  [15, double('LT'), ['ew', 'p'], 2, 2],
  [16, double('ET'), ['ew', 'p'], 1, 2],
  [25, nested('LT', 'LT'), ['ew', 'ew'], 1, 2],
  [26, nested('LT', 'ET'), ['ew', 'ew'], 1, 2],
  [27, nested('ET', 'LT'), ['ew', 'ew'], 1, 1],
  [28, nested('ET', 'ET'), ['ew', 'ew'], 1, 1],
  [29, nested('LT', 'LT'), ['ew', 'p'], 1, 2],
  [30, nested('LT', 'ET'), ['ew', 'p'], 1, 2],
  [31, nested('ET', 'LT'), ['ew', 'p'], 1, 1],
  [32, nested('ET', 'ET'), ['ew', 'p'], 1, 1],
  [53, forked('LT'), ['ew', 'ew'], 1, 2],
  [54, forked('ET'), ['ew', 'ew'], 1, 2],
  [55, forked('LT'), ['ew', 'p'], 1, 2],
  [56, forked('ET'), ['ew', 'p'], 1, 2],
  [57, forked('LT'), ['p', 'p'], 1, 2],
  [58, forked('ET'), ['p', 'p'], 1, 2],
  [64, single('LT'), ['ew', 'ew'], 1, 2],
]

/**
 * One thread waits on e1, another on e0, which watches e1. Either both must get the event, or at least the inner
 * thread.
 */
const twoEpolls: [id: number, edges: Edge[], inner: Call, outer: Call, sees: 'both' | 'inner'][] = [
  [33, nested('LT', 'LT'), 'ew', 'ew', 'both'],
  [34, nested('LT', 'ET'), 'ew', 'ew', 'inner'],
  [35, nested('ET', 'LT'), 'ew', 'ew', 'both'],
  [36, nested('ET', 'ET'), 'ew', 'ew', 'inner'],
  [37, nested('LT', 'LT'), 'p', 'ew', 'both'],
  [38, nested('LT', 'ET'), 'p', 'ew', 'inner'],
  [39, nested('ET', 'LT'), 'p', 'ew', 'both'],
  [40, nested('ET', 'ET'), 'p', 'ew', 'inner'],
  [41, nested('LT', 'LT'), 'ew', 'p', 'both'],
  [42, nested('LT', 'ET'), 'ew', 'p', 'inner'],
  [43, nested('ET', 'LT'), 'ew', 'p', 'both'],
  [44, nested('ET', 'ET'), 'ew', 'p', 'inner'],
  [45, nested('LT', 'LT'), 'p', 'p', 'both'],
  [46, nested('LT', 'ET'), 'ew', 'p', 'inner'],
  [47, nested('ET', 'LT'), 'p', 'p', 'both'],
  [48, nested('ET', 'ET'), 'ew', 'p', 'inner'],
]

const spoken: Record<Call, string> = { ew: 'in epoll_wait', p: 'in poll(2)' }

describe('threads that share an epoll', () => {
  let waiters: Waiters
  before(async () => {
    waiters = await Waiters.of(2)
  })
  after(() => waiters.close())

  for (const [id, edges, calls, maxevents, seen] of oneEpoll) {
    const who = calls.map(call => spoken[call]).join(' and ')
    const modes = edges.map(edge => edge.join(' ')).join(', ')
    test(`kernel-epoll${id}: the event reaches ${seen} of two threads (${who}; ${modes})`, () => {
      using topology = new Topology(edges)
      const epoll = topology.epoll('e0')
      const waits = calls.map(call => ({ epoll, call, maxevents }))
      const outcomes = waiters.run(waits, () => topology.write())
      const counts = outcomes.map(outcome => outcome.count)
      assert.equal(counts.filter(count => count > 0).length, seen, `counts ${counts}`)
      assert.ok(counts.every(count => count <= maxevents))
    })
  }

  for (const [id, edges, inner, outer, sees] of twoEpolls) {
    const both = 'the inner and the outer thread'
    const who = sees === 'both' ? both : 'the inner thread, and perhaps the outer'
    const modes = edges.map(edge => edge.join(' ')).join(', ')
    const how = `${spoken[inner]} and ${spoken[outer]}`
    test(`kernel-epoll${id}: the event reaches ${who} (${how}; ${modes})`, () => {
      using topology = new Topology(edges)
      const outcomes = waiters.run(
        [
          { epoll: topology.epoll('e1'), call: inner },
          { epoll: topology.epoll('e0'), call: outer },
        ],
        () => topology.write(),
      )
      assert.equal(outcomes[0]!.count, 1, 'the inner thread')
      if (sees === 'both') assert.equal(outcomes[1]!.count, 1, 'the outer thread')
      else assert.ok(outcomes[1]!.count <= 1, 'the outer thread')
    })
  }
})

/** Calls epoll_pwait2, which poll() uses only for fractions of a millisecond. A negative timeout waits forever. */
function pwait2(epoll: Epoll, timeoutNs: number): number {
  return native.epollPwait2(epoll.fileno(), new EventBuffer(1).words, 1, timeoutNs)
}

function withoutPwait2(): string | false {
  using epoll = new Epoll()
  const refused = pwait2(epoll, 0) < 0
  return refused ? 'needs epoll_pwait2 (Linux 5.11, and no filter that refuses it)' : false
}

const skip = withoutPwait2()

test('kernel-epoll62: epoll_pwait2 without a timeout returns each event', { skip }, () => {
  using topology = new Topology(single('LT'))
  topology.write()
  const epoll = topology.epoll('e0')
  assert.deepEqual([pwait2(epoll, -1), pwait2(epoll, -1)], [1, 1])
  assert.deepEqual([epoll.poll(0.5).length, epoll.poll(0.5).length], [1, 1])
})

test('kernel-epoll63: epoll_pwait2 waits for its whole timeout', { skip }, () => {
  using topology = new Topology(single('LT'))
  const epoll = topology.epoll('e0')
  const beginMs = performance.now()
  assert.equal(pwait2(epoll, 10e6), 0)
  const middleMs = performance.now()
  assert.ok(middleMs - beginMs >= 10, `${middleMs - beginMs} ms`)
  assert.deepEqual(epoll.poll(10.25), [])
  assert.ok(performance.now() - middleMs >= 10.25)
})

const EFD_SEMAPHORE = 1
const EFD_NONBLOCK = 0x800
const EFD_CLOEXEC = 0x80000
const { O_RDWR } = constants

/** The flags that fcntl(2) returns for an eventfd made with these flags: [close-on-exec, status flags]. */
function eventfdFlags(flags: number): [descriptor: number, status: number] {
  const fd = native.eventfd(0, flags)
  assert.ok(fd >= 0)
  const answer: [number, number] = [native.fcntl(fd, F_GETFD, 0), native.fcntl(fd, F_GETFL, 0)]
  native.close(fd)
  return answer
}

const eventfds: [id: string, what: string, flags: number, answer: [number, number]][] = [
  ['flags', 'an eventfd without flags blocks and is inherited', 0, [0, O_RDWR]],
  ['cloexec', 'EFD_CLOEXEC sets FD_CLOEXEC', EFD_CLOEXEC, [1, O_RDWR]],
  ['nonblock', 'EFD_NONBLOCK sets O_NONBLOCK', EFD_NONBLOCK, [0, O_RDWR | EFD_NONBLOCK]],
  [
    'cloexec_nonblock',
    'EFD_CLOEXEC and EFD_NONBLOCK can be combined',
    EFD_CLOEXEC | EFD_NONBLOCK,
    [1, O_RDWR | EFD_NONBLOCK],
  ],
]

for (const [id, what, flags, answer] of eventfds) {
  test(`kernel-eventfd ${id}: ${what}`, () => assert.deepEqual(eventfdFlags(flags), answer))
}

test('kernel-eventfd semaphore: EFD_SEMAPHORE is visible only in fdinfo', t => {
  const semaphoreOf = (eventfd: EventFd): string | undefined => {
    const fdinfo = readFileSync(`/proc/self/fdinfo/${eventfd.fileno()}`, 'latin1')
    return /^eventfd-semaphore:\s*(\d)$/m.exec(fdinfo)?.[1]
  }
  using plain = new EventFd()
  using semaphore = new EventFd(0, { semaphore: true })
  if (semaphoreOf(plain) === undefined) t.skip('needs eventfd-semaphore in fdinfo (Linux 6.5)')
  else assert.deepEqual([semaphoreOf(plain), semaphoreOf(semaphore)], ['0', '1'])
  const both = EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK
  assert.deepEqual(eventfdFlags(both), eventfdFlags(both & ~EFD_SEMAPHORE))
})

test('kernel-eventfd class: EventFd is close-on-exec and non-blocking', () => {
  using eventfd = new EventFd()
  assert.equal(native.fcntl(eventfd.fileno(), F_GETFD, 0), 1)
  assert.equal(native.fcntl(eventfd.fileno(), F_GETFL, 0), O_RDWR | EFD_NONBLOCK)
})
