import { matches, type ScriptLine, type Step } from '../../lab/index.ts'

/** An operation with an unexpected outcome. */
export interface Difference {
  readonly op: string
  readonly expected: string
  readonly came: string
}

/** Whether an operation is expected to succeed by default. Outcomes of races are not. */
const goesWell = /^(?!thread |connect )/

/** The lines with their expected outcomes; by default, success. */
export function asReference(lines: readonly ScriptLine[]): ScriptLine[] {
  return lines.map(line =>
    line.expected === null && goesWell.test(line.op) ? { ...line, expected: 'ok' } : line,
  )
}

/** Returns null if the outcome is as expected, or none is expected. */
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
