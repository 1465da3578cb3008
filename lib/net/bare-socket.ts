// Operations on a socket's bare descriptor.
import { ECONNRESET, native, SO_ERROR, SO_LINGER, SOL_SOCKET } from '../sys/index.ts'

/** A struct linger { 1, 0 }, which makes close(2) send a reset. */
const lingerReset = new Uint8Array(new Int32Array([1, 0]).buffer)

/** The pending error of a socket as a negative errno; ECONNRESET if there is none. */
export function socketError(fd: number): number {
  const error = new Int32Array(1)
  native.getsockopt(fd, SOL_SOCKET, SO_ERROR, new Uint8Array(error.buffer))
  return error[0]! === 0 ? ECONNRESET : -error[0]!
}

export function resetOnClose(fd: number): void {
  native.setsockopt(fd, SOL_SOCKET, SO_LINGER, lingerReset)
}

/**
 * Answers a connection that is refused, and closes it. Reads first, because closing with unread bytes sends a reset,
 * which may overtake the answer. Returns the bytes that were read.
 *
 * @param into memory for these bytes
 */
export function refuse(fd: number, answer: Uint8Array, into: Buffer): Buffer {
  const count = native.recv(fd, into, 0, into.length, 0)
  native.send(fd, answer, 0, answer.length, 0)
  native.close(fd)
  return into.subarray(0, Math.max(count, 0))
}
