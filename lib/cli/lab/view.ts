// The lines that the course prints for a place, its keys and its help.
import {
  glossOf,
  matches,
  premiseOf,
  type RunRecord,
  type Scenario,
  type State,
  scenarios,
  vocabulary,
} from '../../lab/index.ts'
import type { Language } from '../terminal/language.ts'
import type { Paint } from '../terminal/paint.ts'
import { padded, widthOf, wrapped } from '../terminal/wrap.ts'
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

/** An answered question: the prediction, null if it was skipped, and the kernel's answer. */
export interface Answer {
  readonly prediction: string | null
  readonly outcome: string
}

/** The answers so far, by the index of the experiment in the course. */
export type Answers = ReadonlyMap<number, readonly Answer[]>

/**
 * The lines to print for a place: all of them, or only those that the previous place did not show. A question repeats
 * the operations before it, because they may have scrolled away.
 */
export function placeLines(
  course: Course,
  place: Place,
  record: RunRecord,
  style: Style,
  isWhole: boolean,
): string[] {
  const experiment = experimentAt(course, place)
  if (experiment === null) return []
  const view = new View(experiment, record, style)
  const { part, asks, predictions } = place
  const number = `[${place.index + 1}/${course.length}]`
  const isBeginning = isWhole || part === 'fix' || (asks && predictions.length === 0)
  const isEnd = isOver(place, experiment)
  const from = isBeginning || asks ? 0 : (experiment.asking[predictions.length - 1] ?? 0)
  return [
    ...(isBeginning ? view.head(number) : asks ? view.title(number) : []),
    ...(asks ? view.question(predictions.length) : view.answer(from, predictions, isEnd)),
    ...(isEnd ? view.end(predictions.length) : []),
  ]
}

/** The end of the course: the rules, those that surprised the learner first, and where to go next. */
export function endLines(course: Course, answers: Answers, style: Style): string[] {
  const { language, width } = style
  const { done, end } = wordsOf[language]
  const rules = course.map(({ transcript: { scenario } }, index) => {
    const wrong = (answers.get(index) ?? []).find(isSurprise)
    return { scenario, wrong }
  })
  const inOrder = [
    ...rules.filter(({ wrong }) => wrong !== undefined),
    ...rules.filter(({ wrong }) => wrong === undefined),
  ]
  return [
    '',
    ...wrapped(done(course.length), width),
    '',
    ...inOrder.flatMap(({ scenario, wrong }) => ruleLines(scenario, wrong, style)),
    '',
    // Do not wrap a command: people copy it.
    ...end(scenarios.length).flatMap(line => (line.startsWith(' ') ? line : wrapped(line, width))),
    '',
  ]
}

function isSurprise({ prediction, outcome }: Answer): boolean {
  return prediction !== null && !matches(prediction, outcome)
}

function ruleLines(scenario: Scenario, wrong: Answer | undefined, style: Style): string[] {
  const { language, width, paint } = style
  const start = `${String(scenario.number).padStart(2)}  `
  const [first = '', ...rest] = wrapped(scenario.rule[language], width - start.length)
  const margin = ' '.repeat(start.length)
  const { surprising } = wordsOf[language]
  const note = wrong === undefined ? '' : surprising(wrong.prediction!, wrong.outcome)
  return [
    start + first,
    ...rest.map(line => margin + line),
    ...(note === '' ? [] : wrapped(note, width - start.length)).map(line =>
      paint.changed(margin + line),
    ),
  ]
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

  title(number: string): string[] {
    const { language, paint } = this.#style
    const title = this.#experiment.scenario.title[language]
    return ['', ...this.#wrapped(`${number} ${title}`).map(paint.strong), '']
  }

  head(number: string): string[] {
    const { scenario, part } = this.#experiment
    const { language } = this.#style
    const { belief, fix } = this.#words
    return [
      ...this.title(number),
      ...(part === 'fix'
        ? this.#labelled(fix, scenario.fix.text[language])
        : this.#labelled(belief, scenario.belief[language])),
      '',
    ]
  }

  question(index: number): string[] {
    const { scenario, asking, lines } = this.#experiment
    const { language, paint } = this.#style
    const { text, choices } = scenario.questions[index]!
    const asked = asking[index] ?? lines.length - 1
    return [
      ...this.#operations(0, asked + 1),
      '',
      ...this.#wrapped(text[language]).map(paint.strong),
      ...this.#choices(choices, lines[asked]!.op),
      '',
    ]
  }

  #choices(choices: readonly string[], op: string): string[] {
    const { language, width, paint } = this.#style
    const column = Math.max(...choices.map(choice => widthOf(choice)))
    return choices.map((choice, i) => {
      const start = `${indent}${i + 1})  ${padded(choice, column)}`
      const gloss = glossOf(op, choice, language)
      const isWide = widthOf(start) + gap.length + widthOf(gloss) > width
      return isWide || gloss === '' ? start.trimEnd() : start + gap + paint.faint(gloss)
    })
  }

  answer(from: number, predictions: readonly (string | null)[], isEnd: boolean): string[] {
    const { asking, lines } = this.#experiment
    const asked = asking[predictions.length - 1]
    const last = asked ?? lines.length - 1
    return [
      ...this.#operations(from, last + 1),
      '',
      ...(asked === undefined ? [] : this.#verdict(predictions.at(-1) ?? null, asked)),
      ...this.#readings(last, isEnd),
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
      ...kernels.flatMap(text => this.#labelled(otherKernels, text[language])),
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
    if (outcome === undefined) return []
    const { right, surprise, shown } = this.#words
    const { paint } = this.#style
    if (predicted === null) return [...this.#wrapped(shown(outcome)), '']
    if (matches(predicted, outcome)) return [...this.#wrapped(right(outcome)).map(paint.strong), '']
    return [...this.#wrapped(surprise(predicted, outcome)).map(paint.changed), '']
  }

  #readings(index: number, isEnd: boolean): string[] {
    const { scenario } = this.#experiment
    const { language, width, paint } = this.#style
    const { kernel, pid, steps } = this.#record
    const step = steps[index]
    if (step === undefined) return []
    if (step.state === null)
      return this.#wrapped(scenario.unread?.[language] ?? this.#words.unread(step.stateNote)).map(
        paint.faint,
      )
    const state = isEnd ? sinceWait(step.state, steps, index) : premiseOf(step.state)
    return [
      ...this.#wrapped(this.#words.readings(kernel, pid)).map(paint.faint),
      ...readings(state, this.#words, width - indent.length).map(line => indent + line),
      ...this.#wrapped(this.#notes(state)).map(paint.faint),
    ]
  }

  #notes({ descriptors, isPremise }: State): string {
    const { edges, premise, unreadable } = this.#words
    const withheld = isPremise === true
    const isRead = descriptors.every(
      one => one.queuedBytes !== null && (withheld || one.edges !== null),
    )
    return [withheld ? premise : edges, ...(isRead ? [] : [unreadable])].join(' ')
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
