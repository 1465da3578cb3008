import { items, loadRace, resultSchema } from '../../bench/index.ts'
import { printHelp } from '../help.ts'
import { UsageError } from '../usage-error.ts'
import { benchCompare } from './compare.ts'
import { benchReport } from './report.ts'
import { benchRun } from './run.ts'
import { benchServe } from './serve.ts'
import { benchVerify } from './verify.ts'

const usage = `usage: epollet bench [options]            what epoll costs from Node, beside C and Python
       epollet bench list                 what can be measured
       epollet bench compare A.json B.json   two results: what changed from A to B
       epollet bench report FILE.json     a result once more, as text or with --html as a page
       epollet bench verify ID            makes a figure of the documents again, here
       epollet bench verify list          which figures there are
       epollet bench schema               the JSON Schema of what --json writes
       epollet bench serve [options]      our web server beside others; in a clone only

  --quick         a part of it, in less than a minute (the default)
  --full          all of it, with more processes and longer blocks
  --only NAMES    these comparisons, or these groups of them, separated by commas
  --seed N        decides all orders and draws (1)
  --json FILE     the result with all samples
  --html FILE     the result as one page that needs nothing else
  --lang LANG     en or zh: the language of that page
  --help          this text

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
serve takes some minutes, and the options above but --quick:
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
