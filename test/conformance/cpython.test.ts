// CPython's Lib/test/test_epoll.py with our API and error classes: ValueError is RangeError, or ERR_CLOSED where
// Python says "closed"; OSError is SystemError; seconds are milliseconds. README.md lists the omitted tests.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  EPOLL_CLOEXEC,
  EPOLLET,
  EPOLLIN,
  EPOLLOUT,
  EPOLLPRI,
  Epoll,
  EventFd,
  type FdLike,
  Socket,
} from '../../lib/index.ts'
import { F_GETFD, native } from '../../lib/sys/index.ts'
import { underSignals } from './signals.ts'

const closed = { code: 'ERR_CLOSED' }
const unusedFd = 1_000_000

/** Passes a value of the wrong type, as JavaScript code can. */
function wrong<T>(value: unknown): T {
  return value as T
}

class Ends {
  readonly client: Socket
  readonly server: Socket

  /** Two connected TCP sockets. */
  constructor() {
    using listener = new Socket()
    listener.bind({ host: '127.0.0.1', port: 0 })
    listener.listen()
    this.client = new Socket({ blocking: true })
    this.client.connect(listener.getsockname())
    this.client.setblocking(false)
    this.server = listener.accept()![0]
  }

  [Symbol.dispose](): void {
    this.client.close()
    this.server.close()
  }
}

const sorted = (events: [number, number][]): [number, number][] =>
  events.sort((a, b) => a[0] - b[0])

/** The masks of both ends, collected over several waits: the events of one end may arrive before the other's. */
function masksOf(epoll: Epoll, ends: Ends, wanted: number): Record<'client' | 'server', number> {
  const masks = new Map<number, number>()
  const fds = [ends.client.fileno(), ends.server.fileno()]
  while (fds.some(fd => ((masks.get(fd) ?? 0) & wanted) !== wanted)) {
    const events = epoll.poll(1000, 4)
    assert.notEqual(events.length, 0, 'an event within a second')
    for (const [fd, mask] of events) masks.set(fd, (masks.get(fd) ?? 0) | mask)
  }
  assert.equal(masks.size, 2)
  return { client: masks.get(fds[0]!)!, server: masks.get(fds[1]!)! }
}

test('PY-01 create: an epoll has a descriptor number until it is closed, whatever its flags', () => {
  for (const options of [undefined, {}, { flags: EPOLL_CLOEXEC }, { flags: 0 }]) {
    const epoll = new Epoll(options)
    assert.ok(epoll.fileno() > 0)
    assert.equal(epoll.closed, false)
    epoll.close()
    assert.equal(epoll.closed, true)
    assert.throws(() => epoll.fileno(), closed)
  }
})

test('PY-02 badcreate: wrong options throw TypeError, wrong flags fail with EINVAL', () => {
  for (const options of ['foo', null, [], { flags: 'foo' }, { flags: null }, { flags: [] }]) {
    assert.throws(() => new Epoll(wrong(options)), TypeError, JSON.stringify(options))
  }
  const syscall = 'epoll_create1'
  for (const flags of [12356, -2]) {
    assert.throws(() => new Epoll({ flags }), { name: 'SystemError', code: 'EINVAL', syscall })
  }
})

test('PY-03 context manager: an epoll is open within its scope and closed after it', () => {
  let epoll: Epoll
  {
    using inner = new Epoll()
    epoll = inner
    assert.ok(epoll.fileno() > 0)
    assert.equal(epoll.closed, false)
  }
  assert.equal(epoll.closed, true)
  assert.throws(() => epoll.fileno(), closed)
})

test('PY-04 add by number: both ends of a connection can be registered by number', () => {
  using ends = new Ends()
  using epoll = new Epoll()
  epoll.register(ends.server.fileno(), EPOLLIN | EPOLLOUT)
  epoll.register(ends.client.fileno(), EPOLLIN | EPOLLOUT)
  assert.equal(epoll.interest().length, 2)
})

test('PY-05 add by object: both ends of a connection can be registered as objects with fileno()', () => {
  using ends = new Ends()
  using epoll = new Epoll()
  epoll.register(ends.server, EPOLLIN | EPOLLOUT)
  epoll.register({ fileno: () => ends.client.fileno() }, EPOLLIN | EPOLLOUT)
  const fds = epoll.interest().map(({ fd }) => fd)
  assert.deepEqual(fds.sort(), [ends.server.fileno(), ends.client.fileno()].sort())
})

