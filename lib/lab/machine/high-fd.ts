import { F_DUPFD_CLOEXEC, native } from '../../sys/index.ts'

/** Above the numbers that a program usually gets, so that the lab's own descriptors do not change those numbers. */
const highFdMin = 128

/** Duplicates a descriptor to a high number and closes the original. Returns minus errno if that fails. */
export function moveHigh(fd: number): number {
  if (fd < 0) return fd
  const result = native.fcntl(fd, F_DUPFD_CLOEXEC, highFdMin)
  native.close(fd)
  return result
}
