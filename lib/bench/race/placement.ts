import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { fileText } from '../../sys/index.ts'

/**
 * Command prefixes that pin the server and the load generator to different processors, and make them exit when this
 * process exits.
 */
export interface Placement {
  readonly server: readonly string[]
  readonly load: readonly string[]
  readonly note: string
}

/** Whether a program is on PATH. */
export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Parses the kernel's format for lists of numbers: `0-2,5`. */
export function numbersOf(list: string): number[] {
  return list.split(',').flatMap(part => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 || 0 }, (_, i) => first + i)
  })
}

/** @param processors the ones that this process may use @param has whether a program is installed */
export function placementOf(
  processors: readonly number[],
  has: (program: string) => boolean,
): Placement {
  // The kernel kills the child when its parent dies, even if the parent was killed with SIGKILL.
  const ending = has('setpriv') ? ['setpriv', '--pdeathsig', 'KILL'] : []
  const [first, second] = processors
  const pinned = (processor: number): string[] => [...ending, 'taskset', '-c', String(processor)]
  if (first === undefined || second === undefined)
    return { server: ending, load: ending, note: 'servers and load share one processor' }
  if (!has('taskset')) {
    const note = 'taskset is not installed: servers and load run wherever the kernel puts them'
    return { server: ending, load: ending, note }
  }
  return {
    server: pinned(first),
    load: pinned(second),
    note: `each server runs on processor ${first}, the load on processor ${second}`,
  }
}

export function placementHere(): Placement {
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)/m.exec(fileText('/proc/self/status')) ?? []
  return placementOf(numbersOf(list), isInstalled)
}
