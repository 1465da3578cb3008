import {
  type Part,
  parse,
  premiseOf,
  type RunRecord,
  type ScriptLine,
  transcriptOf,
} from '../../lab/index.ts'
import { ownCommand } from '../../sys/index.ts'
import { parsedOptions } from '../options.ts'
import { type Language, languageOf } from '../terminal/language.ts'
import { UsageError } from '../usage-error.ts'
import { warn } from '../warn.ts'
import { asReference, differencesOf } from './difference.ts'
import { experimentOf, type Program, programOf } from './experiment.ts'
import { scenarioOf } from './find.ts'
import { readings } from './readings.ts'
import { withRunner } from './runner.ts'
import { words } from './words.ts'

const options = {
  ops: { type: 'string' },
  fix: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  states: { type: 'boolean', default: false },
  lang: { type: 'string' },
} as const
/** Reading stdin stops here: no valid program is this long. */
const stdinCharsMax = 100_000
const commentWidth = 100

/** `epollet lab run`: runs one experiment, or operations from --ops or stdin. */
export async function labRun(args: string[]): Promise<void> {
  const { values, positionals } = parsedOptions({ args, allowPositionals: true, options })
  const { ops, fix, json, states } = values
  const language = languageOf(values.lang)
  if (ops !== undefined && (fix || positionals.length > 0))
    throw new UsageError('run takes an experiment or --ops, not both')
  const program =
    ops === undefined
      ? chosen(positionals, fix ? 'fix' : 'transcript')
      : written(ops === '-' ? await stdinText() : ops)
  if (program === null) return
  const { lines } = program
  await withRunner(async (runner, signal) => {
    const wanted = { states: states || json, signal }
    const record = await program.runFirst(runner, lines.length, wanted)
    process.stdout.write(
      json
        ? `${JSON.stringify(record, null, 2)}\n`
        : transcript(lines, record, states, language) + foot(lines, record, language),
    )
  })
}

function chosen(positionals: string[], part: Part): Program {
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0)
    throw new UsageError(`run takes one experiment, as in: ${ownCommand()} lab run half-read`)
  const experiment = experimentOf(scenarioOf(name), part)
  return { ...experiment, lines: asReference(experiment.lines) }
}

/** Returns null after printing the mistakes, if there are any. */
function written(text: string): Program | null {
  const parsed = parse(text)
  if ('operations' in parsed) return programOf(parsed.operations)
  for (const { line, column, message } of parsed.problems)
    warn(`line ${line}, column ${column}: ${message}`)
  process.exitCode = 2
  return null
}

async function stdinText(): Promise<string> {
  let text = ''
  for await (const part of process.stdin.setEncoding('utf8')) {
    text += part
    if (text.length > stdinCharsMax)
      throw new UsageError(`a program has at most ${stdinCharsMax} characters: stdin is longer`)
  }
  return text
}

/** The output is a valid program: everything but operations and outcomes is a comment. */
function transcript(
  lines: readonly ScriptLine[],
  { steps }: RunRecord,
  states: boolean,
  language: Language,
): string {
  const text = transcriptOf(steps)
  if (!states) return text
  const printed = text.trimEnd().split('\n')
  const lastAsked = lines.findLastIndex(({ asks }) => asks)
  const all = steps.flatMap((step, i) => {
    const own = [printed[i]!, ...stateLines(step, i < lastAsked, language)]
    return i === lastAsked - 1 ? [...own, `# ${words[language].premise}`] : own
  })
  return `${all.join('\n')}\n`
}

/** Before the last question, only what doesn't answer it. */
function stateLines(
  { state, stateNote }: RunRecord['steps'][number],
  isPremise: boolean,
  language: Language,
): string[] {
  const shown = state !== null && isPremise ? premiseOf(state) : state
  const lines = shown === null ? [] : readings(shown, words[language], commentWidth)
  return [...(stateNote === undefined ? [] : [stateNote]), ...lines].map(line => `#   ${line}`)
}

/** The unexpected outcomes, as comments. */
function foot(lines: readonly ScriptLine[], { steps }: RunRecord, language: Language): string {
  return differencesOf(lines, steps)
    .map(({ op, came, expected }) => `# ${words[language].difference(op, came, expected)}\n`)
    .join('')
}
