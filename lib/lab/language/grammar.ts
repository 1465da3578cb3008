// The arguments that each operation takes, and the kinds of descriptors that it accepts.
import {
  descriptorsMax,
  operationBytesMax,
  processesMax,
  spinMsMax,
  threadsMax,
  waitMsMax,
} from '../limits.ts'
import { Mistake, numberOf, quoted, type Reader } from './reader.ts'
import { type Action, openables, socketOptions } from './syntax.ts'
import { descriptorKinds, type Kind } from './vocabulary.ts'

/** Files are left out: their FIONREAD is the size minus the offset, which is negative for /proc files. */
const queueing: readonly Kind[] = ['pipe reader', 'socket', 'eventfd', 'timerfd']
const readable: readonly Kind[] = [...queueing, 'file']
const fillable: readonly Kind[] = ['pipe writer', 'socket', 'file']
/** Counters are left out: it takes too many writes to fill an eventfd. */
const writable: readonly Kind[] = [...fillable, 'eventfd']
const sockets: readonly Kind[] = ['socket', 'listener']
const counters: readonly Kind[] = ['eventfd', 'timerfd']
const int32Max = 2 ** 31 - 1
const defaultEachBytes = 4096

type Rule = (reader: Reader) => Action

function several(reader: Reader, kinds: readonly Kind[], most: number): string[] {
  const names = [reader.name(...kinds)]
  while (!reader.atEnd && names.length < most) names.push(reader.name(...kinds))
  return names
}

function milliseconds(reader: Reader, otherwise: number): number {
  return reader.optionalNumber('milliseconds', 0, waitMsMax, otherwise)
}

function bytes(reader: Reader): number {
  return reader.number('a number of bytes', 1, operationBytesMax)
}

function each(reader: Reader): number {
  return reader.optionalNumber('bytes each time', 1, operationBytesMax, defaultEachBytes)
}

const wait: Rule = reader => {
  const epoll = reader.name('epoll')
  let timeoutMs: number | null = null
  let maxevents: number | null = null
  while (!reader.atEnd) {
    const isCount = reader.nextIs(/^max=/)
    if ((isCount ? maxevents : timeoutMs) !== null) break
    const token = reader.word('milliseconds')
    if (isCount)
      maxevents = numberOf(token.text.slice(4), token, 'a number of events', 1, descriptorsMax)
    else timeoutMs = numberOf(token.text, token, 'milliseconds', 0, waitMsMax)
  }
  return { op: 'wait', epoll, timeoutMs: timeoutMs ?? 0, maxevents }
}

const listen: Rule = reader => {
  const token = reader.word('a new name')
  const isLeftOut = reader.nextIs(/^reuseport$/)
  const backlog = isLeftOut ? 64 : reader.optionalNumber('a backlog', 0, 4096, 64)
  const shares = reader.takes('reuseport')
    ? { reuseport: reader.atEnd ? null : reader.name('listener') }
    : {}
  return { op: 'listen', name: reader.bind(token, 'listener'), backlog, ...shares }
}

function reading(op: 'read' | 'recv' | 'peek' | 'recvoob', kinds: readonly Kind[]): Rule {
  return reader => {
    const name = reader.name(...kinds)
    const isCounter = counters.includes(reader.kindOf(name))
    return { op, name, sizeBytes: isCounter && reader.atEnd ? null : bytes(reader) }
  }
}

function sending(op: 'write' | 'send' | 'sendoob', kinds: readonly Kind[]): Rule {
  return reader => ({ op, name: reader.name(...kinds), payload: reader.payload() })
}

function registering(op: 'add' | 'mod'): Rule {
  return reader => ({
    op,
    epoll: reader.name('epoll'),
    name: reader.name(...descriptorKinds),
    mask: reader.mask(),
  })
}

function nested(reader: Reader, kind: keyof typeof doneBy): Action {
  const token = reader.word('an operation')
  const allowed = doneBy[kind]
  if (!allowed.includes(token.text)) {
    const message = `${quoted(token.text)} is not an operation that a ${kind} can do: ${allowed.join(', ')}`
    throw new Mistake(message, token)
  }
  return rules[token.text]!(reader)
}

const doneBy = {
  thread: 'wait read recv write send add mod del shut drain sleep'.split(' '),
  process: 'pipe pair ep eventfd dup add mod del wait read recv write send close sleep'.split(' '),
}

function counted(reader: Reader, kind: 'thread' | 'process', max: number): string {
  const token = reader.word('a new name')
  const count = [...reader.names.values()].filter(one => one === kind).length
  if (count === max)
    throw new Mistake(
      `a program may have at most ${max} ${kind === 'process' ? 'processes' : 'threads'}`,
      token,
    )
  return reader.bind(token, kind)
}

