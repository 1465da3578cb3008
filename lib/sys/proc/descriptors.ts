import { readlinkSync } from 'node:fs'

/** The file behind a descriptor: a path, or a name such as `socket:[4711]`. Null if it is not open. @internal */
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
