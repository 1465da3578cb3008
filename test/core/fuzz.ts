// Random calls with hostile arguments, for fuzz.test.ts and fuzz.gate.ts.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { seeded } from '../../lib/bench/statistics/random.ts'
import {
  AF_INET6,
  AF_UNIX,
  ClosedError,
  Epoll,
  EventBuffer,
  EventFd,
  File,
  FileStat,
  Pipe,
  Poll,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  SystemError,
  select,
  TimerFd,
} from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'
import { guarded, guardNative } from './guarded-native.ts'
import { argumentsOf, boom } from './hostile-values.ts'

interface Closable {
  close(): void
}
interface Kind {
  make: () => object
  /** The number of arguments of each method. */
  methods: Record<string, number>
}

const streams = {
  recv: 2,
  recvInto: 4,
  recvfrom: 2,
  sendto: 3,
  recvmsg: 3,
  sendmsg: 4,
  send: 2,
  sendfile: 3,
  shutdown: 1,
  fileno: 0,
}
const socketMethods = {
  ...streams,
  bind: 1,
  connect: 1,
  listen: 1,
  accept: 0,
  setsockopt: 3,
  getsockopt: 3,
  getsockname: 0,
  getpeername: 0,
}
const kinds: Record<string, Kind> = {
  Epoll: {
    make: () => new Epoll(),
    methods: { register: 3, modify: 3, unregister: 1, poll: 2, wait: 2, interest: 0, close: 0 },
  },
  EventFd: { make: () => new EventFd(1), methods: { read: 0, write: 1, close: 0 } },
  TimerFd: { make: () => new TimerFd(), methods: { set: 1, read: 0, close: 0 } },
  PipeReader: { make: () => reader(), methods: { read: 1, close: 0 } },
  File: {
    make: () => File.open('/proc/self/exe'),
    methods: { read: 2, readInto: 4, stat: 1, write: 2 },
  },
  FileStat: { make: () => new FileStat(), methods: { equals: 1, isSameFile: 1 } },
  EventBuffer: { make: () => new EventBuffer(8), methods: { data: 1, events: 1 } },
  Poll: { make: () => new Poll(), methods: { register: 2, modify: 2, unregister: 1, poll: 1 } },
  tcp: { make: () => new Socket(), methods: { ...socketMethods, close: 0 } },
  tcp6: { make: () => new Socket({ domain: AF_INET6 }), methods: socketMethods },
  udp: { make: () => new Socket({ type: SOCK_DGRAM }), methods: socketMethods },
  unix: { make: () => new Socket({ domain: AF_UNIX }), methods: socketMethods },
  pair: { make: () => end(), methods: { ...streams, setsockopt: 3, getsockopt: 3, close: 0 } },
  connected: { make: () => connected(), methods: { ...streams, setsockopt: 3, getsockopt: 3 } },
  new: {
    make: () => ({
      Epoll: (...args: [never]) => new Epoll(...args).close(),
      EventFd: (...args: [never]) => new EventFd(...args).close(),
      TimerFd: (...args: [never]) => new TimerFd(...args).close(),
      Socket: (...args: [never]) => new Socket(...args).close(),
      EventBuffer: (...args: [never]) => new EventBuffer(...args),
      open: (...args: [never]) => File.open(...args).close(),
      openBeneath: (...args: [never, never, never]) => File.openBeneath(...args).close(),
      select: (...args: [never, never, never]) => select(...args),
    }),
    methods: {
      Epoll: 1,
      EventFd: 2,
      TimerFd: 1,
      Socket: 1,
      EventBuffer: 1,
      open: 2,
      openBeneath: 3,
      select: 4,
    },
  },
}

function reader(): object {
  const pipe = new Pipe()
  pipe.writer.write('some bytes')
  pipe.writer.close()
  return pipe.reader
}

/** One end of a pair, with bytes to read; the other end is closed. */
function end(): Socket {
  const [left, right] = Socket.pair()
  right.send(Buffer.alloc(10_000))
  right.close()
  return left
}

function connected(): Socket {
  using listener = new Socket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen()
  const client = new Socket()
  client.connect(listener.getsockname())
  listener.accept()?.[0].close()
  return client
}

function isExpected(error: unknown): boolean {
  return (
    error === boom ||
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof SystemError ||
    error instanceof ClosedError
  )
}

