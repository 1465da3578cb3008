import type { JSX } from 'preact'
import { CodeTabs } from './code-tabs.tsx'
import { Compare } from './compare.tsx'
import { isNarrow } from './narrow.ts'
import { Panes } from './panes.tsx'
import type { Player } from './player.ts'
import { Stage } from './stage.tsx'
import { TranscriptList } from './transcript-list.tsx'
import { TroubleNote } from './trouble-note.tsx'
import { usePlayerKeys } from './use-player-keys.ts'
import { words } from './words.ts'

interface Props {
  readonly player: Player
  readonly isEdited: boolean
  readonly onAgain: () => void
}

/** What the reader's operations came to. */
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
          <TranscriptList
            lines={player.lines}
            steps={player.steps.value}
            shown={player.shown.value}
            asked={null}
            onShow={count => player.show(count)}
          />
        </div>
      )}
      <Panes player={player} />
      <CodeTabs lines={player.lines} />
    </>
  )
}
