import { type Respondent, startRespondent } from './respondent.ts'
import type { Venue } from './venue.ts'

export interface IdleTask {
  readonly port: number
  readonly request: string
  /** Of head and body. */
  readonly answerBytes: number
  readonly count: number
}

/** Opens connections, or looks at those that were opened. */
export type IdleQuestion = { readonly open: IdleTask } | { readonly look: true }

/** How many there are. */
export interface IdleReply {
  readonly open: number
}

/** Connections that got an answer each and are open since, held by a process of their own. */
export interface Idle {
  /** Throws LeftOut where the server has not kept them all. */
  look(): Promise<void>
  stop(): Promise<void>
}

/** Throws LeftOut where the server does not answer each. */
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
    async look() {
      await respondent.ask({ look: true })
    },
    stop: respondent.stop,
  }
}
