import { readdirSync } from 'node:fs'
import { targetOf } from './descriptors.ts'
import { fileText } from './file-text.ts'

/** A process that has a file open. @internal */
export interface Holder {
  readonly pid: number
  /** The program's name: the first word of its command line, or its comm. */
  readonly command: string
  readonly fd: number
}

function numbersIn(path: string): number[] {
  try {
    return readdirSync(path).map(Number).filter(Number.isInteger)
  } catch {
    return [] // it has ended, or belongs to another user
  }
}

/** The descriptors of a process, each with its file. @internal */
export type Targets = ReadonlyMap<number, string | null>

/** Empty if the process has ended, or belongs to another user. @internal */
export function targetsOf(pid: number): Targets {
  return new Map(numbersIn(`/proc/${pid}/fd`).map(fd => [fd, targetOf(fd, pid)]))
}

/** Not only comm, which is the name of the main thread: `MainThread` for a newer Node. */
function commandOf(pid: number): string {
  const [first = ''] = fileText(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 ]/)
  return first.slice(first.lastIndexOf('/') + 1) || fileText(`/proc/${pid}/comm`, 'utf8').trimEnd()
}

/**
 * The processes that have sockets or pipes open, by inode, as far as this user may look. Looks at every descriptor of
 * every process but `known`, whose descriptors are given.
 *
 * @internal
 */
export function holdersOf(
  inodes: ReadonlySet<number>,
  known: { readonly pid: number; readonly targets: Targets },
): ReadonlyMap<number, readonly Holder[]> {
  const found = new Map<number, Holder[]>()
  if (inodes.size === 0) return found
  for (const pid of numbersIn('/proc')) {
    const command = commandOf(pid)
    for (const [fd, target] of pid === known.pid ? known.targets : targetsOf(pid)) {
      const [, inode] = /^(?:socket|pipe):\[(\d+)\]$/.exec(target ?? '') ?? []
      if (inode === undefined || !inodes.has(Number(inode))) continue
      const holders = found.get(Number(inode)) ?? []
      holders.push({ pid, command, fd })
      found.set(Number(inode), holders)
    }
  }
  return found
}

/** Whether a thread of the process sleeps in epoll_wait; false if the kernel doesn't show where threads sleep. @internal */
export function waitsInEpoll(pid: number): boolean {
  return numbersIn(`/proc/${pid}/task`).some(tid =>
    /^(ep_poll|do_epoll_wait)/.test(fileText(`/proc/${pid}/task/${tid}/wchan`)),
  )
}
