// Hostile arguments: objects that run code when read, objects that change while they are read, and detached buffers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import {
  AF_UNIX,
  ClosedError,
  EPOLLIN,
  Epoll,
  EventBuffer,
  EventFd,
  File,
  MSG_TRUNC,
  Pipe,
  POLLIN,
  Poll,
  RESOLVE_BENEATH,
  SO_LINGER,
  SOL_SOCKET,
  Socket,
  SystemError,
  select,
  TimerFd,
} from '../../lib/index.ts'
import { openDescriptors } from '../support/descriptors.ts'

const boom = new Error('the getter threw')
const loopback = { host: '127.0.0.1', port: 0 }

function throwing(...names: string[]): never {
  const object = {}
  for (const name of names)
    Object.defineProperty(object, name, {
      enumerable: true,
      get() {
        throw boom
      },
    })
  return object as never
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(8)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

// TypeScript's es2023 library lacks resizable buffers, which every supported Node has.
const Resizable = ArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(bytes: number): void }

test('if fileno() closes the epoll, the call throws ClosedError and affects no other descriptor', () => {
  for (const use of [
    (epoll: Epoll, target: EventFd) => epoll.register(target),
    (epoll: Epoll, target: EventFd) => epoll.modify(target, EPOLLIN),
    (epoll: Epoll, target: EventFd) => epoll.unregister(target),
  ]) {
    const epoll = new Epoll()
    using event = new EventFd()
    let stranger: Epoll | undefined
    const target = {
      fileno() {
        const number = epoll.fileno()
        epoll.close()
        stranger = new Epoll()
        assert.equal(stranger.fileno(), number)
        return event.fileno()
      },
    } as unknown as EventFd
    assert.throws(() => use(epoll, target), ClosedError)
    assert.deepEqual(stranger?.interest(), [])
    stranger?.close()
  }
})

test('if a getter closes the object, the call throws ClosedError', () => {
  const socket = () => new Socket({ domain: AF_UNIX })
  const closing = (object: { close(): void }, value: Record<string, unknown>): never => {
    const traps = {
      get(target: object, name: string) {
        object.close()
        return Reflect.get(target, name)
      },
    }
    return new Proxy(value, traps) as never
  }
  const cases: (() => unknown)[] = [
    () => {
      const s = socket()
      return s.bind(closing(s, { path: '\0epollet-never-bound' }))
    },
    () => {
      const s = socket()
      return s.connect(closing(s, { path: '\0epollet-never-bound' }))
    },
    () => {
      const s = socket()
      return s.send('x', closing(s, {}))
    },
    () => {
      const s = socket()
      return s.sendfile(closing(s, { fd: 0 }), 0, 1)
    },
    () => {
      const timer = new TimerFd()
      return timer.set(closing(timer, { initialMs: 1 }))
    },
  ]
  for (const run of cases) assert.throws(run, ClosedError)
})

test('an error thrown by a getter reaches the caller, and nothing is opened', () => {
  const before = openDescriptors()
  const fdLike = throwing('fileno', 'fd')
  using epoll = new Epoll()
  using socket = new Socket()
  using unix = new Socket({ domain: AF_UNIX })
  using timer = new TimerFd()
  const calls: (() => unknown)[] = [
    () => new Epoll(throwing('flags', 'onSignal')),
    () => Epoll.fromfd(epoll.fileno(), throwing('owns')),
    () => epoll.register(fdLike),
    () => new EventFd(0, throwing('semaphore')),
    () => new Socket(throwing('domain')),
    () => socket.bind(throwing('host', 'port')),
    () => socket.connect(throwing('host', 'port')),
    () => unix.bind(throwing('path')),
    () => socket.send('x', throwing('flags')),
    () => socket.sendfile(fdLike, 0, 1),
    () => timer.set(throwing('initialMs')),
    () => File.open('/', throwing('mode')),
    () => File.open('/', { directory: fdLike }),
    () => File.openBeneath(fdLike, 'x', { resolve: RESOLVE_BENEATH }),
    () => File.openBeneath(0, 'x', throwing('resolve')),
    () => new Poll().register(fdLike),
    () => select([fdLike], [], [], 0),
  ]
  for (const call of calls) assert.throws(call, boom)
  for (const open of [socket, unix, timer, epoll]) open.close()
  assert.deepEqual(openDescriptors(), before)
})

test('bind() uses the right address even if one of its getters binds another socket', () => {
  using first = new Socket()
  using second = new Socket()
  const port = 0
  const address = {
    get host() {
      second.bind({ host: '127.0.0.2', port: 0 })
      return '127.0.0.1'
    },
    port,
  }
  first.bind(address)
  assert.equal((first.getsockname() as { host: string }).host, '127.0.0.1')
  assert.equal((second.getsockname() as { host: string }).host, '127.0.0.2')
})

test('bind() accepts an address object that throws when inspected', () => {
  using socket = new Socket()
  const unprintable = {
    ...loopback,
    [inspect.custom]() {
      throw boom
    },
    [Symbol.toPrimitive]() {
      throw boom
    },
  }
  socket.bind(unprintable)
  assert.throws(() => socket.bind(unprintable), { code: 'EINVAL', syscall: 'bind' })
})

