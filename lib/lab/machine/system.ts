// Makes the system call of an operation.
import { constants } from 'node:fs'
import {
  EBADF,
  EINTR,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  F_GETFL,
  F_SETFL,
  IPPROTO_TCP,
  MSG_NOSIGNAL,
  MSG_OOB,
  MSG_PEEK,
  native,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  SO_ERROR,
  SO_LINGER,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SO_SNDBUF,
  SOL_SOCKET,
  SystemError,
  TCP_NODELAY,
} from '../../sys/index.ts'
import type { Action, Payload, SocketOption } from '../language/syntax.ts'
import type { Kind } from '../language/vocabulary.ts'
import { bitsOf } from './bits.ts'

/** The result of an operation, before numbers are replaced by names. */
export interface Raw {
  /** The return value, or minus errno. */
  readonly result: number
  /** Ready descriptors with their bits: by number for epoll_wait(), by name for poll() and select(). */
  readonly ready?: readonly (readonly [who: number | string, bits: number])[]
  /** The outcome in words, if it is not just `result`. */
  readonly says?: string
}

/** The descriptor that a name resolves to. */
export interface Target {
  readonly fd: number
  readonly kind: Kind
}

export type Lookup = (name: string) => Target

/** No process can open so high a number, so every call on it fails with EBADF. */
export const noNumber: number = 2 ** 31 - 1

const eventsMax = 256
const wordsPerEvent = 4
const counterBytes = 8
/** `fill` and `drain` stop here if EAGAIN never occurs, as with /dev/zero. */
const streamBytesMax = 16 * 2 ** 20
const { O_NONBLOCK } = constants
const msPerS = 1000
const usPerMs = 1000
const words = new Uint32Array(eventsMax * wordsPerEvent)
/** Null for read(2), which takes no flags. */
const receiveFlags = { read: null, recv: 0, peek: MSG_PEEK, recvoob: MSG_OOB } as const
const controls = { add: EPOLL_CTL_ADD, mod: EPOLL_CTL_MOD, del: EPOLL_CTL_DEL } as const
const directions = { RD: 0, WR: 1, RDWR: 2 } as const
const levels: Readonly<Record<SocketOption, [level: number, name: number]>> = {
  RCVLOWAT: [SOL_SOCKET, SO_RCVLOWAT],
  SNDBUF: [SOL_SOCKET, SO_SNDBUF],
  RCVBUF: [SOL_SOCKET, SO_RCVBUF],
  RCVTIMEO: [SOL_SOCKET, SO_RCVTIMEO],
  NODELAY: [IPPROTO_TCP, TCP_NODELAY],
}

export function errnoName(result: number): string {
  return new SystemError(-result, '').code
}

export function sleep(ms: number): void {
  const end = performance.now() + ms
  const none = new Int32Array(0)
  // poll(2) instead of Atomics.wait, because the thread pool takes a thread in futex(2) for an idle thread.
  for (let left = ms; left > 0; left = end - performance.now()) native.poll(none, Math.ceil(left))
}

/** Looks up the number again before each call, because the name may be closed while a thread waits. */
type FdOf = () => number

function epollWait(epfd: FdOf, maxevents: number | null, timeoutMs: number): Raw {
  const result = waited(epfd, maxevents ?? eventsMax, timeoutMs)
  const ready: [number, number][] = []
  for (let i = 0; i < result; i++) ready.push([words[3 * i + 1]!, words[3 * i]!])
  return { result, ready }
}

/** Repeats the wait after EINTR: SIGCHLD of a child process is not part of the experiment. */
function waited(epfd: FdOf, maxevents: number, timeoutMs: number): number {
  const end = performance.now() + timeoutMs
  let result = native.epollWait(epfd(), words, maxevents, timeoutMs)
  while (result === EINTR) {
    const leftMs = Math.max(0, Math.ceil(end - performance.now()))
    result = native.epollWait(epfd(), words, maxevents, leftMs)
  }
  return result
}

