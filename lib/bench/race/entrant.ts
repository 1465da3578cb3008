import { residentBytes } from './account.ts'
import { type Answer, ask } from './ask.ts'
import type { Contestant } from './contestants.ts'
import { type Idle, openIdle } from './idle.ts'
import { LeftOut } from './left-out.ts'
import type { LoadResult, LoadTask } from './load.ts'
import { linesWritten } from './log-lines.ts'
import { type Server, startServer } from './server.ts'
import type { Venue } from './venue.ts'
import { connections, requestOf, small, type Work } from './works.ts'

/** A server that answers a work rightly, and is warm. */
export interface Entrant {
  readonly name: string
  readonly server: Server
  /** As fast as answers come, for as long as a block takes. */
  readonly task: LoadTask
  /** A block: the task once. Throws LeftOut where the server fails. */
  run(): Promise<LoadResult>
  /**
   * What it had kept at the end: of memory for each idle connection, null where the work has none. Throws LeftOut where
   * it has closed some, or has not written a line for each answer.
   */
  end(): Promise<number | null>
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
    // A first answer said that it had started, a second one that it is right.
    let answered = 1 + work.pipelined
    const run = async (task: LoadTask): Promise<LoadResult> => {
      const result = await venue.load.run(task)
      answered += task.count * work.pipelined
      return result
    }
    const perNs = await warmedUp({ ...base, count: connections, intervalNs: 0 }, forMs, run)
    const before = residentBytes(server.pid)
    if (work.idle > 0) idle = await openIdle({ ...base, count: work.idle }, venue)
    const task = { ...base, count: countFor(perNs, blockMs), intervalNs: 0 }
    const end = async (): Promise<number | null> => {
      await idle?.look()
      if (server.log !== null) await linesWritten(server.log, answered)
      return idle === null ? null : (residentBytes(server.pid) - before) / work.idle
    }
    return { name, server, task, run: () => run(task), end, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function countFor(perNs: number, ms: number): number {
  return Math.max(connections, Math.round(perNs * ms * nsPerMs))
}

/** Answers in a nanosecond, at last. */
async function warmedUp(
  task: LoadTask,
  ms: number,
  run: (task: LoadTask) => Promise<LoadResult>,
): Promise<number> {
  let { count } = task
  for (let spentNs = 0; ; ) {
    const { wallNs } = await run({ ...task, count })
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
