import {
  type Operation,
  type Part,
  type Runner,
  type RunOptions,
  type RunRecord,
  type Scenario,
  type ScriptLine,
  scriptOf,
} from '../../lab/index.ts'

/** A program to run in the terminal, whole or only its first lines. */
export interface Program {
  readonly lines: readonly ScriptLine[]
  readonly runFirst: (runner: Runner, count: number, options: RunOptions) => Promise<RunRecord>
}

export interface Experiment extends Program {
  readonly scenario: Scenario
  readonly part: Part
  /** The indexes of the lines with a question. */
  readonly asking: readonly number[]
}

export function programOf(operations: readonly Operation[]): Program {
  return {
    lines: operations.map(({ text, asks, expected }) => ({ op: text, asks, expected })),
    runFirst: (runner, count, options) => runner.run(operations.slice(0, count), options),
  }
}

export function experimentOf(scenario: Scenario, part: Part): Experiment {
  const lines = scriptOf(part === 'fix' ? scenario.fix.transcript : scenario.transcript)
  const asking = part === 'fix' ? [] : [...lines.keys()].filter(index => lines[index]!.asks)
  return {
    scenario,
    part,
    lines,
    asking,
    runFirst: (runner, count, options) => runner.runScenario(scenario, part, { ...options, count }),
  }
}
