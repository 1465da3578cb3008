import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { HttpServer, type ServerOptions } from '../http/index.ts'
import { AccessLog } from '../service/index.ts'
import { type Directory, serveDirectory } from '../static/index.ts'
import { SystemError } from '../sys/index.ts'
import { RunError, UsageError } from './usage-error.ts'

const usage = `usage: epollet serve [port] [options]

  port                     7890 when left out; 0 takes a free one
  --root DIR               the directory to serve (./html)
  --host HOST              the address to listen on (127.0.0.1)
  --quiet                  no line for each request
  --log-file FILE          write these lines to a file, not to stdout
  --idle-timeout SECONDS   how long a connection may stay open between requests (75)
  --help                   this text
`
const defaultPort = 7890
const drainMs = 10_000
const secondMs = 1000
const stdout = 1
const msMax = 2 ** 31 - 1

interface Settings {
  port: number
  root: string
  host: string
  quiet: boolean
  logFile: string | undefined
  idleTimeoutMs: number
}

function parse(args: string[]): Settings | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      root: { type: 'string', default: './html' },
      host: { type: 'string', default: '127.0.0.1' },
      quiet: { type: 'boolean', default: false },
      'log-file': { type: 'string' },
      'idle-timeout': { type: 'string', default: '75' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return null
  if (positionals.length > 1)
    throw new UsageError(`one port is enough, got '${positionals.join(' ')}'`)
  return {
    port: portOf(positionals[0]),
    root: values.root,
    host: values.host,
    quiet: values.quiet,
    logFile: values['log-file'],
    idleTimeoutMs: timeoutOf(values['idle-timeout']),
  }
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

async function addressOf(host: string): Promise<string> {
  if (isIP(host.split('%')[0]!) !== 0) return host
  try {
    return (await lookup(host)).address
  } catch {
    throw new RunError(`the host '${host}' is unknown: name an address of this machine`)
  }
}

function openRoot(root: string): Directory {
  try {
    return serveDirectory(root)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    const reasons: Record<string, string> = { ENOENT: 'does not exist', ENOTDIR: 'is no directory' }
    const reason = reasons[error.code] ?? `cannot be opened (${error.code})`
    throw new RunError(`the root '${root}' ${reason}: name another with --root`)
  }
}

function openLog({ quiet, logFile }: Settings): AccessLog | null {
  if (logFile === undefined) return quiet ? null : new AccessLog(stdout)
  try {
    return new AccessLog(logFile)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new RunError(`the log file '${logFile}' cannot be opened (${code}): name another`)
  }
}

function explain(error: unknown, host: string, port: number): Error {
  if (!(error instanceof SystemError)) return error as Error
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use: take another, as in: epollet serve ${port < 65535 ? port + 1 : 7891}`,
    EACCES: `port ${port} is for root only: take one above 1023, as in: epollet serve 7890`,
    EADDRNOTAVAIL: `${host} is no address of this machine: name another with --host`,
  }
  return new RunError(
    reasons[error.code] ?? `cannot listen on ${host} port ${port}: ${error.message}`,
  )
}

function urlOf({ host, port }: { host: string; port: number }): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}

function isLoopback(host: string): boolean {
  return host === '::1' || /^127\./.test(host)
}

/** `epollet serve`: until SIGINT or SIGTERM, which let running answers end; a second one does not wait. */
export async function serve(args: string[]): Promise<void> {
  const settings = parse(args)
  if (settings === null) {
    process.stdout.write(usage)
    return
  }
  const host = await addressOf(settings.host)
  const directory = openRoot(settings.root)
  const log = openLog(settings)
  const options: ServerOptions = { idleTimeoutMs: settings.idleTimeoutMs }
  if (log !== null) options.log = log.write
  const server = new HttpServer(directory.handle, options)
  let address: { host: string; port: number }
  try {
    address = server.listen({ host, port: settings.port })
  } catch (error) {
    server.close()
    directory.close()
    await log?.close()
    throw explain(error, host, settings.port)
  }
  // First: who reads the line may send a signal at once.
  stopOnSignal(server, directory, log)
  process.stdout.write(`listening on ${urlOf(address)}\n`)
  if (!isLoopback(address.host)) {
    process.stderr.write('epollet: there is no TLS here: what is sent can be read on the way\n')
  }
}

function stopOnSignal(server: HttpServer, directory: Directory, log: AccessLog | null): void {
  const end = async (): Promise<void> => {
    server.close()
    directory.close()
    await log?.close()
    process.exit(0)
  }
  const stop = (): void => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.removeListener(signal, stop)
      process.once(signal, () => process.exit(1))
    }
    setTimeout(() => server.close(), drainMs).unref()
    void server.drain().then(end)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.on('SIGHUP', () => log?.reopen())
}
