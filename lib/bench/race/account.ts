import { readdirSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { fileText } from '../../sys/index.ts'
import { LeftOut } from './left-out.ts'

/** A server's CPU time according to the scheduler. */
export interface Account {
  /** The CPU time of all threads and child processes. */
  readonly cpuNs: number
  /** The time that its first thread was runnable but did not run. */
  readonly waitNs: number
}

/** @param text of /proc/PID/task/TID/schedstat */
export function accountIn(text: string): Account {
  const [cpuNs = Number.NaN, waitNs = Number.NaN] = text.split(' ').map(Number)
  return { cpuNs, waitNs }
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
    tid => fileText(`/proc/${pid}/task/${tid}/children`).match(/\d+/g) ?? [],
  )
  return [pid, ...children.flatMap(child => withChildren(Number(child)))]
}

const [restTriesMax, restMs] = [200, 1]

function isRunning(pid: number): boolean {
  return withChildren(pid).some(process =>
    threadsOf(process).some(tid => /\) R /.test(fileText(`/proc/${process}/task/${tid}/stat`))),
  )
}

/**
 * The account since the process started; 0 if the kernel does not record it. The kernel updates it only at a tick or
 * when a thread goes to sleep, so this first waits until all threads sleep.
 */
export async function accountOf(pid: number): Promise<Account> {
  for (let i = 0; i < restTriesMax && isRunning(pid); i++) await after(restMs)
  const threads = withChildren(pid).flatMap(process =>
    threadsOf(process).map(tid =>
      accountIn(fileText(`/proc/${process}/task/${tid}/schedstat`) || '0 0'),
    ),
  )
  return {
    cpuNs: threads.reduce((sum, { cpuNs }) => sum + cpuNs, 0),
    waitNs: threads[0]?.waitNs ?? 0,
  }
}

/** The difference between two accounts. Throws LeftOut if no CPU time was recorded. */
export function spent(before: Account, after: Account): Account {
  const cpuNs = after.cpuNs - before.cpuNs
  if (!(cpuNs > 0)) throw new LeftOut('has no CPU time in /proc/PID/task/TID/schedstat')
  return { cpuNs, waitNs: Math.max(0, after.waitNs - before.waitNs) }
}

/** The resident memory of a process and its children, including shared memory. */
export function residentBytes(pid: number): number {
  const kilobytes = withChildren(pid).map(process =>
    Number(/^VmRSS:\s*(\d+)/m.exec(fileText(`/proc/${process}/status`))?.[1] ?? 0),
  )
  return 1024 * kilobytes.reduce((sum, one) => sum + one, 0)
}
