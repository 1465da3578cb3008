import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { glossOf } from '../../language/gloss.ts'
import { matches } from '../../language/outcome.ts'
import type { Step } from '../../record.ts'
import { edition, isRecorded } from '../asking/edition.ts'
import type { Experiment } from '../asking/experiment.ts'
import { language } from '../language.ts'
import { words } from '../words.ts'
import type { Attempt } from './attempt.ts'

interface Props {
  readonly experiment: Experiment
  readonly attempt: Attempt
}

/** The questions so far: each answered one with prediction and result, then the open one. */
export function Questions({ experiment, attempt }: Props): JSX.Element {
  const current = attempt.question.value
  const predictions = attempt.predictions.value
  const { player } = attempt
  const last = useRef<HTMLDivElement>(null)
  const wasPressed = useRef(false)
  // The focused button disappears: without a new focus, Tab would start at the top of the page.
  useEffect(() => {
    if (wasPressed.current) last.current?.focus({ preventScroll: true })
    wasPressed.current = false
  }, [predictions.length])
  const isReady = current !== null && player.shown.value >= attempt.asking[current]!
  return (
    <div class="questions">
      {predictions.map((prediction, i) => {
        const index = attempt.asking[i]!
        const step = player.shown.value > index ? player.steps.value[index] : undefined
        const { text } = experiment.questions[i]!
        return (
          <div key={i} class="question" tabIndex={-1} ref={last}>
            <Answered {...{ index, text, prediction, step }} />
          </div>
        )
      })}
      {current !== null && player.steps.value.length >= attempt.asking[current]! && (
        <Open
          key={current}
          index={attempt.asking[current]!}
          op={player.lines[attempt.asking[current]!]!.text}
          question={experiment.questions[current]!}
          isReady={isReady}
          onChoice={choice => {
            wasPressed.current = true
            attempt.predict(choice)
          }}
        />
      )}
    </div>
  )
}

interface OpenProps {
  readonly index: number
  /** The operation whose result is asked for. */
  readonly op: string
  readonly question: Experiment['questions'][number]
  readonly isReady: boolean
  readonly onChoice: (choice: string | null) => void
}

function Open({ index, op, question, isReady, onChoice }: OpenProps): JSX.Element {
  const t = words.value
  return (
    <div class={isReady ? 'question open' : 'question open waiting'}>
      <p class="ask">
        <span class="number">{index + 1}</span> {question.text}
      </p>
      <div class="choices">
        {question.choices.map((choice, i) => (
          <button key={choice} type="button" onClick={() => onChoice(choice)}>
            <span class="key">{i + 1}</span>
            <code>{t.pattern(choice)}</code>
            <span class="soft">{glossOf(op, choice, language.value)}</span>
          </button>
        ))}
      </div>
      <p class="soft small">
        {t.predictFirst(isRecorded(edition.value))}{' '}
        <button type="button" class="plain" onClick={() => onChoice(null)}>
          {t.showMe}
        </button>
      </p>
    </div>
  )
}

interface AnsweredProps {
  readonly index: number
  readonly text: string
  readonly prediction: string | null
  readonly step: Step | undefined
}

function Answered({ index, text, prediction, step }: AnsweredProps): JSX.Element {
  const t = words.value
  const isRight = step !== undefined && prediction !== null && matches(prediction, step.outcome)
  const isSurprise = step !== undefined && prediction !== null && !isRight
  return (
    <>
      <p class="ask">
        <span class="number">{index + 1}</span> {text}
      </p>
      <p
        class={isRight ? 'verdict right' : isSurprise ? 'verdict surprise' : 'verdict'}
        aria-live="polite"
      >
        {(isRight || isSurprise) && <b>{isRight ? t.asYouSaid : t.otherwise}</b>}
        {prediction !== null && !isRight && (
          <span>
            {t.youSaid} <code>{t.pattern(prediction)}</code>
          </span>
        )}
        <span class="kernel">
          {t.kernelSays} <code>{step === undefined ? '…' : step.outcome}</code>
        </span>
      </p>
    </>
  )
}
