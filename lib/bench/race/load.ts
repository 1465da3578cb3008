import type { Respondent } from './respondent.ts'

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

/** The load generator. Each question is a task. */
export type Load = Respondent<LoadTask, LoadResult>
