import { readFileSync, statSync } from 'node:fs'
import { native } from '../native.ts'
import type { InterestRow } from './interest.ts'

/** The file that an epoll watches: the one that the number referred to when it was registered. @internal */
export interface WatchedFile {
  /** As in /proc/PID/fd; null for a ghost. */
  target: string | null
  /** Set for a ghost: its number is closed, or belongs to another file. Null otherwise, or if that is unknown. */
  ghost: 'closed' | 'reused' | null
}

/** Converts the kernel's dev_t (20 bits for the minor number) to that of stat(2), which splits them. @internal */
export function deviceOf(sdev: number): number {
  const [major, minor] = [sdev >>> 20, sdev & 0xfffff]
  return (minor & 0xff) + major * 0x100 + (minor >>> 8) * 0x100000
}

function isReused(pid: number, row: InterestRow, target: string): boolean {
  if (row.inode === null || row.device === null) return false
  const stat = statSync(`/proc/${pid}/fd/${row.fd}`, { bigint: true })
  // On overlayfs and btrfs, stat(2) does not report the kernel's own numbers. Since Linux 5.14, fdinfo does.
  const info = readFileSync(`/proc/${pid}/fdinfo/${row.fd}`, 'latin1')
  const inode = BigInt(/^ino:\s*(\d+)/m.exec(info)?.[1] ?? stat.ino)
  if (inode !== BigInt(row.inode)) return true
  return !target.startsWith('/') && stat.dev !== BigInt(deviceOf(row.device))
}

/**
 * Whether the number belongs to another file now. A socket has its inode to itself. For the others kcmp(2) knows for
 * certain, even for an eventfd or a FIFO that is open twice; where seccomp or the kernel's configuration lacks it, inodes
 * are compared.
 */
function isOther(pid: number, epoll: number, row: InterestRow, target: string): boolean {
  const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? []
  if (inode !== undefined && row.inode !== null) return Number(inode) !== row.inode
  const order = native.kcmpEpoll(pid, row.fd, epoll, row.toff)
  return order < 0 ? isReused(pid, row, target) : order !== 0
}

/**
 * @param target the file that the number belongs to now; null if it is closed
 * @internal
 */
export function watchedFile(
  pid: number,
  epoll: number,
  row: InterestRow,
  target: string | null,
): WatchedFile {
  try {
    if (target !== null)
      return isOther(pid, epoll, row, target)
        ? { target: null, ghost: 'reused' }
        : { target, ghost: null }
  } catch {
    // The descriptor was closed in between.
  }
  return { target: null, ghost: 'closed' }
}
