import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  EPOLL_CLOEXEC,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLPRI,
  EPOLLRDHUP,
  Epoll,
  EventBuffer,
  EventFd,
  Pipe,
  SHUT_WR,
  Socket,
  SystemError,
} from '../../lib/index.ts'
import { native, O_CLOEXEC } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { inWorker } from '../support/worker.ts'

function refusedAs(code: string, pattern: RegExp): (error: SystemError) => true {
  return error => {
    assert(error instanceof SystemError)
    assert.deepEqual([error.code, error.syscall], [code, 'epoll_ctl'])
    assert.match(error.message, pattern)
    return true
  }
}

test('poll() reports level-triggered readiness each time, edge-triggered readiness once', () => {
  using epoll = new Epoll()
  using level = new EventFd(1)
  using edge = new EventFd(1)
  epoll.register(level, EPOLLIN)
  epoll.register(edge, EPOLLIN | EPOLLET)
  assert.equal(epoll.poll(0).length, 2)
  assert.deepEqual(epoll.poll(0), [[level.fileno(), EPOLLIN]])
})

test('poll() in a worker reports data that the main thread wrote', async () => {
  using epoll = new Epoll()
  using event = new EventFd()
  epoll.register(event, EPOLLIN)
  const code = 'return epollet.Epoll.fromfd(workerData, { owns: false }).poll()'
  const events = inWorker(code, epoll.fileno())
  event.write(1)
  assert.deepEqual(await events, [[event.fileno(), EPOLLIN]])
})

