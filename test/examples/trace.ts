// Reads the output of strace and follows three descriptors: the listener, the epoll in which it is registered (not
// Node's own), and the connection.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { lacks } from '../support/needs.ts'

const traced =
  'trace=socket,setsockopt,bind,listen,accept,accept4,recvfrom,sendto,shutdown,fcntl,getsockname,openat,?openat2,pread64,' +
  '?epoll_create,epoll_create1,epoll_ctl,?epoll_wait,epoll_pwait,?epoll_pwait2,close'

/** The reason for skipping tests that trace system calls; false if strace works. */
export const straceMissing: string | false =
  spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0 &&
  lacks('needs strace, and a kernel that lets it trace')

/** The command prefix for tracing a program; with -D, the started process is the program itself. */
export function strace(output: string): string[] {
  return ['strace', '-D', '-f', '-qq', '-e', traced, '-e', 'signal=none', '-s', '64', '-o', output]
}

export interface SystemCall {
  name: string
  args: string
  result: number
}

/** The calls in the order in which they returned, without unfinished calls. */
export function callsIn(output: string): SystemCall[] {
  const begun = new Map<string, string>()
  const calls: SystemCall[] = []
  for (const line of readFileSync(output, 'utf8').split('\n')) {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    if (text.endsWith(' <unfinished ...>')) {
      begun.set(thread, text.slice(0, -' <unfinished ...>'.length))
      continue
    }
    const whole = text.replace(/^<\.\.\. \w+ resumed>/, () => begun.get(thread) ?? '')
    const call = /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(whole)
    if (call !== null) calls.push({ name: call[1]!, args: call[2]!, result: Number(call[3]) })
  }
  return calls
}

const roleOfAddress = 'sin_port='

/**
 * The calls on the three descriptors, normalized so that Python's and ours can be compared. Ignored differences:
 *
 * - descriptor numbers, which become `listener`, `epoll` and `connection`;
 * - addresses and their lengths;
 * - maxevents, and epoll_wait or epoll_pwait;
 * - the flags CLOEXEC and NONBLOCK, and accept or accept4;
 * - getsockname and fcntl, which CPython calls by itself.
 */
export function normalised(calls: SystemCall[]): string[] {
  const bound = calls.findIndex(({ name, args }) => name === 'bind' && args.includes(roleOfAddress))
  const listener = numberIn(calls[bound]!.args)
  const opened = calls.findLastIndex(
    ({ name, result }, i) => i < bound && name === 'socket' && result === listener,
  )
  const added = calls.find(
    ({ name, args }) => name === 'epoll_ctl' && args.includes(`EPOLL_CTL_ADD, ${listener},`),
  )
  const epoll = numberIn(added!.args)
  const roles = new Map<number, string>()
  const lines: string[] = []
  for (const { name, args, result } of calls.slice(opened)) {
    if (name === 'socket' && result === listener) roles.set(listener, 'listener')
    else if (name.startsWith('epoll_create') && result === epoll) roles.set(epoll, 'epoll')
    else if (!roles.has(numberIn(args))) continue
    if (name.startsWith('accept') && result >= 0) roles.set(result, 'connection')
    const line = lineOf(name, args, result, roles)
    if (line !== null) lines.push(line)
    if (name === 'close') roles.delete(numberIn(args))
  }
  return lines
}

function numberIn(args: string): number {
  return Number.parseInt(args, 10)
}

function lineOf(
  name: string,
  args: string,
  result: number,
  roles: Map<number, string>,
): string | null {
  const fd = (number: string | number): string => roles.get(Number(number)) ?? String(number)
  const on = fd(numberIn(args))
  if (name === 'getsockname' || name === 'fcntl') return null
  if (name === 'socket')
    return `socket(${args.replace(/\|SOCK_(CLOEXEC|NONBLOCK)/g, '')}) = ${fd(result)}`
  if (name === 'bind') return `bind(${on}) = ${result}`
  if (name.startsWith('accept')) return `accept(${on}) = ${fd(result)}`
  if (name.startsWith('epoll_create')) return `epoll_create() = ${fd(result)}`
  if (name === 'epoll_ctl') {
    const [, operation, target, mask] = /^\d+, (\w+), (\d+)(?:, \{events=([^,]*))?/.exec(args)!
    const asked = operation === 'EPOLL_CTL_DEL' ? '' : `, ${mask}`
    return `epoll_ctl(${on}, ${operation}, ${fd(target!)}${asked}) = ${result}`
  }
  if (/^epoll_p?wait/.test(name)) {
    const events = [...args.matchAll(/\{events=([\w|]+), data=(?:\{u32=)?(\w+)/g)]
    const timeout = /\], \d+, (-?\d+)/.exec(args)?.[1]
    const list = events.map(
      ([, mask, data]) => `${fd(Number(BigInt(data!) & 0xffffffffn))}:${mask}`,
    )
    return `epoll_wait(${on}, ${timeout}) = [${list}]`
  }
  return `${name}(${on}${args.slice(args.indexOf(',') < 0 ? args.length : args.indexOf(','))}) = ${result}`
}
