import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { edition, isLive } from '../asking/edition.ts'
import { TroubleNote } from '../asking/trouble-note.tsx'
import { isNarrow } from '../picture/narrow.ts'
import { Picture } from '../picture/picture.tsx'
import { TallPicture } from '../picture/tall-picture.tsx'
import { words } from '../words.ts'
import { Player } from './player.ts'
import { exchanged, hasTriggers } from './program.ts'

/** Runs the same operations with level and edge exchanged, and shows them below the original run. */
export function Compare({ player }: { player: Player }): JSX.Element | null {
  const t = words.value
  const [other, setOther] = useState<Player | null>(null)
  useEffect(() => setOther(null), [player])
  useEffect(() => () => other?.close(), [other])
  if (!hasTriggers(player.lines) || !isLive(edition.value)) return null
  const run = (): void => {
    const next = new Player(exchanged(player.lines), null)
    setOther(next)
    void next.run(next.lines.length)
  }
  return (
    <div class="compare">
      <button
        type="button"
        aria-pressed={other !== null}
        onClick={() => (other === null ? run() : setOther(null))}
      >
        <span class="lt">LT</span> ⇄ <span class="et">ET</span> {t.compare}
      </button>
      {other !== null && <Other player={player} other={other} />}
    </div>
  )
}

function Other({ player, other }: { player: Player; other: Player }): JSX.Element {
  const t = words.value
  const steps = other.steps.value
  const differing = player.steps.value.flatMap((step, i) => {
    const otherwise = steps[i]
    return otherwise === undefined || otherwise.outcome === step.outcome
      ? []
      : [{ number: i + 1, step, otherwise }]
  })
  const shown = Math.min(player.shown.value, steps.length)
  const view = { ...other.view, shown, onShow: player.view.onShow }
  return (
    <>
      <h3>{t.exchanged}</h3>
      {isNarrow.value ? <TallPicture {...view} asked={null} /> : <Picture {...view} />}
      <TroubleNote trouble={other.trouble.value} />
      <p class="small">{differing.length === 0 ? t.noDifference : t.differences}</p>
      <ul class="differences">
        {differing.map(({ number, step, otherwise }) => (
          <li key={number}>
            <span class="number">{number}</span> <code>{step.op}</code>{' '}
            <code class="outcome">{step.outcome}</code> ⇄{' '}
            <code class="outcome">{otherwise.outcome}</code>
          </li>
        ))}
      </ul>
    </>
  )
}
