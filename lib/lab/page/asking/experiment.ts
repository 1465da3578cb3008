import { course } from '../../course.ts'
import type { Said } from '../../prose/prose.ts'
import type { Part, Scenario } from '../../scenario.ts'

/** An experiment in one language, as stored in `scenarios.en.json`. */
export type Experiment = Said<Scenario>

export function partText({ transcript, fix }: Experiment, part: Part): string {
  return part === 'fix' ? fix.transcript : transcript
}

/** The experiments of the course, in its order. */
export function inCourse(experiments: readonly Experiment[]): Experiment[] {
  return course.flatMap(number => experiments.find(one => one.number === number) ?? [])
}
