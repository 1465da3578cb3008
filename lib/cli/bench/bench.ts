import { items, loadRace, resultSchema } from '../../bench/index.ts'
import { printHelp } from '../help.ts'
import { UsageError } from '../usage-error.ts'
import { benchCompare } from './compare.ts'
import { benchReport } from './report.ts'
import { benchRun } from './run.ts'
import { benchServe } from './serve.ts'
import { benchVerify } from './verify.ts'

const usage = `usage: epollet bench [options]            the cost of epoll from Node, compared with C and Python
       epollet bench list                 lists what can be measured
       epollet bench compare A.json B.json   compares two results
       epollet bench report FILE.json     shows a result as text, or with --html as a page
       epollet bench verify ID            measures a figure of the documents on this machine
       epollet bench verify list          lists these figures
       epollet bench schema               prints the JSON Schema of --json
       epollet bench serve [options]      compares the web server with others; only in a clone

  --quick         a selection, in less than a minute (the default)
  --full          everything, with more processes and longer blocks
  --only NAMES    comparisons or groups of them, separated by commas
  --seed N        the seed of all random choices (default 1)
  --json FILE     writes the result with all samples
  --html FILE     writes the result as one page without other files
  --lang LANG     the language of the page: en or zh
  --help          prints this text

Ctrl-C stops it and shows what has been measured; the status is then 130.
`

const commands: Readonly<Record<string, (args: string[]) => void | Promise<void>>> = {
  list,
  compare: benchCompare,
  report: benchReport,
  verify: benchVerify,
  schema: printSchema,
  serve: benchServe,
}

/** `epollet bench` */
export async function bench(args: string[]): Promise<void> {
  const [name = '', ...rest] = args
  if (args.includes('--help') || args.includes('-h')) printHelp(usage + (await raceUsage()))
  else if (Object.hasOwn(commands, name)) await commands[name]!(rest)
  else await benchRun(args)
}

async function raceUsage(): Promise<string> {
  const race = await loadRace()
  if (race === null) return ''
  return `
serve takes minutes. It has the options above except --quick, and:
  --only WORKS    ${race.raceNames.join(', ')}
  --peers NAMES   ${race.peers.map(({ id }) => id).join(', ')}
`
}

function list(args: string[]): void {
  expectNone(args)
  for (const { id, title, quick } of items)
    process.stdout.write(`${id.padEnd(16)} ${title}${quick ? '' : ' (--full)'}\n`)
}

function printSchema(args: string[]): void {
  expectNone(args)
  process.stdout.write(`${JSON.stringify(resultSchema, null, 2)}\n`)
}

function expectNone(args: string[]): void {
  if (args.length > 0) throw new UsageError(`unknown argument '${args.join(' ')}'`)
}