/** Calls methods of the public classes with hostile arguments. Each call must return or throw a documented error. */
export function fuzzClasses(seed: number, calls: number): Map<string, number> {
  const random = seeded(seed)
  const restore = guardNative()
  const outcomes = new Map<string, number>()
  const names = Object.keys(kinds)
  let objects: Record<string, object> = {}
  const closeAll = (): void => {
    for (const object of Object.values(objects)) (object as Partial<Closable>).close?.()
  }
  const renew = (): void => {
    closeAll()
    objects = Object.fromEntries(Object.entries(kinds).map(([name, { make }]) => [name, make()]))
  }
  try {
    for (let i = 0; i < calls; i++) {
      if (i % 200 === 0) renew()
      const kind = names[Math.floor(random() * names.length)]!
      const methods = Object.entries(kinds[kind]!.methods)
      const [method, most] = methods[Math.floor(random() * methods.length)]!
      const object = objects[kind] as Record<string, (...args: unknown[]) => unknown>
      const close = (): void => (object as Partial<Closable>).close?.()
      const args = argumentsOf(random, most, Object.values(objects), close)
      let outcome = 'returned'
      try {
        const result = object[method]!(...args)
        if (method === 'accept') (result as [Socket] | null)?.[0].close()
      } catch (error) {
        if (!isExpected(error))
          throw new Error(`seed ${seed} call ${i}: ${kind}.${method}`, { cause: error })
        outcome = (error as Error).name
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
  } finally {
    closeAll()
    restore()
  }
  return outcomes
}

const lengths = [1, 3, 4, 8, 12, 16, 20, 64, 255, 256, 1024, 8192]

/** Calls Socket's methods with each given level and name, and each form of value. */
export function sweepSocket(
  seed: number,
  levels: readonly number[],
  names: readonly number[],
): { returned: number; refused: number } {
  const random = seeded(seed)
  const restore = guardNative()
  const makers = ['tcp', 'tcp6', 'udp', 'unix', 'pair', 'connected'].map(kind => kinds[kind]!.make)
  const counts = { returned: 0, refused: 0 }
  const once = (call: () => unknown): void => {
    try {
      call()
      counts.returned++
    } catch (error) {
      assert.ok(isExpected(error), String(error))
      counts.refused++
    }
  }
  try {
    for (const level of levels) {
      const sockets = makers.map(make => make() as Socket)
      for (const name of names) {
        const socket = sockets[Math.floor(random() * sockets.length)]!
        const length = lengths[Math.floor(random() * lengths.length)]!
        // Neither 0 nor 0xff can form the address of a multicast group that the machine could join.
        const fill = random() < 0.5 ? 0 : 0xff
        once(() => socket.getsockopt(level, name))
        once(() => socket.getsockopt(level, name, length))
        once(() => socket.setsockopt(level, name, fill))
        once(() => socket.setsockopt(level, name, Buffer.alloc(length, fill)))
      }
      for (const socket of sockets) socket.close()
    }
  } finally {
    restore()
  }
  return counts
}

const SO_PEERPIDFD = 77

/** Calls the native getsockopt, which has no allowlist; it must not write beyond its view. */
export function sweepNative(
  seed: number,
  levels: readonly number[],
  names: readonly number[],
): number {
  const random = seeded(seed)
  const getsockopt = guarded('getsockopt', native.getsockopt as never)
  const types = [
    [2, SOCK_STREAM],
    [2, SOCK_DGRAM],
    [10, SOCK_STREAM],
    [1, SOCK_STREAM],
  ] as const
  const fds = types.map(([domain, type]) => native.socket(domain, type, 0))
  let answered = 0
  for (const level of levels) {
    for (const name of names) {
      for (const fd of fds) {
        const value = new Uint8Array(lengths[Math.floor(random() * lengths.length)]!)
        const length = getsockopt(fd, level, name, value)
        assert.ok(length <= value.length)
        if (length < 0) continue
        answered++
        if (level === 1 && name === SO_PEERPIDFD && length === 4)
          native.close(new DataView(value.buffer).getInt32(0, true))
      }
    }
  }
  for (const fd of fds) native.close(fd)
  return answered
}

/** State of the whole machine that a socket option might change. */
export function hostState(): string[] {
  const files = [
    '/proc/net/ip_tables_names',
    '/proc/net/ip6_tables_names',
    '/proc/net/ip_mr_vif',
    '/proc/net/ip6_mr_vif',
    '/proc/sys/net/ipv4/tcp_congestion_control',
    '/proc/sys/net/ipv4/tcp_fastopen_key',
    '/proc/sys/net/ipv4/tcp_fastopen',
  ]
  return files.map(path => {
    try {
      return `${path} ${readFileSync(path, 'latin1')}`
    } catch (error) {
      return `${path} ${(error as NodeJS.ErrnoException).code}`
    }
  })
}

export function upTo(least: number, most: number): number[] {
  return Array.from({ length: most - least + 1 }, (_, i) => least + i)
}
