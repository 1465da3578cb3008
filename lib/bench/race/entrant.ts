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

/** A warmed-up server that answers the requests of a work correctly. */
export interface Entrant {
  readonly name: string
  readonly server: Server
  /** The requests of one block, sent as fast as answers arrive. */
  readonly task: LoadTask
  /** Runs one block. Throws LeftOut if the server fails. */
  run(): Promise<LoadResult>
  /**
   * The memory per idle connection; null if the work has no idle connections. Throws LeftOut if the server closed some
   * of them, or did not log every answer.
   */
  end(): Promise<number | null>
  stop(): Promise<void>
}

/** The durations of a block and of the warm-up. */
export interface Times {
  readonly blockMs: number
  /** The warm-up of servers whose code is compiled at run time. */
  readonly warmUpMs: number
  readonly othersWarmUpMs: number
}

const nsPerMs = 1e6

/** Starts a server, checks its answers and warms it up. Throws LeftOut if that fails. */
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
    // One answer at the start, and those that were checked.
    let answered = 1 + work.pipelined
    const run = async (task: LoadTask): Promise<LoadResult> => {
      const result = await venue.load.ask(task)
      answered += task.count * work.pipelined
      return result
    }
    const perNs = await warmedUp({ ...base, count: connections, intervalNs: 0 }, forMs, run)
    const before = residentBytes(server.pid)
    if (work.idle > 0) idle = await openIdle({ ...base, count: work.idle }, venue)
    const task = { ...base, count: countFor(perNs, blockMs), intervalNs: 0 }
    const end = async (): Promise<number | null> => {
      await idle?.ask({ check: true })
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

/** Warms a server up, and returns the answers per nanosecond in its last run. */
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
    // Never fewer requests than before, because the last run determines the size of a block; at most four times as many,
    // because the server is still becoming faster.
    count = Math.max(count, Math.min(4 * count, countFor(perNs, leftMs)))
  }
}

/** The bytes to send and the size of the correct answers. Throws LeftOut if an answer is wrong. */
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
    const wrong = faultOf(answer, work, venue)
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

function faultOf({ status, body }: Answer, work: Work, { site }: Venue): string | null {
  if (status !== work.status) return `answered ${status}, expected ${work.status}`
  if (status !== 200 || body.equals(site.content(work.file))) return null
  return `answered with ${body.length} bytes that are not the file's`
}
