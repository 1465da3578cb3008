import { readdirSync } from 'node:fs'
import { printable } from '../../service/index.ts'
import {
  type Interest,
  type InterestRow,
  interestOf,
  isEpoll,
  maskNames,
  ownCommand,
  socketNames,
  targetOf,
  type WatchedFile,
  watchedFile,
} from '../../sys/index.ts'
import { printHelp } from '../help.ts'
import { parsedOptions } from '../options.ts'
import { RunError, UsageError } from '../usage-error.ts'

const usage = `usage: epollet inspect <pid> [--json]

  Shows each epoll of a process with its interest list: descriptors, events and data, as in
  /proc/PID/fdinfo. A ghost is a file that is still watched although its descriptor has been closed,
  or reused for another file. Reuse among eventfd, timerfd, epoll and other anon_inode files cannot
  be detected, because they share one inode.

  --json    prints JSON
  --help    prints this text
`

interface Watched extends Interest, WatchedFile {
  names: string
  /** Protocol and addresses; null for files that are not sockets, and for sockets of another network namespace. */
  socket: string | null
}

interface EpollSet {
  epoll: number
  interest: Watched[]
}

function pidOf(positionals: string[]): number {
  const [text] = positionals
  if (text === undefined) {
    throw new UsageError(`expected a process number, for example ${ownCommand()} inspect 4711`)
  }
  if (positionals.length !== 1 || !/^[1-9]\d{0,9}$/.test(text)) {
    throw new UsageError(`expected one process number, got '${positionals.join(' ')}'`)
  }
  return Number(text)
}

function descriptorsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(Number)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new RunError(`there is no process ${pid}`)
    throw new RunError(
      `process ${pid} may not be inspected (${code}): run this as its user or as root`,
    )
  }
}

function watchedBy(pid: number, epoll: number, sockets: ReadonlyMap<string, string>): Watched[] {
  let rows: InterestRow[]
  try {
    rows = interestOf(epoll, pid)
  } catch {
    return []
  }
  return rows.map(row => {
    const { fd, events, data } = row
    const file = watchedFile(pid, row)
    const [, inode = ''] = /^socket:\[(\d+)\]$/.exec(file.target ?? '') ?? []
    const socket = sockets.get(inode) ?? null
    return { fd, events, data, names: maskNames(events), ...file, socket }
  })
}

function setsOf(pid: number): EpollSet[] {
  const epolls = descriptorsOf(pid).filter(fd => isEpoll(targetOf(fd, pid)))
  const sockets = socketNames(pid)
  return epolls
    .sort((a, b) => a - b)
    .map(epoll => ({ epoll, interest: watchedBy(pid, epoll, sockets) }))
}

const ghosts = {
  closed: 'ghost: the descriptor is closed, but its file is still watched',
  reused: 'ghost: the descriptor now belongs to another file, but the old file is still watched',
}

function inWords({ ghost, socket, target }: Watched): string {
  if (ghost !== null) return ghosts[ghost]
  return printable(socket ?? target ?? '')
}

function table(pid: number, sets: EpollSet[]): string {
  if (sets.length === 0) return `process ${pid} has no epoll\n`
  return sets.map(({ epoll, interest }) => section(epoll, interest)).join('\n')
}

function section(epoll: number, interest: Watched[]): string {
  const title = `epoll ${epoll} watches ${interest.length}\n`
  if (interest.length === 0) return title
  const rows = [
    ['fd', 'events', 'data', 'what it is'],
    ...interest.map(entry => [String(entry.fd), entry.names, String(entry.data), inWords(entry)]),
  ]
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]!.length)))
  const lines = rows.map(row =>
    row.map((cell, i) =>
      i === 0 || i === 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i] ?? 0),
    ),
  )
  return `${title}${lines.map(line => `  ${line.join('  ')}`.trimEnd()).join('\n')}\n`
}

/** `epollet inspect`: prints the interest lists of a process's epolls. */
export function inspect(args: string[]): void {
  // parseArgs would treat a negative number as an option.
  const negative = args.find(arg => /^-\d/.test(arg))
  if (negative !== undefined) pidOf([negative])
  const { values, positionals } = parsedOptions({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help === true) return printHelp(usage)
  const pid = pidOf(positionals)
  const sets = setsOf(pid)
  const text =
    values.json === true ? `${JSON.stringify({ pid, sets }, null, 2)}\n` : table(pid, sets)
  process.stdout.write(text)
}
