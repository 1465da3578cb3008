import { matches, type ScriptLine, type Step } from '../../lab/index.ts'

/** An operation that came to something else than its writer says. */
export interface Difference {
  readonly op: string
  readonly expected: string
  readonly came: string
}

/** Whether an operation goes well wherever nothing else is said: not those of which the race decides. */
const goesWell = /^(?!thread |connect )/

/** What an experiment expects of each line: where nothing is said, that it goes well. */
export function asReference(lines: readonly ScriptLine[]): ScriptLine[] {
  return lines.map(line =>
    line.expected === null && goesWell.test(line.op) ? { ...line, expected: 'ok' } : line,
  )
}

/** Null for what came as expected, and where nothing is. */
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