test('PY-06 add errors: register() throws for a non-descriptor, a closed number and a second registration', () => {
  using ends = new Ends()
  using epoll = new Epoll()
  for (const what of [{}, null, 'foo', undefined]) {
    assert.throws(() => epoll.register(wrong<FdLike>(what), EPOLLIN), TypeError)
  }
  assert.throws(() => epoll.register(-1, EPOLLIN), RangeError)
  assert.throws(() => epoll.register(unusedFd, EPOLLIN), { code: 'EBADF', syscall: 'epoll_ctl' })
  epoll.register(ends.server, EPOLLIN)
  assert.throws(() => epoll.register(ends.server, EPOLLIN), { code: 'EEXIST' })
})

test('PY-07 fromfd: a second object polls the same epoll, and throws EBADF once the first is closed', () => {
  using ends = new Ends()
  using epoll = new Epoll()
  const same = Epoll.fromfd(epoll.fileno(), { owns: false })
  same.register(ends.server, EPOLLIN | EPOLLOUT)
  same.register(ends.client, EPOLLIN | EPOLLOUT)
  assert.equal(epoll.poll(1000, 4).length, 2)
  assert.equal(same.poll(1000).length, 2)
  epoll.close()
  assert.throws(() => same.poll(1000, 4), { name: 'SystemError', code: 'EBADF' })
  assert.equal(same.closed, false)
})

test('PY-08 control and wait: both ends report their edges, and unregister() and modify() take effect', () => {
  using ends = new Ends()
  const { client, server } = ends
  using epoll = new Epoll()
  epoll.register(server, EPOLLIN | EPOLLOUT | EPOLLET)
  epoll.register(client, EPOLLIN | EPOLLOUT | EPOLLET)
  const beginMs = performance.now()
  assert.deepEqual(
    sorted(epoll.poll(1000, 4)),
    sorted([
      [client.fileno(), EPOLLOUT],
      [server.fileno(), EPOLLOUT],
    ]),
  )
  assert.ok(performance.now() - beginMs < 900, 'without waiting')
  assert.deepEqual(epoll.poll(100, 4), [])
  client.send('Hello!')
  server.send('world!!!')
  const both = EPOLLIN | EPOLLOUT
  assert.deepEqual(masksOf(epoll, ends, both), { client: both, server: both })
  assert.ok(performance.now() - beginMs < 1800, 'without waiting')
  epoll.unregister(client)
  epoll.modify(server, EPOLLOUT)
  assert.deepEqual(epoll.poll(1000, 4), [[server.fileno(), EPOLLOUT]])
})

test('PY-09 errors: a negative descriptor throws RangeError', () => {
  using epoll = new Epoll()
  assert.throws(() => epoll.register(-1, EPOLLIN), RangeError)
  assert.throws(() => Epoll.fromfd(-2), RangeError)
})

test('PY-10 unregister closed: unregister() of a closed number fails with EBADF', () => {
  using ends = new Ends()
  using epoll = new Epoll()
  const fd = ends.server.fileno()
  epoll.register(fd)
  epoll.poll(0)
  ends.server.close()
  assert.throws(() => epoll.unregister(fd), { code: 'EBADF' })
})

test('PY-11 close: a second close() does nothing, and every other method throws', () => {
  using ends = new Ends()
  using epoll = new Epoll()
  const fd = ends.client.fileno()
  epoll.register(fd, EPOLLIN)
  assert.ok(Number.isInteger(epoll.fileno()))
  assert.equal(epoll.closed, false)
  epoll.close()
  assert.equal(epoll.closed, true)
  epoll.close()
  assert.throws(() => epoll.modify(fd, EPOLLIN), closed)
  assert.throws(() => epoll.poll(1000), closed)
  assert.throws(() => epoll.register(fd, EPOLLIN), closed)
  assert.throws(() => epoll.unregister(fd), closed)
  assert.throws(() => epoll.interest(), closed)
})

test('PY-12 non-inheritable: a new epoll is close-on-exec', () => {
  const FD_CLOEXEC = 1
  using epoll = new Epoll()
  assert.equal(native.fcntl(epoll.fileno(), F_GETFD, 0), FD_CLOEXEC)
  using inherited = new Epoll({ flags: 0 })
  assert.equal(native.fcntl(inherited.fileno(), F_GETFD, 0), 0)
})

test('PY-13 eintr: poll() waits for its whole timeout even if signals interrupt it', async () => {
  using epoll = new Epoll()
  const { result, sent, elapsedMs } = await underSignals(epoll, 5, () => epoll.poll(200))
  assert.deepEqual(result, [])
  assert.ok(sent > 0, 'a signal interrupted the wait')
  assert.ok(elapsedMs >= 200, `${elapsedMs} ms`)
})