test('a detached or shrunk buffer is refused with a TypeError', () => {
  const shrunk = new Resizable(16, { maxByteLength: 32 })
  const part = new Uint8Array(shrunk, 8, 8)
  shrunk.resize(4)
  const [left, right] = Socket.pair()
  using pipe = new Pipe()
  using file = File.open('/proc/self/exe')
  for (const gone of [detached(), part]) {
    for (const use of [
      () => left.send(gone),
      () => right.recvInto(gone),
      () => left.setsockopt(SOL_SOCKET, SO_LINGER, gone),
      () => pipe.writer.write(gone),
      () => file.readInto(gone),
    ]) {
      assert.throws(use, { name: 'TypeError', message: /not detached/ })
    }
  }
  assert.equal(left.send(new Uint8Array(0)), 0) // an empty view is allowed
  left.close()
  right.close()
})

test('wait() throws EFAULT for an EventBuffer whose memory was transferred', () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const events = new EventBuffer(2)
  structuredClone(null, { transfer: [events.words.buffer as ArrayBuffer] })
  assert.throws(() => epoll.wait(events, 0), { code: 'EFAULT', syscall: 'epoll_wait' })
})

test('a view that reports too large a length causes EFAULT', () => {
  class Liar extends Uint8Array {
    override get length(): number {
      return 2 ** 30
    }
  }
  const [left, right] = Socket.pair()
  assert.throws(() => left.send(new Liar(1)), { code: 'EFAULT' })
  assert.throws(() => right.recvInto(new Liar(1)), { code: 'EFAULT' })
  const events = new EventBuffer(1)
  Object.assign(events, { capacity: 2 ** 20 })
  using epoll = new Epoll()
  assert.throws(() => epoll.wait(events, 0), { code: 'EFAULT' })
  left.close()
  right.close()
})

test('objects that only resemble views or buffers are refused with a TypeError', () => {
  const [left, right] = Socket.pair()
  using epoll = new Epoll()
  for (const fake of [
    Object.create(Uint8Array.prototype),
    new Proxy(new Uint8Array(1), {}),
    new ArrayBuffer(8),
    new Uint16Array(8),
    new DataView(new ArrayBuffer(8)),
  ]) {
    assert.throws(() => left.send(fake), {
      name: 'TypeError',
      message: /^data: expected a string or/,
    })
    assert.throws(() => right.recvInto(fake), { name: 'TypeError', message: /^buffer: expected/ })
  }
  assert.throws(() => epoll.wait(Object.create(EventBuffer.prototype), 0), TypeError)
  left.close()
  right.close()
})

test('shared memory and memory of another realm are accepted', () => {
  const [left, right] = Socket.pair()
  const shared = new Uint8Array(new SharedArrayBuffer(8), 2, 3)
  const foreign = runInNewContext('new Uint8Array([120, 121, 122])') as Uint8Array
  assert.equal(foreign instanceof Uint8Array, false)
  left.send(foreign)
  assert.equal(right.recvInto(shared), 3)
  assert.deepEqual([...shared], [120, 121, 122])
  left.send(shared)
  assert.equal(right.recv(8)?.toString(), 'xyz')
  left.close()
  right.close()
})

test('a resizable buffer is used with its current length', () => {
  const [left, right] = Socket.pair()
  const memory = new Resizable(4, { maxByteLength: 16 })
  const bytes = new Uint8Array(memory)
  memory.resize(2)
  left.send('hello')
  assert.equal(right.recvInto(bytes), 2)
  memory.resize(16)
  assert.equal(right.recvInto(bytes), 3)
  assert.equal(Buffer.from(bytes.subarray(0, 3)).toString(), 'llo')
  left.close()
  right.close()
})

test('MSG_TRUNC exposes no old memory: unwritten bytes are zero', () => {
  using server = new Socket()
  server.bind(loopback)
  server.listen()
  using client = new Socket({ blocking: true })
  client.connect(server.getsockname())
  const [connection] = server.accept()!
  client.send('x'.repeat(4096))
  assert.deepEqual(connection.recv(4096, MSG_TRUNC), Buffer.alloc(4096))
  connection.close()
})

test('select() copies its lists before it calls fileno(), which may change them', () => {
  using ready = new EventFd(1)
  const list: unknown[] = []
  const fdLike = {
    fileno() {
      list.length = 0
      return ready.fileno()
    },
  }
  list.push(fdLike, ready)
  assert.deepEqual(select(list as never, [], [], 0), [[fdLike, ready], [], []])
})

test('select() accepts a list of 300,000 objects', () => {
  using ready = new EventFd(1)
  const many = new Array(300_000).fill(ready)
  assert.equal(select(many, [], [], 0)[0].length, many.length)
})

test("poll() with more descriptors than the process may open throws the kernel's EINVAL", () => {
  const poll = new Poll()
  for (let fd = 0; fd < 100_000; fd++) poll.register(fd, POLLIN)
  try {
    poll.poll(0) // does not throw if the process may open that many
  } catch (error) {
    assert(error instanceof SystemError)
    assert.equal(error.code, 'EINVAL')
  }
})

test('fileno() is called once per argument', () => {
  using first = new EventFd(1)
  using second = new EventFd(1)
  const poll = new Poll()
  poll.register(first)
  let calls = 0
  const changing = { fileno: () => (calls++ === 0 ? first : second).fileno() }
  poll.modify(changing, POLLIN)
  assert.deepEqual(poll.poll(0), [[first.fileno(), POLLIN]])
})
