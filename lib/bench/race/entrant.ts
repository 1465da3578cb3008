import { type Answer, ask } from './ask.ts'
import type { Contestant } from './contestants.ts'
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
  try {
    const { request, answerBytes } = await checked(server.port, work, venue)
    const base = { port: server.port, request, answerBytes, connections, once: work.once }
    const { warmUpMs, othersWarmUpMs, blockMs } = times
    const forMs = contestant.warms ? warmUpMs : othersWarmUpMs
    const perNs = await warmedUp({ ...base, count: connections, intervalNs: 0 }, forMs, venue)
    const task = { ...base, count: countFor(perNs, blockMs), intervalNs: 0 }
    return { name, server, task }
  } catch (error) {
    await server.stop()
    throw error
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

/** The request, and how long the right answer is. Throws LeftOut for another one. */
async function checked(
  port: number,
  work: Work,
  venue: Venue,
): Promise<{ request: string; answerBytes: number }> {
  const tag = work.tagField === null ? null : await tagOf(port)
  const request = requestOf(work, port, tag)
  const answer = await asked(port, request)
  const wrong = complaintAbout(answer, work, venue)
  if (wrong !== null) throw new LeftOut(wrong)
  return { request, answerBytes: answer.bytes }
}

async function tagOf(port: number): Promise<string> {
  const { tag } = await asked(port, requestOf(small, port, null))
  if (tag === null) throw new LeftOut('gives no ETag')
  return tag
}

async function asked(port: number, request: string): Promise<Answer> {
  try {
    return await ask(port, request)
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
