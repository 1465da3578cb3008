import { ownCommand } from '../../sys/index.ts'
import { printHelp } from '../help.ts'
import { parsedOptions } from '../options.ts'
import { UsageError } from '../usage-error.ts'
import { findingsOf } from './findings.ts'
import { reportOf } from './report.ts'
import { inspected } from './watched.ts'

const usage = `usage: epollet inspect <pid> [--json]

  Shows what looks wrong in the epolls of a process, then each interest list: descriptors, events
  and data, sockets with their state and queues, counters and timers. A ghost is a file that is
  still watched although its descriptor has been closed, or reused for another file.

  Needs the permission to read /proc/PID: run it as the process's user or as root. It traces
  nothing, so the process doesn't notice.

  --json    prints JSON
  --help    prints this text
`

function pidOf(positionals: string[]): number {
  const [text] = positionals
  if (text === undefined) {
    throw new UsageError(`expected a process number, for example ${ownCommand()} inspect 4711`)
  }
  if (positionals.length !== 1 || !/^[1-9]\d{0,9}$/.test(text)) {
    throw new UsageError(`expected one process number, got '${positionals.join(' ')}'`)
  }
  return Number(text)
}

/** `epollet inspect`: prints the interest lists of a process's epolls. */
export function inspect(args: string[]): void {
  // parseArgs would treat a negative number as an option.
  const negative = args.find(arg => /^-\d/.test(arg))
  if (negative !== undefined) pidOf([negative])
  const { values, positionals } = parsedOptions({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help === true) return printHelp(usage)
  const found = inspected(pidOf(positionals))
  const findings = findingsOf(found)
  const { pid, sets } = found
  process.stdout.write(
    values.json === true
      ? `${JSON.stringify({ pid, findings, sets }, null, 2)}\n`
      : reportOf(found, findings),
  )
}
