import { exportLab, exportProblem } from '../../lab/index.ts'
import { publicCommand } from '../../sys/index.ts'
import { parsedOptions } from '../options.ts'
import { RunError, UsageError } from '../usage-error.ts'
import { version } from '../version.ts'
import { withRunner } from './runner.ts'

const options = { command: { type: 'string' } } as const

/** `epollet lab export DIR`: the lab as static files, with this kernel's outcomes. */
export async function labExport(args: string[]): Promise<void> {
  const { values, positionals } = parsedOptions({ args, allowPositionals: true, options })
  const [directory = '', ...more] = positionals
  if (directory === '' || more.length > 0)
    throw new UsageError(`export takes one directory, got '${positionals.join(' ')}'`)
  const command = commandOf(values.command)
  const problem = exportProblem(directory)
  if (problem !== null) throw new RunError(problem)
  await withRunner(async (runner, signal) => {
    try {
      await exportLab(directory, runner, { version, command, signal, onRecord })
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException
      if (!/^E[A-Z]+$/.test(code)) throw error
      throw new RunError(`'${directory}' cannot be written (${code}): ${message}`)
    }
    process.stdout.write(`${directory}: open its index.html through any web server\n`)
  })
}

/** The command that readers of the page use to run epollet. */
function commandOf(asked: string = publicCommand()): string {
  if (/^[^\p{Cc}\u2028\u2029]+$/u.test(asked) && asked.trim() !== '') return asked.trim()
  const got = JSON.stringify(asked)
  throw new UsageError(`--command must be one line, as in --command 'npx epollet', got ${got}`)
}

/** A progress line that overwrites itself; only on a terminal. */
function onRecord(done: number, all: number): void {
  if (!process.stderr.isTTY) return
  process.stderr.write(done === all ? '\r\x1b[K' : `\r\x1b[K${done} of ${all} recorded`)
}
