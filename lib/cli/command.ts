// Runs a command, which loads only its own modules, so that a server starts quickly and with few descriptors.
import { didYouMean, ownCommand } from '../sys/index.ts'
import { printHelp } from './help.ts'
import { RunError, UsageError } from './usage-error.ts'
import { version } from './version.ts'
import { warn } from './warn.ts'

const usage = `usage: epollet <command> [options]

  serve [port]     serve a directory's files over HTTP
  lab              learn epoll from experiments that your kernel runs
  inspect <pid>    show what a process watches with epoll
  bench            measure epoll on this machine, compared with C and Python
  info             show the kernel, its features, and how the addon was loaded

  help, --help     show this text; with a command, that command's options
  -v, --version    show the version
`

type Command = (args: string[]) => void | Promise<void>

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve/serve.ts')).serve,
  lab: async () => (await import('./lab/lab.ts')).lab,
  inspect: async () => (await import('./inspect/inspect.ts')).inspect,
  bench: async () => (await import('./bench/bench.ts')).bench,
  info: async () => (await import('./info.ts')).info,
}

/** Runs a command line, without the program's name. Turns an error into one line on stderr and an exit status. */
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
  if (!Object.hasOwn(commands, name)) throw new UsageError(unknownCommand(name))
  const command = await commands[name]!()
  await command(args)
}

function unknownCommand(name: string): string {
  return `unknown command '${name}'${didYouMean(name, Object.keys(commands))}`
}

function report(error: unknown, command: string): void {
  const { code = '', message } = error as { code?: string; message: string }
  const isUsage = error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')
  if (!isUsage && !(error instanceof RunError) && code !== 'ERR_EPOLLET_UNAVAILABLE') throw error
  // Errors from parseArgs go on after their first sentence with advice that doesn't apply here.
  const [first = ''] = message.split(isUsage ? /\n|\. / : '\n')
  warn(isUsage ? `${first} (see ${ownCommand()}${command} --help)` : first)
  process.exitCode = isUsage ? 2 : 1
}
