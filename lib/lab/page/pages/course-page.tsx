// The list of the course's experiments, with the first one running.
import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { edition, isRecorded } from '../asking/edition.ts'
import { type Experiment, inCourse } from '../asking/experiment.ts'
import { memory } from '../asking/memory.ts'
import { TroubleNote } from '../asking/trouble-note.tsx'
import { Player } from '../playing/player.ts'
import { linesOfProgram } from '../playing/program.ts'
import { Stage } from '../playing/stage.tsx'
import { usePlayerKeys } from '../playing/use-player-keys.ts'
import { experimentAddress } from '../route.ts'
import { Title } from '../title.tsx'
import { words } from '../words.ts'

export function CoursePage({ experiments }: { experiments: readonly Experiment[] }): JSX.Element {
  const t = words.value
  const those = inCourse(experiments)
  const seen = memory.value
  const next = those.find(({ id }) => !Object.hasOwn(seen, id))
  const isBegun = those.some(({ id }) => Object.hasOwn(seen, id))
  const [first] = those
  return (
    <div class="course">
      <div class="hero">
        <div>
          <Title>{t.courseTitle}</Title>
          <p>{t.courseLead}</p>
          {first !== undefined && (
            <p class="ways">
              <a class="button primary" href={experimentAddress((next ?? first).id)}>
                {next === undefined ? t.courseAgain : isBegun ? t.courseGoOn : t.courseStart}{' '}
                <span aria-hidden="true">→</span>
              </a>
              <a class="button" href={isBegun ? '#/done' : '#/start'}>
                {isBegun ? t.courseDone : t.courseWarmUp}
              </a>
            </p>
          )}
        </div>
        {first !== undefined && <HowToRead experiment={first} />}
      </div>
      <section aria-labelledby="course">
        <h2 id="course">{t.courseList}</h2>
        <ol class="lessons">
          {those.map(one => (
            <li key={one.id} class={Object.hasOwn(seen, one.id) ? 'seen' : ''}>
              <a href={experimentAddress(one.id)}>{one.title}</a>
              {Object.hasOwn(seen, one.id) && <span class="mark">{t.seen}</span>}
            </li>
          ))}
        </ol>
      </section>
      <section aria-label={t.principles[0]?.title}>
        <div class="principles">
          {t.principles.map(({ title, text }) => (
            <div key={title}>
              <h3>{title}</h3>
              <p>{text}</p>
            </div>
          ))}
        </div>
      </section>
    </div>
  )
}

/** The first experiment up to its first question. This shows all parts of the picture, but reveals no answer. */
function HowToRead({ experiment }: { experiment: Experiment }): JSX.Element {
  const t = words.value
  const { id, transcript } = experiment
  const player = useMemo(() => {
    const lines = linesOfProgram(transcript)
    const first = lines.findIndex(line => line.asks)
    const player = new Player(lines.slice(0, first), { id, part: 'transcript', isModule: false })
    player.withhold(true)
    return player
  }, [id, transcript])
  const run = (): void => void player.run(player.lines.length, 'playing')
  useEffect(() => {
    run()
    return () => player.close()
  }, [player])
  usePlayerKeys(player)
  return (
    <div class="how">
      <Stage player={player} />
      <TroubleNote trouble={player.trouble.value} onAgain={run} />
      <p class="soft">
        {t.howToRead(isRecorded(edition.value))}{' '}
        <a href={experimentAddress(id)}>{t.howToReadEnd}</a>
      </p>
    </div>
  )
}
