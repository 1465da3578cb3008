import { select } from '../../core/index.ts'
import { F_DUPFD_CLOEXEC, native } from '../../sys/index.ts'
import type { Module } from './module.ts'

/** `number n r 1100`: n is another descriptor of what r names, with that number or the next; `fd_set n`: select() of it. */
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
      // Before any system call: an fd_set of the C library has 1024 bits, and FD_SET would write beyond them.
      if (error instanceof RangeError) return { result: 0, says: 'RangeError' }
      throw error
    }
  },
}
