import { constants } from 'node:fs'
import { AT_EMPTY_PATH, type InterestRow, native, targetOf } from '../sys/index.ts'

const { S_IFIFO, S_IFMT, S_IFSOCK } = constants
const socketOrFifo = new Set([S_IFSOCK, S_IFIFO])
const inodeAt = 2
const stat = new Float64Array(8)

/** The kernel's names of anonymous files whose readiness is a state: asking for it consumes nothing. */
const states = new Set([
  'anon_inode:[eventfd]',
  'anon_inode:[timerfd]',
  'anon_inode:[signalfd]',
  'anon_inode:[pidfd]',
  'anon_inode:inotify',
])

/**
 * Whether a file tells its readiness to everyone who looks, as sockets and pipes do. Others (mounts, pressure, sysctl)
 * tell an event to the first who looks; what is not known is taken for one of those.
 *
 * @internal
 */
export function toldAgain(fd: number): boolean {
  if (native.fstatat(fd, '', AT_EMPTY_PATH, stat) < 0) return true // not open: epoll_ctl says so
  if (socketOrFifo.has(stat[0]! & S_IFMT)) return true
  return states.has(targetOf(fd) ?? '')
}

/** The same for what is in a set. A number that leads to another file by now says nothing about the one there. @internal */
export function allToldAgain(rows: readonly InterestRow[]): boolean {
  return rows.every(({ fd, inode }) => {
    if (native.fstatat(fd, '', AT_EMPTY_PATH, stat) < 0) return false
    return (inode === null || inode === stat[inodeAt]) && toldAgain(fd)
  })
}
