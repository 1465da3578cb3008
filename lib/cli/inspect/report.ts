import { printable } from '../../service/index.ts'
import { ownCommand } from '../../sys/index.ts'
import type { Finding } from './findings.ts'
import type { EpollSet, Inspected, Watched } from './watched.ts'

const ghosts = {
  closed: 'ghost: the descriptor is closed, but its file is still watched',
  reused: 'ghost: the descriptor now belongs to another file, but the old file is still watched',
}

/** The findings, then each interest list as a table. */
export function reportOf({ pid, sets }: Inspected, findings: readonly Finding[]): string {
  if (sets.length === 0) return `process ${pid} has no epoll\n`
  return [...(findings.length === 0 ? [] : [problems(findings)]), ...sets.map(section)].join('\n')
}

function problems(findings: readonly Finding[]): string {
  const lines = findings.map(
    ({ epoll, text, experiment }) =>
      `  epoll ${epoll}: ${printable(text)}\n    ${ownCommand()} lab ${experiment}\n`,
  )
  return `What looks wrong, each with the experiment that explains it:\n${lines.join('')}`
}

function section({ epoll, interest }: EpollSet): string {
  const title = `epoll ${epoll} watches ${interest.length}\n`
  if (interest.length === 0) return title
  const rows = [
    ['fd', 'events', 'data', 'what it is'],
    ...interest.map(entry => [String(entry.fd), entry.names, dataText(entry), inWords(entry)]),
  ]
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]!.length)))
  const lines = rows.map(row =>
    row.map((cell, i) =>
      i === 0 || i === 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i] ?? 0),
    ),
  )
  return `${title}${lines.map(line => `  ${line.join('  ')}`.trimEnd()).join('\n')}\n`
}

/** The descriptor's number as programs store it; anything else, such as a pointer, in hexadecimal. */
function dataText({ fd, data, dataHex }: Watched): string {
  if (data === fd) return String(data)
  const low = Number(BigInt(dataHex) & 0xffffffffn)
  return low === fd && low !== data ? `${dataHex} (low word ${low})` : dataHex
}

function inWords(entry: Watched): string {
  const { ghost, socket, target, isSpent } = entry
  if (ghost !== null) return ghosts[ghost]
  const facts = [...socketFacts(entry), ...fileFacts(entry), ...(isSpent ? ['spent ONESHOT'] : [])]
  return [printable(socket ?? target ?? ''), ...facts].join(', ')
}

function socketFacts({ state, unread, unsent, acceptQueue, peer }: Watched): string[] {
  const counts = [
    ...(unread ? [`${unread} ${state === 'LISTEN' ? 'to accept' : 'unread'}`] : []),
    ...(unsent ? [`${unsent} unsent`] : []),
  ]
  const queue = acceptQueue === null ? [] : [`queue ${acceptQueue.length} of ${acceptQueue.max}`]
  const [holder] = peer?.holders ?? []
  const other =
    holder === undefined ? [] : [`peer ${holder.pid} (${holder.command}) fd ${holder.fd}`]
  const shown = state === null || state === 'LISTEN' || state === 'ESTABLISHED' ? [] : [state]
  return [...shown, ...(acceptQueue === null ? counts : queue), ...other].map(text =>
    printable(text),
  )
}

function fileFacts({ eventfdCount, timer }: Watched): string[] {
  if (eventfdCount !== null) return [`count ${eventfdCount}`]
  if (timer === null) return []
  const { dueMs, intervalMs, unread } = timer
  return [
    dueMs === 0 ? 'disarmed' : `due in ${Math.ceil(dueMs)} ms`,
    ...(intervalMs === 0 ? [] : [`every ${intervalMs} ms`]),
    ...(unread === 0 ? [] : [`${unread} unread`]),
  ]
}
