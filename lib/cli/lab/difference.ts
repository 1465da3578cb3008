import { matches, type ScriptLine, type Step } from '../../lab/index.ts'

/** An operation with an unexpected outcome. */
export interface Difference {
  readonly op: string
  readonly expected: string
  readonly came: string
}

/** Matches operations whose expected outcome is `ok` if the script states none. The others may depend on a race. */
const goesWell = /^(?!thread |connect )/

/** Fills in missing expected outcomes with `ok`, except for races. */
export function asReference(lines: readonly ScriptLine[]): ScriptLine[] {
  return lines.map(line =>
    line.expected === null && goesWell.test(line.op) ? { ...line, expected: 'ok' } : line,
  )
}

/** Returns null if the outcome is as expected, or if no outcome is expected. */
export function differenceOf(
  line: ScriptLine,
  { outcome }: Pick<Step, 'outcome'>,
): Difference | null {
  const { op, expected } = line
  return expected === null || matches(expected, outcome) ? null : { op, expected, came: outcome }
}

export function differencesOf(
  lines: readonly ScriptLine[],
  steps: readonly Pick<Step, 'outcome'>[],
): Difference[] {
  return steps.flatMap((step, index) => {
    const line = lines[index]
    return (line === undefined ? null : differenceOf(line, step)) ?? []
  })
}
