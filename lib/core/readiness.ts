// Decides which descriptors can be watched from Node's own loop, and which need a thread.
import { constants } from 'node:fs'
import { AT_EMPTY_PATH, type InterestRow, native, targetOf } from '../sys/index.ts'

const { S_IFIFO, S_IFMT, S_IFSOCK } = constants
const socketOrFifo = new Set([S_IFSOCK, S_IFIFO])
const inodeAt = 2
const stat = new Float64Array(8)

/** The kernel's names for anonymous files whose readiness survives a check. */
const states = new Set([
  'anon_inode:[eventfd]',
  'anon_inode:[timerfd]',
  'anon_inode:[signalfd]',
  'anon_inode:[pidfd]',
  'anon_inode:inotify',
])

/**
 * Whether a file reports its readiness at each check, as sockets and pipes do. Other files (mounts, pressure, sysctl)
 * report an event only at the first check; unknown files are treated like these.
 *
 * @internal
 */
export function reportsAgain(fd: number): boolean {
  if (native.fstatat(fd, '', AT_EMPTY_PATH, stat) < 0) return true // not open: epoll_ctl reports the error
  if (socketOrFifo.has(stat[0]! & S_IFMT)) return true
  return states.has(targetOf(fd) ?? '')
}

/** Whether reportsAgain() holds for a whole set; false if a number now belongs to another file. @internal */
export function allReportAgain(rows: readonly InterestRow[]): boolean {
  return rows.every(({ fd, inode }) => {
    if (native.fstatat(fd, '', AT_EMPTY_PATH, stat) < 0) return false
    return (inode === null || inode === stat[inodeAt]) && reportsAgain(fd)
  })
}
