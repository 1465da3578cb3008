import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { HttpServer, type ServerOptions } from '../../http/index.ts'
import type { LabServer } from '../../lab/index.ts'
import { AccessLog } from '../../service/index.ts'
import { type Directory, serveDirectory } from '../../static/index.ts'
import { descriptorShares, openFilesMax, ownCommand, SystemError } from '../../sys/index.ts'
import { Complaints, onOneLine } from '../complaints.ts'
import { printHelp } from '../help.ts'
import { RunError, UsageError } from '../usage-error.ts'
import { endOnSignal } from './end.ts'
import { type ServeSettings, serveSettings, serveUsage } from './settings.ts'

const connectionsMaxDefault = 65_536
const stdout = 1

async function addressOf(host: string): Promise<string> {
  const literal = /^\[(.*)\]$/.exec(host)?.[1] ?? host
  if (isIP(literal.split('%')[0]!) !== 0) return literal
  try {
    return (await lookup(host)).address
  } catch {
    throw new RunError(`the host '${host}' is unknown: name an address of this machine`)
  }
}

/** Null where the rules for header fields are wrong, which has been said. */
function openRoot(
  root: string,
  { headersFile, directory }: ServeSettings,
  complaints: Complaints,
): Directory | null {
  try {
    return serveDirectory(root, { ...directory, onWarning: complaints.tell })
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code === 'ERR_HEADER_RULES') return tellRules(headersFile, message)
    if (!(error instanceof SystemError)) throw error
    if (!message.endsWith(JSON.stringify(root))) {
      throw new RunError(`the rules '${headersFile}' cannot be read (${code}): see --headers`)
    }
    const reasons: Record<string, string> = { ENOENT: 'does not exist', ENOTDIR: 'is no directory' }
    const reason = reasons[error.code] ?? `cannot be opened (${error.code})`
    throw new RunError(`the root '${root}' ${reason}: name another with --root`)
  }
}

/** A line for each that is wrong: they all have to be mended. */
function tellRules(file: string, message: string): null {
  const lines: string[] = []
  for (const part of message.split('; ')) {
    // What is quoted may have the separator in it.
    if (lines.length === 0 || part.startsWith(`${file}:`)) lines.push(part)
    else lines.push(`${lines.pop()}; ${part}`)
  }
  for (const line of lines) process.stderr.write(`epollet: ${onOneLine(line)}\n`)
  process.exitCode = 1
  return null
}

function tellFewDescriptors(connectionsMax: number): void {
  const filesMax = openFilesMax()
  if (filesMax === null || connectionsMax < filesMax) return
  process.stderr.write(
    `epollet: --max-connections ${connectionsMax} needs more than the ${filesMax} descriptors of this process (ulimit -n)\n`,
  )
}

