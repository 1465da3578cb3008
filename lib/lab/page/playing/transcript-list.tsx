import type { JSX } from 'preact'
import { matches } from '../../language/outcome.ts'
import type { Step } from '../../record.ts'
import { words } from '../words.ts'
import type { Line, Shown } from './program.ts'

interface Props extends Shown {
  /** The index of the operation whose result the reader is to predict. */
  readonly asked: number | null
}

/** The transcript: the operations in order with their results. */
export function TranscriptList({ lines, steps, shown, asked, onShow }: Props): JSX.Element {
  return (
    <ol class="transcript" aria-label={words.value.transcript}>
      {lines.map((line, i) => (
        <Item
          key={i}
          number={i + 1}
          line={line}
          step={i < shown ? steps[i] : undefined}
          isNow={i === shown - 1}
          isAsked={i === asked}
          isThere={i < steps.length}
          onShow={onShow}
        />
      ))}
    </ol>
  )
}

interface ItemProps {
  readonly number: number
  readonly line: Line
  readonly step: Step | undefined
  readonly isNow: boolean
  readonly isAsked: boolean
  readonly isThere: boolean
  readonly onShow: (count: number) => void
}

function Item({ number, line, step, isNow, isAsked, isThere, onShow }: ItemProps): JSX.Element {
  const state = step === undefined ? 'later' : isNow ? 'now' : 'done'
  return (
    <li class={state} aria-current={isNow ? 'step' : undefined}>
      {/* Not in the tab order: the slider does the same for the keyboard, with a single tab stop. */}
      <button type="button" tabIndex={-1} disabled={!isThere} onClick={() => onShow(number)}>
        <span class="number" aria-hidden="true">
          {number}
        </span>
        <code>{line.text}</code>
        {step !== undefined ? (
          <Outcome line={line} step={step} />
        ) : (
          line.asks && <span class={isAsked ? 'ask now' : 'ask'}>?</span>
        )}
      </button>
    </li>
  )
}

function Outcome({ line, step }: { line: Line; step: Step }): JSX.Element {
  const opened = Object.entries(step.opened)
  const isOther = line.expected !== null && !matches(line.expected, step.outcome)
  return (
    <span class={outcomeClass(step)}>
      {opened.length > 0 && step.outcome === 'ok' ? (
        <span class="fds">{opened.map(([name, fd]) => `${name}=${fd}`).join(' ')}</span>
      ) : (
        step.outcome
      )}
      {isOther && <small>{words.value.otherThan(words.value.pattern(line.expected!))}</small>}
    </span>
  )
}

function outcomeClass({ outcome, errno, events }: Step): string {
  if (events.length > 0) return 'outcome events'
  if (errno !== null) return 'outcome errno'
  return outcome === 'ok' ? 'outcome ok' : 'outcome'
}
