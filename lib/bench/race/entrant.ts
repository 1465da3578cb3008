import { statSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { residentBytes } from './account.ts'
import { type Answer, ask } from './ask.ts'
import type { Contestant } from './contestants.ts'
import { type Idle, openIdle } from './idle.ts'
import { LeftOut } from './left-out.ts'
import type { LoadTask } from './load.ts'
import { type Server, startServer } from './server.ts'
import type { Venue } from './venue.ts'
import { connections, requestOf, small, type Work } from './works.ts'

/** A server that answers a work rightly, and is warm. */
export interface Entrant {
  readonly name: string
  readonly server: Server
  /** As fast as answers come, for as long as a block takes. */
  readonly task: LoadTask
  /** What is in memory for each idle connection; null where the work has none. */
  readonly idleBytes: number | null
  /** Throws LeftOut where it has not kept what is idle, or written what it was to write. */
  look(): Promise<void>
  stop(): Promise<void>
}

/** How long blocks and warming up take. */
export interface Times {
  readonly blockMs: number
  /** For those whose code is compiled while it runs, and for all others. */
  readonly warmUpMs: number
  readonly othersWarmUpMs: number
}

const nsPerMs = 1e6
const [logMsMax, betweenMs] = [3000, 10]

/** Throws LeftOut for a server that does not start, answers wrongly, or fails. */
export async function enter(
  contestant: Contestant,
  name: string,
  work: Work,
  venue: Venue,
  times: Times,
): Promise<Entrant> {
  const server = await startServer(contestant, work, venue)
  let idle: Idle | null = null
  const stop = async (): Promise<void> => {
    await Promise.all([server.stop(), idle?.stop()])
  }
  try {
    const { request, answerBytes } = await checked(server.port, work, venue)
    const base = { port: server.port, request, answerBytes, connections, once: work.once }
    const { warmUpMs, othersWarmUpMs, blockMs } = times
    const forMs = contestant.warms ? warmUpMs : othersWarmUpMs
    const perNs = await warmedUp({ ...base, count: connections, intervalNs: 0 }, forMs, venue)
    const before = residentBytes(server.pid)
    if (work.idle > 0) idle = await openIdle({ ...base, count: work.idle }, venue)
    const idleBytes = idle === null ? null : (residentBytes(server.pid) - before) / work.idle
    const task = { ...base, count: countFor(perNs, blockMs), intervalNs: 0 }
    const look = async (): Promise<void> => {
      await idle?.look()
      if (server.log !== null) await written(server.log)
    }
    return { name, server, task, idleBytes, look, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Lines may be gathered for a while. */
async function written(log: string): Promise<void> {
  for (let leftMs = logMsMax; statSync(log).size === 0; leftMs -= betweenMs) {
    if (leftMs <= 0) throw new LeftOut('has written nothing to its access log')
    await after(betweenMs)
  }
}

function countFor(perNs: number, ms: number): number {
  return Math.max(connections, Math.round(perNs * ms * nsPerMs))
}

/** Answers in a nanosecond, at last. */
async function warmedUp(task: LoadTask, ms: number, { load }: Venue): Promise<number> {
  let { count } = task
  for (let spentNs = 0; ; ) {
    const { wallNs } = await load.run({ ...task, count })
    spentNs += wallNs
    const perNs = count / wallNs
    const leftMs = ms - spentNs / nsPerMs
    if (leftMs <= 0) return perNs
    // Never fewer: the last ones say how many fill a block. And not many more: it becomes faster meanwhile.
    count = Math.max(count, Math.min(4 * count, countFor(perNs, leftMs)))
  }
}

/** What is sent in one piece, and how long the right answers are. Throws LeftOut for others. */
async function checked(
  port: number,
  work: Work,
  venue: Venue,
): Promise<{ request: string; answerBytes: number }> {
  const { tagField, pipelined } = work
  const tag = tagField === null ? null : await tagOf(port)
  const request = requestOf(work, port, tag)
  const answers = await asked(port, request, pipelined)
  for (const answer of answers) {
    const wrong = complaintAbout(answer, work, venue)
    if (wrong !== null) throw new LeftOut(wrong)
  }
  const answerBytes = answers.reduce((sum, { bytes }) => sum + bytes, 0)
  return { request: request.repeat(pipelined), answerBytes }
}

async function tagOf(port: number): Promise<string> {
  const [answer] = await asked(port, requestOf(small, port, null), 1)
  if (answer!.tag === null) throw new LeftOut('gives no ETag')
  return answer!.tag
}

async function asked(port: number, request: string, count: number): Promise<Answer[]> {
  try {
    return await ask(port, request, count)
  } catch (error) {
    if (error instanceof LeftOut) throw error
    throw new LeftOut(`failed: ${(error as Error).message}`)
  }
}

function complaintAbout({ status, body }: Answer, work: Work, { site }: Venue): string | null {
  if (status !== work.status) return `answered ${status} where ${work.status} is right`
  if (status !== 200 || body.equals(site.content(work.file))) return null
  return `answered with ${body.length} bytes that are not the file's`
}
