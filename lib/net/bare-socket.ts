import { ECONNRESET, native, SO_ERROR, SO_LINGER, SOL_SOCKET } from '../sys/index.ts'

/** struct linger { 1, 0 }: close sends a reset. */
const lingerReset = new Uint8Array(new Int32Array([1, 0]).buffer)

/** Why epoll says EPOLLERR or EPOLLHUP: minus errno. */
export function socketError(fd: number): number {
  const error = new Int32Array(1)
  native.getsockopt(fd, SOL_SOCKET, SO_ERROR, new Uint8Array(error.buffer))
  return error[0]! === 0 ? ECONNRESET : -error[0]!
}

/** close(2) then sends a reset. */
export function resetOnClose(fd: number): void {
  native.setsockopt(fd, SOL_SOCKET, SO_LINGER, lingerReset)
}

/**
 * Answers a connection for which there is no place, and closes it. Returns what had come: unread bytes would turn the
 * close into a reset, which may overtake the answer.
 *
 * @param into memory for what has come
 */
export function refuse(fd: number, answer: Uint8Array, into: Buffer): Buffer {
  const count = native.recv(fd, into, 0, into.length, 0)
  native.send(fd, answer, 0, answer.length, 0)
  native.close(fd)
  return into.subarray(0, Math.max(count, 0))
}
