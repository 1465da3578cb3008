// CPython's test_select.py, test_poll.py and test_selectors.py, as far as they apply to our API: a KeyError is ENOENT
// here, an overflow a RangeError. README.md lists the omitted tests.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  EPOLLIN,
  EPOLLOUT,
  Epoll,
  EventFd,
  type FdLike,
  File,
  Pipe,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  Poll,
  Socket,
  select,
  TimerFd,
} from '../../lib/index.ts'
import { openFilesMax } from '../../lib/sys/index.ts'

function wrong<T>(value: unknown): T {
  return value as T
}

/** The number of a descriptor that was closed. */
function closedFd(): number {
  using event = new EventFd()
  return event.fileno()
}

const negativeTimeouts = [null, -1000, -1, -0.1, -1e-100]

/** A timer that ends a wait without a timeout after a short time. */
function armed(initialMs: number): TimerFd {
  const timer = new TimerFd()
  timer.set({ initialMs })
  return timer
}

test('test_select: anything that is not a list of descriptors throws TypeError', () => {
  for (const list of [1, null, 'ab', {}]) {
    assert.throws(() => select(wrong(list), [], [], 0), TypeError)
    assert.throws(() => select([], wrong(list), [], 0), TypeError)
    assert.throws(() => select([], [], wrong(list), 0), TypeError)
  }
  for (const item of [{}, null, 'a', { fileno: () => 'a' }]) {
    assert.throws(() => select([wrong<FdLike>(item)], [], [], 0), TypeError)
  }
  assert.throws(() => select([], [], [], wrong('not a number')), TypeError)
})

test('test_select: a closed descriptor fails with EBADF', () => {
  assert.throws(() => select([closedFd()], [], [], 0), { code: 'EBADF', syscall: 'select' })
})

test('test_select: the three results are separate lists', () => {
  const [read, write, except] = select([], [], [], 0)
  assert.deepEqual([read, write, except], [[], [], []])
  assert.notEqual(read, write)
  assert.notEqual(read, except)
  assert.notEqual(write, except)
})

test('test_select: a wait lasts for its timeout or until the end of the stream', () => {
  using pipe = new Pipe()
  for (const timeoutMs of [0, 1, 2, 4, 8, 16]) {
    const beginMs = performance.now()
    assert.deepEqual(select([pipe.reader], [], [], timeoutMs), [[], [], []])
    assert.ok(performance.now() - beginMs >= timeoutMs, `${timeoutMs} ms`)
  }
  pipe.writer.close()
  assert.deepEqual(select([pipe.reader], [], [], null), [[pipe.reader], [], []])
  assert.equal(pipe.reader.read(1)?.length, 0)
})

test('test_select: fileno() may change the list during the call', () => {
  using event = new EventFd()
  const list: FdLike[] = []
  const shrinking = {
    fileno(): number {
      list.pop()
      return event.fileno()
    },
  }
  for (let i = 0; i < 10; i++) list.push(shrinking)
  const [, writable] = select([], list, [], 0)
  assert.equal(writable.length, 10)
  const growing = {
    fileno(): number {
      if (list.length < 100) list.push(growing)
      return event.fileno()
    },
  }
  list.splice(0, list.length, growing)
  assert.equal(select([], list, [], 0)[1].length, 1)
})

test('test_poll: each reader is ready once its writer has written', () => {
  const poll = new Poll()
  const pipes = Array.from({ length: 12 }, () => new Pipe())
  try {
    for (const { writer } of pipes) poll.register(writer, POLLOUT)
    for (const { reader } of pipes) poll.register(reader, POLLIN)
    const writers: [number, number][] = pipes.map(({ writer }) => [writer.fileno(), POLLOUT])
    assert.deepEqual(poll.poll(0), writers)
    for (const { reader, writer } of pipes) {
      writer.write('This is a test')
      assert.deepEqual(poll.poll(0).at(-1), [reader.fileno(), POLLIN])
      assert.equal(reader.read(100)?.toString(), 'This is a test')
      poll.unregister(reader)
      poll.unregister(writer)
    }
    assert.deepEqual(poll.poll(0), [])
  } finally {
    for (const pipe of pipes) pipe.close()
  }
})