test('a new Epoll is close-on-exec, unless its flags are 0', () => {
  const flagsOf = (epoll: Epoll) =>
    /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${epoll.fileno()}`, 'latin1'))?.[1]
  using closing = new Epoll()
  using same = new Epoll({ flags: EPOLL_CLOEXEC })
  using staying = new Epoll({ flags: 0 })
  const bits = [closing, same, staying].map(
    epoll => Number.parseInt(flagsOf(epoll) ?? '', 8) & O_CLOEXEC,
  )
  assert.deepEqual(bits, [O_CLOEXEC, O_CLOEXEC, 0])
})

test('register() takes a number, an object with fileno() and an object with fd', () => {
  using event = new EventFd(1)
  const fd = event.fileno()
  for (const target of [fd, event, { fileno: () => fd }, { fd }]) {
    using epoll = new Epoll()
    epoll.register(target, EPOLLIN)
    assert.deepEqual(epoll.poll(0), [[fd, EPOLLIN]])
    epoll.modify(target, EPOLLOUT)
    assert.deepEqual(epoll.poll(0), [[fd, EPOLLOUT]])
    epoll.unregister(target)
    assert.deepEqual(epoll.poll(0), [])
  }
})

test('register() prefers fileno() to fd', () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register({ fileno: () => event.fileno(), fd: 0 }, EPOLLIN)
  assert.deepEqual(
    epoll.interest().map(entry => entry.fd),
    [event.fileno()],
  )
})

test('register() without a mask asks for EPOLLIN | EPOLLPRI | EPOLLOUT', () => {
  using epoll = new Epoll()
  using event = new EventFd()
  epoll.register(event)
  const always = EPOLLERR | EPOLLHUP
  assert.equal(epoll.interest()[0]?.events, EPOLLIN | EPOLLPRI | EPOLLOUT | always)
})

test('a second register() of a descriptor throws EEXIST and names the descriptor', () => {
  using epoll = new Epoll()
  using event = new EventFd()
  epoll.register(event, EPOLLIN | EPOLLET)
  const pattern = new RegExp(
    `^EEXIST: .+, epoll_ctl EPOLL_CTL_ADD EPOLLIN\\|EPOLLET fd ${event.fileno()} on epoll ${epoll.fileno()}$`,
  )
  assert.throws(() => epoll.register(event, EPOLLIN | EPOLLET), refusedAs('EEXIST', pattern))
})

test('register() throws a SystemError for a descriptor that epoll refuses', () => {
  using epoll = new Epoll()
  using event = new EventFd()
  const file = openSync('/proc/self/exe', 'r')
  const directory = openSync('/', 'r')
  const rows: [call: () => void, code: string, pattern: RegExp][] = [
    [() => epoll.register(file, EPOLLIN), 'EPERM', /EPOLL_CTL_ADD EPOLLIN fd/],
    [() => epoll.register(directory, EPOLLIN), 'EPERM', /EPOLL_CTL_ADD EPOLLIN fd/],
    [() => epoll.register(epoll, EPOLLIN), 'EINVAL', /EPOLL_CTL_ADD EPOLLIN fd/],
    [() => epoll.register(2 ** 31 - 1, EPOLLIN), 'EBADF', /fd 2147483647 on epoll/],
    [() => epoll.modify(event, EPOLLIN), 'ENOENT', /EPOLL_CTL_MOD EPOLLIN fd/],
    [() => epoll.unregister(event), 'ENOENT', /EPOLL_CTL_DEL fd \d+ on epoll/],
  ]
  for (const [call, code, pattern] of rows) assert.throws(call, refusedAs(code, pattern))
  closeSync(file)
  closeSync(directory)
})

test('registering two epolls with each other throws ELOOP', () => {
  using outer = new Epoll()
  using inner = new Epoll()
  outer.register(inner, EPOLLIN)
  assert.throws(() => inner.register(outer, EPOLLIN), refusedAs('ELOOP', /EPOLLIN fd/))
})

for (const data of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]) {
  test(`poll(), wait() and interest() return the data word ${data} unchanged`, () => {
    using epoll = new Epoll()
    using event = new EventFd(1)
    epoll.register(event, EPOLLIN, data)
    assert.deepEqual(epoll.poll(0), [[data, EPOLLIN]])
    const events = new EventBuffer(1)
    assert.equal(epoll.wait(events, 0), 1)
    assert.equal(events.data(0), data)
    assert.equal(epoll.interest()[0]?.data, data)
    epoll.modify(event, EPOLLIN)
    assert.deepEqual(epoll.poll(0), [[event.fileno(), EPOLLIN]])
    epoll.modify(event, EPOLLIN, data)
    assert.deepEqual(epoll.poll(0), [[data, EPOLLIN]])
  })
}

test('a mask may be signed or unsigned, and interest() returns it unsigned', () => {
  assert.ok((EPOLLIN | EPOLLET) < 0)
  using event = new EventFd()
  for (const mask of [EPOLLIN | EPOLLET, EPOLLIN + EPOLLET]) {
    using epoll = new Epoll()
    epoll.register(event, mask)
    const expected = EPOLLET + (EPOLLIN | EPOLLERR | EPOLLHUP)
    assert.equal(epoll.interest()[0]?.events, expected)
    epoll.modify(event, mask)
    assert.equal(epoll.interest()[0]?.events, expected)
  }
})

test('an EPOLLONESHOT descriptor is reported once, and again after modify()', () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN | EPOLLONESHOT)
  assert.equal(epoll.poll(0).length, 1)
  assert.equal(epoll.poll(0).length, 0)
  epoll.modify(event, EPOLLIN | EPOLLONESHOT)
  assert.equal(epoll.poll(0).length, 1)
})

test('after modify() with the same mask an edge is reported again', () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN | EPOLLET)
  assert.equal(epoll.poll(0).length, 1)
  assert.equal(epoll.poll(0).length, 0)
  epoll.modify(event, EPOLLIN | EPOLLET)
  assert.equal(epoll.poll(0).length, 1)
})

test('a hang-up is reported even if not requested', () => {
  using epoll = new Epoll()
  const [left, right] = Socket.pair()
  epoll.register(left, 0)
  right.close()
  assert.deepEqual(epoll.poll(0), [[left.fileno(), EPOLLHUP]])
  left.close()
})

test('a half-close is reported as EPOLLIN | EPOLLRDHUP', () => {
  using epoll = new Epoll()
  const [left, right] = Socket.pair()
  epoll.register(left, EPOLLIN | EPOLLRDHUP)
  right.shutdown(SHUT_WR)
  assert.deepEqual(epoll.poll(0), [[left.fileno(), EPOLLIN | EPOLLRDHUP]])
  left.close()
  right.close()
})

test('a descriptor closed while a duplicate is open is still reported and cannot be unregistered', () => {
  using epoll = new Epoll()
  const pipe = new Pipe()
  const fd = pipe.reader.fileno()
  const copy = native.dup(fd)
  epoll.register(pipe.reader, EPOLLIN)
  pipe.writer.write('x')
  pipe.reader.close()
  assert.deepEqual(epoll.poll(0), [[fd, EPOLLIN]])
  assert.equal(epoll.interest()[0]?.fd, fd)
  assert.throws(() => epoll.unregister(fd), refusedAs('EBADF', /EPOLL_CTL_DEL fd/))
  native.close(copy)
  assert.deepEqual(epoll.poll(0), [])
  pipe.close()
})

test('poll() returns at most maxevents events, and the next call returns the others', () => {
  using epoll = new Epoll()
  const fds = Array.from({ length: 5 }, () => new EventFd(1))
  for (const event of fds) epoll.register(event, EPOLLIN | EPOLLET)
  const batches = [2, 1, 100].map(maxevents => epoll.poll(0, maxevents))
  assert.deepEqual(
    batches.map(batch => batch.length),
    [2, 1, 2],
  )
  assert.deepEqual(
    batches.flat().map(([fd]) => fd),
    fds.map(event => event.fileno()),
  )
  for (const event of fds) event.close()
})

test('poll() returns at most 1,023 events by default', () => {
  using epoll = new Epoll()
  const fds = Array.from({ length: 1030 }, () => new EventFd(1))
  for (const event of fds) epoll.register(event, EPOLLIN)
  assert.equal(epoll.poll(0).length, 1023)
  assert.equal(epoll.poll(0, -1).length, 1023)
  assert.equal(epoll.poll(0, 1030).length, 1030)
  assert.equal(epoll.poll(0, 2 ** 20).length, 1030)
  assert.equal(epoll.wait(new EventBuffer(), 0), 1024)
  for (const event of fds) event.close()
})

test('poll() refuses a maxevents of 0, below -1, or above a million', () => {
  using epoll = new Epoll()
  for (const maxevents of [0, -2, 2 ** 20 + 1, 1e300]) {
    assert.throws(() => epoll.poll(0, maxevents), {
      name: 'RangeError',
      message: /maxevents: expected an integer from .+ to 1048576, got/,
    })
  }
})

test('each poll() returns a new list', () => {
  using epoll = new Epoll()
  using first = new EventFd(1)
  using second = new EventFd(1)
  epoll.register(first, EPOLLIN | EPOLLET)
  const before = epoll.poll(0)
  epoll.register(second, EPOLLIN | EPOLLET)
  const after = epoll.poll(0)
  assert.deepEqual([before, after], [[[first.fileno(), EPOLLIN]], [[second.fileno(), EPOLLIN]]])
})

test('interest() returns the kernel’s list, including closed descriptors', () => {
  using epoll = new Epoll()
  assert.deepEqual(epoll.interest(), [])
  using first = new EventFd()
  const pipe = new Pipe()
  const fd = pipe.writer.fileno()
  epoll.register(first, EPOLLIN, 7)
  epoll.register(pipe.writer, EPOLLOUT | EPOLLET)
  const always = EPOLLERR | EPOLLHUP
  const expected = [
    { fd: first.fileno(), events: EPOLLIN | always, data: 7, data64: BigInt(7) },
    { fd, events: EPOLLET + (EPOLLOUT | always), data: fd, data64: BigInt(fd) },
  ]
  const byFd = (a: { fd: number }, b: { fd: number }) => a.fd - b.fd
  assert.deepEqual(epoll.interest().sort(byFd), expected.sort(byFd))
  pipe.close()
  assert.deepEqual(epoll.interest().length, 1)
})

test('fromfd() owns the descriptor', () => {
  const before = openDescriptors()
  using event = new EventFd(1)
  const first = new Epoll()
  first.register(event, EPOLLIN)
  const second = Epoll.fromfd(first.detach())
  assert.deepEqual(second.poll(0), [[event.fileno(), EPOLLIN]])
  second.close()
  event.close()
  assert.deepEqual(openDescriptors(), before)
})

test('fromfd() with owns: false does not close the descriptor', () => {
  using epoll = new Epoll()
  const borrowed = Epoll.fromfd(epoll.fileno(), { owns: false })
  using event = new EventFd(1)
  borrowed.register(event, EPOLLIN)
  borrowed.close()
  assert.equal(borrowed.closed, true)
  assert.equal(epoll.poll(0).length, 1)
})

test('fromfd() refuses a descriptor that is not an epoll or not open', () => {
  using event = new EventFd()
  assert.throws(() => Epoll.fromfd(event.fileno()), {
    name: 'TypeError',
    message: "fd: expected a descriptor of an epoll, got 'anon_inode:[eventfd]'",
  })
  assert.throws(() => Epoll.fromfd(2 ** 31 - 1), { code: 'EBADF', name: 'SystemError' })
  assert.throws(() => Epoll.fromfd(-1), RangeError)
})

test('an epoll is readable while a descriptor registered in it is ready', () => {
  using outer = new Epoll()
  using inner = new Epoll()
  using event = new EventFd(1)
  inner.register(event, EPOLLIN)
  outer.register(inner, EPOLLIN)
  assert.deepEqual(outer.poll(0), [[inner.fileno(), EPOLLIN]])
})
