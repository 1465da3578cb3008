import type { Part, Scenario } from '../../lab/index.ts'
import { type Experiment, experimentOf } from './experiment.ts'
import type { Key } from './words.ts'

/** The experiments of the course in order, each with its fix. */
export type Course = readonly Readonly<Record<Part, Experiment>>[]

/** The learner's place: at a question, or after its answer. */
export interface Place {
  /** The index of the experiment; the number of experiments means the end. */
  readonly index: number
  readonly part: Part
  /** The predictions so far; null if an answer was shown without a prediction. */
  readonly predictions: readonly (string | null)[]
  /** True while the next question is open; false while the answer to the last prediction is shown. */
  readonly asks: boolean
}

export interface Pressed {
  readonly key: Key
  /** The index of the predicted choice. */
  readonly choice?: number
}

export function courseOf(scenarios: readonly Scenario[]): Course {
  return scenarios.map(scenario => ({
    transcript: experimentOf(scenario, 'transcript'),
    fix: experimentOf(scenario, 'fix'),
  }))
}

/** Before an experiment's first question. */
function beginning(index: number): Place {
  return { index, part: 'transcript', predictions: [], asks: true }
}

export const start: Place = beginning(0)

/** Returns null at the end of the course. */
export function experimentAt(course: Course, { index, part }: Place): Experiment | null {
  return course[index]?.[part] ?? null
}

export function choicesAt(course: Course, place: Place): readonly string[] {
  const questions = place.asks ? experimentAt(course, place)?.scenario.questions : undefined
  return questions?.[place.predictions.length]?.choices ?? []
}

/** Whether all questions of the experiment are answered. */
export function isOver({ predictions, asks }: Place, { asking }: Experiment): boolean {
  return !asks && predictions.length >= asking.length
}

/** The number of operations to run for a place. Operations whose outcome is still to be predicted do not run. */
export function neededAt(course: Course, place: Place): number {
  const experiment = experimentAt(course, place)
  if (experiment === null) return 0
  const { asking, lines } = experiment
  if (isOver(place, experiment)) return lines.length
  const { length } = place.predictions
  return place.asks ? (asking[length] ?? lines.length) : asking[length - 1]! + 1
}

/** The available keys, in the order in which they are shown. */
export function keysAt(course: Course, place: Place): Key[] {
  const experiment = experimentAt(course, place)
  if (experiment === null) return ['back', 'again', 'language', 'quit']
  if (place.part === 'fix') return ['next', 'unfix', 'again', 'help', 'language', 'quit']
  const isFirst = place.index === 0 && place.predictions.length === 0
  const rest: Key[] = [...(isFirst ? [] : (['back'] as const)), 'again', 'help', 'language', 'quit']
  if (place.asks) return ['predict', 'show', ...rest]
  return isOver(place, experiment) ? ['next', 'fix', ...rest] : ['next', ...rest]
}

const forward = ['return', 'enter', 'space', 'right']
const backward = ['b', 'left', 'backspace']
const names: Readonly<Record<Key, readonly string[]>> = {
  predict: [],
  show: forward,
  next: forward,
  back: backward,
  again: ['r'],
  fix: ['m'],
  unfix: ['m', ...backward],
  help: ['h', '?'],
  language: ['l'],
  quit: ['q'],
}

/** The meaning of a pressed key at this place, or null. */
export function pressedAt(course: Course, place: Place, name: string): Pressed | null {
  if (/^[1-9]$/.test(name)) {
    const choice = Number(name) - 1
    return choice < choicesAt(course, place).length ? { key: 'predict', choice } : null
  }
  if (place.index === course.length && forward.includes(name)) return { key: 'quit' }
  const key = keysAt(course, place).find(one => names[one].includes(name))
  return key === undefined ? null : { key }
}

/** The place that a key leads to. */
export function ledBy(course: Course, place: Place, { key, choice }: Pressed): Place {
  switch (key) {
    case 'predict':
    case 'show': {
      const predicted = choicesAt(course, place)[choice ?? -1] ?? null
      return { ...place, predictions: [...place.predictions, predicted], asks: false }
    }
    case 'next':
      return nextTo(course, place)
    case 'back':
      return backFrom(place)
    case 'again':
      return againAt(course, place)
    case 'fix':
    case 'unfix':
      return { ...place, part: key === 'fix' ? 'fix' : 'transcript' }
    default:
      return place
  }
}

function nextTo(course: Course, place: Place): Place {
  const experiment = experimentAt(course, place)
  if (experiment === null) return place
  return isOver(place, experiment) ? beginning(place.index + 1) : { ...place, asks: true }
}

function againAt(course: Course, place: Place): Place {
  if (place.index === course.length) return start
  return place.part === 'fix' ? place : beginning(place.index)
}

/** Goes back from an answer to its question, to the previous answer, and finally to the previous experiment. */
function backFrom(place: Place): Place {
  const { index, predictions, asks } = place
  if (!asks) return { ...place, predictions: predictions.slice(0, -1), asks: true }
  return predictions.length > 0 ? { ...place, asks: false } : beginning(Math.max(0, index - 1))
}
