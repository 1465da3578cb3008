import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { ask, host } from './ask.ts'
import type { Contestant, Place } from './contestants.ts'
import { LeftOut } from './left-out.ts'
import type { Venue } from './venue.ts'
import { connectionsMaxOf, leastAnswer, requestOf, small, type Work } from './works.ts'

/** A running server that has answered once. */
export interface Server {
  readonly contestant: Contestant
  readonly pid: number
  readonly port: number
  /** The time from the start to the first answer. */
  readonly startMs: number
  /** The path of its access log; stop() deletes it. */
  readonly log: string | null
  stop(): Promise<void>
}

const startMsMax = 5000
const betweenMs = 1
const complaintCharsMax = 2000

/** Starts a server for a work. Throws LeftOut if it does not answer in time. */
export async function startServer(
  contestant: Contestant,
  work: Work,
  venue: Venue,
): Promise<Server> {
  const port = await freePort()
  const place = prepared(contestant, work, port, venue)
  const startedMs = performance.now()
  const process = launch(
    [...venue.placement.server, ...contestant.command(place)],
    contestant.environment?.(place) ?? {},
  )
  const stop = async (): Promise<void> => {
    await process.stop()
    if (place.log !== null) rmSync(place.log, { force: true })
  }
  try {
    const request = requestOf(small, port, null)
    while (!(await answers(port, request))) {
      venue.signal.throwIfAborted()
      if (process.ended() !== null) throw new LeftOut(process.ended()!)
      if (performance.now() - startedMs > startMsMax)
        throw new LeftOut(`did not answer within ${startMsMax / 1000} s${process.complaint()}`)
      await after(betweenMs)
    }
    const startMs = performance.now() - startedMs
    return { contestant, pid: process.pid, port, startMs, log: place.log, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function prepared({ id, config }: Contestant, work: Work, port: number, { site }: Venue): Place {
  const { root, folder } = site
  const path = (kind: string): string => join(folder, `${id}-${port}.${kind}`)
  const place: Place = {
    port,
    root,
    folder,
    config: path('conf'),
    answer: path('answer'),
    once: work.once,
    pipelined: work.pipelined,
    fileBytes: work.status === 404 ? 0 : site.content(work.file).length,
    connectionsMax: connectionsMaxOf(work),
    log: work.logged ? path('log') : null,
  }
  if (config !== undefined) writeFileSync(place.config, config(place))
  else writeFileSync(place.answer, leastAnswer(work, site))
  return place
}

/** Most servers cannot report the port that the kernel chose, so a free one is found first. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function answers(port: number, request: string): Promise<boolean> {
  try {
    await ask(port, request)
    return true
  } catch (error) {
    if (error instanceof LeftOut) throw error
    return false
  }
}

interface Launched {
  readonly pid: number
  /** A colon and the last line on its stderr; empty if there is none. */
  complaint(): string
  /** How it ended; null while it runs. */
  ended(): string | null
  stop(): Promise<void>
}

function launch(
  [file = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Launched {
  const env = { ...process.env, ...environment }
  // In a separate process group, so that Ctrl-C reaches only us, and so that we can kill the whole group.
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env, detached: true })
  if (child.pid !== undefined) remember(child.pid)
  let text = ''
  let end: string | null = null
  child.stderr.setEncoding('utf8').on('data', more => {
    text = (text + more).slice(-complaintCharsMax)
  })
  const complaint = (): string => {
    const last = text.trimEnd().split('\n').at(-1)!
    return last === '' ? '' : `: ${last}`
  }
  const closed = new Promise<void>(resolve => {
    child.once('error', ({ message }) => {
      end = `could not be started: ${message}`
      resolve()
    })
    child.once('close', (code, signal) => {
      end = `ended with ${signal ?? `status ${code}`}${complaint()}`
      if (child.pid !== undefined) forget(child.pid)
      resolve()
    })
  })
  return {
    pid: child.pid ?? 0,
    complaint,
    ended: () => end,
    async stop() {
      if (child.pid !== undefined && end === null) killGroup(child.pid)
      await closed
    },
  }
}

/** The process groups to kill when this process exits. */
const running = new Set<number>()
const killAll = (): void => running.forEach(killGroup)

function remember(pid: number): void {
  if (running.size === 0) process.on('exit', killAll)
  running.add(pid)
}

function forget(pid: number): void {
  running.delete(pid)
  if (running.size === 0) process.removeListener('exit', killAll)
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has already ended.
  }
}
