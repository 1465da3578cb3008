import { constants as bufferConstants } from 'node:buffer'
import { constants as fsConstants } from 'node:fs'
import { endianness } from 'node:os'
import {
  type Address,
  type AddressLike,
  AF_INET,
  AF_UNIX,
  addressBytes,
  bool,
  bytesOf,
  checked,
  decodeAddress,
  EAGAIN,
  EINPROGRESS,
  EINTR,
  encodeAddress,
  F_GETFL,
  F_SETFL,
  type FdLike,
  fdOf,
  int32,
  integer,
  MSG_TRUNC,
  native,
  noOptions,
  optionKind,
  optionsOf,
  orNull,
  rangeError,
  rangeOf,
  receiveFlagsOf,
  SO_DOMAIN,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  sendFlagsOf,
  viewOf,
} from '../sys/index.ts'
import { Descriptor } from './descriptor.ts'

/** Options of a new {@link Socket}. */
export interface SocketOptions {
  /** AF_INET (the default), AF_INET6 or AF_UNIX. */
  domain?: number
  /** SOCK_STREAM (the default), SOCK_DGRAM or SOCK_SEQPACKET. */
  type?: number
  /** Whether calls block. By default they do not: a call that would block returns null. */
  blocking?: boolean
}

/** Options of {@link Socket.send}. */
export interface SendOptions {
  /** The offset of the first byte to send (in a string, of its UTF-8 bytes); 0 by default. */
  offset?: number
  /** How many bytes to send; by default, all bytes after the offset. */
  length?: number
  /** MSG_*, except MSG_ZEROCOPY: the kernel would read the memory after the call. MSG_NOSIGNAL is always added. */
  flags?: number
}

const optionNames = ['domain', 'type', 'blocking'] as const
const sendNames = ['offset', 'length', 'flags'] as const
/** The most that the kernel transfers in one call; see sendfile(2). */
const sendfileMax = 0x7ffff000
/** The size of the buffer in native/socket.cc. */
const optionBytesMax = 8192
const littleEndian = endianness() === 'LE'
const scratchAddress = new Uint8Array(addressBytes)
const scratchInt = new Uint8Array(4)
const scratchIntView = new DataView(scratchInt.buffer)

/** The message takes the address from the scratch bytes, because inspecting the caller's object may throw. */
function checkedAt(result: number, syscall: string, length: number, fd: number): void {
  if (result < 0)
    checked(result, syscall, `${JSON.stringify(decodeAddress(scratchAddress, length))} fd ${fd}`)
}

function flagsOf(blocking: boolean): number {
  return SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK)
}

/**
 * A socket with the methods of Python's `socket.socket`, non-blocking by default. A call that would block returns null;
 * it neither throws nor retries. Every method throws {@link ClosedError} after `close()`, TypeError or RangeError for
 * wrong arguments, and {@link SystemError} for the kernel's errors. See socket(7).
 *
 * @example
 * ```ts
 * import { Socket } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const server = new Socket()
 * server.bind({ host: '127.0.0.1', port: 0 })
 * server.listen()
 * assert.equal(server.accept(), null) // no client yet
 * const client = new Socket({ blocking: true })
 * client.connect(server.getsockname())
 * const [connection, address] = server.accept()!
 * assert.deepEqual(address, client.getsockname())
 * client.send('hello')
 * assert.equal(connection.recv(1024)?.toString(), 'hello')
 * connection.close()
 * client.close()
 * server.close()
 * ```
 */
export class Socket extends Descriptor {
  readonly #domain: number

  /** Throws {@link SystemError}: EMFILE, EAFNOSUPPORT and others. See socket(2). */
  constructor(options?: SocketOptions)
  /** @internal */
  constructor(options: SocketOptions | undefined, adopted: number)
  constructor(options?: SocketOptions, adopted?: number) {
    const {
      domain = AF_INET,
      type = SOCK_STREAM,
      blocking = false,
    } = optionsOf(options, optionNames)
    int32('options.domain', domain)
    int32('options.type', type)
    bool('options.blocking', blocking)
    const fd = adopted ?? checked(native.socket(domain, type | flagsOf(blocking), 0), 'socket')
    super(fd, 'Socket')
    this.#domain = domain
  }

