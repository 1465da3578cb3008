import { constants as bufferConstants } from 'node:buffer'
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
  type FdLike,
  fdOf,
  int32,
  integer,
  MSG_TRUNC,
  native,
  optionsOf,
  orNull,
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
import { type Adopted, type AdoptOptions, adopt } from './adopt.ts'
import type { ControlMessage, ControlMessageLike } from './control-message.ts'
import { Descriptor } from './descriptor.ts'
import { receiveFrom, receiveMessage, sendMessage, sendTo } from './message.ts'
import { getOption, type SendOptions, type SocketOptions, setOption } from './socket-option.ts'

const optionNames = ['domain', 'type', 'blocking'] as const
const sendNames = ['offset', 'length', 'flags'] as const
/** The most that the kernel transfers in one call; see sendfile(2). */
const sendfileMax = 0x7ffff000
const scratchAddress = new Uint8Array(addressBytes)

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
  constructor(options: SocketOptions | undefined, adopted: Adopted)
  constructor(options?: SocketOptions, adopted?: Adopted) {
    const {
      domain = AF_INET,
      type = SOCK_STREAM,
      blocking = false,
    } = optionsOf(options, optionNames)
    int32('options.domain', domain)
    int32('options.type', type)
    bool('options.blocking', blocking)
    const fd = adopted?.fd ?? checked(native.socket(domain, type | flagsOf(blocking), 0), 'socket')
    super(fd, 'Socket', adopted?.owns)
    this.#domain = domain
  }

  /**
   * Wraps a socket that other code has opened, without changing its blocking mode. Throws {@link SystemError}: EBADF,
   * ENOTSOCK.
   */
  static fromfd(fd: number, options?: AdoptOptions): Socket {
    integer('fd', fd, 0, 2 ** 31 - 1)
    const domain = getOption(fd, SOL_SOCKET, SO_DOMAIN) as number
    return new Socket({ domain }, adopt(fd, options))
  }

  /**
   * Returns two connected, non-blocking unix sockets. See socketpair(2).
   *
   * @param options `type`: SOCK_STREAM (the default), SOCK_DGRAM or SOCK_SEQPACKET
   */
  static pair(options?: { type?: number }): [Socket, Socket] {
    const { type = SOCK_STREAM } = optionsOf(options, ['type'])
    const fds = new Int32Array(2)
    const flags = int32('options.type', type) | flagsOf(false)
    checked(native.socketpair(AF_UNIX, flags, 0, fds), 'socketpair')
    const adopted = (fd: number) => new Socket({ domain: AF_UNIX }, { fd, owns: true })
    return [adopted(fds[0]!), adopted(fds[1]!)]
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
    const socket = new Socket({ domain: this.#domain }, { fd: accepted, owns: true })
    return [socket, decodeAddress(scratchAddress)]
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

  /**
   * Receives into your buffer. Returns the number of bytes, 0 at the end of the stream, null if there is no data. With
   * MSG_TRUNC it returns a datagram's full length, even if that exceeds the buffer.
   */
  recvInto(buffer: Uint8Array, offset?: number, length?: number, flags = 0): number | null {
    this.fileno()
    viewOf('buffer', buffer)
    const [from, most] = rangeOf(buffer, offset, length)
    return this.#receive(buffer, from, most, receiveFlagsOf('flags', flags))
  }

  /**
   * Receives a datagram of up to `size` bytes and its sender's address, which is null if the sender has none. Returns
   * null if there is no datagram. See recvfrom(2).
   */
  recvfrom(size: number, flags = 0): [data: Buffer, address: Address | null] | null {
    return receiveFrom(this.fileno(), size, flags)
  }

  /**
   * Sends a datagram to an address. Returns the number of bytes, or null if the socket took none. Throws
   * {@link SystemError}: EMSGSIZE, ENETUNREACH. See sendto(2).
   */
  sendto(data: string | Uint8Array, address: AddressLike, flags = 0): number | null {
    return sendTo(this.fileno(), this.#domain, data, address, flags)
  }

  /**
   * Receives data with control messages, like Python's `socket.recvmsg()`: the data, the messages, the MSG_* flags
   * (MSG_TRUNC, MSG_CTRUNC if something did not fit) and the sender's address. Returns null if there is nothing.
   * Received descriptors (SCM_RIGHTS) are close-on-exec and yours to close: wrap them with a `fromfd()`. See
   * recvmsg(2), cmsg(3).
   *
   * @param size the most bytes of data
   * @param controlSize the most bytes of control messages, including 16 for each message's header
   */
  recvmsg(
    size: number,
    controlSize = 0,
    flags = 0,
  ): [data: Buffer, control: ControlMessage[], flags: number, address: Address | null] | null {
    return receiveMessage(this.fileno(), size, controlSize, flags)
  }

  /**
   * Sends data with control messages, like Python's `socket.sendmsg()`. Returns how many bytes of data the kernel took,
   * or null if it took nothing. See sendmsg(2), cmsg(3).
   *
   * @example
   * ```ts
   * import { EventFd, SCM_RIGHTS, Socket, SOL_SOCKET } from 'epollet'
   * import assert from 'node:assert/strict'
   *
   * const [a, b] = Socket.pair()
   * const counter = new EventFd(7)
   * const rights = Buffer.from(Int32Array.of(counter.fileno()).buffer)
   * a.sendmsg(['x'], [[SOL_SOCKET, SCM_RIGHTS, rights]])
   * const [, control] = b.recvmsg(1, 64)!
   * const received = EventFd.fromfd(control[0]![2].readInt32LE())
   * assert.equal(received.read(), 7n)
   * for (const one of [a, b, counter, received]) one.close()
   * ```
   */
  sendmsg(
    data: readonly (string | Uint8Array)[],
    control: readonly ControlMessageLike[] = [],
    flags = 0,
    address?: AddressLike,
  ): number | null {
    return sendMessage(this.fileno(), this.#domain, data, control, flags, address)
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
    setOption(this.fileno(), level, name, value)
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
    return getOption(this.fileno(), level, name, length)
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
