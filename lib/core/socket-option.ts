// Options of Socket's methods, and socket options: getsockopt(2) and setsockopt(2) as far as JavaScript may use them.
import { endianness } from 'node:os'
import { checked, int32, integer, native, optionKind, rangeError, viewOf } from '../sys/index.ts'

/** Options of a new `Socket`. */
export interface SocketOptions {
  /** AF_INET (the default), AF_INET6 or AF_UNIX. */
  domain?: number
  /** SOCK_STREAM (the default), SOCK_DGRAM or SOCK_SEQPACKET. */
  type?: number
  /** Whether calls block. By default they do not: a call that would block returns null. */
  blocking?: boolean
}

/** Options of `Socket.send()`. */
export interface SendOptions {
  /** The offset of the first byte to send (in a string, of its UTF-8 bytes); 0 by default. */
  offset?: number
  /** How many bytes to send; by default, all bytes after the offset. */
  length?: number
  /** MSG_*, except MSG_ZEROCOPY: the kernel would read the memory after the call. MSG_NOSIGNAL is always added. */
  flags?: number
}

/** The size of the buffer in native/socket.cc. */
const optionBytesMax = 8192
const littleEndian = endianness() === 'LE'
const scratch = new Uint8Array(4)
const scratchView = new DataView(scratch.buffer)

/** @internal */
export function setOption(
  fd: number,
  level: number,
  name: number,
  value: number | Uint8Array,
): void {
  optionKind(int32('level', level), int32('name', name))
  let bytes: Uint8Array = scratch
  if (typeof value === 'number') scratchView.setInt32(0, int32('value', value), littleEndian)
  else bytes = viewOf('value', value, 'an integer or a Uint8Array')
  const where = `level ${level} name ${name} fd ${fd}`
  checked(native.setsockopt(fd, level, name, bytes), 'setsockopt', where)
}

/** @internal */
export function getOption(
  fd: number,
  level: number,
  name: number,
  length?: number,
): number | Buffer {
  const kind = optionKind(int32('level', level), int32('name', name))
  if (length === undefined && kind === 'struct')
    throw rangeError(
      'length',
      'the number of bytes to read, because this value is not an int',
      length,
    )
  const most = length === undefined ? 4 : integer('length', length, 1, optionBytesMax)
  const value = Buffer.alloc(most)
  const result = native.getsockopt(fd, level, name, value)
  const count = checked(result, 'getsockopt', `level ${level} name ${name} fd ${fd}`)
  if (length !== undefined) return value.subarray(0, count)
  return littleEndian ? value.readInt32LE() : value.readInt32BE()
}
