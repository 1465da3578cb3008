// Moves the lab's own descriptors above the numbers that a program usually gets, so that those do not change.
import { F_DUPFD_CLOEXEC, native } from '../../sys/index.ts'

const highFdMin = 128

/** Duplicates a descriptor to a high number and closes the original. Returns minus errno if that fails. */
export function moveHigh(fd: number): number {
  if (fd < 0) return fd
  const result = native.fcntl(fd, F_DUPFD_CLOEXEC, highFdMin)
  native.close(fd)
  return result
}
