// gVisor's test/syscalls/linux/epoll.cc. README.md lists the omitted tests with the reasons.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  Epoll,
  EventFd,
  File,
  Pipe,
} from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'
import { underSignals } from './signals.ts'
import { type Outcome, Waiters } from './waiters.ts'

const counterMax = 2n ** 64n - 2n

/** An epoll with some eventfds; the data of each registration is 1000 plus its index. */
class Watched {
  readonly epoll: Epoll = new Epoll()
  readonly events: EventFd[]

  constructor(count: number, eventmask: number) {
    this.events = Array.from({ length: count }, () => new EventFd())
    for (const [i, event] of this.events.entries()) {
      this.epoll.register(event, eventmask, 1000 + i)
    }
  }

  [Symbol.dispose](): void {
    this.epoll.close()
    for (const event of this.events) event.close()
  }
}

test('gVisor AllWritable: three eventfds are writable and not readable', () => {
  using watched = new Watched(3, EPOLLIN | EPOLLOUT)
  assert.deepEqual(watched.epoll.poll(0), [
    [1000, EPOLLOUT],
    [1001, EPOLLOUT],
    [1002, EPOLLOUT],
  ])
})

test('gVisor LastReadable: the eventfd that was written is also readable, and reports its own data', () => {
  using watched = new Watched(3, EPOLLIN | EPOLLOUT)
  const last = watched.events[2]!
  last.write(1)
  const events = new Map(watched.epoll.poll(0))
  assert.deepEqual([...events.keys()].sort(), [1000, 1001, 1002])
  assert.equal(events.get(1002), EPOLLIN | EPOLLOUT)
  assert.equal(events.get(1000), EPOLLOUT)
  assert.equal(last.read(), 1n)
})

test('gVisor LastNonWritable: an eventfd with a full counter is only readable until it is read', () => {
  using watched = new Watched(3, EPOLLIN | EPOLLOUT)
  const last = watched.events[2]!
  assert.equal(last.write(counterMax), true)
  assert.equal(last.write(1), false)
  assert.equal(new Map(watched.epoll.poll(0)).get(1002), EPOLLIN)
  assert.equal(last.read(), counterMax)
  assert.equal(new Map(watched.epoll.poll(0)).get(1002), EPOLLOUT)
})

test('gVisor Timeout: if nothing is ready, a wait lasts for its whole timeout', () => {
  using watched = new Watched(3, EPOLLIN)
  const beginMs = performance.now()
  assert.deepEqual(watched.epoll.poll(200), [])
  assert.ok(performance.now() - beginMs >= 200)
})

test('gVisor EpollPwait2Timeout: a timeout may have fractions of a millisecond', () => {
  using watched = new Watched(3, EPOLLIN)
  const beginMs = performance.now()
  assert.deepEqual(watched.epoll.poll(20.000123), [])
  assert.ok(performance.now() - beginMs >= 20.000123)
})

test('gVisor TimeoutNoFds: an empty epoll waits for the whole timeout', () => {
  using epoll = new Epoll()
  const beginMs = performance.now()
  assert.deepEqual(epoll.poll(30), [])
  assert.ok(performance.now() - beginMs >= 30)
})

test('gVisor UnblockWithSignal: a signal ends the wait if onSignal is return', async () => {
  using epoll = new Epoll({ onSignal: 'return' })
  const { result, sent, elapsedMs } = await underSignals(epoll, 5, () => epoll.poll(10_000))
  assert.deepEqual(result, [])
  assert.equal(sent, 1)
  assert.ok(elapsedMs < 5000, `${elapsedMs} ms`)
})

test('gVisor Oneshot: a one-shot registration reports once, and again after modify()', () => {
  using watched = new Watched(3, 0)
  const { epoll, events } = watched
  epoll.modify(events[0]!, EPOLLOUT | EPOLLONESHOT, 2000)
  assert.deepEqual(epoll.poll(0), [[2000, EPOLLOUT]])
  assert.deepEqual(epoll.poll(0), [])
  epoll.modify(events[0]!, EPOLLOUT | EPOLLONESHOT, 2001)
  assert.deepEqual(epoll.poll(0), [[2001, EPOLLOUT]])
  assert.deepEqual(epoll.poll(0), [])
})

test('gVisor EdgeTriggered: an eventfd reports EPOLLOUT once, and again after it was full and then read', () => {
  using watched = new Watched(1, EPOLLOUT | EPOLLET)
  const { epoll, events } = watched
  assert.deepEqual(epoll.poll(0), [[1000, EPOLLOUT]])
  assert.deepEqual(epoll.poll(0), [])
  events[0]!.write(counterMax)
  assert.deepEqual(epoll.poll(0), [])
  events[0]!.read()
  assert.deepEqual(epoll.poll(0), [[1000, EPOLLOUT]])
  assert.deepEqual(epoll.poll(0), [])
})

