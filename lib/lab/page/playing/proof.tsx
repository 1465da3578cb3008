import type { JSX } from 'preact'
import { edition, isRecorded } from '../asking/edition.ts'
import { dayOf } from '../day.ts'
import { language } from '../language.ts'
import { words } from '../words.ts'
import type { Player } from './player.ts'

/** Shows which kernel and process answered, live or recorded. */
export function Proof({ player }: { player: Player }): JSX.Element | null {
  const t = words.value
  const answerer = player.answerer.value
  if (answerer === null) return null
  const found = edition.value
  return (
    <p class="proof">
      {isRecorded(found)
        ? t.recordedBy(answerer.kernel, dayOf(found.date, language.value), answerer.pid)
        : t.answeredBy(answerer.kernel, answerer.pid)}
    </p>
  )
}