test('test_poll: a closed descriptor reports POLLNVAL', () => {
  const fd = closedFd()
  const poll = new Poll()
  poll.register(fd)
  assert.deepEqual(poll.poll(0), [[fd, POLLNVAL]])
})

test('test_poll: an unknown descriptor cannot be unregistered or modified', () => {
  using event = new EventFd()
  const poll = new Poll()
  assert.throws(() => poll.unregister(event), { code: 'ENOENT' })
  assert.throws(() => poll.modify(event, POLLIN), { code: 'ENOENT' })
  poll.register(event)
  poll.unregister(event)
  assert.throws(() => poll.unregister(event), { code: 'ENOENT' })
})

test('test_poll: an object without fileno() throws TypeError', () => {
  const poll = new Poll()
  for (const what of [{}, null, 'a', { fileno: () => 'a' }]) {
    assert.throws(() => poll.register(wrong<FdLike>(what), POLLIN), TypeError)
    assert.throws(() => poll.unregister(wrong<FdLike>(what)), TypeError)
  }
})

test('test_poll: a mask of more than 16 bits or a timeout above INT_MAX throws RangeError', () => {
  using event = new EventFd()
  const poll = new Poll()
  for (const mask of [-1, 0x10000, 2 ** 32, 2 ** 63]) {
    assert.throws(() => poll.register(event, mask), RangeError, `${mask}`)
  }
  poll.register(event, POLLOUT)
  assert.throws(() => poll.modify(event, 0x10000), RangeError)
  for (const timeoutMs of [2 ** 31, 2 ** 32, 2 ** 64, Number.NaN]) {
    assert.throws(() => poll.poll(timeoutMs), RangeError, `${timeoutMs}`)
  }
  assert.throws(() => poll.poll(wrong('1')), TypeError)
})

for (const timeoutMs of negativeTimeouts) {
  test(`test_poll: Poll.poll(${timeoutMs}) waits until there is data`, () => {
    using timer = armed(15)
    const poll = new Poll()
    poll.register(timer, POLLIN)
    const beginMs = performance.now()
    assert.deepEqual(poll.poll(timeoutMs), [[timer.fileno(), POLLIN]])
    assert.ok(performance.now() - beginMs >= 10)
  })

  test(`test_poll: Epoll.poll(${timeoutMs}) waits until there is data`, () => {
    using timer = armed(15)
    using epoll = new Epoll()
    epoll.register(timer, EPOLLIN)
    const beginMs = performance.now()
    assert.deepEqual(epoll.poll(timeoutMs), [[timer.fileno(), EPOLLIN]])
    assert.ok(performance.now() - beginMs >= 10)
  })
}

test('test_selectors: an empty mask reports nothing, and a mask of more than 32 bits throws RangeError', () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, 0)
  assert.deepEqual(epoll.poll(0), [])
  assert.throws(() => epoll.register(event, 2 ** 32), RangeError)
})

test('test_selectors: unregister() fails with ENOENT if the descriptor is not registered or no longer registered', () => {
  using epoll = new Epoll()
  using event = new EventFd()
  assert.throws(() => epoll.unregister(event), { code: 'ENOENT' })
  epoll.register(event)
  epoll.unregister(event)
  assert.throws(() => epoll.unregister(event), { code: 'ENOENT' })
  assert.throws(() => epoll.modify(event, EPOLLIN), { code: 'ENOENT' })
})

test('test_selectors: unregister() of a closed descriptor fails with EBADF, and nothing stays registered', () => {
  using epoll = new Epoll()
  const event = new EventFd(1)
  const fd = event.fileno()
  epoll.register(event)
  event.close()
  assert.deepEqual(epoll.interest(), [])
  assert.throws(() => epoll.unregister(fd), { code: 'EBADF' })
})

test('test_selectors: unregister() fails with ENOENT after the number was reused', () => {
  using epoll = new Epoll()
  const first = new EventFd(1)
  const fd = first.fileno()
  epoll.register(first)
  first.close()
  using second = new EventFd(1)
  assert.equal(second.fileno(), fd, 'the lowest number is used again')
  assert.throws(() => epoll.unregister(fd), { code: 'ENOENT' })
  assert.deepEqual(epoll.poll(0), [])
})

