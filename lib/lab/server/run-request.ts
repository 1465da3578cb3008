import { parse } from '../language/parse.ts'
import type { Operation, SyntaxProblem } from '../language/syntax.ts'
import { operationsMax } from '../limits.ts'
import type { Part, Scenario } from '../scenario.ts'

/** A parsed request to run something, or the reason why it is refused. */
export type RunRequest =
  | { readonly run: Operations; readonly states: boolean }
  | { readonly message: string }
  | { readonly problems: readonly SyntaxProblem[] }

/** Operations to run, or a part of an experiment with a module. */
export type Operations =
  | { readonly operations: readonly Operation[] }
  | { readonly scenario: Scenario; readonly part: Part; readonly count: number }

const shape =
  'the body must be JSON: {"text": "pipe r w", "states": true}, or {"id": "half-read", "part": "transcript", "count": 3}'

/** Parses `{"text", "states"}` or `{"id", "part", "count", "states"}`; `count` selects the first operations. */
export function runRequestOf(body: string, scenarios: readonly Scenario[]): RunRequest {
  const request = objectOf(body)
  if (request === null) return { message: shape }
  const { text, id, part = 'transcript', count = operationsMax, states = false } = request
  if (typeof states !== 'boolean') return { message: `states must be true or false. ${shape}` }
  if (typeof text === 'string' && id === undefined) return programOf(text, states)
  if (typeof id !== 'string' || text !== undefined) return { message: shape }
  if (part !== 'transcript' && part !== 'fix')
    return { message: `part must be 'transcript' or 'fix'. ${shape}` }
  if (!isCount(count)) return { message: `count must be a number of operations. ${shape}` }
  const scenario = scenarios.find(one => one.id === id)
  if (scenario === undefined) return { message: `there is no experiment ${JSON.stringify(id)}` }
  if (scenario.module !== undefined) return { run: { scenario, part, count }, states }
  const all = programOf(part === 'fix' ? scenario.fix.transcript : scenario.transcript, states)
  if (!('run' in all && 'operations' in all.run)) return all
  return { run: { operations: all.run.operations.slice(0, count) }, states }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function programOf(text: string, states: boolean): RunRequest {
  const parsed = parse(text)
  return 'problems' in parsed ? parsed : { run: parsed, states }
}

function objectOf(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    return value as Record<string, unknown>
  } catch {
    return null
  }
}
