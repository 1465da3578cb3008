import { changesBetween, changeText } from '../../bench/index.ts'
import { ownCommand } from '../../sys/index.ts'
import { parsedOptions } from '../options.ts'
import { RunError, UsageError } from '../usage-error.ts'
import { readOrFail } from './report.ts'

/** `epollet bench compare`: compares two results. */
export function benchCompare(args: string[]): void {
  const { positionals } = parsedOptions({ args, allowPositionals: true, options: {} })
  const [before, after, ...more] = positionals
  if (before === undefined || after === undefined || more.length > 0)
    throw new UsageError(`compare needs two files: ${ownCommand()} bench compare A.json B.json`)
  const changes = changesBetween(readOrFail(before), readOrFail(after))
  if (changes.comparisons.length + changes.tables.length === 0)
    throw new RunError(`'${before}' and '${after}' have no comparison or table in common`)
  process.stdout.write(changeText(changes))
}
