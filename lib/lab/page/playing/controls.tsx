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
  const isPlaying = player.isPlaying.value
  return (
    <fieldset class="controls">
      <legend class="hidden">{t.controls}</legend>
      <Round
        sign="M15 5L8 12L15 19"
        label={t.back}
        isOff={shown <= 1}
        onClick={() => player.show(shown - 1)}
      />
      <Round
        sign={isPlaying ? 'M9 6V18M15 6V18' : 'M8.500 5.500V18.500L18.500 12Z'}
        label={isPlaying ? t.pause : t.play}
        isSolid={!isPlaying}
        isOff={steps.length < 2}
        onClick={() => player.toggle()}
      />
      <Round
        sign="M9 5L16 12L9 19"
        label={t.step}
        isOff={shown >= steps.length}
        onClick={() => player.show(shown + 1)}
      />
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

interface RoundProps {
  readonly sign: string
  readonly label: string
  readonly isSolid?: boolean
  readonly isOff: boolean
  readonly onClick: () => void
}

function Round({ sign, label, isSolid = false, isOff, onClick }: RoundProps): JSX.Element {
  const look = isSolid ? 'sign solid' : 'sign'
  return (
    <button type="button" class="round" disabled={isOff} onClick={onClick}>
      <svg viewBox="0 0 24 24" class={look} aria-hidden="true" focusable="false">
        <path d={sign} />
      </svg>
      <span class="hidden">{label}</span>
    </button>
  )
}