  /** Takes ownership of a socket without changing its blocking mode. Throws {@link SystemError}: EBADF, ENOTSOCK. */
  static fromfd(fd: number, none?: undefined): Socket {
    noOptions(none)
    integer('fd', fd, 0, 2 ** 31 - 1)
    checked(
      native.getsockopt(fd, SOL_SOCKET, SO_DOMAIN, scratchInt),
      'getsockopt',
      `SO_DOMAIN fd ${fd}`,
    )
    const domain = scratchIntView.getInt32(0, littleEndian)
    native.own(fd)
    return new Socket({ domain }, fd)
  }

  /** Returns two connected, non-blocking unix stream sockets. See socketpair(2). */
  static pair(none?: undefined): [Socket, Socket] {
    noOptions(none)
    const fds = new Int32Array(2)
    checked(native.socketpair(AF_UNIX, SOCK_STREAM | flagsOf(false), 0, fds), 'socketpair')
    const domain = AF_UNIX
    return [new Socket({ domain }, fds[0]!), new Socket({ domain }, fds[1]!)]
  }

  /** Sets or clears O_NONBLOCK. See fcntl(2). */
  setblocking(blocking: boolean): void {
    bool('blocking', blocking)
    const fd = this.fileno()
    const flags = checked(native.fcntl(fd, F_GETFL, 0), 'fcntl', `F_GETFL fd ${fd}`)
    const { O_NONBLOCK } = fsConstants
    const wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK
    checked(native.fcntl(fd, F_SETFL, wanted), 'fcntl', `F_SETFL fd ${fd}`)
  }

