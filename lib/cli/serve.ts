import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { HttpServer, type ServerOptions } from '../http/index.ts'
import { AccessLog } from '../service/index.ts'
import { type Directory, serveDirectory } from '../static/index.ts'
import { SystemError } from '../sys/index.ts'
import { type ServeSettings, serveSettings, serveUsage } from './serve-settings.ts'
import { RunError } from './usage-error.ts'

const drainMs = 10_000
const stdout = 1

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

function openLog({ quiet, logFile, logLine }: ServeSettings): AccessLog | null {
  if (logFile === undefined) return quiet ? null : new AccessLog(stdout, logLine)
  try {
    return new AccessLog(logFile, logLine)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new RunError(`the log file '${logFile}' cannot be opened (${code}): name another`)
  }
}

function explain(error: unknown, host: string, port: number): Error {
  const failed = `cannot listen on ${host} port ${port}: ${(error as Error).message}`
  // An address that the kernel never saw: a zone that is no interface, two zones.
  if (error instanceof RangeError || error instanceof TypeError) return new RunError(failed)
  if (!(error instanceof SystemError)) return error as Error
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use: take another, as in: epollet serve ${port < 65535 ? port + 1 : 7891}`,
    EACCES: `port ${port} is for root only: take one above 1023, as in: epollet serve 7890`,
    EADDRNOTAVAIL: `${host} is no address of this machine: name another with --host`,
  }
  return new RunError(reasons[error.code] ?? failed)
}

function urlOf({ host, port }: { host: string; port: number }): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}

function isLoopback(host: string): boolean {
  return host === '::1' || /^127\./.test(host)
}

/** `epollet serve`: until SIGINT or SIGTERM, which let running answers end; a second one does not wait. */
export async function serve(args: string[]): Promise<void> {
  const settings = serveSettings(args)
  if (settings === null) {
    process.stdout.write(serveUsage)
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
  const tellDropped = log === null ? () => {} : dropTeller(log)
  const end = async (): Promise<void> => {
    server.close()
    directory.close()
    await log?.close()
    tellDropped()
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
  process.on('SIGHUP', () => {
    log?.reopen()
    tellDropped()
  })
}

/** Says how many lines the log has dropped since it was last asked, if any. */
function dropTeller(log: AccessLog): () => void {
  let told = 0
  return () => {
    const count = log.dropped - told
    told = log.dropped
    if (count === 0) return
    const lines = count === 1 ? 'line was' : 'lines were'
    process.stderr.write(`epollet: ${count} log ${lines} dropped\n`)
  }
}
