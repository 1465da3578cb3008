import type { LoadTask } from './load.ts'
import { type Respondent, startRespondent } from './respondent.ts'
import type { Venue } from './venue.ts'

export type IdleTask = Pick<LoadTask, 'port' | 'request' | 'answerBytes' | 'count'>

/** A request to open connections, or to count those that are still open. */
export type IdleQuestion = { readonly open: IdleTask } | { readonly check: true }

/** The number of open connections. */
export interface IdleReply {
  readonly open: number
}

/** Idle connections, each of which has received one answer. A separate process holds them open. */
export type Idle = Respondent<IdleQuestion, IdleReply>

/** Opens connections. Throws LeftOut if the server does not answer on each of them. */
export async function openIdle(task: IdleTask, { placement, signal }: Venue): Promise<Idle> {
  const idle: Idle = startRespondent('idle-process.js', placement, signal)
  try {
    await idle.ask({ open: task })
    return idle
  } catch (error) {
    await idle.stop()
    throw error
  }
}
