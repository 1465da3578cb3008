import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import {
  AF_UNIX,
  Descriptor,
  EPOLLIN,
  Epoll,
  EventBuffer,
  EventFd,
  File,
  FileStat,
  maskNames,
  Pipe,
  PipeReader,
  PipeWriter,
  POLLIN,
  Poll,
  RESOLVE_BENEATH,
  SO_REUSEADDR,
  SOL_SOCKET,
  Socket,
  SystemError,
  select,
  TimerFd,
} from '../../lib/index.ts'
import { openDescriptors } from '../support/descriptors.ts'

const wrongTypes = {
  undefined: undefined,
  null: null,
  string: 'a string',
  object: {},
  array: [],
  symbol: Symbol('a symbol'),
  bigint: 1n,
  function: () => {},
  true: true,
  proxy: new Proxy({}, {}),
  unprintable: {
    get [Symbol.toStringTag](): string {
      throw new Error('looked at')
    },
    [inspect.custom](): never {
      throw new Error('inspected')
    },
  },
}
const wrongNumbers = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-1': -1,
  '0.5': 0.5,
  '2^31': 2 ** 31,
  '2^53': 2 ** 53,
  '-2^31-1': -(2 ** 31) - 1,
}
type Kind = keyof typeof wrongTypes | keyof typeof wrongNumbers

interface Row {
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the subject
  call: (value: any) => unknown
  /** False if even a number has the wrong type. */
  numeric?: boolean
  /** Values of the right type but out of range. */
  outOfRange?: Kind[]
  /** Values that are accepted. */
  accepts?: Kind[]
  /** Values that only the kernel refuses. */
  kernel?: Partial<Record<Kind, string>>
}

const epoll = new Epoll()
const ready = new EventFd(1)
const other = new EventFd(0)
epoll.register(ready, EPOLLIN)
const events = new EventBuffer(4)
const pipe = new Pipe()
const timer = new TimerFd()
const file = File.open('/proc/self/exe')
const directory = File.open('/usr')
const poll = new Poll()
poll.register(ready, POLLIN)
const [left, right] = Socket.pair()
const inet = new Socket()
const unix = new Socket({ domain: AF_UNIX })
const bytes = new Uint8Array(16)
const resolve = RESOLVE_BENEATH

after(() => {
  const all = [epoll, ready, other, pipe, timer, file, directory, left, right, inet, unix]
  for (const descriptor of all) descriptor.close()
})

const optional: Kind[] = ['undefined']
const options: Partial<Row> = {
  numeric: false,
  accepts: ['undefined', 'object', 'proxy', 'unprintable'],
}
const flag: Partial<Row> = { numeric: false, accepts: ['undefined', 'true'] }
const fd: Partial<Row> = { numeric: true }
const timeout: Partial<Row> = {
  accepts: ['undefined', 'null', '-1', '-Infinity', '0.5', '-2^31-1'],
}
const size: Partial<Row> = { accepts: ['2^31'] }

// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the subject
function bound(host: any): void {
  using socket = new Socket()
  socket.bind({ host, port: 0 })
}

/** Detached, so that neither object closes it. */
function fromSpare(options: { owns: boolean }): void {
  using spare = new Epoll()
  Epoll.fromfd(spare.fileno(), options).detach()
}

