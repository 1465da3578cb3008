import type { JSX } from 'preact'
import type { Experiment } from '../asking/experiment.ts'
import { experimentAddress } from '../route.ts'
import { Title } from '../title.tsx'
import { words } from '../words.ts'

interface Props {
  readonly experiment: Experiment
  readonly experiments: readonly Experiment[]
}

/** An experiment in a lecture. */
export function LecturePage({ experiment }: Props): JSX.Element {
  return (
    <>
      <Title>{experiment.title}</Title>
      <p>
        <a href={experimentAddress(experiment.id)}>{words.value.pages.experiments}</a>
      </p>
    </>
  )
}
