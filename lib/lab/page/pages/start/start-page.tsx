// The warm-up: what an epoll is, one operation at a time.
import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { glossOf } from '../../../language/gloss.ts'
import { matches } from '../../../language/outcome.ts'
import { warmUp } from '../../../warm-up.ts'
import type { Experiment } from '../../asking/experiment.ts'
import { TroubleNote } from '../../asking/trouble-note.tsx'
import { language } from '../../language.ts'
import { useKeys } from '../../parts/use-keys.ts'
import { Player } from '../../playing/player.ts'
import { linesOfProgram } from '../../playing/program.ts'
import { Proof } from '../../playing/proof.tsx'
import { experimentAddress } from '../../route.ts'
import { Title } from '../../title.tsx'
import { words } from '../../words.ts'
import { Boxes } from './boxes.tsx'
import { steps, texts } from './words.ts'

const lines = linesOfProgram(warmUp)
const asked = lines.length - 1
const choices = ['r:IN', 'nothing']

export function StartPage({ first }: { first: Experiment | undefined }): JSX.Element {
  const t = texts[language.value]
  const player = useMemo(
    () => new Player(lines, { id: 'start', part: 'transcript', isModule: false }),
    [],
  )
  const [step, setStep] = useState(0)
  const [prediction, setPrediction] = useState<string | null>(null)
  const running = useRef<Promise<boolean>>(Promise.resolve(true))
  const run = (): void => {
    const count = prediction === null ? asked : lines.length
    running.current = player.run(count, 'at once')
  }
  useEffect(() => {
    run()
    return () => player.close()
  }, [player])
  const predict = (choice: string): void => {
    if (prediction !== null || step !== asked) return
    setPrediction(choice)
    // The first run ends by itself; a second one would abort it.
    void running.current.then(() => {
      running.current = player.run(lines.length, 'at once')
    })
  }
  const goOn = (): void => {
    if (step < asked) setStep(step + 1)
    else if (prediction !== null && first !== undefined) location.hash = experimentAddress(first.id)
  }
  const keys = useMemo(
    () => ({
      Enter: goOn,
      n: goOn,
      ArrowRight: () => setStep(Math.min(step + 1, asked)),
      ArrowLeft: () => setStep(Math.max(step - 1, 0)),
      ...Object.fromEntries(choices.map((choice, i) => [`${i + 1}`, () => predict(choice)])),
    }),
    [step, prediction, first],
  )
  useKeys(keys)
  const outcome = prediction === null ? undefined : player.steps.value[asked]?.outcome
  return (
    <div class="first-steps">
      <Title>{t.title}</Title>
      {step === 0 && <p class="soft">{t.lead}</p>}
      <Boxes step={step} isAnswered={outcome !== undefined} />
      <div class="warm-up" aria-live="polite">
        <p class="soft small">{t.place(step + 1, lines.length)}</p>
        <p>
          <code class="operation">{lines[step]!.text}</code>
        </p>
        <p class="say">{steps[step]![language.value]}</p>
      </div>
      {step < asked ? (
        <p class="ways">
          <button type="button" class="primary" onClick={goOn}>
            {words.value.next} <span aria-hidden="true">↵</span>
          </button>
          {first !== undefined && <a href={experimentAddress(first.id)}>{t.skip}</a>}
        </p>
      ) : (
        <Question {...{ prediction, outcome, onChoice: predict }} />
      )}
      <TroubleNote trouble={player.trouble.value} onAgain={run} />
      {outcome !== undefined && (
        <>
          <p class="because">{t.because}</p>
          <p class="ways">
            {t.goOn}{' '}
            {first !== undefined && (
              <a class="button primary" href={experimentAddress(first.id)}>
                {t.first} <span aria-hidden="true">↵</span>
              </a>
            )}
          </p>
        </>
      )}
      <Proof player={player} />
    </div>
  )
}

interface QuestionProps {
  readonly prediction: string | null
  readonly outcome: string | undefined
  readonly onChoice: (choice: string) => void
}

function Question({ prediction, outcome, onChoice }: QuestionProps): JSX.Element {
  const t = texts[language.value]
  const gloss = (choice: string): string => glossOf(lines[asked]!.text, choice, language.value)
  if (prediction === null)
    return (
      <div class="choices">
        {choices.map((choice, i) => (
          <button key={choice} type="button" onClick={() => onChoice(choice)}>
            <span class="key">{i + 1}</span>
            <code>{choice}</code>
            <span class="soft">{gloss(choice)}</span>
          </button>
        ))}
      </div>
    )
  const isRight = outcome !== undefined && matches(prediction, outcome)
  return (
    <p class={isRight ? 'verdict right' : 'verdict'} role="status">
      <b>{isRight ? t.right : t.surprise}</b> <code>{outcome ?? '…'}</code>
    </p>
  )
}
