import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Interest, parseInterest } from '../core/index.ts'
import { maskNames } from '../sys/index.ts'
import { RunError, UsageError } from './usage-error.ts'

const usage = `usage: epollet inspect <pid> [--json]

  Shows each epoll of a process: what it watches, for what, with which data. From /proc/PID/fdinfo.

  --json    the same for programs
  --help    this text
`

interface Watched extends Interest {
  names: string
  /** What the descriptor's number means now; null if it is closed, though the registration lives. */
  target: string | null
}

interface EpollSet {
  epoll: number
  interest: Watched[]
}

function pidOf(positionals: string[]): number {
  const [text = ''] = positionals
  if (positionals.length !== 1 || !/^[1-9]\d{0,9}$/.test(text)) {
    throw new UsageError(`inspect takes one process number, got '${positionals.join(' ')}'`)
  }
  return Number(text)
}

function targetOf(pid: number, fd: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`)
  } catch {
    return null
  }
}

function descriptorsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(Number)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new RunError(`there is no process ${pid}`)
    throw new RunError(
      `process ${pid} may not be looked at (${code}): run this as its user or as root`,
    )
  }
}

function interestOf(pid: number, epoll: number): Watched[] {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/fdinfo/${epoll}`, 'latin1')
  } catch {
    return []
  }
  return parseInterest(text).map(entry => ({
    ...entry,
    names: maskNames(entry.events),
    target: targetOf(pid, entry.fd),
  }))
}

function setsOf(pid: number): EpollSet[] {
  return descriptorsOf(pid)
    .filter(fd => targetOf(pid, fd) === 'anon_inode:[eventpoll]')
    .sort((a, b) => a - b)
    .map(epoll => ({ epoll, interest: interestOf(pid, epoll) }))
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
    ...interest.map(({ fd, names, data, target }) => [
      String(fd),
      names,
      String(data),
      target ?? 'closed, but the file it was lives on: a ghost',
    ]),
  ]
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]!.length)))
  const lines = rows.map(row =>
    row.map((cell, i) =>
      i === 0 || i === 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i] ?? 0),
    ),
  )
  return `${title}${lines.map(line => `  ${line.join('  ')}`.trimEnd()).join('\n')}\n`
}

/** `epollet inspect`: the epoll sets of any process, as the kernel lists them. */
export function inspect(args: string[]): void {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help === true) {
    process.stdout.write(usage)
    return
  }
  const pid = pidOf(positionals)
  const sets = setsOf(pid)
  const text =
    values.json === true ? `${JSON.stringify({ pid, sets }, null, 2)}\n` : table(pid, sets)
  process.stdout.write(text)
}