function openLog(settings: ServeSettings, complaints: Complaints): AccessLog | null {
  const { quiet, logFile, logLine, logBufferBytes } = settings
  const onReopenError = ({ code }: NodeJS.ErrnoException): void =>
    complaints.tell(
      `the log file '${logFile}' cannot be opened again (${code}): the old one goes on`,
    )
  const options = { waitingBytesMax: logBufferBytes, onReopenError }
  if (logFile === undefined) return quiet ? null : new AccessLog(stdout, logLine, options)
  try {
    return new AccessLog(logFile, logLine, options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new RunError(`the log file '${logFile}' cannot be opened (${code}): name another`)
  }
}

function explain(error: unknown, host: string, port: number): Error {
  const failed = `cannot listen on ${host} port ${port}: ${(error as Error).message}`
  if (isLinkLocal(host) && !host.includes('%'))
    return new RunError(`${host} is link-local: name its interface too, as in ${host}%eth0`)
  // An address that the kernel never saw: a zone that is no interface, two zones.
  if (error instanceof RangeError || error instanceof TypeError) return new RunError(failed)
  if (!(error instanceof SystemError)) return error as Error
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use: take another, as in: ${ownCommand()} serve ${port < 65535 ? port + 1 : 7891}`,
    EACCES: `port ${port} is for root only: take one above 1023, as in: ${ownCommand()} serve 7890`,
    EADDRNOTAVAIL: `${host} is no address of this machine: name another with --host`,
  }
  return new RunError(reasons[error.code] ?? failed)
}

function isLinkLocal(host: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(host)
}

/** As RFC 6874 writes an interface's name, which the kernel knows as a number. */
function urlOf({ host, port }: { host: string; port: number }, asked: string): string {
  const [address = ''] = host.split('%')
  const [, zone = ''] = host.includes('%') ? asked.split('%') : []
  const named = zone === '' ? host : `${address}%25${zone}`
  return `http://${host.includes(':') ? `[${named}]` : host}:${port}/`
}

function isLoopback(host: string): boolean {
  return /^::1(%|$)/.test(host) || /^127\./.test(host)
}

/** A page that makes system calls is for this machine, or for the host that it was said to be at. */
function refuseLabElsewhere({ labHosts }: ServeSettings, host: string): void {
  if (labHosts === null || labHosts.length > 0 || isLoopback(host)) return
  throw new UsageError(
    `--lab is for this machine alone, and others reach ${host}: leave --host out, or say with --lab-host under which name it is reached`,
  )
}

function serverOptions(
  { idleTimeoutMs, connectionsMax, connectionsPerAddressMax }: ServeSettings,
  log: AccessLog | null,
  complaints: Complaints,
): ServerOptions {
  return {
    idleTimeoutMs,
    connectionsMax:
      connectionsMax ?? Math.min(connectionsMaxDefault, descriptorShares().connections),
    ...(connectionsPerAddressMax !== null && { connectionsPerAddressMax }),
    ...(log !== null && { log: log.write }),
    onError: error => complaints.tell(error.message),
    onDrop: ({ reason }) => {
      if (reason === 'refused')
        complaints.tell('clients are refused: there are as many as --max-connections allows')
    },
  }
}

/** What runs, and has to be ended. */
interface Serving {
  readonly server: HttpServer
  readonly directory: Directory
  readonly lab: LabServer | null
  readonly log: AccessLog | null
}

async function close({ server, directory, lab, log }: Serving): Promise<void> {
  server.close()
  directory.close()
  await lab?.close()
  await log?.close()
}

/** Opens all that is served; null where something is wrong with it, which has been said. */
async function open(settings: ServeSettings): Promise<Serving | null> {
  const complaints = new Complaints()
  // Most servers have no lab, and need not load it.
  const module = settings.labHosts === null ? null : await import('./lab.ts')
  const directory = openRoot(settings.root ?? module?.pages ?? './html', settings, complaints)
  if (directory === null) return null
  const lab = module?.openLab(settings.labHosts ?? [], complaints) ?? null
  try {
    const log = openLog(settings, complaints)
    const handler = lab === null ? directory.handle : lab.beside(directory.handle)
    const options = serverOptions(settings, log, complaints)
    const ofLab = lab === null ? {} : module?.optionsOf(lab)
    return { server: new HttpServer(handler, { ...options, ...ofLab }), directory, lab, log }
  } catch (error) {
    directory.close()
    await lab?.close()
    throw error
  }
}

/** `epollet serve`: until SIGINT or SIGTERM, which let running answers end; a second one does not wait. */
export async function serve(args: string[]): Promise<void> {
  const settings = serveSettings(args)
  if (settings === null) {
    printHelp(serveUsage)
    return
  }
  const host = await addressOf(settings.host)
  refuseLabElsewhere(settings, host)
  const serving = await open(settings)
  if (serving === null) return
  const { server, lab, log } = serving
  let address: { host: string; port: number }
  try {
    address = server.listen({ host, port: settings.port })
  } catch (error) {
    await close(serving)
    throw explain(error, host, settings.port)
  }
  lab?.listening(server, address)
  // First: who reads the line may send a signal at once.
  endOnSignal({
    server,
    log,
    hasLogFile: settings.logFile !== undefined,
    drainTimeoutMs: settings.drainTimeoutMs,
    drain: () => void lab?.drain(),
    close: () => close(serving),
  })
  process.stdout.write(`listening on ${urlOf(address, host)}\n`)
  if (!isLoopback(address.host)) {
    process.stderr.write('epollet: there is no TLS here: what is sent can be read on the way\n')
  }
  if (settings.connectionsMax !== null) tellFewDescriptors(settings.connectionsMax)
}
