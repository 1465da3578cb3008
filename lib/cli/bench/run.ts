import { fullSizes, type Item, items, quickSizes, reportOf, tableOf } from '../../bench/index.ts'
import { ownCommand } from '../../sys/index.ts'
import { parsedOptions } from '../options.ts'
import { languageOf } from '../terminal/language.ts'
import { UsageError } from '../usage-error.ts'
import { WholeFile } from '../whole-file.ts'
import { interruptedStatus, measured, type Session } from './session.ts'

/** The options of all commands that measure. */
export const measuringOptions = {
  full: { type: 'boolean', default: false },
  only: { type: 'string' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string' },
  html: { type: 'string' },
  lang: { type: 'string' },
} as const

const options = { ...measuringOptions, quick: { type: 'boolean', default: false } } as const

/** `epollet bench`: measures and shows the result. */
export async function benchRun(args: string[]): Promise<void> {
  const { values, positionals } = parsedOptions({ args, allowPositionals: true, options })
  if (positionals.length > 0) throw new UsageError(`unknown argument '${positionals.join(' ')}'`)
  await measureAndShow(sessionOf(values), values)
}

/**
 * Measures, prints the result, and writes the requested files. Throws UsageError and RunError before measuring starts.
 */
export async function measureAndShow(
  session: Session,
  files: { json?: string; html?: string; lang?: string },
): Promise<void> {
  const language = languageOf(files.lang)
  const json = files.json === undefined ? null : new WholeFile(files.json)
  const html = files.html === undefined ? null : new WholeFile(files.html)
  const result = await measured(session)
  process.stdout.write(tableOf(result))
  if (!result.complete) process.exitCode = interruptedStatus
  // If nothing was measured, the files of an earlier run stay unchanged.
  if (result.comparisons.length + result.figures.length === 0) {
    if (json !== null || html !== null) process.stderr.write('No file was written.\n')
    return
  }
  json?.write(`${JSON.stringify(result)}\n`)
  html?.write(reportOf(result, language))
}

function sessionOf(values: {
  quick: boolean
  full: boolean
  only?: string
  seed: string
}): Session {
  if (values.quick && values.full) throw new UsageError('expected --quick or --full, not both')
  const { only, full } = values
  return {
    mode: only === undefined ? (full ? 'full' : 'quick') : 'only',
    chosen:
      only === undefined
        ? items.filter(({ quick }) => quick || full)
        : [...new Set(only.split(',').flatMap(named))],
    sizes: full ? fullSizes : quickSizes,
    seed: seedOf(values.seed),
  }
}

/** Throws UsageError unless the text is a number. */
export function seedOf(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new UsageError(`--seed must be a number from 0 up, got '${text}'`)
}

function named(name: string): Item[] {
  const found = items.filter(({ id }) => id === name || id.startsWith(`${name}/`))
  if (found.length > 0) return found
  throw new UsageError(`no comparison is called '${name}': see ${ownCommand()} bench list`)
}
