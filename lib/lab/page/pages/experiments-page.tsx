import type { JSX } from 'preact'
import { chapters, course } from '../../course.ts'
import type { Experiment } from '../asking/experiment.ts'
import { memory } from '../asking/memory.ts'
import { language } from '../language.ts'
import { experimentAddress } from '../route.ts'
import { Title } from '../title.tsx'
import { words } from '../words.ts'

/** All experiments, by chapter. */
export function ExperimentsPage({
  experiments,
}: {
  experiments: readonly Experiment[]
}): JSX.Element {
  const t = words.value
  const there = [...new Set(experiments.map(({ chapter }) => chapter))].sort((a, b) => a - b)
  return (
    <div class="experiments">
      <div class="hero small">
        <Title>{t.allExperiments}</Title>
        <p>{t.allLead(experiments.length)}</p>
      </div>
      {there.map(chapter => (
        <section key={chapter} aria-labelledby={`chapter-${chapter}`}>
          <h2 id={`chapter-${chapter}`}>
            <span class="number">{chapter}</span> {chapters[chapter - 1]?.[language.value]}
          </h2>
          <ul class="entries">
            {experiments
              .filter(one => one.chapter === chapter)
              .map(one => (
                <Entry key={one.id} experiment={one} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Entry({
  experiment: { number, id, title, belief },
}: {
  experiment: Experiment
}): JSX.Element {
  const t = words.value
  return (
    <li>
      <span class="number">{number}</span>
      <div>
        <a href={experimentAddress(id)}>{title}</a>
        {course.includes(number) && <span class="dot" role="img" aria-label={t.inCourse} />}
        {Object.hasOwn(memory.value, id) && <span class="mark">{t.seen}</span>}
        <p class="soft">{t.quoted(belief)}</p>
      </div>
    </li>
  )
}
