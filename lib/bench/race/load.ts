import type { Placement } from './placement.ts'
import { type Respondent, startRespondent } from './respondent.ts'

export interface LoadTask {
  readonly port: number
  /** One, or several in one piece. */
  readonly request: string
  /** Of heads and bodies: it is the same each time. */
  readonly answerBytes: number
  readonly connections: number
  /** Whether each request has a connection of its own. */
  readonly once: boolean
  readonly count: number
  /** 0: as fast as answers come. */
  readonly intervalNs: number
}

export interface LoadResult {
  readonly wallNs: number
  /** Of latencies, at `percentileShares`. */
  readonly latenciesNs: readonly number[]
}

/** The one who asks: a process of its own. */
export interface Load {
  /** Throws LeftOut where the server fails. */
  run(task: LoadTask): Promise<LoadResult>
  stop(): Promise<void>
}

/** The signal ends it, with what it is at. */
export function startLoad(placement: Placement, signal: AbortSignal): Load {
  const respondent: Respondent<LoadTask, LoadResult> = startRespondent(
    'load-process.js',
    placement,
    signal,
  )
  return { run: respondent.ask, stop: respondent.stop }
}
