// The end of the course: the rules, with the reader's predictions and the kernel's answers.
import type { JSX } from 'preact'
import type { Experiment } from '../../asking/experiment.ts'
import { type Finished, isSurprise, memory } from '../../asking/memory.ts'
import { language } from '../../language.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { experimentAddress } from '../../route.ts'
import { Title } from '../../title.tsx'
import { words } from '../../words.ts'
import { texts } from './words.ts'

interface Result {
  readonly experiment: Experiment
  readonly finished: Finished | undefined
}

type Outcome = 'surprise' | 'right' | 'open'
const order: readonly Outcome[] = ['surprise', 'right', 'open']

export function DonePage({ experiments }: { experiments: readonly Experiment[] }): JSX.Element {
  const t = texts[language.value]
  const results = experiments
    .map(experiment => ({ experiment, finished: finishedOf(experiment) }))
    .sort((a, b) => order.indexOf(outcomeOf(a)) - order.indexOf(outcomeOf(b)))
  const done = results.filter(({ finished }) => finished !== undefined)
  const isWhole = done.length === results.length
  const next = experiments.find(one => finishedOf(one) === undefined)
  return (
    <div class="done">
      <Title>{isWhole ? t.title : t.titleOpen(done.length, results.length)}</Title>
      <p class="lead">{isWhole ? t.lead : t.leadOpen}</p>
      <p class="ways">
        {next !== undefined && (
          <a class="button primary" href={experimentAddress(next.id)}>
            {t.goOn} <span aria-hidden="true">→</span>
          </a>
        )}
        {done.length > 0 && (
          <>
            <CopyButton text={() => done.map(textOf).join('\n\n')}>{t.copy}</CopyButton>
            <button type="button" onClick={() => print()}>
              {t.print}
            </button>
          </>
        )}
      </p>
      <ol class="rules">
        {results.map(result => (
          <Item key={result.experiment.id} result={result} />
        ))}
      </ol>
      <h2>{t.doorsTitle}</h2>
      <div class="doors">
        {t.doors.map(({ address, title, text }) => (
          <a key={address} href={address}>
            <b>{title}</b>
            {text}
          </a>
        ))}
      </div>
    </div>
  )
}

function finishedOf({ id }: Experiment): Finished | undefined {
  return Object.hasOwn(memory.value, id) ? memory.value[id] : undefined
}

function outcomeOf({ finished }: Result): Outcome {
  if (finished === undefined) return 'open'
  return isSurprise(finished) ? 'surprise' : 'right'
}

function Item({ result }: { result: Result }): JSX.Element {
  const t = texts[language.value]
  const { experiment, finished } = result
  const outcome = outcomeOf(result)
  return (
    <li>
      <span class={`result ${outcome}`} role="img" aria-label={t[outcome]} />
      <p class="rule">{finished === undefined ? experiment.title : experiment.rule}</p>
      <a href={experimentAddress(experiment.id)}>{finished === undefined ? t.open : t.again}</a>
      {finished?.outcomes.map((answer, i) => (
        <p key={i} class="said">
          {experiment.questions[i]?.text} {t.predicted}{' '}
          <Prediction text={finished.predictions[i]} /> · {t.kernel} <code>{answer}</code>
        </p>
      ))}
    </li>
  )
}

function Prediction({ text }: { text: string | null | undefined }): JSX.Element {
  const t = texts[language.value]
  if (text === null || text === undefined) return <>{t.skipped}</>
  return <code>{words.value.pattern(text)}</code>
}

function textOf({ experiment, finished }: Result): string {
  const t = texts[language.value]
  const colon = words.value.colon
  const answers = (finished?.outcomes ?? []).map((answer, i) => {
    const prediction = finished?.predictions[i] ?? null
    const said = prediction === null ? t.skipped : words.value.pattern(prediction)
    return `  ${experiment.questions[i]?.text ?? ''} ${t.predicted}${colon}${said}; ${t.kernel}${colon}${answer}`
  })
  return [experiment.rule, ...answers].join('\n')
}
