import { checked, EAGAIN, EINTR, native } from '../sys/index.ts'

// eventfd and timerfd transfer 8-byte integers in the machine's byte order.
const word = new BigUint64Array(1)
const bytes = new Uint8Array(word.buffer)

/** @internal */
export function readCounter(fd: number): bigint | null {
  let result: number
  do result = native.read(fd, bytes, 0, 8)
  while (result === EINTR)
  if (result === EAGAIN) return null
  checked(result, 'read', fd)
  return word[0]!
}

/** @internal */
export function writeCounter(fd: number, value: bigint): number {
  word[0] = value
  let result: number
  do result = native.write(fd, bytes, 0, 8)
  while (result === EINTR)
  return result
}