export const rules: Readonly<Record<string, Rule>> = {
  pipe: reader => ({
    op: 'pipe',
    reader: reader.newName('pipe reader'),
    writer: reader.newName('pipe writer'),
  }),
  pair: reader => ({
    op: 'pair',
    a: reader.newName('socket'),
    b: reader.newName('socket'),
    type: reader.takes('dgram') ? 'dgram' : 'stream',
  }),
  tcp: reader => ({
    op: 'tcp',
    client: reader.newName('socket'),
    server: reader.newName('socket'),
  }),
  udp: reader => ({ op: 'udp', a: reader.newName('socket'), b: reader.newName('socket') }),
  socket: reader => ({ op: 'socket', name: reader.newName('socket') }),
  listen,
  connect: reader => ({
    op: 'connect',
    name: reader.isNewName() ? reader.newName('socket') : reader.name('socket'),
    listener: reader.name('listener'),
  }),
  accept: reader => ({
    op: 'accept',
    name: reader.newName('socket'),
    listener: reader.name('listener'),
  }),
  eventfd: reader => {
    const name = reader.newName('eventfd')
    const isLeftOut = reader.atEnd || reader.nextIs(/^semaphore$/)
    const initial = isLeftOut ? 0 : reader.number('a count', 0, int32Max)
    return { op: 'eventfd', name, initial, semaphore: reader.takes('semaphore') }
  },
  timerfd: reader => ({
    op: 'timerfd',
    name: reader.newName('timerfd'),
    initialMs: reader.number('milliseconds', 1, waitMsMax),
    intervalMs: milliseconds(reader, 0),
  }),
  open: reader => ({
    op: 'open',
    name: reader.newName('file'),
    what: reader.oneOf('a file to open', openables),
  }),
  ep: reader => ({ op: 'ep', name: reader.newName('epoll') }),
  dup: reader => {
    const token = reader.word('a new name')
    const of = reader.name(...descriptorKinds)
    return { op: 'dup', name: reader.bind(token, reader.kindOf(of)), of }
  },
  dup2: reader => {
    const of = reader.name(...descriptorKinds)
    const onto = reader.name(...descriptorKinds)
    reader.names.set(onto, reader.kindOf(of))
    return { op: 'dup2', of, onto }
  },
  exhaust: () => ({ op: 'exhaust' }),
  release: reader => ({
    op: 'release',
    count: reader.atEnd ? null : reader.number('a count', 1, int32Max),
  }),
  add: registering('add'),
  mod: registering('mod'),
  del: reader => ({
    op: 'del',
    epoll: reader.name('epoll'),
    name: reader.name(...descriptorKinds),
  }),
  wait,
  spin: reader => ({
    op: 'spin',
    epoll: reader.name('epoll'),
    forMs: reader.number('milliseconds', 1, spinMsMax),
  }),
  poll: reader => ({ op: 'poll', names: several(reader, descriptorKinds, descriptorsMax) }),
  select: reader => ({ op: 'select', names: several(reader, descriptorKinds, descriptorsMax) }),
  write: sending('write', writable),
  send: sending('send', ['socket']),
  sendoob: sending('sendoob', ['socket']),
  read: reading('read', readable),
  recv: reading('recv', ['socket']),
  peek: reading('peek', ['socket']),
  recvoob: reading('recvoob', ['socket']),
  fill: reader => ({ op: 'fill', name: reader.name(...fillable), eachBytes: each(reader) }),
  drain: reader => ({ op: 'drain', name: reader.name(...readable), eachBytes: each(reader) }),
  sendfile: reader => ({ op: 'sendfile', name: reader.name('socket'), sizeBytes: bytes(reader) }),
  queued: reader => ({ op: 'queued', name: reader.name(...queueing) }),
  unsent: reader => ({ op: 'unsent', name: reader.name('socket') }),
  error: reader => ({ op: 'error', name: reader.name(...sockets) }),
  set: reader => ({
    op: 'set',
    name: reader.name(...sockets),
    option: reader.oneOf('an option', socketOptions),
    value: reader.number('a value', 0, int32Max),
  }),
  setblocking: reader => ({ op: 'setblocking', name: reader.name(...descriptorKinds) }),
  shut: reader => ({
    op: 'shut',
    name: reader.name(...sockets),
    how: reader.oneOf('a direction', ['RD', 'WR', 'RDWR']),
  }),
  close: reader => ({ op: 'close', name: reader.name(...descriptorKinds) }),
  rst: reader => ({ op: 'rst', name: reader.name('socket') }),
  sleep: reader => ({ op: 'sleep', forMs: reader.number('milliseconds', 0, waitMsMax) }),
  thread: reader => ({
    op: 'thread',
    name: counted(reader, 'thread', threadsMax),
    action: nested(reader, 'thread'),
  }),
  join: reader => ({
    op: 'join',
    name: reader.name('thread'),
    timeoutMs: milliseconds(reader, 100),
  }),
  done: reader => ({ op: 'done', names: several(reader, ['thread'], threadsMax) }),
  process: reader => ({
    op: 'process',
    name: counted(reader, 'process', processesMax),
    inherits: reader.atEnd ? [] : several(reader, descriptorKinds, descriptorsMax),
  }),
  in: reader => ({
    op: 'in',
    name: reader.name('process'),
    action: nested(reader, 'process'),
  }),
  exit: reader => ({ op: 'exit', name: reader.name('process') }),
}
