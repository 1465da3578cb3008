// The lines that the course prints for a place, its keys and its help.
import { matches, type RunRecord, type State, scenarios, vocabulary } from '../../lab/index.ts'
import type { Language } from '../terminal/language.ts'
import type { Paint } from '../terminal/paint.ts'
import { widthOf, wrapped } from '../terminal/wrap.ts'
import {
  type Course,
  choicesAt,
  experimentAt,
  isOver,
  keysAt,
  neededAt,
  type Place,
} from './course.ts'
import { differenceOf } from './difference.ts'
import type { Experiment } from './experiment.ts'
import { readings, sinceWait } from './readings.ts'
import { type Words, words as wordsOf } from './words.ts'

export interface Style {
  readonly language: Language
  readonly width: number
  readonly paint: Paint
}

const indent = '  '
const gap = '   '
/** The explanation of a longer usage text goes on the next line. */
const usageCells = 24
/** The width reserved for outcomes; most fit in it. */
const outcomeCells = 30

/** The available keys, in as few lines as possible. */
export function keyLines(
  course: Course,
  place: Place,
  { language, width, paint }: Style,
): string[] {
  const { keys, predict } = wordsOf[language]
  const lines: string[] = []
  for (const key of keysAt(course, place)) {
    const text = key === 'predict' ? predict(choicesAt(course, place).length) : keys[key]
    const longer = `${lines.at(-1)}${gap}${text}`
    if (lines.length > 0 && widthOf(longer) < width) lines[lines.length - 1] = longer
    else lines.push(text)
  }
  return lines.map(paint.faint)
}

/** The lines to print for a place: all of them, or only those that the previous place did not show. */
export function placeLines(
  course: Course,
  place: Place,
  record: RunRecord,
  style: Style,
  isWhole: boolean,
): string[] {
  const experiment = experimentAt(course, place)
  if (experiment === null) return endLines(style)
  const view = new View(experiment, record, style)
  const { part, asks, predictions } = place
  const isBeginning = isWhole || part === 'fix' || (asks && predictions.length === 0)
  const from = isBeginning ? 0 : firstNew(place, experiment)
  return [
    ...(isBeginning ? view.head(`[${place.index + 1}/${course.length}]`) : []),
    ...(asks ? view.question(from, predictions.length) : view.answer(from, predictions)),
    ...(isOver(place, experiment) ? view.end(predictions.length) : []),
  ]
}

function endLines({ language, width }: Style): string[] {
  const lines = wordsOf[language].end(scenarios.length)
  // Do not wrap a command: people copy it.
  return ['', ...lines.flatMap(line => (line.startsWith(' ') ? line : wrapped(line, width))), '']
}

/** Explanations of the operations on screen. */
export function helpLines(course: Course, place: Place, { language, width }: Style): string[] {
  const experiment = experimentAt(course, place)
  if (experiment === null) return []
  const shown = experiment.lines.slice(0, neededAt(course, place) + (place.asks ? 1 : 0))
  const names = new Set(shown.flatMap(({ op }) => wordsOfOperation(op)))
  const entries = [...names].flatMap(name => vocabulary[name] ?? [])
  // A module's operations have no help text.
  if (entries.length === 0) return []
  const widths = entries.map(({ usage }) => usage.length).filter(length => length <= usageCells)
  const column = Math.max(0, ...widths)
  return [
    ...wrapped(wordsOf[language].help, width),
    ...entries.flatMap(({ usage, help }) => {
      const lines = wrapped(help[language], width - column - 2 * indent.length)
      const [first = '', ...rest] = usage.length > column ? ['', ...lines] : lines
      return [
        `${indent}${usage.padEnd(column)}${indent}${first}`.trimEnd(),
        ...rest.map(line => indent + ' '.repeat(column) + indent + line),
      ]
    }),
    '',
  ]
}

/** The name of an operation, and of the operation inside a `thread` or `in`. */
function wordsOfOperation(op: string): string[] {
  const [word = '', , inner = ''] = op.split(' ')
  return /^(thread|in)$/.test(word) ? [word, inner] : [word]
}

/** The index of the first operation that the previous place did not show. */
function firstNew({ predictions, asks }: Place, { asking }: Experiment): number {
  const asked = asking[predictions.length - 1] ?? 0
  return asks ? asked + 1 : asked
}

/** Formats an experiment up to the last operation that was run. */
class View {
  readonly #experiment: Experiment
  readonly #record: RunRecord
  readonly #style: Style
  readonly #words: Words

  constructor(experiment: Experiment, record: RunRecord, style: Style) {
    this.#experiment = experiment
    this.#record = record
    this.#style = style
    this.#words = wordsOf[style.language]
  }

