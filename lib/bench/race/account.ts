import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { LeftOut } from './left-out.ts'

/** What the scheduler has given to a server. */
export interface Account {
  /** Of all its threads and of its children's. */
  readonly cpuNs: number
  /** How long its first thread was ready to run and did not. */
  readonly waitNs: number
}

/** @param text of /proc/PID/task/TID/schedstat */
export function accountIn(text: string): Account {
  const [cpuNs = Number.NaN, waitNs = Number.NaN] = text.split(' ').map(Number)
  return { cpuNs, waitNs }
}

/** Of what has ended meanwhile: nothing. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function withChildren(pid: number): number[] {
  const children = threadsOf(pid).flatMap(
    tid => read(`/proc/${pid}/task/${tid}/children`).match(/\d+/g) ?? [],
  )
  return [pid, ...children.flatMap(child => withChildren(Number(child)))]
}

const [restTriesMax, restMs] = [200, 1]

function isRunning(pid: number): boolean {
  return withChildren(pid).some(process =>
    threadsOf(process).some(tid => /\) R /.test(read(`/proc/${process}/task/${tid}/stat`))),
  )
}

/**
 * Since it was started; all of it is 0 where the kernel keeps no account. A thread's account grows when it goes to
 * sleep, or with a tick: so this waits until all sleep, which also is when they have seen their clients go.
 */
export async function accountOf(pid: number): Promise<Account> {
  for (let i = 0; i < restTriesMax && isRunning(pid); i++) await after(restMs)
  const threads = withChildren(pid).flatMap(process =>
    threadsOf(process).map(tid =>
      accountIn(read(`/proc/${process}/task/${tid}/schedstat`) || '0 0'),
    ),
  )
  return {
    cpuNs: threads.reduce((sum, { cpuNs }) => sum + cpuNs, 0),
    waitNs: threads[0]?.waitNs ?? 0,
  }
}

/** From one look to another. Throws LeftOut where that is nothing. */
export function spent(before: Account, after: Account): Account {
  const cpuNs = after.cpuNs - before.cpuNs
  if (!(cpuNs > 0)) throw new LeftOut('has no CPU time that /proc/PID/task/TID/schedstat tells')
  return { cpuNs, waitNs: Math.max(0, after.waitNs - before.waitNs) }
}

/** What of it and its children is in memory, what they share with others among it. */
export function residentBytes(pid: number): number {
  const kilobytes = withChildren(pid).map(process =>
    Number(/^VmRSS:\s*(\d+)/m.exec(read(`/proc/${process}/status`))?.[1] ?? 0),
  )
  return 1024 * kilobytes.reduce((sum, one) => sum + one, 0)
}
