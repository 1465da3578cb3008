import { statSync } from 'node:fs'
import { combinedLine, jsonLine, type LogLine } from '../../service/index.ts'
import { choices, type DirectoryOptions, isPlainPath } from '../../static/index.ts'
import { ownCommand, shellWord } from '../../sys/index.ts'
import { type Hints, parsedOptions } from '../options.ts'
import { UsageError } from '../usage-error.ts'

export const serveUsage = `usage: epollet serve [port] [options]

  port                   the port to listen on (7890); 0 takes a free one
  --root DIR             the directory to serve (./html)
  --host HOST            the address to listen on (127.0.0.1)
  --lab                  serve the lab at /lab/, where your kernel answers
                         system calls; then --root is the package's own html
  --lab-host NAME        also serve the lab under this name, for a container or
                         a forwarded port; may be repeated
  --help                 show this text

Files; a FILE is a path relative to the root
  --index NAMES          the files tried, in order, for a path that ends with a
                         slash, separated by commas (index.html)
  --listing              list a directory that has no index file
  --clean-urls           serve about.html at /about, if there is no file about
  --fallback FILE        send this file for a page that doesn't exist, never for
                         a missing asset: for single-page apps
  --not-found FILE       the page for a 404, if the file exists (404.html)
  --headers FILE         rules for header fields, if the file exists (_headers)
  --no-precompressed     don't send x.js.br, x.js.zst or x.js.gz for x.js
  --dotfiles             serve names that begin with a dot
  --links WHICH          which symbolic links are followed: inside (those that
                         lead to a place within the root), none, any (inside)
  --etag KIND            inode: every change gets a new ETag; mtime-size: copies
                         of a file on several servers have the same one (inode)

Log
  --quiet                don't write a line for each request
  --log-file FILE        write to this file, not to stdout; SIGHUP reopens it
  --log-format FORMAT    combined, as Apache and nginx do, or json (combined)
  --log-buffer-bytes N   how much may wait for a slow reader; more is lost (4m)

Limits; a number of bytes may end with k, m or g for KiB, MiB or GiB
  --max-connections N    above this, new connections get a 503 unless an idle
                         one can be closed (65536)
  --max-connections-per-address N
                         the same for one IPv4 address or IPv6 /64 (65536)
  --idle-timeout SECONDS how long a connection may be idle between requests (75)
  --drain-timeout SECONDS
                         how long answers may take after SIGTERM (8)
  --cache-bytes N        the memory for cached files (16m)
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

/** Advice for the options of other servers. */
const hints: Hints = Object.fromEntries([
  ...named(['-p', '--port', '-l', '--listen'], value => {
    const port = /^\d+$/.test(value) ? value : defaultPort
    return `give the port as an argument: ${ownCommand()} serve ${port}`
  }),
  ...named(['-d', '--dir', '--directory', '-r'], value => rootHint(value || 'dist')),
  ...named(['-b', '--bind', '-a', '--address', '-H'], value => {
    return `give the address with --host: ${ownCommand()} serve --host ${shellWord(value || '127.0.0.1')}`
  }),
  ...named(['-s', '--single', '--spa'], () => {
    return `for a single-page app: ${ownCommand()} serve --fallback index.html`
  }),
])

function named(names: string[], hint: Hints[string]): [string, Hints[string]][] {
  return names.map(name => [name, hint])
}

function rootHint(directory: string): string {
  return `give the directory with --root: ${ownCommand()} serve --root ${shellWord(directory)}`
}

type Values = ReturnType<typeof parsed>['values']

export interface ServeSettings {
  port: number
  /** Null without --root. */
  root: string | null
  host: string
  /** The names of --lab-host; null without --lab. */
  labHosts: readonly string[] | null
  directory: DirectoryOptions
  /** The path of the rules for header fields, relative to the root. */
  headersFile: string
  quiet: boolean
  logFile: string | undefined
  logLine: LogLine
  logBufferBytes: number
  /** Null without --max-connections. */
  connectionsMax: number | null
  connectionsPerAddressMax: number | null
  idleTimeoutMs: number
  drainTimeoutMs: number
}

/** Parses the arguments of `serve`; null for --help. Throws {@link UsageError}, or an error of parseArgs. */
export function serveSettings(args: string[]): ServeSettings | null {
  const { values, positionals } = parsed(withNegatives(args))
  if (values.help) return null
  if (positionals.length > 1)
    throw new UsageError(`expected one port, got '${positionals.join(' ')}'`)
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

/** A Host field's value: a name or an address, with or without a port. */
const hostName = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i

function labHostsOf({ lab, 'lab-host': hosts = [] }: Values): readonly string[] | null {
  for (const host of hosts) {
    if (!lab) throw new UsageError('--lab-host needs --lab')
    if (!hostName.test(host))
      throw new UsageError(`--lab-host must be a name, such as example.org:8080, got '${host}'`)
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
    `--${option} must be a path relative to the root, such as docs/app.html, got '${name}'`,
  )
}

/** Joins a negative number to the option before it, because parseArgs would treat it as an option. */
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
    `--${option} must be a number of bytes, at least ${min}, such as 65536 or 64k, got '${text}'`,
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
