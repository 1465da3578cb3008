import { type Respondent, startRespondent } from './respondent.ts'
import type { Venue } from './venue.ts'

export interface IdleTask {
  readonly port: number
  readonly request: string
  /** The size of head and body. */
  readonly answerBytes: number
  readonly count: number
}

/** Opens connections, or checks that they are still open. */
export type IdleQuestion = { readonly open: IdleTask } | { readonly check: true }

/** The number of open connections. */
export interface IdleReply {
  readonly open: number
}

/** Open connections that have each received an answer, held by a separate process. */
export interface Idle {
  /** Throws LeftOut if the server has closed some of them. */
  check(): Promise<void>
  stop(): Promise<void>
}

/** Opens connections. Throws LeftOut if the server does not answer each. */
export async function openIdle(task: IdleTask, { placement, signal }: Venue): Promise<Idle> {
  const respondent: Respondent<IdleQuestion, IdleReply> = startRespondent(
    'idle-process.js',
    placement,
    signal,
  )
  try {
    await respondent.ask({ open: task })
  } catch (error) {
    await respondent.stop()
    throw error
  }
  return {
    async check() {
      await respondent.ask({ check: true })
    },
    stop: respondent.stop,
  }
}
