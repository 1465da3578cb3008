import { readFileSync, readlinkSync, statSync } from 'node:fs'

/** The file that an epoll watches. A descriptor is registered, but the file behind it is watched. */
export interface WatchedFile {
  /** The link target in /proc/PID/fd; null for a ghost. */
  target: string | null
  /** Why it is a ghost: the descriptor is closed or reused. Null if it is not one, or that cannot be detected. */
  ghost: 'closed' | 'reused' | null
}

// Since Linux 4.13, fdinfo identifies the file.
const identity = / ino:([0-9a-f]+) sdev:([0-9a-f]+)/

/** Converts the kernel's dev_t, which has a 20-bit minor number, to that of stat(2), which splits it. */
export function deviceOf(sdev: number): bigint {
  const [major, minor] = [BigInt(sdev >>> 20), BigInt(sdev & 0xfffff)]
  return (major << 8n) | (minor & 0xffn) | ((minor & ~0xffn) << 12n)
}

/** Whether `/proc/PID/fd/FD` is another file than the one in this line of an epoll's fdinfo. */
function isAnother(pid: number, fd: number, target: string, line: string): boolean {
  const [, ino, sdev = ''] = identity.exec(line) ?? []
  if (ino === undefined) return false
  const stat = statSync(`/proc/${pid}/fd/${fd}`, { bigint: true })
  // On overlayfs and btrfs, stat(2) reports other inode numbers than the kernel uses; fdinfo has those since Linux 5.14.
  const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1')
  const inode = BigInt(/^ino:\s*(\d+)/m.exec(info)?.[1] ?? stat.ino)
  if (inode !== BigInt(`0x${ino}`)) return true
  return !target.startsWith('/') && stat.dev !== deviceOf(Number.parseInt(sdev, 16))
}

/** @param line the line of the epoll's fdinfo for this descriptor */
export function watchedFile(pid: number, fd: number, line: string): WatchedFile {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${fd}`)
    if (isAnother(pid, fd, target, line)) return { target: null, ghost: 'reused' }
    return { target, ghost: null }
  } catch {
    return { target: null, ghost: 'closed' }
  }
}