test('CPython fact 1: a timeout is a number or null; NaN and Infinity throw, and fractions are not truncated', () => {
  using epoll = new Epoll()
  using ready = new EventFd(1)
  for (const timeoutMs of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
    assert.throws(() => epoll.poll(timeoutMs), RangeError, `${timeoutMs}`)
  }
  for (const timeoutMs of ['1', {}, true]) {
    assert.throws(() => epoll.poll(wrong(timeoutMs)), TypeError, `${timeoutMs}`)
  }
  const beginMs = performance.now()
  assert.deepEqual(epoll.poll(0.3), [])
  assert.ok(performance.now() - beginMs >= 0.3)
  epoll.register(ready, EPOLLIN)
  for (const timeoutMs of [2 ** 31 - 1, null, undefined, -1, -0.5, Number.NEGATIVE_INFINITY]) {
    assert.equal(epoll.poll(timeoutMs).length, 1, `${timeoutMs}`)
  }
})

test('CPython fact 2: maxevents defaults to 1023, as does -1; other values below 1 throw RangeError', () => {
  using epoll = new Epoll()
  const ready = Array.from({ length: 1100 }, () => new EventFd(1))
  try {
    for (const event of ready) epoll.register(event, EPOLLIN)
    assert.equal(epoll.poll(0).length, 1023)
    assert.equal(epoll.poll(0, -1).length, 1023)
    assert.equal(epoll.poll(0, 2000).length, 1100)
    for (const maxevents of [0, -2, 1.5]) {
      assert.throws(() => epoll.poll(0, maxevents), RangeError, `${maxevents}`)
    }
    assert.throws(() => epoll.poll(0, wrong('1')), TypeError)
  } finally {
    for (const event of ready) event.close()
  }
})

test('CPython fact 4: the default mask is IN|PRI|OUT', () => {
  using epoll = new Epoll()
  using event = new EventFd()
  const EPOLLERR_HUP = 0x18
  epoll.register(event)
  const events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLERR_HUP
  assert.deepEqual(epoll.interest(), [
    { fd: event.fileno(), events, data: event.fileno(), data64: BigInt(event.fileno()) },
  ])
})

test('CPython fact 5: a descriptor above INT_MAX throws RangeError, and true throws TypeError', () => {
  using epoll = new Epoll()
  assert.throws(() => epoll.register(2 ** 31), RangeError)
  assert.throws(() => epoll.register({ fileno: () => -1 }), RangeError)
  assert.throws(() => epoll.register({ fileno: () => wrong('3') }), TypeError)
  assert.throws(() => epoll.register(wrong(true)), TypeError)
})

test('CPython fact 6: close() does not throw if the descriptor was already closed by number', () => {
  const epoll = new Epoll()
  assert.equal(native.close(epoll.fileno()), 0)
  epoll.close()
  assert.equal(epoll.closed, true)
})

test('CPython fact 7: fromfd() takes ownership of the descriptor, and throws if it is not an epoll', () => {
  const fd = new Epoll().detach()
  Epoll.fromfd(fd).close()
  assert.throws(() => Epoll.fromfd(fd), { code: 'EBADF' })
  assert.throws(() => Epoll.fromfd(-1), RangeError)
  using event = new EventFd()
  assert.throws(() => Epoll.fromfd(event.fileno()), TypeError)
  assert.equal(event.write(1), true)
})

test('CPython fact 8: the end of a using scope calls a subclass’s close()', () => {
  let calls = 0
  class Counting extends Epoll {
    override close(): void {
      calls++
      super.close()
    }
  }
  {
    using epoll = new Counting()
    assert.equal(epoll.closed, false)
  }
  assert.equal(calls, 1)
})

test('CPython fact 9: the data word is written to all 64 bits of epoll_data', () => {
  using epoll = new Epoll()
  using event = new EventFd()
  const fdinfo = (): string => readFileSync(`/proc/self/fdinfo/${epoll.fileno()}`, 'latin1')
  const data = (): string | undefined => /data:\s*([0-9a-f]+)/.exec(fdinfo())?.[1]
  epoll.register(event, EPOLLIN)
  assert.equal(data(), event.fileno().toString(16))
  epoll.modify(event, EPOLLIN, Number.MAX_SAFE_INTEGER)
  assert.equal(data(), '1fffffffffffff')
})