const rows: Row[] = [
  { name: 'new Epoll(options)', call: v => new Epoll(v), ...options },
  {
    name: 'new Epoll({ flags })',
    call: v => new Epoll({ flags: v }),
    accepts: optional,
    kernel: { '-1': 'EINVAL' },
  },
  {
    name: 'new Epoll({ onSignal })',
    call: v => new Epoll({ onSignal: v }),
    numeric: false,
    accepts: optional,
  },
  { name: 'Epoll.fromfd(fd)', call: v => Epoll.fromfd(v) },
  {
    name: 'Epoll.fromfd(, options)',
    call: v => fromSpare(v),
    ...options,
  },
  {
    name: 'Epoll.fromfd(, { owns })',
    call: v => fromSpare({ owns: v }),
    ...flag,
  },
  { name: 'epoll.register(fd)', call: v => epoll.register(v), ...fd },
  { name: 'epoll.register({ fd })', call: v => epoll.register({ fd: v }), ...fd },
  { name: 'epoll.register({ fileno })', call: v => epoll.register({ fileno: () => v }), ...fd },
  {
    name: 'epoll.register(, eventmask)',
    call: v => {
      epoll.register(other, v)
      epoll.unregister(other)
    },
    accepts: ['undefined', '2^31'],
    kernel: { '-1': 'EINVAL' }, // EPOLLEXCLUSIVE goes with little else
  },
  {
    name: 'epoll.register(,, data)',
    call: v => {
      epoll.register(other, EPOLLIN, v)
      epoll.unregister(other)
    },
    accepts: ['undefined', '2^31'],
  },
  { name: 'epoll.modify(fd)', call: v => epoll.modify(v, EPOLLIN), ...fd },
  {
    name: 'epoll.modify(, eventmask)',
    call: v => epoll.modify(ready, v),
    kernel: { '-1': 'EINVAL' },
    accepts: ['2^31'],
  },
  {
    name: 'epoll.modify(,, data)',
    call: v => epoll.modify(ready, EPOLLIN, v),
    accepts: ['undefined', '2^31'],
  },
  { name: 'epoll.unregister(fd)', call: v => epoll.unregister(v), ...fd },
  { name: 'epoll.poll(timeoutMs)', call: v => epoll.poll(v), ...timeout },
  { name: 'epoll.poll(, maxevents)', call: v => epoll.poll(0, v), accepts: ['undefined', '-1'] },
  { name: 'epoll.wait(events)', call: v => epoll.wait(v, 0), numeric: false },
  { name: 'epoll.wait(, timeoutMs)', call: v => epoll.wait(events, v), ...timeout },
  {
    name: 'epoll.watch(listener)',
    call: v => epoll.watch(v),
    numeric: false,
    accepts: ['function'],
  },
  { name: 'new EventBuffer(capacity)', call: v => new EventBuffer(v), accepts: optional },
  { name: 'events.data(i)', call: v => events.data(v) },
  { name: 'events.mask(i)', call: v => events.mask(v) },

  {
    name: 'new EventFd(initial)',
    call: v => new EventFd(v),
    accepts: ['undefined', 'bigint', '2^31'],
  },
  { name: 'new EventFd(, options)', call: v => new EventFd(0, v), ...options },
  {
    name: 'new EventFd(, { semaphore })',
    call: v => new EventFd(0, { semaphore: v }),
    ...flag,
  },
  { name: 'eventFd.write(value)', call: v => ready.write(v), accepts: ['bigint', '2^31'] },

  {
    name: 'new TimerFd(clock)',
    call: v => new TimerFd(v),
    accepts: optional,
    kernel: { '-1': 'EINVAL' },
  },
  { name: 'timer.set(time)', call: v => timer.set(v), numeric: false },
  {
    name: 'timer.set({ initialMs })',
    call: v => timer.set({ initialMs: v }),
    accepts: ['0.5', '2^31'],
  },
  {
    name: 'timer.set({ intervalMs })',
    call: v => timer.set({ initialMs: 1e6, intervalMs: v }),
    accepts: ['undefined', '0.5', '2^31'],
  },

  { name: 'reader.read(size)', call: v => pipe.reader.read(v), ...size },
  {
    name: 'writer.write(data)',
    call: v => pipe.writer.write(v),
    numeric: false,
    accepts: ['string'],
  },

  {
    name: 'File.open(path)',
    call: v => File.open(v),
    numeric: false,
    kernel: { string: 'ENOENT' },
  },
  { name: 'File.open(, options)', call: v => File.open('/usr', v), ...options },
  {
    name: 'File.open(, { flags })',
    call: v => File.open('/proc/self/no-such', { flags: v }),
    kernel: { undefined: 'ENOENT', '-1': 'ENOENT' },
  },
  {
    name: 'File.open(, { mode })',
    call: v => File.open('/usr', { mode: v }),
    accepts: optional,
  },
  {
    name: 'File.open(, { directory })',
    call: v => File.open('usr', { directory: v }),
    kernel: { undefined: 'ENOENT' },
  },
  { name: 'File.openBeneath(directory)', call: v => File.openBeneath(v, 'x', { resolve }) },
  {
    name: 'File.openBeneath(, path)',
    call: v => File.openBeneath(directory, v, { resolve }),
    numeric: false,
    kernel: { string: 'ENOENT' },
  },
  {
    name: 'File.openBeneath(,, options)',
    call: v => File.openBeneath(directory, '.', v),
    numeric: false,
  },
  {
    name: 'File.openBeneath(,, { flags })',
    call: v => File.openBeneath(directory, '.', { resolve, flags: v }),
    accepts: optional,
    kernel: { '-1': 'EINVAL' },
  },
  {
    name: 'File.openBeneath(,, { resolve })',
    call: v => File.openBeneath(directory, '.', { resolve: v }),
  },
  { name: 'file.read(size)', call: v => file.read(v, 2 ** 40), ...size },
  {
    name: 'file.read(, position)',
    call: v => file.read(1, v),
    accepts: ['undefined', '2^31'],
  },
  { name: 'file.readInto(buffer)', call: v => file.readInto(v), numeric: false },
  {
    name: 'file.readInto(, position)',
    call: v => file.readInto(bytes, v),
    accepts: ['undefined', '2^31'],
  },
  { name: 'file.readInto(,, offset)', call: v => file.readInto(bytes, 0, v), accepts: optional },
  {
    name: 'file.readInto(,,, length)',
    call: v => file.readInto(bytes, 0, 0, v),
    accepts: optional,
  },
  { name: 'file.stat(into)', call: v => file.stat(v), numeric: false, accepts: optional },
  { name: 'stat.equals(other)', call: v => new FileStat().equals(v), numeric: false },

  { name: 'poll.register(fd)', call: v => new Poll().register(v), accepts: [] },
  {
    name: 'poll.register(, eventmask)',
    call: v => new Poll().register(0, v),
    accepts: optional,
  },
  { name: 'poll.modify(fd)', call: v => poll.modify(v, POLLIN) },
  { name: 'poll.modify(, eventmask)', call: v => poll.modify(ready, v) },
  { name: 'poll.unregister(fd)', call: v => poll.unregister(v) },
  { name: 'poll.poll(timeoutMs)', call: v => poll.poll(v), ...timeout },
  { name: 'select(read)', call: v => select(v, [], [], 0), numeric: false, accepts: ['array'] },
  { name: 'select(, write)', call: v => select([], v, [], 0), numeric: false, accepts: ['array'] },
  {
    name: 'select(,, except)',
    call: v => select([], [], v, 0),
    numeric: false,
    accepts: ['array'],
  },
  { name: 'select([fd])', call: v => select([v], [], [], 0) },
  { name: 'select(, [fd])', call: v => select([], [v], [], 0) },
  { name: 'select(,, [fd])', call: v => select([], [], [v], 0) },
  { name: 'select(,,, timeoutMs)', call: v => select([ready], [], [], v), ...timeout },

  { name: 'new Socket(options)', call: v => new Socket(v), ...options },
  {
    name: 'new Socket({ domain })',
    call: v => new Socket({ domain: v }),
    accepts: optional,
    kernel: { '-1': 'EAFNOSUPPORT' },
  },
  {
    name: 'new Socket({ type })',
    call: v => new Socket({ type: v }),
    accepts: optional,
    kernel: { '-1': 'EINVAL' },
  },
  {
    name: 'new Socket({ blocking })',
    call: v => new Socket({ blocking: v }),
    ...flag,
  },
  { name: 'Socket.fromfd(fd)', call: v => Socket.fromfd(v) },
  {
    name: 'socket.setblocking(blocking)',
    call: v => left.setblocking(v),
    numeric: false,
    accepts: ['true'],
  },
  { name: 'socket.bind(address)', call: v => inet.bind(v), numeric: false },
  {
    name: 'socket.bind({ host })',
    call: v => bound(v),
    numeric: false,
    outOfRange: ['string'],
    accepts: optional,
  },
  { name: 'socket.bind({ port })', call: v => inet.bind({ host: '127.0.0.1', port: v }) },
  {
    name: 'socket.bind({ path })',
    call: v => unix.bind({ path: v === 'a string' ? '/no/such/place' : v }),
    numeric: false,
    kernel: { string: 'ENOENT' },
  },
  { name: 'socket.listen(backlog)', call: v => unix.listen(v), kernel: { undefined: 'EINVAL' } },
  { name: 'socket.connect(address)', call: v => inet.connect(v), numeric: false },
  { name: 'socket.connect({ port })', call: v => inet.connect({ host: '127.0.0.1', port: v }) },
  { name: 'socket.recv(size)', call: v => right.recv(v), ...size },
  {
    name: 'socket.recv(, flags)',
    call: v => right.recv(1, v),
    accepts: optional,
  },
  { name: 'socket.recvInto(buffer)', call: v => right.recvInto(v), numeric: false },
  { name: 'socket.recvInto(, offset)', call: v => right.recvInto(bytes, v), accepts: optional },
  { name: 'socket.recvInto(,, length)', call: v => right.recvInto(bytes, 0, v), accepts: optional },
  { name: 'socket.send(data)', call: v => left.send(v), numeric: false, accepts: ['string'] },
  { name: 'socket.send(, options)', call: v => left.send('', v), ...options },
  { name: 'socket.send(, { offset })', call: v => left.send('', { offset: v }), accepts: optional },
  { name: 'socket.send(, { length })', call: v => left.send('', { length: v }), accepts: optional },
  {
    name: 'socket.send(, { flags })',
    call: v => left.send('', { flags: v }),
    accepts: optional,
  },
  { name: 'socket.sendfile(file)', call: v => left.sendfile(v, 0, 1) },
  {
    name: 'socket.sendfile(, offset)',
    call: v => left.sendfile(file, v, 0),
    accepts: ['2^31'],
  },
  {
    name: 'socket.sendfile(,, count)',
    call: v => left.sendfile(file, 2 ** 40, v),
    accepts: ['2^31'],
  },
  { name: 'socket.shutdown(how)', call: v => left.shutdown(v), kernel: { '-1': 'EINVAL' } },
  {
    name: 'socket.setsockopt(level)',
    call: v => left.setsockopt(v, SO_REUSEADDR, 1),
  },
  {
    name: 'socket.setsockopt(, name)',
    call: v => left.setsockopt(SOL_SOCKET, v, 1),
  },
  {
    name: 'socket.setsockopt(,, value)',
    call: v => left.setsockopt(SOL_SOCKET, SO_REUSEADDR, v),
    accepts: ['-1'],
  },
  {
    name: 'socket.getsockopt(level)',
    call: v => left.getsockopt(v, SO_REUSEADDR),
  },
  {
    name: 'socket.getsockopt(, name)',
    call: v => left.getsockopt(SOL_SOCKET, v),
  },
  {
    name: 'socket.getsockopt(,, length)',
    call: v => left.getsockopt(SOL_SOCKET, SO_REUSEADDR, v),
    accepts: optional,
  },

  {
    name: 'maskNames(mask)',
    call: v => maskNames(v),
    accepts: ['-1', '2^31'],
  },
  { name: 'new SystemError(errno)', call: v => new SystemError(v, 'read') },
  { name: 'new PipeReader(fd)', call: v => new PipeReader(v) },
  { name: 'new PipeWriter(fd)', call: v => new PipeWriter(v) },
  // @ts-expect-error: private only in TypeScript
  { name: 'new File(fd)', call: v => new File(v) },
  // @ts-expect-error: abstract only in TypeScript
  { name: 'new Descriptor(fd)', call: v => new Descriptor(v, 'Descriptor') },
]

