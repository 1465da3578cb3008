import { endianness } from 'node:os'
import {
  checked,
  type FdLike,
  fdOf,
  native,
  rangeError,
  timeoutOf,
  typeError,
} from '../sys/index.ts'
import { waited } from './blocking.ts'

const FD_SETSIZE = 1024
const setBytes = FD_SETSIZE / 8
const usPerMs = 1000
/** An fd_set is an array of longs, so its bytes are in reverse order within each long on a big-endian machine. */
const flip = endianness() === 'LE' ? 0 : 7

interface Set {
  readonly given: readonly FdLike[]
  readonly fds: readonly number[]
  readonly wanted: Uint8Array
}

function byteOf(fd: number): number {
  return (fd >> 3) ^ flip
}

function setOf(name: string, given: FdLike[]): Set {
  if (!Array.isArray(given)) throw typeError(name, 'an array of descriptors', given)
  const copy = [...given]
  const wanted = new Uint8Array(setBytes)
  const fds = copy.map((item, i) => {
    const fd = fdOf(item, `${name}[${i}]`)
    if (fd >= FD_SETSIZE) throw rangeError(`${name}[${i}]`, `a descriptor below ${FD_SETSIZE}`, fd)
    wanted[byteOf(fd)]! |= 1 << (fd & 7)
    return fd
  })
  return { given: copy, fds, wanted }
}

function readyIn({ given, fds }: Set, answer: Uint8Array): FdLike[] {
  return given.filter((_, i) => (answer[byteOf(fds[i]!)]! & (1 << (fds[i]! & 7))) !== 0)
}

/**
 * select(2) with the interface of Python's `select.select()`, for comparison with epoll: returns the given descriptors
 * that are ready to read, ready to write, or have an exceptional condition. Blocks this thread while it waits.
 *
 * @param timeoutMs milliseconds, fractions allowed; by default, or if null or negative, there is no timeout
 * @throws RangeError for a descriptor of 1024 or above, which an fd_set cannot hold
 * @throws SystemError EBADF for a closed descriptor
 *
 * @example
 * ```ts
 * import { Pipe, select } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const pipe = new Pipe()
 * const [readable, writable] = select([pipe.reader], [pipe.writer], [], 0)
 * assert.deepEqual(readable, [])
 * assert.deepEqual(writable, [pipe.writer])
 * pipe.close()
 * ```
 */
export function select(
  read: FdLike[],
  write: FdLike[],
  except: FdLike[],
  timeoutMs?: number | null,
): [read: FdLike[], write: FdLike[], except: FdLike[]] {
  const sets = [setOf('read', read), setOf('write', write), setOf('except', except)] as const
  const timeout = timeoutOf(timeoutMs)
  const nfds = sets.flatMap(set => set.fds).reduce((most, fd) => Math.max(most, fd + 1), 0)
  let answers = sets.map(set => set.wanted)
  const call = (ms: number): number => {
    answers = sets.map(set => set.wanted.slice())
    return native.select(nfds, answers[0]!, answers[1]!, answers[2]!, Math.ceil(ms * usPerMs))
  }
  if (checked(waited(timeout, call), 'select') === 0) return [[], [], []]
  return [
    readyIn(sets[0], answers[0]!),
    readyIn(sets[1], answers[1]!),
    readyIn(sets[2], answers[2]!),
  ]
}
