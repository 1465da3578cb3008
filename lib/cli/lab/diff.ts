import { LabError, type Part, type Runner, scenarios } from '../../lab/index.ts'
import { parsedOptions } from '../options.ts'
import { type Language, languageOf } from '../terminal/language.ts'
import { RunError } from '../usage-error.ts'
import { asReference, type Difference, differencesOf } from './difference.ts'
import { type Experiment, experimentOf } from './experiment.ts'
import { scenarioOf } from './find.ts'
import { withRunner } from './runner.ts'
import { words } from './words.ts'

const options = { json: { type: 'boolean' }, lang: { type: 'string' } } as const

interface Comparison {
  readonly kernel: string
  /** The number of compared transcripts. */
  readonly compared: number
  readonly differences: readonly (Difference & { readonly id: string; readonly part: Part })[]
}

/** `epollet lab diff`: compares this kernel's outcomes with the experiments'. Exits with status 1 if any differs. */
export async function labDiff(args: string[]): Promise<void> {
  const { values, positionals } = parsedOptions({ args, allowPositionals: true, options })
  const language = languageOf(values.lang)
  const chosen = positionals.length === 0 ? scenarios : positionals.map(scenarioOf)
  const experiments = chosen.flatMap(scenario => [
    experimentOf(scenario, 'transcript'),
    experimentOf(scenario, 'fix'),
  ])
  await withRunner(async (runner, signal) => {
    const comparison = await compared(experiments, runner, signal)
    if (comparison.differences.length > 0) process.exitCode = 1
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify(comparison, null, 2)}\n`
        : comparisonText(comparison, language),
    )
  })
}

async function compared(
  experiments: readonly Experiment[],
  runner: Runner,
  signal: AbortSignal,
): Promise<Comparison> {
  const differences = []
  let kernel = ''
  for (const experiment of experiments) {
    const { scenario, part, lines } = experiment
    const record = await experiment.runFirst(runner, lines.length, { signal }).catch(error => {
      if (!(error instanceof LabError) || signal.aborted) throw error
      throw new RunError(`${scenario.id}: ${error.message}`)
    })
    kernel = record.kernel
    const found = differencesOf(asReference(lines), record.steps)
    differences.push(...found.map(difference => ({ id: scenario.id, part, ...difference })))
  }
  return { kernel, compared: experiments.length, differences }
}

/** The differences by experiment, with notes on other kernels, followed by a summary. */
export function comparisonText(comparison: Comparison, language: Language): string {
  const { kernel, compared, differences } = comparison
  const { same, differ } = words[language]
  const names = new Set(differences.map(nameOf))
  if (names.size === 0) return `${same(kernel, compared)}\n`
  const sections = [...names].map(name => {
    const own = differences.filter(one => nameOf(one) === name)
    return [name, ...ownLines(own, language), ''].join('\n')
  })
  return `${sections.join('\n')}\n${differ(kernel, compared, names.size)}\n`
}

function nameOf({ id, part }: Comparison['differences'][number]): string {
  return part === 'fix' ? `${id} --fix` : id
}

function ownLines(own: Comparison['differences'], language: Language): string[] {
  const { difference } = words[language]
  const kernels = scenarios.find(({ id }) => id === own[0]?.id)?.kernels ?? []
  return [
    ...own.map(({ op, came, expected }) => `  ${difference(op, came, expected)}`),
    ...kernels.map(text => `  ${text[language]}`),
  ]
}