  /** Binds this socket to an address. Throws {@link SystemError}: EADDRINUSE, EACCES, EADDRNOTAVAIL. See bind(2). */
  bind(address: AddressLike): void {
    const length = encodeAddress(address, this.#domain, scratchAddress)
    const fd = this.fileno()
    checkedAt(native.bind(fd, scratchAddress, length), 'bind', length, fd)
  }

  /**
   * Makes this a listening socket. See listen(2).
   *
   * @param backlog how many connections may wait for `accept()`; the kernel's limit is net.core.somaxconn
   */
  listen(backlog = 4096): void {
    const fd = this.fileno()
    checked(native.listen(fd, integer('backlog', backlog, 0, 2 ** 31 - 1)), 'listen', fd)
  }

  /**
   * Returns the next connection (non-blocking) and its peer's address, or null if no connection is waiting. Throws
   * {@link SystemError}: EMFILE, ENFILE, EINVAL; after ECONNABORTED, call it again. See accept4(2).
   */
  accept(): [socket: Socket, address: Address] | null {
    const fd = this.fileno()
    let result: number
    do result = native.accept4(fd, scratchAddress, flagsOf(false))
    while (result === EINTR)
    const accepted = orNull(result, 'accept4', fd)
    if (accepted === null) return null
    return [new Socket({ domain: this.#domain }, accepted), decodeAddress(scratchAddress)]
  }

  /**
   * Returns true if connected, false if the connect is in progress: wait for EPOLLOUT, then read the result from
   * SO_ERROR. Throws {@link SystemError}: ECONNREFUSED and others. See connect(2).
   */
  connect(address: AddressLike): boolean {
    const length = encodeAddress(address, this.#domain, scratchAddress)
    const fd = this.fileno()
    const result = native.connect(fd, scratchAddress, length)
    if (result === EINPROGRESS || result === EINTR) return false
    checkedAt(result, 'connect', length, fd)
    return true
  }

  /** Receives up to `size` bytes; null if there are none, an empty buffer at the end of the stream. See recv(2). */
  recv(size: number, flags = 0): Buffer | null {
    this.fileno()
    integer('size', size, 0, bufferConstants.MAX_LENGTH)
    receiveFlagsOf('flags', flags)
    // MSG_TRUNC counts bytes that it does not write, so an uninitialized buffer would expose old memory.
    const buffer = flags & MSG_TRUNC ? Buffer.alloc(size) : Buffer.allocUnsafe(size)
    const count = this.#receive(buffer, 0, size, flags)
    return count === null ? null : buffer.subarray(0, count)
  }

  /** Receives into your buffer. Returns the number of bytes, 0 at the end of the stream, null if there is no data. */
  recvInto(buffer: Uint8Array, offset?: number, length?: number): number | null {
    this.fileno()
    viewOf('buffer', buffer)
    return this.#receive(buffer, ...rangeOf(buffer, offset, length), 0)
  }

  /**
   * Returns how many bytes the kernel took, possibly fewer than given, or null if it took none. Throws
   * {@link SystemError}: EPIPE, ECONNRESET. See send(2).
   */
  send(data: string | Uint8Array, options?: SendOptions): number | null {
    const { offset, length, flags = 0 } = optionsOf(options, sendNames)
    const bytes = bytesOf('data', data)
    const [from, most] = rangeOf(bytes, offset, length)
    sendFlagsOf('options.flags', flags)
    const fd = this.fileno()
    let result: number
    do result = native.send(fd, bytes, from, most, flags)
    while (result === EINTR)
    return orNull(result, 'send', fd)
  }

  /**
   * Sends part of a file without copying it through this process. Returns the number of bytes sent (0 beyond the file's
   * end), or null if the socket took none. See sendfile(2).
   *
   * @param offset the first byte of the part
   * @param count how many bytes
   */
  sendfile(file: FdLike, offset: number, count: number): number | null {
    const from = fdOf(file, 'file')
    integer('offset', offset, 0, Number.MAX_SAFE_INTEGER)
    const most = Math.min(integer('count', count, 0, Number.MAX_SAFE_INTEGER), sendfileMax)
    const fd = this.fileno()
    let result: number
    do result = native.sendfile(fd, from, offset, most)
    while (result === EINTR)
    return orNull(result, 'sendfile', `fd ${from} to fd ${fd}`)
  }

  /**
   * Shuts down one or both directions. See shutdown(2).
   *
   * @param how SHUT_RD, SHUT_WR or SHUT_RDWR
   */
  shutdown(how: number): void {
    const fd = this.fileno()
    checked(native.shutdown(fd, int32('how', how)), 'shutdown', fd)
  }

  /**
   * Sets an option. Throws RangeError for unknown options and for those that are not safe to use from JavaScript
   * (SO_ATTACH_FILTER, SO_ZEROCOPY and others). See setsockopt(2).
   *
   * @param value an int, or the bytes of a struct
   */
  setsockopt(level: number, name: number, value: number | Uint8Array): void {
    const fd = this.fileno()
    optionKind(int32('level', level), int32('name', name))
    let bytes: Uint8Array = scratchInt
    if (typeof value === 'number') scratchIntView.setInt32(0, int32('value', value), littleEndian)
    else bytes = viewOf('value', value, 'an integer or a Uint8Array')
    checked(
      native.setsockopt(fd, level, name, bytes),
      'setsockopt',
      `level ${level} name ${name} fd ${fd}`,
    )
  }

  /**
   * Returns an option's value: an int as a number, or any value as bytes if you give a length, as in
   * `getsockopt(IPPROTO_TCP, TCP_INFO, 256)`. Throws RangeError for a struct without a length and for options that
   * `setsockopt()` refuses. See getsockopt(2).
   *
   * @param length the most bytes to return, 1 to 8192
   */
  getsockopt(level: number, name: number): number
  getsockopt(level: number, name: number, length: number): Buffer
  getsockopt(level: number, name: number, length?: number): number | Buffer {
    const fd = this.fileno()
    const kind = optionKind(int32('level', level), int32('name', name))
    if (length === undefined && kind === 'struct') {
      throw rangeError(
        'length',
        'the number of bytes to read, because this value is not an int',
        length,
      )
    }
    const most = length === undefined ? 4 : integer('length', length, 1, optionBytesMax)
    const value = Buffer.alloc(most)
    const result = native.getsockopt(fd, level, name, value)
    const count = checked(result, 'getsockopt', `level ${level} name ${name} fd ${fd}`)
    if (length !== undefined) return value.subarray(0, count)
    return littleEndian ? value.readInt32LE() : value.readInt32BE()
  }

  /** This end's address, including the port that the kernel chose after `bind()` to port 0. See getsockname(2). */
  getsockname(): Address {
    const fd = this.fileno()
    const length = checked(native.getsockname(fd, scratchAddress), 'getsockname', fd)
    return decodeAddress(scratchAddress, length)
  }

  /** The peer's address. Throws {@link SystemError} (ENOTCONN). See getpeername(2). */
  getpeername(): Address {
    const fd = this.fileno()
    const length = checked(native.getpeername(fd, scratchAddress), 'getpeername', fd)
    return decodeAddress(scratchAddress, length)
  }

  #receive(buffer: Uint8Array, offset: number, length: number, flags: number): number | null {
    const fd = this.fileno()
    let result: number
    do result = native.recv(fd, buffer, offset, length, flags)
    while (result === EINTR)
    return result === EAGAIN ? null : checked(result, 'recv', fd)
  }
}
