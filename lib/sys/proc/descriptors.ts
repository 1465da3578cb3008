import { readlinkSync } from 'node:fs'

/** The path of a descriptor's file, or a name such as `socket:[4711]`; null if the descriptor is not open. @internal */
export function targetOf(fd: number, pid: number | 'self' = 'self'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`)
  } catch {
    return null
  }
}

/** @internal */
export function isEpoll(target: string | null): boolean {
  return target === 'anon_inode:[eventpoll]'
}