test('test_selectors: unregister() of a closed socket fails with EBADF by number, with ERR_CLOSED by object', () => {
  using epoll = new Epoll()
  const [read, write] = Socket.pair()
  const fds = [read.fileno(), write.fileno()]
  epoll.register(read, EPOLLIN)
  epoll.register(write, EPOLLOUT)
  read.close()
  write.close()
  for (const fd of fds) assert.throws(() => epoll.unregister(fd), { code: 'EBADF' })
  assert.throws(() => epoll.unregister(read), { code: 'ERR_CLOSED' })
})

test('test_selectors: modify() changes the mask, and a failed modify() leaves the old mask', () => {
  using epoll = new Epoll()
  using event = new EventFd()
  epoll.register(event, EPOLLIN, 11)
  epoll.modify(event, EPOLLIN | EPOLLOUT, 11)
  assert.deepEqual(epoll.poll(0), [[11, EPOLLOUT]])
  assert.throws(() => epoll.modify(event, 0x10000000), { code: 'EINVAL' })
  assert.throws(() => epoll.modify(event, EPOLLIN, -1), RangeError)
  assert.deepEqual(epoll.poll(0), [[11, EPOLLOUT]])
})

test('test_selectors: interest() shows each change of the registrations', () => {
  using epoll = new Epoll()
  using event = new EventFd()
  assert.deepEqual(epoll.interest(), [])
  const EPOLLERR_HUP = 0x18
  const fd = event.fileno()
  epoll.register(event, EPOLLIN, 4711)
  assert.deepEqual(epoll.interest(), [
    { fd, events: EPOLLIN | EPOLLERR_HUP, data: 4711, data64: 4711n },
  ])
  epoll.modify(event, EPOLLOUT, 0)
  assert.deepEqual(epoll.interest(), [{ fd, events: EPOLLOUT | EPOLLERR_HUP, data: 0, data64: 0n }])
  epoll.unregister(event)
  assert.deepEqual(epoll.interest(), [])
})

test('test_selectors: close() is idempotent, and does not close registered descriptors', () => {
  const epoll = new Epoll()
  using event = new EventFd(7)
  epoll.register(event)
  epoll.close()
  epoll.close()
  assert.equal(event.read(), 7n)
})

test('test_selectors: a timeout of 0 returns immediately, -1 waits for an event, and 100 waits for 100 ms', () => {
  using epoll = new Epoll()
  using idle = new EventFd()
  using busy = new EventFd()
  epoll.register(busy, EPOLLOUT)
  assert.equal(epoll.poll(-1).length, 1)
  epoll.unregister(busy)
  epoll.register(idle, EPOLLIN)
  const beginMs = performance.now()
  assert.deepEqual(epoll.poll(0), [])
  const middleMs = performance.now()
  assert.ok(middleMs - beginMs < 90, 'without waiting')
  assert.deepEqual(epoll.poll(100), [])
  const elapsedMs = performance.now() - middleMs
  assert.ok(elapsedMs >= 100 && elapsedMs < 900, `${elapsedMs} ms`)
})

const many = 3000
const skip =
  (openFilesMax() ?? 0) < many + 100
    ? `needs ${many + 100} open files (ulimit -n)`
    : (false as const)

test('test_selectors: an epoll can watch more descriptors than FD_SETSIZE', { skip }, () => {
  using epoll = new Epoll()
  const events = Array.from({ length: many }, () => new EventFd())
  try {
    for (const event of events) epoll.register(event, EPOLLIN | EPOLLOUT)
    assert.ok(events.at(-1)!.fileno() > 1024)
    const ready = epoll.poll(0, many)
    assert.equal(new Set(ready.map(([fd]) => fd)).size, many)
    assert.throws(() => select([events.at(-1)!], [], [], 0), RangeError)
  } finally {
    for (const event of events) event.close()
  }
})

test('test_selectors: registering a regular file fails with EPERM, and nothing stays registered', () => {
  using epoll = new Epoll()
  using file = File.open('/proc/self/exe')
  assert.throws(() => epoll.register(file, EPOLLIN), { code: 'EPERM' })
  assert.deepEqual(epoll.interest(), [])
})
