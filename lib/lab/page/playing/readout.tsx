import type { JSX } from 'preact'
import { explain } from '../../language/explain.ts'
import { language } from '../language.ts'
import { words } from '../words.ts'
import type { Player } from './player.ts'

/** The last shown operation, its meaning and its result; screen readers announce it. */
export function Readout({ player }: { player: Player }): JSX.Element {
  const t = words.value
  const shown = player.shown.value
  const step = player.steps.value[shown - 1]
  if (step === undefined)
    return <p class="readout soft">{player.isRunning.value ? t.asking : t.notRun}</p>
  const before = player.steps.value.slice(0, shown - 1).map(({ op }) => op)
  const sentence = explain(step.op, language.value, before)
  return (
    <div class="readout">
      <p aria-live="polite" aria-atomic="true">
        <span class="number">{shown}</span> <code>{step.op}</code> <span class="arrow">→</span>{' '}
        <code class={step.events.length > 0 ? 'events' : ''}>{step.outcome}</code>
      </p>
      <p class="soft">
        {sentence} ({t.took(duration(step.tookNs))})
      </p>
    </div>
  )
}

/** A duration as text: `3.1 µs`, `50 ms`. */
function duration(ns: number): string {
  if (ns < 1e6) return `${(ns / 1e3).toPrecision(ns < 1e5 ? 2 : 3)} µs`
  return `${(ns / 1e6).toPrecision(ns < 1e8 ? 2 : 3)} ms`
}
