import { F_DUPFD_CLOEXEC, native } from '../../sys/index.ts'

/** Above all numbers of a program: no name of it ever leads to what the lab needs itself, and none is another because of it. */
const highFdMin = 128

/** Moves a descriptor of the lab's own out of the way; minus errno, and closed, if that cannot be. */
export function moveHigh(fd: number): number {
  if (fd < 0) return fd
  const result = native.fcntl(fd, F_DUPFD_CLOEXEC, highFdMin)
  native.close(fd)
  return result
}
