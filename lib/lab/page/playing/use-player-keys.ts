import { useMemo } from 'preact/hooks'
import { type Keys, useKeys } from '../parts/use-keys.ts'
import type { Player } from './player.ts'

/** Keys for a player: arrows step, the space bar plays. */
export function usePlayerKeys(player: Player, more?: Keys): void {
  const keys = useMemo(
    (): Keys => ({
      ArrowLeft: () => player.show(Math.max(player.shown.value - 1, 1)),
      ArrowRight: () => player.show(player.shown.value + 1),
      Home: () => player.show(1),
      End: () => player.showAll(),
      ' ': () => player.toggle(),
      ...more,
    }),
    [player, more],
  )
  useKeys(keys)
}
