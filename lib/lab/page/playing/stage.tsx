import type { ComponentChildren, JSX } from 'preact'
import { hasLanes } from '../picture/lanes.ts'
import { Legend } from '../picture/legend.tsx'
import { isNarrow } from '../picture/narrow.ts'
import { Picture } from '../picture/picture.tsx'
import { TallPicture } from '../picture/tall-picture.tsx'
import { words } from '../words.ts'
import { Controls } from './controls.tsx'
import type { Player } from './player.ts'
import { Proof } from './proof.tsx'
import { Readout } from './readout.tsx'

interface Props {
  readonly player: Player
  /** The index of the operation whose result the reader is to predict. */
  readonly asked?: number | null
  /** Whether to leave out the legend. */
  readonly isBrief?: boolean
  readonly children?: ComponentChildren
}

/** The picture of a run with its controls. */
export function Stage({ player, asked = null, isBrief = false, children }: Props): JSX.Element {
  const { view } = player
  const isDrawn = hasLanes(player.lines)
  return (
    <figure class="stage" aria-label={words.value.stage}>
      {isNarrow.value && <TallPicture {...view} asked={asked} />}
      <Readout player={player} />
      {!isNarrow.value && isDrawn && <Picture {...view} />}
      <Controls player={player} />
      {children}
      <figcaption>
        {!isBrief && isDrawn && <Legend />}
        <Proof player={player} />
      </figcaption>
    </figure>
  )
}
