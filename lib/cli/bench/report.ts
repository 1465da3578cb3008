import { type BenchResult, readResult, reportOf, tableOf } from '../../bench/index.ts'
import { ownCommand } from '../../sys/index.ts'
import { parsedOptions } from '../options.ts'
import { languageOf } from '../terminal/language.ts'
import { RunError, UsageError } from '../usage-error.ts'
import { WholeFile } from '../whole-file.ts'

const options = { html: { type: 'string' }, lang: { type: 'string' } } as const

/** `epollet bench report`: shows a result file. */
export function benchReport(args: string[]): void {
  const { values, positionals } = parsedOptions({ args, allowPositionals: true, options })
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0)
    throw new UsageError(`report needs one file: ${ownCommand()} bench report FILE.json`)
  const language = languageOf(values.lang)
  const result = readOrFail(path)
  if (values.html === undefined) process.stdout.write(tableOf(result))
  else new WholeFile(values.html).write(reportOf(result, language))
}

/** Reads a result. Throws RunError if the file is not a result. */
export function readOrFail(path: string): BenchResult {
  try {
    return readResult(path)
  } catch (error) {
    throw new RunError((error as Error).message)
  }
}
