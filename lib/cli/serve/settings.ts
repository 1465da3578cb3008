import { statSync } from 'node:fs'
import { combinedLine, jsonLine, type LogLine } from '../../service/index.ts'
import { choices, type DirectoryOptions } from '../../static/index.ts'
import { isPlainPath, ownCommand, shellWord } from '../../sys/index.ts'
import { type Hints, parsedOptions } from '../options.ts'
import { UsageError } from '../usage-error.ts'

export const serveUsage = `usage: epollet serve [port] [options]

  port                   7890 when left out; 0 takes a free one
  --root DIR             the directory to serve (./html)
  --host HOST            the address to listen on (127.0.0.1)
  --lab                  the lab at /lab/: its page lets the kernel answer; then
                         the root is the package's own html when left out
  --lab-host NAME        the lab is reached under this name too: a container's,
                         a forwarded port's; may be given again
  --help                 this text

What is served; a FILE is named from the root
  --index NAMES          the page of a directory: the first that is there of
                         these names, separated by commas (index.html)
  --listing              list a directory that has no such page
  --clean-urls           /about is about.html, where there is no about
  --fallback FILE        instead of pages that are not there, never of assets:
                         for single-page programs
  --not-found FILE       the page of a 404, if it is there (404.html)
  --headers FILE         rules for header fields, if it is there (_headers)
  --no-precompressed     leave x.js.br, x.js.zst and x.js.gz beside x.js alone
  --dotfiles             serve names that begin with a dot, too
  --links WHICH          symbolic links that are followed: inside, those that
                         lead to a place within the root; none; any (inside)
  --etag KIND            inode tells all changes apart; mtime-size is the same
                         on all servers that have copies of a file (inode)

Log
  --quiet                no line for each request
  --log-file FILE        to a file, not to stdout; SIGHUP opens it again
  --log-format FORMAT    combined, as Apache and nginx write, or json (combined)
  --log-buffer-bytes N   lines that wait for a slow reader; more are lost (4m)

Bounds; bytes may end in k, m or g, for 1024, 1024k, 1024m
  --max-connections N    more are answered with 503 (65536)
  --max-connections-per-address N
                         of one address, or of one IPv6 /64: the same (65536)
  --idle-timeout SECONDS how long one may stay open between requests (75)
  --drain-timeout SECONDS
                         how long running answers may take at the end (8)
  --cache-bytes N        the files that are kept in memory (16m)
`
const defaultPort = 7890
const secondMs = 1000
const int32Max = 2 ** 31 - 1
const unitBytes: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }
const logFormats: Readonly<Record<string, LogLine>> = { combined: combinedLine, json: jsonLine }