function spin(epfd: FdOf, forMs: number): Raw {
  const end = performance.now() + forMs
  let woken = 0
  for (let left = forMs; left > 0; left = end - performance.now()) {
    const result = waited(epfd, eventsMax, Math.ceil(left))
    if (result < 0) return { result }
    if (result > 0) woken++
  }
  return { result: woken }
}

/** The bits that poll(2) reports for one descriptor. */
export function levelOf(fd: number, bits: number): number {
  const pollfd = new Int32Array([fd, bits])
  const result = native.poll(pollfd, 0)
  return result < 0 ? 0 : pollfd[1]! >>> 16
}

function poll(names: readonly string[], lookup: Lookup): Raw {
  const pollfds = new Int32Array(
    names.flatMap(name => [lookup(name).fd, POLLIN | POLLOUT | POLLRDHUP]),
  )
  const result = native.poll(pollfds, 0)
  const ready = names.map((name, i): [string, number] => [name, pollfds[2 * i + 1]! >>> 16])
  return { result, ready: ready.filter(([, bits]) => bits !== 0) }
}

const setBytes = 128

function select(names: readonly string[], lookup: Lookup): Raw {
  const fds = names.map(name => lookup(name).fd)
  if (fds.some(fd => fd < 0 || fd >= 8 * setBytes)) return { result: EBADF }
  const sets = [0, 1, 2].map(() => new Uint8Array(setBytes))
  for (const fd of fds) for (const set of sets) set[fd >> 3]! |= 1 << (fd & 7)
  const nfds = Math.max(...fds) + 1
  const [read, write, except] = sets as [Uint8Array, Uint8Array, Uint8Array]
  const result = native.select(nfds, read, write, except, 0)
  if (result < 0) return { result }
  const has = (set: Uint8Array, fd: number): boolean => (set[fd >> 3]! & (1 << (fd & 7))) !== 0
  const ready = fds.map((fd, i): [string, number] => [
    names[i]!,
    (has(read, fd) ? 1 : 0) | (has(except, fd) ? 2 : 0) | (has(write, fd) ? 4 : 0),
  ])
  return { result, ready: ready.filter(([, bits]) => bits !== 0) }
}

function bytesOf(payload: Payload): Buffer {
  return 'text' in payload ? Buffer.from(payload.text) : Buffer.alloc(payload.bytes, 'x')
}

