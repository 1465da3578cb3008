import type { Placement } from './placement.ts'
import { type Respondent, startRespondent } from './respondent.ts'

export interface LoadTask {
  readonly port: number
  /** One request, or several pipelined ones. */
  readonly request: string
  /** The size of heads and bodies together, which is the same each time. */
  readonly answerBytes: number
  readonly connections: number
  /** Whether each request has its own connection. */
  readonly once: boolean
  readonly count: number
  /** The time between requests; 0 sends them as fast as answers arrive. */
  readonly intervalNs: number
}

export interface LoadResult {
  readonly wallNs: number
  /** One latency for each of `percentileShares`. */
  readonly latenciesNs: readonly number[]
}

/** The load generator, a separate process. */
export interface Load {
  /** Throws LeftOut if the server fails. */
  run(task: LoadTask): Promise<LoadResult>
  stop(): Promise<void>
}

/** Aborting the signal kills the load generator. */
export function startLoad(placement: Placement, signal: AbortSignal): Load {
  const respondent: Respondent<LoadTask, LoadResult> = startRespondent(
    'load-process.js',
    placement,
    signal,
  )
  return { run: respondent.ask, stop: respondent.stop }
}
