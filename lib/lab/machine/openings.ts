import { constants } from 'node:fs'
import { tmpdir } from 'node:os'
import {
  AF_INET,
  AF_UNIX,
  AT_FDCWD,
  CLOCK_MONOTONIC,
  encodeAddress,
  F_GETFD,
  F_GETFL,
  F_SETFL,
  native,
  O_CLOEXEC,
  O_TMPFILE,
  SO_REUSEPORT,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../../sys/index.ts'
import { type Openable, openablePaths } from '../language/syntax.ts'

/** Descriptors that take several calls to open, with the result of each call. */
export interface Opening {
  readonly fds: readonly number[]
  readonly calls: readonly number[]
}

export interface BoundOpening extends Opening {
  readonly address: Uint8Array
}

// O_DIRECTORY, which is part of O_TMPFILE, has different values on arm64 and x86.
const { O_DIRECTORY, O_NONBLOCK, O_RDWR } = constants
const nsPerMs = 1e6
/** sizeof(struct sockaddr_storage), and sizeof(struct sockaddr_in). */
const storageBytes = 128
export const addressBytes = 16
export const socketFlags: number = SOCK_NONBLOCK | SOCK_CLOEXEC
const loopback = { host: '127.0.0.1', port: 0 }

export function pipe(): Opening {
  const fds = new Int32Array([-1, -1])
  const calls = [native.pipe2(fds, O_NONBLOCK | O_CLOEXEC)]
  return { fds: [...fds], calls }
}

export function unixPair(type: 'stream' | 'dgram'): Opening {
  const fds = new Int32Array([-1, -1])
  const kind = type === 'dgram' ? SOCK_DGRAM : SOCK_STREAM
  const calls = [native.socketpair(AF_UNIX, kind | socketFlags, 0, fds)]
  return { fds: [...fds], calls }
}

/** A connected client and the accepted socket; the listener is closed. */
export function tcpPair(): Opening {
  const c = native.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)
  const { fds, address, calls } = listener(1)
  const connected = native.connect(c, address, addressBytes)
  const s = native.accept4(fds[0]!, null, socketFlags)
  if (fds[0]! >= 0) native.close(fds[0]!)
  const had = native.fcntl(c, F_GETFL, 0)
  const set = native.fcntl(c, F_SETFL, had | O_NONBLOCK)
  return { fds: [c, s], calls: [c, ...calls, connected, s, had, set] }
}

export function udpPair(): Opening {
  const [one, other] = [bound(SOCK_DGRAM), bound(SOCK_DGRAM)]
  const fds = [...one.fds, ...other.fds]
  const connected = [other, one].map(({ address }, i) =>
    native.connect(fds[i]!, address, addressBytes),
  )
  return { fds, calls: [...one.calls, ...other.calls, ...connected] }
}

export function listener(backlog: number): BoundOpening {
  return listening(bound(SOCK_STREAM), backlog)
}

/** A listener with SO_REUSEPORT, at `address` or at a port that the kernel chooses. */
export function sharingListener(backlog: number, address: Uint8Array | null): BoundOpening {
  const fd = native.socket(AF_INET, SOCK_STREAM | socketFlags, 0)
  const one = Buffer.from(new Int32Array([1]).buffer)
  const set = native.setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, one)
  const { calls, ...rest } = boundTo(fd, address?.slice() ?? loopbackAddress())
  return listening({ ...rest, calls: [fd, set, ...calls] }, backlog)
}

function listening({ fds, address, calls }: BoundOpening, backlog: number): BoundOpening {
  return { fds, address, calls: [...calls, native.listen(fds[0]!, backlog)] }
}

function bound(type: number): BoundOpening {
  const fd = native.socket(AF_INET, type | socketFlags, 0)
  const { calls, ...rest } = boundTo(fd, loopbackAddress())
  return { ...rest, calls: [fd, ...calls] }
}

function loopbackAddress(): Uint8Array {
  const address = new Uint8Array(storageBytes)
  encodeAddress(loopback, AF_INET, address)
  return address
}

function boundTo(fd: number, address: Uint8Array): BoundOpening {
  const calls = [native.bind(fd, address, addressBytes), native.getsockname(fd, address)]
  return { fds: [fd], address, calls }
}

export function timer(initialMs: number, intervalMs: number): Opening {
  const fd = native.timerfdCreate(CLOCK_MONOTONIC, socketFlags)
  const set = native.timerfdSettime(fd, 0, initialMs * nsPerMs, intervalMs * nsPerMs)
  return { fds: [fd], calls: [fd, set] }
}

/** Opens one of a fixed set of paths, or an unnamed temporary file. */
export function file(what: Openable): number {
  if (what === 'file')
    return native.openat(AT_FDCWD, tmpdir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0o600)
  const directory = what === 'directory' ? O_DIRECTORY : 0
  return native.openat(AT_FDCWD, openablePaths[what], directory | O_NONBLOCK | O_CLOEXEC, 0)
}

export function dup2(fd: number, onto: number): number {
  // If both numbers are equal, dup3(2) fails with EINVAL, while dup2(2) does nothing.
  if (fd !== onto) return native.dup3(fd, onto, O_CLOEXEC)
  const result = native.fcntl(fd, F_GETFD, 0)
  return result < 0 ? result : fd
}
