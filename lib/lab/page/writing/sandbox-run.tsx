import type { JSX } from 'preact'
import { TroubleNote } from '../asking/trouble-note.tsx'
import { isNarrow } from '../picture/narrow.ts'
import { Compare } from '../playing/compare.tsx'
import { Panes } from '../playing/panes.tsx'
import type { Player } from '../playing/player.ts'
import { Stage } from '../playing/stage.tsx'
import { TranscriptList } from '../playing/transcript-list.tsx'
import { usePlayerKeys } from '../playing/use-player-keys.ts'
import { CodeTabs } from '../reading/code-tabs.tsx'
import { words } from '../words.ts'

interface Props {
  readonly player: Player
  readonly isEdited: boolean
  readonly onAgain: () => void
}

/** The results of the reader's operations. */
export function SandboxRun({ player, isEdited, onAgain }: Props): JSX.Element {
  const t = words.value
  usePlayerKeys(player)
  return (
    <>
      {isEdited && <p class="note small">{t.edited}</p>}
      <TroubleNote trouble={player.trouble.value} onAgain={onAgain} />
      <Stage player={player}>
        <Compare player={player} />
      </Stage>
      {!isNarrow.value && (
        <div class="operations">
          <h2>{t.operations}</h2>
          <TranscriptList {...player.view} asked={null} />
        </div>
      )}
      <Panes player={player} />
      <CodeTabs lines={player.lines} />
    </>
  )
}