function counterOf(value: number): Buffer {
  const bytes = Buffer.alloc(counterBytes)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function write({ fd, kind }: Target, bytes: Buffer): number {
  return kind === 'socket'
    ? native.send(fd, bytes, 0, bytes.length, MSG_NOSIGNAL)
    : native.write(fd, bytes, 0, bytes.length)
}

function writeOnce(target: Target, payload: Payload): Raw {
  if (target.kind !== 'eventfd' || 'text' in payload)
    return { result: write(target, bytesOf(payload)) }
  const result = native.write(target.fd, counterOf(payload.bytes), 0, counterBytes)
  return result < 0 ? { result } : { result, says: 'ok' }
}

function isCounter(kind: Kind): boolean {
  return kind === 'eventfd' || kind === 'timerfd'
}

function readOnce({ fd, kind }: Target, sizeBytes: number | null, flags: number | null): Raw {
  const bytes = Buffer.alloc(sizeBytes ?? counterBytes)
  const result =
    flags === null
      ? native.read(fd, bytes, 0, bytes.length)
      : native.recv(fd, bytes, 0, bytes.length, flags)
  if (!isCounter(kind) || result !== counterBytes) return { result }
  return { result: Number(bytes.readBigUInt64LE()) }
}

function stream(once: () => number, endsAtZero: boolean): Raw {
  let total = 0
  while (total < streamBytesMax) {
    const result = once()
    if (result < 0) return { result: total, says: `${total}, then ${errnoName(result)}` }
    if (result === 0 && endsAtZero) return { result: total, says: `${total}, then 0` }
    total += result
  }
  return { result: total }
}

function setOption(fd: number, option: SocketOption, value: number): number {
  const bytes = Buffer.alloc(option === 'RCVTIMEO' ? 16 : 4)
  if (option === 'RCVTIMEO') {
    bytes.writeBigInt64LE(BigInt(Math.floor(value / msPerS)))
    bytes.writeBigInt64LE(BigInt((value % msPerS) * usPerMs), 8)
  } else bytes.writeInt32LE(value)
  return native.setsockopt(fd, ...levels[option], bytes)
}

function socketError(fd: number): Raw {
  const bytes = Buffer.alloc(4)
  const result = native.getsockopt(fd, SOL_SOCKET, SO_ERROR, bytes)
  if (result < 0) return { result }
  const errno = bytes.readInt32LE()
  return { result: errno, says: errno === 0 ? '0' : errnoName(-errno) }
}

export function setBlocking(fd: number): number {
  const flags = native.fcntl(fd, F_GETFL, 0)
  return flags < 0 ? flags : native.fcntl(fd, F_SETFL, flags & ~O_NONBLOCK)
}

/** Sets SO_LINGER with a timeout of 0, so that close() sends a reset. */
export function resetOnClose(fd: number): number {
  const bytes = Buffer.alloc(8)
  bytes.writeInt32LE(1)
  return native.setsockopt(fd, SOL_SOCKET, SO_LINGER, bytes)
}

function control(action: Action & { op: 'add' | 'mod' | 'del' }, lookup: Lookup): Raw {
  const { fd } = lookup(action.name)
  const epfd = lookup(action.epoll).fd
  const mask = 'mask' in action ? bitsOf(action.mask) : 0
  return changed(native.epollCtl(epfd, controls[action.op], fd, mask, fd))
}

function changed(result: number): Raw {
  return result < 0 ? { result } : { result: 0, says: 'ok' }
}

/** Performs an action on open descriptors. Returns null for other actions (open, close, threads, processes). */
export function perform(action: Action, lookup: Lookup): Raw | null {
  switch (action.op) {
    case 'add':
    case 'mod':
    case 'del':
      return control(action, lookup)
    case 'wait':
      return epollWait(() => lookup(action.epoll).fd, action.maxevents, action.timeoutMs)
    case 'spin':
      return spin(() => lookup(action.epoll).fd, action.forMs)
    case 'poll':
      return poll(action.names, lookup)
    case 'select':
      return select(action.names, lookup)
    case 'sleep':
      sleep(action.forMs)
      return { result: 0, says: 'ok' }
    default:
      return transfer(action, lookup) ?? change(action, lookup)
  }
}

function transfer(action: Action, lookup: Lookup): Raw | null {
  switch (action.op) {
    case 'write':
    case 'send':
      return writeOnce(lookup(action.name), action.payload)
    case 'sendoob': {
      const bytes = bytesOf(action.payload)
      const flags = MSG_OOB | MSG_NOSIGNAL
      return { result: native.send(lookup(action.name).fd, bytes, 0, bytes.length, flags) }
    }
    case 'read':
    case 'recv':
    case 'peek':
    case 'recvoob':
      return readOnce(lookup(action.name), action.sizeBytes, receiveFlags[action.op])
    case 'fill': {
      const bytes = Buffer.alloc(action.eachBytes, 'x')
      return stream(() => write(lookup(action.name), bytes), false)
    }
    case 'drain': {
      const { kind } = lookup(action.name)
      const bytes = Buffer.alloc(isCounter(kind) ? counterBytes : action.eachBytes)
      return stream(() => native.read(lookup(action.name).fd, bytes, 0, bytes.length), true)
    }
    case 'queued':
      return { result: native.fionread(lookup(action.name).fd) }
    case 'unsent':
      return { result: native.siocoutq(lookup(action.name).fd) }
    default:
      return null
  }
}

function change(action: Action, lookup: Lookup): Raw | null {
  switch (action.op) {
    case 'error':
      return socketError(lookup(action.name).fd)
    case 'set':
      return changed(setOption(lookup(action.name).fd, action.option, action.value))
    case 'setblocking':
      return changed(setBlocking(lookup(action.name).fd))
    case 'shut':
      return changed(native.shutdown(lookup(action.name).fd, directions[action.how]))
    default:
      return null
  }
}