  head(number: string): string[] {
    const { scenario, part } = this.#experiment
    const { language, paint } = this.#style
    const { belief, fix } = this.#words
    return [
      '',
      ...this.#wrapped(`${number} ${scenario.title[language]}`).map(paint.strong),
      '',
      ...(part === 'fix'
        ? this.#labelled(fix, scenario.fix.text[language])
        : this.#labelled(belief, scenario.belief[language])),
      '',
    ]
  }

  question(from: number, index: number): string[] {
    const { scenario, asking, lines } = this.#experiment
    const { language, paint } = this.#style
    const { text, choices } = scenario.questions[index]!
    const asked = asking[index] ?? lines.length - 1
    return [
      ...this.#operations(from, asked + 1),
      '',
      ...this.#wrapped(text[language]).map(paint.strong),
      ...choices.map((choice, i) => `${indent}${i + 1})  ${choice}`),
      '',
    ]
  }

  answer(from: number, predictions: readonly (string | null)[]): string[] {
    const { asking, lines } = this.#experiment
    const asked = asking[predictions.length - 1]
    const last = asked ?? lines.length - 1
    return [
      ...this.#operations(from, last + 1),
      '',
      ...(asked === undefined ? [] : this.#verdict(predictions.at(-1) ?? null, asked)),
      ...this.#readings(last),
      '',
    ]
  }

  /** Shown after the last answer: the remaining operations and the rule. */
  end(answered: number): string[] {
    const { scenario, part, asking, lines } = this.#experiment
    if (part === 'fix') return []
    const { language, width, paint } = this.#style
    const { rule, more, otherKernels } = this.#words
    const from = (asking[answered - 1] ?? lines.length) + 1
    const kernels = scenario.kernels ?? []
    return [
      ...(from < lines.length ? [...this.#operations(from, lines.length), ''] : []),
      ...this.#labelled(rule, scenario.rule[language], paint.strong),
      ...kernels.flatMap(({ range, text }) => this.#labelled(otherKernels(range), text[language])),
      '',
      paint.faint(more),
      ...scenario.links.flatMap(({ label, url }) => [
        ...wrapped(label, width - indent.length).map(line => indent + line),
        indent + paint.faint(url),
      ]),
      '',
    ]
  }

  #operations(from: number, to: number): string[] {
    const { lines } = this.#experiment
    return lines.slice(from, to).flatMap((_, offset) => this.#operation(from + offset))
  }

  /** An operation and its outcome, on one line if it fits; questions are marked. */
  #operation(index: number): string[] {
    const { paint, width } = this.#style
    const line = this.#experiment.lines[index]!
    const start = `${line.asks ? '? ' : indent}${line.op}`
    const step = this.#record.steps[index]
    const difference = step === undefined ? null : differenceOf(line, step)
    const other = difference === null ? '' : `  ${this.#words.otherwise(difference.expected)}`
    const outcome = step?.outcome ?? '?'
    const paintedOutcome = line.asks ? paint.changed(outcome) : outcome
    const painted = `-> ${paintedOutcome}${other}`
    const column = indent.length + this.#operationWidth() + 1
    if (Math.max(column, start.length + 1) + widthOf(`-> ${outcome}${other}`) <= width)
      return [`${start.padEnd(column)}${start.length < column ? '' : ' '}${painted}`]
    return [start, `${indent}${indent}${painted}`]
  }

  /** The width of the longest operation that still leaves room for an outcome on its line. */
  #operationWidth(): number {
    const longest = this.#style.width - outcomeCells
    const widths = this.#experiment.lines.map(({ op }) => op.length)
    return Math.max(0, ...widths.filter(width => width <= longest))
  }

  #verdict(predicted: string | null, asked: number): string[] {
    const outcome = this.#record.steps[asked]?.outcome
    if (predicted === null || outcome === undefined) return []
    const { asPredicted, predicted: otherwise } = this.#words
    return [matches(predicted, outcome) ? asPredicted : otherwise(predicted), '']
  }

  #readings(index: number): string[] {
    const { scenario } = this.#experiment
    const { language, width, paint } = this.#style
    const { kernel, pid, steps } = this.#record
    const step = steps[index]
    if (step === undefined) return []
    if (step.state === null)
      return this.#wrapped(scenario.unread?.[language] ?? this.#words.unread(step.stateNote)).map(
        paint.faint,
      )
    const state = sinceWait(step.state, steps, index)
    return [
      ...this.#wrapped(this.#words.readings(kernel, pid)).map(paint.faint),
      ...readings(state, this.#words, width - indent.length).map(line => indent + line),
      ...this.#wrapped(this.#notes(state)).map(paint.faint),
    ]
  }

  #notes({ descriptors }: State): string {
    const { edges, unreadable } = this.#words
    const isRead = descriptors.every(one => one.queuedBytes !== null && one.edges !== null)
    return isRead ? edges : `${edges} ${unreadable}`
  }

  #labelled(label: string, text: string, strong = this.#style.paint.faint): string[] {
    const gap = label.endsWith('：') ? '' : ' '
    const [first = '', ...rest] = this.#wrapped(`${label}${gap}${text}`)
    return [strong(label) + first.slice(label.length), ...rest]
  }

  #wrapped(text: string): string[] {
    return wrapped(text, this.#style.width)
  }
}