const options = {
  root: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  index: { type: 'string', default: 'index.html' },
  listing: { type: 'boolean', default: false },
  'clean-urls': { type: 'boolean', default: false },
  fallback: { type: 'string' },
  'not-found': { type: 'string', default: '404.html' },
  headers: { type: 'string', default: '_headers' },
  'no-precompressed': { type: 'boolean', default: false },
  dotfiles: { type: 'boolean', default: false },
  links: { type: 'string', default: 'inside' },
  etag: { type: 'string', default: 'inode' },
  quiet: { type: 'boolean', default: false },
  'log-file': { type: 'string' },
  'log-format': { type: 'string', default: 'combined' },
  'log-buffer-bytes': { type: 'string', default: '4m' },
  'max-connections': { type: 'string' },
  'max-connections-per-address': { type: 'string' },
  'idle-timeout': { type: 'string', default: '75' },
  'drain-timeout': { type: 'string', default: '8' },
  'cache-bytes': { type: 'string', default: '16m' },
  lab: { type: 'boolean', default: false },
  'lab-host': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** The names that other servers use for these options. */
const hints: Hints = Object.fromEntries([
  ...named(['-p', '--port', '-l', '--listen'], value => {
    const port = /^\d+$/.test(value) ? value : defaultPort
    return `the port is an argument of its own: ${ownCommand()} serve ${port}`
  }),
  ...named(['-d', '--dir', '--directory', '-r'], value => rootHint(value || 'dist')),
  ...named(['-b', '--bind', '-a', '--address', '-H'], value => {
    return `the address is given with --host: ${ownCommand()} serve --host ${shellWord(value || '127.0.0.1')}`
  }),
  ...named(['-s', '--single', '--spa'], () => {
    return `for a single-page program: ${ownCommand()} serve --fallback index.html`
  }),
])

function named(names: string[], hint: Hints[string]): [string, Hints[string]][] {
  return names.map(name => [name, hint])
}

function rootHint(directory: string): string {
  return `a directory is given with --root: ${ownCommand()} serve --root ${shellWord(directory)}`
}

type Values = ReturnType<typeof parsed>['values']

export interface ServeSettings {
  port: number
  /** Null where it was left out. */
  root: string | null
  host: string
  /** The names of --lab-host; null without --lab. */
  labHosts: readonly string[] | null
  directory: DirectoryOptions
  /** Where the rules for header fields stand. */
  headersFile: string
  quiet: boolean
  logFile: string | undefined
  logLine: LogLine
  logBufferBytes: number
  /** Null where it was left out. */
  connectionsMax: number | null
  connectionsPerAddressMax: number | null
  idleTimeoutMs: number
  drainTimeoutMs: number
}

/** What the command line of `serve` asks for; null for help. Throws {@link UsageError}, or parseArgs' own. */
export function serveSettings(args: string[]): ServeSettings | null {
  const { values, positionals } = parsed(withNegatives(args))
  if (values.help) return null
  if (positionals.length > 1)
    throw new UsageError(`one port is enough, got '${positionals.join(' ')}'`)
  for (const name of ['root', 'host', 'log-file'] as const) {
    if (values[name] === '') throw new UsageError(`--${name} must not be empty`)
  }
  return {
    port: portOf(positionals[0]),
    root: values.root ?? null,
    host: values.host,
    labHosts: labHostsOf(values),
    directory: directoryOf(values),
    headersFile: values.headers,
    quiet: values.quiet,
    logFile: values['log-file'],
    logLine: logLineOf(values['log-format']),
    logBufferBytes: bytesOf('log-buffer-bytes', values['log-buffer-bytes'], 1),
    connectionsMax: connectionsOf('max-connections', values),
    connectionsPerAddressMax: connectionsOf('max-connections-per-address', values),
    idleTimeoutMs: timeoutOf('idle-timeout', values['idle-timeout']),
    drainTimeoutMs: timeoutOf('drain-timeout', values['drain-timeout']),
  }
}

function parsed(args: string[]) {
  return parsedOptions({ args, allowPositionals: true, options }, hints)
}

/** As a Host field has it: a name or an address, and a port or none. */
const hostName = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i

function labHostsOf({ lab, 'lab-host': hosts = [] }: Values): readonly string[] | null {
  for (const host of hosts) {
    if (!lab) throw new UsageError('--lab-host is for --lab only')
    if (!hostName.test(host))
      throw new UsageError(`--lab-host must be a name as in example.org:8080, got '${host}'`)
  }
  return lab ? hosts : null
}

function directoryOf(values: Values): DirectoryOptions {
  for (const name of ['fallback', 'not-found', 'headers'] as const) checkFile(name, values[name])
  const index = values.index.split(',')
  for (const name of index) checkFile('index', name)
  return {
    index,
    listing: values.listing,
    cleanUrls: values['clean-urls'],
    fallback: values.fallback ?? null,
    notFound: values['not-found'],
    headers: values.headers,
    precompressed: !values['no-precompressed'],
    dotfiles: values.dotfiles,
    links: wordOf('links', values.links),
    etag: wordOf('etag', values.etag),
    cacheBytes: bytesOf('cache-bytes', values['cache-bytes'], 0),
  }
}

function wordOf<Name extends keyof typeof choices>(
  option: Name,
  text: string,
): (typeof choices)[Name][number] {
  const words: readonly (typeof choices)[Name][number][] = choices[option]
  const word = words.find(one => one === text)
  if (word !== undefined) return word
  throw new UsageError(`--${option} must be ${words.join(' or ')}, got '${text}'`)
}

function checkFile(option: string, name: string | undefined): void {
  if (name === undefined || isPlainPath(name)) return
  throw new UsageError(
    `--${option} takes a plain name below the root, such as docs/app.html, got '${name}'`,
  )
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
    const isName = /[a-z/]/i.test(text)
    if (isName && statSync(text, { throwIfNoEntry: false })?.isDirectory())
      throw new UsageError(rootHint(text))
    const hint = isName ? `; for a directory: --root ${text}` : ''
    throw new UsageError(`the port must be a number from 0 to 65535, got '${text}'${hint}`)
  }
  return Number(text)
}

function connectionsOf(
  option: 'max-connections' | 'max-connections-per-address',
  { [option]: text }: Values,
): number | null {
  if (text === undefined) return null
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= int32Max) return count
  throw new UsageError(`--${option} must be a number from 1 to ${int32Max}, got '${text}'`)
}

function bytesOf(option: string, text: string, min: number): number {
  const [, digits = '', unit = ''] = /^(\d+)([kmg]?)$/i.exec(text) ?? []
  const bytes = digits === '' ? -1 : Number(digits) * (unitBytes[unit.toLowerCase()] ?? 1)
  if (bytes >= min && bytes <= Number.MAX_SAFE_INTEGER) return bytes
  throw new UsageError(
    `--${option} must be a number of bytes from ${min} up, as in 65536 or 64k, got '${text}'`,
  )
}

function timeoutOf(option: string, text: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * secondMs) : 0
  if (ms < 1 || ms > int32Max) {
    throw new UsageError(`--${option} must be a number of seconds above 0, got '${text}'`)
  }
  return ms
}

function logLineOf(format: string): LogLine {
  if (!Object.hasOwn(logFormats, format)) {
    throw new UsageError(`--log-format must be combined or json, got '${format}'`)
  }
  return logFormats[format]!
}
