import type { Scenario } from '../scenario.ts'
import { scenario as halfRead } from './01-half-read.ts'
import { scenario as moreArrives } from './02-more-arrives.ts'
import { scenario as addLate } from './05-add-late.ts'
import { scenario as askAgain } from './06-ask-again.ts'
import { scenario as oneRecv } from './11-one-recv.ts'
import { scenario as blockingDrain } from './13-blocking-drain.ts'
import { scenario as shortRead } from './15-short-read.ts'
import { scenario as oneAccept } from './21-one-accept.ts'
import { scenario as outSpins } from './28-out-spins.ts'
import { scenario as equals } from './34-equals.ts'
import { scenario as closedNotGone } from './41-closed-not-gone.ts'
import { scenario as fourThreads } from './56-four-threads.ts'

/** All experiments, by number. */
export const scenarios: readonly Scenario[] = [
  halfRead,
  moreArrives,
  addLate,
  askAgain,
  oneRecv,
  blockingDrain,
  shortRead,
  oneAccept,
  outSpins,
  equals,
  closedNotGone,
  fourThreads,
]
