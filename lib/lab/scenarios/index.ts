import { withShuffledChoices } from '../choices.ts'
import type { Scenario } from '../scenario.ts'
import { scenario as halfRead } from './01-half-read.ts'
import { scenario as moreArrives } from './02-more-arrives.ts'
import { scenario as threeWrites } from './03-three-writes.ts'
import { scenario as readBefore } from './04-read-before.ts'
import { scenario as addLate } from './05-add-late.ts'
import { scenario as askAgain } from './06-ask-again.ts'
import { scenario as readIsEdge } from './07-read-is-edge.ts'
import { scenario as order } from './08-order.ts'
import { scenario as maxevents } from './09-maxevents.ts'
import { scenario as peek } from './10-peek.ts'
import { scenario as oneRecv } from './11-one-recv.ts'
import { scenario as bigSend } from './12-big-send.ts'
import { scenario as blockingDrain } from './13-blocking-drain.ts'
import { scenario as eagain } from './14-eagain.ts'
import { scenario as shortRead } from './15-short-read.ts'
import { scenario as pipelined } from './16-pipelined.ts'
import { scenario as ownBuffer } from './17-own-buffer.ts'
import { scenario as datagrams } from './18-datagrams.ts'
import { scenario as lowWater } from './19-low-water.ts'
import { scenario as starvation } from './20-starvation.ts'
import { scenario as oneAccept } from './21-one-accept.ts'
import { scenario as emfile } from './22-emfile.ts'
import { scenario as deadClient } from './23-dead-client.ts'
import { scenario as herd } from './24-herd.ts'
import { scenario as exclusiveFirst } from './25-exclusive-first.ts'
import { scenario as reuseportPrice } from './26-reuseport-price.ts'
import { scenario as exclusiveOnly } from './27-exclusive-only.ts'
import { scenario as outSpins } from './28-out-spins.ts'
import { scenario as outEdge } from './29-out-edge.ts'
import { scenario as pageSlot } from './30-page-slot.ts'
import { scenario as pipeHolds } from './31-pipe-holds.ts'
import { scenario as partialSend } from './32-partial-send.ts'
import { scenario as elseIf } from './33-else-if.ts'
import { scenario as equals } from './34-equals.ts'
import { scenario as allBits } from './35-all-bits.ts'
import { scenario as hupOrRdhup } from './36-hup-or-rdhup.ts'
import { scenario as rdhupData } from './37-rdhup-data.ts'
import { scenario as maskZero } from './38-mask-zero.ts'
import { scenario as hupAlone } from './39-hup-alone.ts'
import { scenario as endStays } from './40-end-stays.ts'
import { scenario as closedNotGone } from './41-closed-not-gone.ts'
import { scenario as ghost } from './42-ghost.ts'
import { scenario as childKeeps } from './43-child-keeps.ts'
import { scenario as sharedSet } from './44-shared-set.ts'
import { scenario as staleEvent } from './45-stale-event.ts'
import { scenario as addTwice } from './46-add-twice.ts'
import { scenario as twoEpolls } from './47-two-epolls.ts'
import { scenario as closeWakes } from './48-close-wakes.ts'
import { scenario as files } from './49-files.ts'
import { scenario as nested } from './50-nested.ts'
import { scenario as eventfdUnread } from './51-eventfd-unread.ts'
import { scenario as timerUnread } from './52-timer-unread.ts'
import { scenario as inotifyTerminal } from './53-inotify-terminal.ts'
import { scenario as urgent } from './54-urgent.ts'
import { scenario as selectLimit } from './55-select-limit.ts'
import { scenario as fourThreads } from './56-four-threads.ts'
import { scenario as oneshot } from './57-oneshot.ts'
import { scenario as timeouts } from './58-timeouts.ts'
import { scenario as signal } from './59-signal.ts'
import { scenario as calls } from './60-calls.ts'
import { scenario as sharedMemory } from './61-shared-memory.ts'
import { scenario as scale } from './62-scale.ts'

/** All experiments, by number, with their choices as their files have them. */
const inOrder: readonly Scenario[] = [
  halfRead,
  moreArrives,
  threeWrites,
  readBefore,
  addLate,
  askAgain,
  readIsEdge,
  order,
  maxevents,
  peek,
  oneRecv,
  bigSend,
  blockingDrain,
  eagain,
  shortRead,
  pipelined,
  ownBuffer,
  datagrams,
  lowWater,
  starvation,
  oneAccept,
  emfile,
  deadClient,
  herd,
  exclusiveFirst,
  reuseportPrice,
  exclusiveOnly,
  outSpins,
  outEdge,
  pageSlot,
  pipeHolds,
  partialSend,
  elseIf,
  equals,
  allBits,
  hupOrRdhup,
  rdhupData,
  maskZero,
  hupAlone,
  endStays,
  closedNotGone,
  ghost,
  childKeeps,
  sharedSet,
  staleEvent,
  addTwice,
  twoEpolls,
  closeWakes,
  files,
  nested,
  eventfdUnread,
  timerUnread,
  inotifyTerminal,
  urgent,
  selectLimit,
  fourThreads,
  oneshot,
  timeouts,
  signal,
  calls,
  sharedMemory,
  scale,
]

/** All experiments, by number, with shuffled choices. */
export const scenarios: readonly Scenario[] = inOrder.map(withShuffledChoices)
