import { nearestName, ownCommand } from '../sys/index.ts'
import { printHelp } from './help.ts'
import { RunError, UsageError } from './usage-error.ts'
import { version } from './version.ts'

const usage = `usage: epollet <command> [options]

  serve [port]     serve the files of a directory over HTTP
  lab              learn epoll by experiments that the kernel itself answers
  inspect <pid>    show what a process watches with epoll
  bench            measure what epoll costs here, beside C and Python
  info             show the kernel, its features, and how the addon was loaded

  help, --help     this text; after a command, the command's
  -v, --version    the version
`

type Command = (args: string[]) => void | Promise<void>

/** Each loads what it needs, and nothing of the others: a server starts sooner so, and with few descriptors. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve/serve.ts')).serve,
  lab: async () => (await import('./lab/lab.ts')).lab,
  inspect: async () => (await import('./inspect/inspect.ts')).inspect,
  bench: async () => (await import('./bench/bench.ts')).bench,
  info: async () => (await import('./info.ts')).info,
}

/** Runs a command line, without the program's name; what is wrong is one line on stderr and a status. */
export async function run(args: readonly string[]): Promise<void> {
  const [name = 'help', ...rest] = args
  try {
    if (['help', '--help', '-h'].includes(name)) await help(rest)
    else if (['--version', '-v'].includes(name)) process.stdout.write(`${version}\n`)
    else await start(name, rest)
  } catch (error) {
    report(error, Object.hasOwn(commands, name) ? ` ${name}` : '')
  }
}

async function help([name]: string[]): Promise<void> {
  if (name === undefined) printHelp(usage)
  else await start(name, ['--help'])
}

async function start(name: string, args: string[]): Promise<void> {
  if (!Object.hasOwn(commands, name)) throw new UsageError(unknown(name))
  const command = await commands[name]!()
  await command(args)
}

function unknown(name: string): string {
  const near = nearestName(name, Object.keys(commands))
  return `unknown command '${name}'${near === undefined ? '' : `: did you mean ${near}?`}`
}

function report(error: unknown, command: string): void {
  const { code = '', message } = error as { code?: string; message: string }
  const usual = error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')
  if (!usual && !(error instanceof RunError) && code !== 'ERR_EPOLLET_UNAVAILABLE') throw error
  // Node's own go on with advice that is longer than the mistake.
  const [first = ''] = message.split(usual ? /\n|\. / : '\n')
  process.stderr.write(
    `epollet: ${first}${usual ? ` (see ${ownCommand()}${command} --help)` : ''}\n`,
  )
  process.exitCode = usual ? 2 : 1
}
