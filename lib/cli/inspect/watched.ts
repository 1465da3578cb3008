// The files that another process watches, with everything that /proc, kcmp(2) and sock_diag(7) tell about them.
import { readdirSync } from 'node:fs'
import {
  eventfdCount,
  type Holder,
  holdersOf,
  type InterestRow,
  interestOf,
  isEpoll,
  maskNames,
  type SocketDetail,
  type SocketInfo,
  socketDetails,
  socketsOf,
  type Targets,
  type TimerInfo,
  targetsOf,
  timerInfo,
  type WatchedFile,
  waitsInEpoll,
  watchedFile,
} from '../../sys/index.ts'
import { RunError } from '../usage-error.ts'

/** An entry of an interest list. */
export interface Watched extends WatchedFile {
  readonly fd: number
  readonly events: number
  readonly names: string
  /** EPOLLONESHOT has reported it, and it was not modified since. */
  readonly isSpent: boolean
  readonly data: number
  readonly dataHex: string
  /** Protocol and addresses; null for files that are not sockets, and for sockets of another network namespace. */
  readonly socket: string | null
  readonly state: string | null
  readonly unread: number | null
  readonly unsent: number | null
  readonly acceptQueue: SocketDetail['queue']
  /** The other end of a unix socket, as far as it's known. */
  readonly peer: { readonly inode: number; readonly holders: readonly Holder[] } | null
  readonly eventfdCount: string | null
  readonly timer: TimerInfo | null
  /** Of a ghost: what the file is, and which processes have it open. */
  readonly was: string | null
  readonly holders: readonly Holder[]
}

export interface EpollSet {
  readonly epoll: number
  readonly interest: readonly Watched[]
}

export interface Inspected {
  readonly pid: number
  readonly waitsInEpoll: boolean
  readonly sets: readonly EpollSet[]
}

/** The bits that remain of a mask that EPOLLONESHOT has disarmed. */
const modeBits = 0xf0000000

function checkAccess(pid: number): void {
  try {
    readdirSync(`/proc/${pid}/fd`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new RunError(`there is no process ${pid}`)
    throw new RunError(
      `process ${pid} may not be inspected (${code}): run this as its user or as root`,
    )
  }
}

interface Facts {
  readonly pid: number
  readonly sockets: ReadonlyMap<string, SocketInfo>
  readonly details: ReadonlyMap<number, SocketDetail>
}

interface Found {
  readonly row: InterestRow
  readonly file: WatchedFile
  readonly inode: number | null
}

function foundIn(pid: number, epoll: number, targets: Targets): Found[] {
  let rows: InterestRow[]
  try {
    rows = interestOf(epoll, pid)
  } catch {
    return []
  }
  return rows.map(row => {
    const file = watchedFile(pid, epoll, row, targets.get(row.fd) ?? null)
    const [, inode] = /^socket:\[(\d+)\]$/.exec(file.target ?? '') ?? []
    return { row, file, inode: inode === undefined ? row.inode : Number(inode) }
  })
}

function watchedOf(
  { row, file, inode }: Found,
  { pid, sockets, details }: Facts,
  holders: ReadonlyMap<number, readonly Holder[]>,
): Watched {
  const { fd, events, data, data64 } = row
  const info = inode === null ? undefined : sockets.get(String(inode))
  const detail = inode === null ? undefined : details.get(inode)
  const isGhost = file.ghost !== null
  const peer = detail?.peer ?? null
  const known = inode === null ? [] : (holders.get(inode) ?? [])
  return {
    fd,
    events,
    names: maskNames(events),
    isSpent: events !== 0 && (events & ~modeBits) === 0,
    data,
    dataHex: `0x${data64.toString(16)}`,
    ...file,
    socket: isGhost ? null : (info?.name ?? null),
    state: info?.state ?? null,
    unread: info?.unread ?? null,
    unsent: info?.unsent ?? null,
    acceptQueue: detail?.queue ?? null,
    peer: peer === null ? null : { inode: peer, holders: holders.get(peer) ?? [] },
    eventfdCount:
      file.target === 'anon_inode:[eventfd]' ? (eventfdCount(fd, pid)?.toString() ?? null) : null,
    timer: file.target === 'anon_inode:[timerfd]' ? timerInfo(fd, pid) : null,
    was: isGhost ? (info?.name ?? null) : null,
    holders: isGhost ? known : [],
  }
}

/** Everything about the epolls of a process. Throws {@link RunError} if there is none, or it may not be inspected. */
export function inspected(pid: number): Inspected {
  checkAccess(pid)
  const targets = targetsOf(pid)
  const epolls = [...targets.keys()]
    .filter(fd => isEpoll(targets.get(fd) ?? null))
    .sort((a, b) => a - b)
  const found = epolls.map(epoll => ({ epoll, entries: foundIn(pid, epoll, targets) }))
  const facts: Facts = { pid, sockets: socketsOf(pid), details: socketDetails(pid) }
  const all = found.flatMap(({ entries }) => entries)
  const ghosts = all.filter(({ file }) => file.ghost !== null).flatMap(({ inode }) => inode ?? [])
  const peers = all.flatMap(({ inode }) => facts.details.get(inode ?? -1)?.peer ?? [])
  const holders = holdersOf(new Set([...ghosts, ...peers]), { pid, targets })
  return {
    pid,
    waitsInEpoll: epolls.length > 0 && waitsInEpoll(pid),
    sets: found.map(({ epoll, entries }) => ({
      epoll,
      interest: entries.map(entry => watchedOf(entry, facts, holders)),
    })),
  }
}
