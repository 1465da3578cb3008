import type { JSX } from 'preact'
import { words } from '../words.ts'
import { setSpeed, speed, speeds } from './pace.ts'
import type { Player } from './player.ts'

/** Buttons for back, play and step, and a slider over the finished steps. */
export function Controls({ player }: { player: Player }): JSX.Element {
  const t = words.value
  const shown = player.shown.value
  const steps = player.steps.value
  const last = steps[shown - 1]
  return (
    <fieldset class="controls">
      <legend class="hidden">{t.controls}</legend>
      <button
        type="button"
        class="round"
        disabled={shown <= 1}
        onClick={() => player.show(shown - 1)}
      >
        <Sign path="M15 5L8 12L15 19" label={t.back} />
      </button>
      <button
        type="button"
        class="round"
        disabled={steps.length < 2}
        onClick={() => player.toggle()}
      >
        {player.isPlaying.value ? (
          <Sign path="M9 6V18M15 6V18" label={t.pause} />
        ) : (
          <Sign path="M8.500 5.500V18.500L18.500 12Z" label={t.play} solid />
        )}
      </button>
      <button
        type="button"
        class="round"
        disabled={shown >= steps.length}
        onClick={() => player.show(shown + 1)}
      >
        <Sign path="M9 5L16 12L9 19" label={t.step} />
      </button>
      <input
        type="range"
        min={Math.min(1, steps.length)}
        max={steps.length}
        value={shown}
        aria-label={t.operation}
        aria-valuetext={
          last === undefined ? t.notRun : t.stepSays(shown, steps.length, last.op, last.outcome)
        }
        onInput={event => player.show(Number(event.currentTarget.value))}
      />
      <label class="speed">
        <span class="hidden">{t.speed}</span>
        <select value={speed.value} onChange={event => setSpeed(Number(event.currentTarget.value))}>
          {speeds.map(one => (
            <option key={one} value={one}>
              {one}×
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  )
}

function Sign({
  path,
  label,
  solid = false,
}: {
  path: string
  label: string
  solid?: boolean
}): JSX.Element {
  return (
    <>
      <svg
        viewBox="0 0 24 24"
        class={solid ? 'sign solid' : 'sign'}
        aria-hidden="true"
        focusable="false"
      >
        <path d={path} />
      </svg>
      <span class="hidden">{label}</span>
    </>
  )
}
