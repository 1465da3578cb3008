import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { chapters, course } from '../../course.ts'
import type { Part } from '../../scenario.ts'
import { edition, isRecorded } from '../asking/edition.ts'
import type { Experiment } from '../asking/experiment.ts'
import { proseTexts } from '../asking/load.ts'
import { Trouble } from '../asking/trouble.ts'
import { TroubleNote } from '../asking/trouble-note.tsx'
import { language } from '../language.ts'
import { Command } from '../parts/command.tsx'
import { commandOfExperiment } from '../parts/share.ts'
import { isNarrow } from '../picture/narrow.ts'
import { Attempt } from '../playing/attempt.ts'
import { Compare } from '../playing/compare.tsx'
import { Panes } from '../playing/panes.tsx'
import { Questions } from '../playing/question.tsx'
import { Stage } from '../playing/stage.tsx'
import { TranscriptList } from '../playing/transcript-list.tsx'
import { usePlayerKeys } from '../playing/use-player-keys.ts'
import { CodeTabs } from '../reading/code-tabs.tsx'
import { ProseLine } from '../reading/prose-line.tsx'
import { experimentAddress, sandboxAddress } from '../route.ts'
import { Title } from '../title.tsx'
import { words } from '../words.ts'

interface Props {
  readonly experiment: Experiment
  readonly part: Part
  readonly experiments: readonly Experiment[]
}

/** An experiment: a belief, the operations, the reader's predictions, and then the kernel's answers. */
export function ExperimentPage({ experiment, part, experiments }: Props): JSX.Element {
  // Depends on the id, because another language is another object, and must not restart the run.
  const attempt = useMemo(() => new Attempt(experiment, part), [experiment.id, part])
  useEffect(() => {
    void attempt.start()
    return () => attempt.close()
  }, [attempt])
  const { player } = attempt
  const choices = useMemo(() => {
    const goOn = (): void => {
      const next = nextOf(experiment, experiments)
      if (attempt.isOver.value)
        location.hash = next === undefined ? '#/done' : experimentAddress(next.id)
    }
    const numbers = ['1', '2', '3', '4'].map(
      key => [key, () => choose(experiment, attempt, Number(key))] as const,
    )
    return { ...Object.fromEntries(numbers), Enter: goOn, n: goOn }
  }, [experiment, attempt])
  usePlayerKeys(player, choices)
  const question = attempt.question.value
  const asked = question === null ? null : attempt.asking[question]!
  return (
    <div class="experiment">
      <div class="side">
        <Head experiment={experiment} part={part} />
        {!isNarrow.value && (
          <div class="operations">
            <h2>{words.value.operations}</h2>
            <TranscriptList {...player.view} asked={asked} />
          </div>
        )}
      </div>
      <div class="main">
        <Stage player={player} asked={asked}>
          {attempt.isOver.value && experiment.module === undefined && <Compare player={player} />}
        </Stage>
        <TroubleNote trouble={player.trouble.value} onAgain={() => void attempt.again()} />
        <div class="thinking">
          <Questions experiment={experiment} attempt={attempt} />
          {attempt.isOver.value && <After {...{ experiment, part, experiments }} />}
        </div>
        <div class="reading">
          <Panes player={player} unread={experiment.unread} />
          <CodeTabs lines={player.lines} />
          {isRecorded(edition.value) && (
            <div class="run-live">
              <p>{words.value.askYourOwn}</p>
              <Command text={commandOfExperiment(experiment.id, part)} />
            </div>
          )}
        </div>
      </div>
    </div>
  )
}

function choose(experiment: Experiment, attempt: Attempt, number: number): void {
  const question = attempt.question.value
  if (question === null) return
  const choice = experiment.questions[question]!.choices[number - 1]
  if (choice !== undefined) attempt.predict(choice)
}

function Head({ experiment, part }: { experiment: Experiment; part: Part }): JSX.Element {
  const t = words.value
  const { number, chapter, title, belief, fix } = experiment
  const place = course.indexOf(number)
  return (
    <div class="head">
      <p class="chapter">
        {chapters[chapter - 1]?.[language.value]}
        {place !== -1 && <span>{t.courseOf(place + 1, course.length)}</span>}
      </p>
      <Title>{title}</Title>
      {part === 'fix' ? (
        <p class="fixed">
          <b>{t.fixed}</b> {fix.text}
        </p>
      ) : (
        <div class="belief">
          <p class="soft small">{t.belief}</p>
          <blockquote>{t.quoted(belief)}</blockquote>
        </div>
      )}
    </div>
  )
}

/** Shown after the last step: the rule, the fixed version, and where to go next. */
function After({ experiment, part, experiments }: Props): JSX.Element {
  const t = words.value
  const { id, rule, fix, links, kernels = [], module } = experiment
  const next = nextOf(experiment, experiments)
  const text = part === 'fix' ? fix.transcript : experiment.transcript
  return (
    <div class="after">
      <h2>{t.rule}</h2>
      <p class="rule">{rule}</p>
      {kernels.map(sentence => (
        <p key={sentence} class="note">
          {sentence}
        </p>
      ))}
      {part === 'transcript' && (
        <div class="fix">
          <h3>{t.fix}</h3>
          <p>{fix.text}</p>
        </div>
      )}
      <Passage id={id} next={next?.id ?? null} />
      <p class="ways">
        {part === 'transcript' ? (
          <a class="button" href={experimentAddress(id, 'fix')}>
            {t.runFixed}
          </a>
        ) : (
          <a class="button" href={experimentAddress(id)}>
            {t.backToExperiment}
          </a>
        )}
        {module === undefined && (
          <a class="button" href={sandboxAddress(text.trim())}>
            {t.openInSandbox}
          </a>
        )}
        {next !== undefined ? (
          <a class="button primary" href={experimentAddress(next.id)}>
            {t.next} <span aria-hidden="true">↵</span>
          </a>
        ) : (
          <a class="button primary" href="#/done">
            {t.courseDone} <span aria-hidden="true">↵</span>
          </a>
        )}
      </p>
      {links.length > 0 && (
        <>
          <h3>{t.links}</h3>
          <ul class="links">
            {links.map(({ label, url }) => (
              <li key={url}>
                <a href={url}>{label}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

/** The text between this experiment and the next. */
function Passage({ id, next }: { id: string; next: string | null }): JSX.Element | null {
  const texts = proseTexts.in(language.value).value
  if (texts === null || texts instanceof Trouble) return null
  const passage = texts.course.find(one => one.id === id && one.next === next)
  if (passage === undefined) return null
  return (
    <p class="passage">
      <ProseLine text={passage.text} />
    </p>
  )
}

/** The next experiment in the course; if this one is not part of the course, the next by number. */
function nextOf(
  { number }: Experiment,
  experiments: readonly Experiment[],
): Experiment | undefined {
  const place = course.indexOf(number)
  const wanted = place === -1 ? undefined : course[place + 1]
  return experiments.find(one => (place === -1 ? one.number > number : one.number === wanted))
}
