import {
  LabError,
  type Operation,
  parse,
  type Runner,
  type RunOptions,
  type Scenario,
  type Trace,
} from '../lab/index.ts'

/** What of an experiment is run: the surprise, or how it is done right. */
export type Part = 'transcript' | 'mend'

/** An operation as it is shown, and what its writer says of its outcome. */
export type Line = Pick<Operation, 'text' | 'asks' | 'expected'>

/** What can be run: lines, and how their first ones are asked of the kernel, by a run of their own. */
export interface Program {
  readonly lines: readonly Line[]
  readonly runFirst: (runner: Runner, count: number, options: RunOptions) => Promise<Trace>
}

export interface Experiment extends Program {
  readonly scenario: Scenario
  readonly part: Part
  /** Which lines ask for a prediction. */
  readonly asking: readonly number[]
}

export function programOf(operations: readonly Operation[]): Program {
  return {
    lines: operations,
    runFirst: (runner, count, options) => runner.run(operations.slice(0, count), options),
  }
}

export function experimentOf(scenario: Scenario, part: Part): Experiment {
  const text = part === 'mend' ? scenario.mend.transcript : scenario.transcript
  const program = scenario.module === undefined ? checked(text) : ofModule(scenario, part, text)
  const { lines } = program
  const asking = part === 'mend' ? [] : [...lines.keys()].filter(index => lines[index]!.asks)
  return { ...program, scenario, part, asking }
}

function checked(text: string): Program {
  const parsed = parse(text)
  if ('operations' in parsed) return programOf(parsed.operations)
  throw new Error(`an experiment of our own has a mistake: ${parsed.problems[0]!.message}`)
}

/** What the language cannot say: its words are its own, and it is only run as a whole. */
function ofModule({ module }: Scenario, _part: Part, text: string): Program {
  return {
    lines: text.trim().split('\n').map(lineOf),
    runFirst: () =>
      Promise.reject(new LabError('ERR_LAB_CRASHED', `nobody runs the module ${module}`)),
  }
}

function lineOf(text: string): Line {
  const [operation = '', expected = null] = text.split(/\s*->\s*/)
  return { text: operation.replace(/\s*\?$/, ''), asks: operation.endsWith('?'), expected }
}