test('gVisor OneshotAndEdgeTriggered: after one edge nothing is reported until modify()', () => {
  const mask = EPOLLOUT | EPOLLET | EPOLLONESHOT
  using watched = new Watched(1, mask)
  const { epoll, events } = watched
  assert.deepEqual(epoll.poll(0), [[1000, EPOLLOUT]])
  events[0]!.write(counterMax)
  events[0]!.read()
  assert.deepEqual(epoll.poll(0), [])
  epoll.modify(events[0]!, mask, 1000)
  assert.deepEqual(epoll.poll(0), [[1000, EPOLLOUT]])
})

test('gVisor CycleOfOne: registering an epoll with itself fails with EINVAL', () => {
  using epoll = new Epoll()
  assert.throws(() => epoll.register(epoll, EPOLLIN), { code: 'EINVAL' })
})

test('gVisor CycleOfThree: registering the last link of a cycle fails with ELOOP', () => {
  using first = new Epoll()
  using second = new Epoll()
  using third = new Epoll()
  first.register(second, EPOLLIN)
  second.register(third, EPOLLIN)
  assert.throws(() => third.register(first, EPOLLIN), { code: 'ELOOP' })
  assert.deepEqual(third.interest(), [])
})

test('gVisor CloseFile: a ready descriptor is no longer reported after close()', () => {
  using watched = new Watched(1, EPOLLOUT)
  assert.equal(watched.epoll.poll(0).length, 1)
  watched.events[0]!.close()
  assert.deepEqual(watched.epoll.poll(0), [])
})

test('gVisor PipeReaderHupAfterWriterClosed: a mask of 0 still reports EPOLLHUP', () => {
  using epoll = new Epoll()
  using pipe = new Pipe()
  epoll.register(pipe.reader, 0)
  assert.deepEqual(epoll.poll(0), [])
  pipe.writer.close()
  assert.deepEqual(epoll.poll(0), [[pipe.reader.fileno(), EPOLLHUP]])
})

test('gVisor PipeWriterErrAfterReaderClosed: a mask of EPOLLERR reports exactly that', () => {
  using epoll = new Epoll()
  using pipe = new Pipe()
  epoll.register(pipe.writer, EPOLLERR)
  assert.deepEqual(epoll.poll(0), [])
  pipe.reader.close()
  assert.deepEqual(epoll.poll(0), [[pipe.writer.fileno(), EPOLLERR]])
})

test('gVisor RegularFiles: register(), modify() and unregister() of a regular file fail with EPERM', () => {
  using epoll = new Epoll()
  using file = File.open('/proc/self/exe')
  assert.throws(() => epoll.register(file, EPOLLIN | EPOLLOUT), { code: 'EPERM' })
  assert.throws(() => epoll.modify(file, EPOLLIN | EPOLLOUT), { code: 'EPERM' })
  assert.throws(() => epoll.unregister(file), { code: 'EPERM' })
})

describe('a waiting thread', () => {
  let waiters: Waiters
  before(async () => {
    waiters = await Waiters.of(1)
  })
  after(() => waiters.close())

  const outcomeOf = (epoll: Epoll, emit: () => void): Outcome =>
    waiters.run([{ epoll, call: 'ew', maxevents: 3 }], emit)[0]!

  test('gVisor WaitThenUnblock: a waiting thread gets the event of a later write', () => {
    using watched = new Watched(3, EPOLLIN)
    const outcome = outcomeOf(watched.epoll, () => watched.events[0]!.write(1))
    assert.deepEqual(outcome, { count: 1, data: 1000, events: EPOLLIN })
  })

  test('gVisor UnblockWithNewFD: registering a ready descriptor wakes the waiting thread', () => {
    using epoll = new Epoll()
    using ready = new EventFd(1)
    const data = 2 ** 53 - 2 ** 33 + 5
    const outcome = outcomeOf(epoll, () => epoll.register(ready, EPOLLIN | EPOLLET, data))
    assert.deepEqual(outcome, { count: 1, data, events: EPOLLIN })
  })

  test('gVisor DoubleLayerEpoll: a thread that waits on the outer epoll wakes up in each of two rounds', () => {
    using pipe = new Pipe()
    using inner = new Epoll()
    using outer = new Epoll()
    inner.register(pipe.reader, EPOLLIN)
    outer.register(inner, EPOLLIN)
    for (let round = 0; round < 2; round++) {
      const outcome = outcomeOf(outer, () => pipe.writer.write('x'))
      assert.deepEqual(outcome, { count: 1, data: inner.fileno(), events: EPOLLIN })
      assert.deepEqual(inner.poll(0), [[pipe.reader.fileno(), EPOLLIN]])
      assert.equal(pipe.reader.read(10)?.toString(), 'x')
    }
  })
})

test('gVisor EpollPwait2Timeout: epoll_pwait2 waits for a timeout in nanoseconds', t => {
  using epoll = new Epoll()
  const beginMs = performance.now()
  const count = native.epollPwait2(epoll.fileno(), new Uint32Array(4), 1, 20_000_123)
  if (count < 0) return t.skip('needs epoll_pwait2 (Linux 5.11, and no filter that refuses it)')
  assert.equal(count, 0)
  assert.ok(performance.now() - beginMs >= 20.000123)
})
