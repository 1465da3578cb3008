// Each object after its close(), and close() itself.
import assert from 'node:assert/strict'
import { closeSync } from 'node:fs'
import { test } from 'node:test'
import {
  ClosedError,
  type Descriptor,
  EPOLLIN,
  Epoll,
  EventBuffer,
  EventFd,
  File,
  Pipe,
  POLLIN,
  Poll,
  Socket,
  SystemError,
  select,
  TimerFd,
} from '../../lib/index.ts'
import { EINTR, EMFILE, native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'

interface Row<T extends Descriptor> {
  make: () => T
  uses: Record<string, (object: T) => unknown>
}

function row<T extends Descriptor>(make: () => T, uses: Row<T>['uses']): Row<Descriptor> {
  return { make, uses } as unknown as Row<Descriptor>
}

function reader() {
  const { reader, writer } = new Pipe()
  writer.close()
  return reader
}

function writer() {
  const { reader, writer } = new Pipe()
  reader.close()
  return writer
}

const events = new EventBuffer(1)
const address = { host: '127.0.0.1', port: 0 }
const kinds: Record<string, Row<Descriptor>> = {
  Epoll: row(() => new Epoll(), {
    register: epoll => epoll.register(0, EPOLLIN),
    modify: epoll => epoll.modify(0, EPOLLIN),
    unregister: epoll => epoll.unregister(0),
    poll: epoll => epoll.poll(),
    wait: epoll => epoll.wait(events),
    watch: epoll => epoll.watch(() => {}),
    interest: epoll => epoll.interest(),
  }),
  Socket: row(() => new Socket(), {
    setblocking: socket => socket.setblocking(true),
    bind: socket => socket.bind(address),
    listen: socket => socket.listen(),
    accept: socket => socket.accept(),
    connect: socket => socket.connect(address),
    recv: socket => socket.recv(1),
    recvInto: socket => socket.recvInto(new Uint8Array(1)),
    recvfrom: socket => socket.recvfrom(1),
    sendto: socket => socket.sendto('x', address),
    recvmsg: socket => socket.recvmsg(1),
    sendmsg: socket => socket.sendmsg(['x']),
    send: socket => socket.send('x'),
    sendfile: socket => socket.sendfile(0, 0, 1),
    shutdown: socket => socket.shutdown(0),
    setsockopt: socket => socket.setsockopt(1, 2, 1),
    getsockopt: socket => socket.getsockopt(1, 2),
    getsockname: socket => socket.getsockname(),
    getpeername: socket => socket.getpeername(),
  }),
  EventFd: row(() => new EventFd(), { read: e => e.read(), write: e => e.write(1) }),
  TimerFd: row(() => new TimerFd(), { read: t => t.read(), set: t => t.set({ initialMs: 1 }) }),
  PipeReader: row(reader, { read: end => end.read(1) }),
  PipeWriter: row(writer, { write: end => end.write('x') }),
  File: row(() => File.open('/proc/self/exe'), {
    read: file => file.read(1),
    readInto: file => file.readInto(new Uint8Array(1)),
    write: file => file.write('x'),
    setblocking: file => file.setblocking(true),
    getblocking: file => file.getblocking(),
    stat: file => file.stat(),
  }),
}

function assertClosed(use: () => unknown, kind: string): void {
  assert.throws(use, (error: ClosedError) => {
    assert(error instanceof ClosedError)
    assert.equal(error.code, 'ERR_CLOSED')
    assert.match(error.message, new RegExp(`the ${kind} is closed`))
    return true
  })
}

for (const [kind, { make, uses }] of Object.entries(kinds)) {
  for (const [name, use] of Object.entries({ fileno: (o: Descriptor) => o.fileno(), ...uses })) {
    test(`${kind}.${name}() after close() throws ClosedError`, () => {
      const object = make()
      object.close()
      assertClosed(() => use(object), kind)
    })
  }

  test(`${kind}.close() may be called again, and then closes nothing`, () => {
    const object = make()
    using next = new EventFd()
    const fd = object.fileno()
    assert.equal(object.closed, false)
    object.close()
    assert.equal(object.closed, true)
    assert.equal(native.dup3(next.fileno(), fd, 0), fd) // the number now belongs to another file
    object.close()
    object[Symbol.dispose]()
    assert.equal(native.close(fd), 0)
  })

  test(`${kind}.detach() returns the number and leaves it open`, () => {
    const object = make()
    const fd = object.fileno()
    assert.equal(object.detach(), fd)
    assert.equal(object.closed, true)
    object.close()
    assertClosed(() => object.detach(), kind)
    assert.equal(native.close(fd), 0)
  })

  test(`${kind}.close() does not throw if its number was closed elsewhere`, () => {
    const object = make()
    closeSync(object.fileno())
    object.close()
    assert.equal(object.closed, true)
  })
}

test('close() throws the error of a delayed write, but the object is closed', async t => {
  const event = new EventFd()
  const fd = event.fileno()
  t.mock.method(native, 'close', () => -5)
  assert.throws(() => event.close(), { code: 'EIO', errno: -5, syscall: 'close' })
  t.mock.restoreAll()
  assert.equal(event.closed, true)
  native.close(fd)
})

test('close() does not retry after EINTR, because the number is already free', t => {
  const event = new EventFd()
  const fd = event.fileno()
  const close = t.mock.method(native, 'close', () => EINTR)
  event.close()
  assert.equal(close.mock.callCount(), 1)
  t.mock.restoreAll()
  native.close(fd)
})

test('passing a closed object as a descriptor throws a ClosedError that names the object', () => {
  using epoll = new Epoll()
  const event = new EventFd()
  event.close()
  const poll = new Poll()
  for (const use of [
    () => epoll.register(event),
    () => epoll.modify(event, EPOLLIN),
    () => epoll.unregister(event),
    () => poll.register(event, POLLIN),
    () => select([event], [], [], 0),
  ]) {
    assertClosed(use, 'EventFd')
  }
})

test('Pipe.close() closes the ends that are open, and `closed` is true when both are closed', () => {
  const before = openDescriptors()
  const pipe = new Pipe()
  pipe.reader.close()
  assert.equal(pipe.closed, false)
  pipe.close()
  pipe.close()
  assert.equal(pipe.closed, true)
  assert.deepEqual(openDescriptors(), before)
})

test('for await over a closed epoll rejects', async () => {
  const epoll = new Epoll()
  epoll.close()
  await assert.rejects(
    async () => {
      for await (const _ of epoll);
    },
    { code: 'ERR_CLOSED' },
  )
})

test('a constructor that fails leaves no descriptor open', t => {
  const before = openDescriptors()
  for (const name of ['epollCreate1', 'socket', 'socketpair', 'eventfd', 'timerfdCreate'] as const)
    t.mock.method(native, name, () => EMFILE)
  t.mock.method(native, 'pipe2', () => EMFILE)
  t.mock.method(native, 'openat', () => EMFILE)
  t.mock.method(native, 'openat2', () => EMFILE)
  for (const [make, syscall] of [
    [() => new Epoll(), 'epoll_create1'],
    [() => new Socket(), 'socket'],
    [() => Socket.pair(), 'socketpair'],
    [() => new EventFd(), 'eventfd'],
    [() => new TimerFd(), 'timerfd_create'],
    [() => new Pipe(), 'pipe2'],
    [() => File.open('/'), 'openat'],
    [() => File.openBeneath(0, 'x', { resolve: 8 }), 'openat2'],
  ] as const) {
    assert.throws(make, (error: SystemError) => {
      assert(error instanceof SystemError)
      assert.deepEqual([error.code, error.errno, error.syscall], ['EMFILE', EMFILE, syscall])
      return true
    })
  }
  assert.deepEqual(openDescriptors(), before)
})
