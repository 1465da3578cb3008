import { select } from '../../core/index.ts'
import { F_DUPFD_CLOEXEC, native } from '../../sys/index.ts'
import type { Module } from './module.ts'

/** `number n r 1100` duplicates r as n, at the first free number from 1100; `fd_set n` calls select() on n. */
export const numbers: Module = {
  number: (context, name = '', of = '', number = '') => {
    const fd = native.fcntl(context.fdOf(of), F_DUPFD_CLOEXEC, Number(number))
    context.open(name, 'pipe reader', fd)
    return { result: fd }
  },
  fd_set: (context, name = '') => {
    try {
      const [readable] = select([context.fdOf(name)], [], [], 0)
      return { result: readable.length, says: readable.length === 0 ? 'nothing' : `${name}:IN` }
    } catch (error) {
      // core refuses the number before the system call: fd_set has 1024 bits, and FD_SET would write beyond them.
      if (error instanceof RangeError) return { result: 0, says: 'RangeError' }
      throw error
    }
  },
}
