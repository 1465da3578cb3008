import type { ComponentChildren, JSX } from 'preact'
import { Controls } from './controls.tsx'
import { Legend } from './legend.tsx'
import { Picture } from './picture.tsx'
import type { Player } from './player.ts'
import { Proof } from './proof.tsx'
import { Readout } from './readout.tsx'
import { words } from './words.ts'

interface Props {
  readonly player: Player
  readonly children?: ComponentChildren
}

/** The picture of a run with what moves through it. */
export function Stage({ player, children }: Props): JSX.Element {
  return (
    <figure class="stage" aria-label={words.value.stage}>
      <Readout player={player} />
      <Picture
        lines={player.lines}
        steps={player.steps.value}
        readings={player.readings.value}
        shown={player.shown.value}
        onShow={count => player.show(count)}
      />
      <Controls player={player} />
      {children}
      <figcaption>
        <Legend />
        <Proof player={player} />
      </figcaption>
    </figure>
  )
}