/** Checks one value: the kernel's error, acceptance, or a TypeError or RangeError of ours. */
function verify(row: Row, kind: Kind, value: unknown, isNumber: boolean): void {
  const what = `${row.name} with ${kind}`
  const call = () => row.call(value)
  const code = row.kernel?.[kind]
  if (code !== undefined) {
    assert.throws(call, (error: SystemError) => {
      assert(error instanceof SystemError, `${what}: ${inspect(error)}`)
      const { syscall } = error
      // libuv has another name for this errno than the kernel
      assert.match(
        error.code,
        code === 'EOPNOTSUPP' ? /^(EOPNOTSUPP|ENOTSUP)$/ : RegExp(code),
        what,
      )
      assert.ok(error.errno < 0 && /^[a-z_0-9]+$/.test(syscall), what)
      return true
    })
    return
  }
  if (row.accepts?.includes(kind)) {
    const made = call() as { close?: () => void } | undefined
    made?.close?.()
    return
  }
  const inType = (isNumber && row.numeric !== false) || row.outOfRange?.includes(kind)
  const expected = inType ? RangeError : TypeError
  assert.throws(call, (error: Error & { code: string }) => {
    assert.equal(error.constructor, expected, `${what}: ${inspect(error)}`)
    assert.match(error.message, /^[\w.()[\]]+: expected .+, got ./, what)
    const codes = { TypeError: 'ERR_INVALID_ARG_TYPE', RangeError: 'ERR_OUT_OF_RANGE' }
    assert.equal(error.code, codes[expected.name as keyof typeof codes], what)
    return true
  })
}

for (const row of rows) {
  test(`${row.name} reports what it expected and got, and opens nothing`, () => {
    const before = openDescriptors()
    for (const [kind, value] of Object.entries(wrongTypes)) verify(row, kind as Kind, value, false)
    for (const [kind, value] of Object.entries(wrongNumbers)) verify(row, kind as Kind, value, true)
    assert.deepEqual(openDescriptors(), before)
  })
}
