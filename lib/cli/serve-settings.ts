import { parseArgs } from 'node:util'
import { combinedLine, jsonLine, type LogLine } from '../service/index.ts'
import { UsageError } from './usage-error.ts'

export const serveUsage = `usage: epollet serve [port] [options]

  port                     7890 when left out; 0 takes a free one
  --root DIR               the directory to serve (./html)
  --host HOST              the address to listen on (127.0.0.1)
  --quiet                  no line for each request
  --log-file FILE          write these lines to a file, not to stdout; SIGHUP opens it again
  --log-format FORMAT      combined, as Apache and nginx write, or json (combined)
  --idle-timeout SECONDS   how long a connection may stay open between requests (75)
  --help                   this text
`
const defaultPort = 7890
const secondMs = 1000
const msMax = 2 ** 31 - 1
const logFormats: Readonly<Record<string, LogLine>> = { combined: combinedLine, json: jsonLine }

const options = {
  root: { type: 'string', default: './html' },
  host: { type: 'string', default: '127.0.0.1' },
  quiet: { type: 'boolean', default: false },
  'log-file': { type: 'string' },
  'log-format': { type: 'string', default: 'combined' },
  'idle-timeout': { type: 'string', default: '75' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export interface ServeSettings {
  port: number
  root: string
  host: string
  quiet: boolean
  logFile: string | undefined
  logLine: LogLine
  idleTimeoutMs: number
}

/** What the command line of `serve` asks for; null for help. Throws {@link UsageError}, or parseArgs' own. */
export function serveSettings(args: string[]): ServeSettings | null {
  const { values, positionals } = parseArgs({
    args: withNegatives(args),
    allowPositionals: true,
    options,
  })
  if (values.help) return null
  if (positionals.length > 1)
    throw new UsageError(`one port is enough, got '${positionals.join(' ')}'`)
  for (const name of ['root', 'host', 'log-file'] as const) {
    if (values[name] === '') throw new UsageError(`--${name} must not be empty`)
  }
  return {
    port: portOf(positionals[0]),
    root: values.root,
    host: values.host,
    quiet: values.quiet,
    logFile: values['log-file'],
    logLine: logLineOf(values['log-format']),
    idleTimeoutMs: timeoutOf(values['idle-timeout']),
  }
}

/** parseArgs takes a negative number for an option, and would complain of that. */
function withNegatives(args: string[]): string[] {
  const joined: string[] = []
  for (const arg of args) {
    const before = joined.at(-1)
    if (!/^-[.\d]/.test(arg)) joined.push(arg)
    else if (takesValue(before)) joined[joined.length - 1] = `${before}=${arg}`
    else portOf(arg)
  }
  return joined
}

function takesValue(arg = ''): boolean {
  const option = Object.entries(options).find(([name]) => arg === `--${name}`)
  return option?.[1].type === 'string'
}

function portOf(text: string | undefined): number {
  if (text === undefined) return defaultPort
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new UsageError(`the port must be a number from 0 to 65535, got '${text}'`)
  }
  return Number(text)
}

function timeoutOf(text: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * secondMs) : 0
  if (ms < 1 || ms > msMax) {
    throw new UsageError(`--idle-timeout must be a number of seconds above 0, got '${text}'`)
  }
  return ms
}

function logLineOf(format: string): LogLine {
  if (!Object.hasOwn(logFormats, format)) {
    throw new UsageError(`--log-format must be combined or json, got '${format}'`)
  }
  return logFormats[format]!
}
