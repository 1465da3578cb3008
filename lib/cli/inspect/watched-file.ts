import { readFileSync, readlinkSync, statSync } from 'node:fs'

/** The file that an epoll watches: a number was registered, but what is watched is the file behind it. */
export interface WatchedFile {
  /** What it is, as /proc/PID/fd says; null for a ghost. */
  target: string | null
  /** Why it is a ghost: its number is closed, or is another file's now. null if it is none, or nobody can tell. */
  ghost: 'closed' | 'reused' | null
}

// Linux 4.13 and later say which file it is.
const identity = / ino:([0-9a-f]+) sdev:([0-9a-f]+)/

/** The kernel's own dev_t has 20 bits for the minor number; stat(2) has them in two parts. */
export function deviceOf(sdev: number): bigint {
  const [major, minor] = [BigInt(sdev >>> 20), BigInt(sdev & 0xfffff)]
  return (major << 8n) | (minor & 0xffn) | ((minor & ~0xffn) << 12n)
}

/** Whether `/proc/PID/fd/FD` is another file than the one that this line of an epoll's fdinfo is about. */
function isAnother(pid: number, fd: number, target: string, line: string): boolean {
  const [, ino, sdev = ''] = identity.exec(line) ?? []
  if (ino === undefined) return false
  const stat = statSync(`/proc/${pid}/fd/${fd}`, { bigint: true })
  // overlayfs and btrfs tell stat(2) other numbers than the kernel's own; since Linux 5.14 fdinfo has the latter.
  const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1')
  const inode = BigInt(/^ino:\s*(\d+)/m.exec(info)?.[1] ?? stat.ino)
  if (inode !== BigInt(`0x${ino}`)) return true
  return !target.startsWith('/') && stat.dev !== deviceOf(Number.parseInt(sdev, 16))
}

/** @param line the one of the epoll's fdinfo that has this number */
export function watchedFile(pid: number, fd: number, line: string): WatchedFile {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${fd}`)
    if (isAnother(pid, fd, target, line)) return { target: null, ghost: 'reused' }
    return { target, ghost: null }
  } catch {
    return { target: null, ghost: 'closed' }
  }
}
