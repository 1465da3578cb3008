import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { HttpServer, type ServerOptions } from '../../http/index.ts'
import type { LabServer } from '../../lab/index.ts'
import { AccessLog } from '../../service/index.ts'
import { type Directory, serveDirectory, WarningLimiter } from '../../static/index.ts'
import {
  descriptorShares,
  hostPort,
  openFilesMax,
  ownCommand,
  SystemError,
} from '../../sys/index.ts'
import { printHelp } from '../help.ts'
import { RunError, UsageError } from '../usage-error.ts'
import { version } from '../version.ts'
import { warn } from '../warn.ts'
import { endOnSignal } from './end.ts'
import { type ServeSettings, serveSettings, serveUsage } from './settings.ts'

const connectionsMaxDefault = 65_536
const stdout = 1

type Warn = (message: string) => void

async function addressOf(host: string): Promise<string> {
  const literal = /^\[(.*)\]$/.exec(host)?.[1] ?? host
  if (isIP(literal.split('%')[0]!) !== 0) return literal
  try {
    return (await lookup(host)).address
  } catch {
    throw new RunError(`the host '${host}' is unknown: use an address of this machine`)
  }
}

/** Null if the rules for header fields are invalid; then it has written a line on stderr for each error. */
function openRoot(
  root: string,
  { headersFile, directory }: ServeSettings,
  onWarning: Warn,
): Directory | null {
  try {
    return serveDirectory(root, { ...directory, onWarning })
  } catch (error) {
    const { code, message, lines = [] } = error as Error & { code?: string; lines?: string[] }
    if (code === 'ERR_HEADER_RULES') {
      for (const line of lines) warn(line)
      process.exitCode = 1
      return null
    }
    if (!(error instanceof SystemError)) throw error
    if (!message.endsWith(JSON.stringify(root)))
      throw new RunError(`the rules '${headersFile}' cannot be read (${code}): see --headers`)
    const reasons: Record<string, string> = {
      ENOENT: 'does not exist',
      ENOTDIR: 'is not a directory',
    }
    const reason = reasons[error.code] ?? `cannot be opened (${code})`
    throw new RunError(`the root '${root}' ${reason}: name another with --root`)
  }
}

function warnOfFewDescriptors(connectionsMax: number): void {
  const filesMax = openFilesMax()
  if (filesMax !== null && connectionsMax >= filesMax)
    warn(
      `--max-connections ${connectionsMax} needs more than the ${filesMax} descriptors of this process (ulimit -n)`,
    )
}

function openLog(settings: ServeSettings, onWarning: Warn): AccessLog | null {
  const { quiet, logFile, logLine, logBufferBytes } = settings
  const onReopenError = ({ code }: NodeJS.ErrnoException): void =>
    onWarning(`the log file '${logFile}' cannot be reopened (${code}): the old one is still used`)
  const options = { waitingBytesMax: logBufferBytes, onReopenError }
  if (logFile === undefined) return quiet ? null : new AccessLog(stdout, logLine, options)
  try {
    return new AccessLog(logFile, logLine, options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new RunError(`the log file '${logFile}' cannot be opened (${code}): name another`)
  }
}

/** Turns an error from `listen()` into one line with advice. */
function listenError(error: unknown, host: string, port: number): Error {
  const failed = `cannot listen on ${host} port ${port}: ${(error as Error).message}`
  if (/^fe[89ab][0-9a-f]:[^%]*$/i.test(host))
    return new RunError(`${host} is link-local: add its interface, as in ${host}%eth0`)
  // The address is invalid: its zone is not an interface, or it has two zones.
  if (error instanceof RangeError || error instanceof TypeError) return new RunError(failed)
  if (!(error instanceof SystemError)) return error as Error
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use: choose another, as in: ${ownCommand()} serve ${port < 65535 ? port + 1 : 7891}`,
    EACCES: `port ${port} is for root only: choose one above 1023, as in: ${ownCommand()} serve 7890`,
    EADDRNOTAVAIL: `${host} is not an address of this machine: name another with --host`,
  }
  return new RunError(reasons[error.code] ?? failed)
}

/** Writes a zone as in RFC 6874 and by the interface's name, because the kernel returns its number. */
function urlOf({ host, port }: { host: string; port: number }, asked: string): string {
  const [address = ''] = host.split('%')
  const [, zone = ''] = host.includes('%') ? asked.split('%') : []
  const named = zone === '' ? host : `${address}%25${zone}`
  return `http://${hostPort(named, port)}/`
}

function isLoopback(host: string): boolean {
  return /^::1(%|$)/.test(host) || /^127\./.test(host)
}

/** The lab's page makes system calls, so other machines may reach it only under a name given by --lab-host. */
function refuseLabElsewhere({ labHosts }: ServeSettings, host: string): void {
  if (labHosts === null || labHosts.length > 0 || isLoopback(host)) return
  throw new UsageError(
    `--lab is for this machine only, and other machines can reach ${host}: leave --host out, or give the name that they use with --lab-host`,
  )
}

function serverOptions(
  { idleTimeoutMs, connectionsMax, connectionsPerAddressMax }: ServeSettings,
  log: AccessLog | null,
  onWarning: Warn,
): ServerOptions {
  return {
    idleTimeoutMs,
    connectionsMax:
      connectionsMax ?? Math.min(connectionsMaxDefault, descriptorShares().connections),
    ...(connectionsPerAddressMax !== null && { connectionsPerAddressMax }),
    ...(log !== null && { log: log.write }),
    onError: error => onWarning(error.message),
    onDrop: ({ reason }) => {
      if (reason === 'refused')
        onWarning(
          'clients are refused: --max-connections or --max-connections-per-address is reached',
        )
    },
  }
}

/** Everything that must be closed at the end. */
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

/** Null if the rules for header fields are invalid. */
async function open(settings: ServeSettings): Promise<Serving | null> {
  const onWarning = new WarningLimiter(warn).warn
  // Most servers don't serve the lab, so it is loaded only when needed.
  const module = settings.labHosts === null ? null : await import('../../lab/index.ts')
  const directory = openRoot(settings.root ?? module?.pages ?? './html', settings, onWarning)
  if (directory === null) return null
  const hosts = settings.labHosts ?? []
  const lab = module === null ? null : new module.LabServer({ version, hosts, onWarning })
  try {
    const log = openLog(settings, onWarning)
    const handler = lab === null ? directory.handle : lab.beside(directory.handle)
    const options = serverOptions(settings, log, onWarning)
    // Only the lab reads request bodies.
    const ofLab =
      lab === null ? {} : { readsBodies: lab.readsBodies, bodyBytesMax: module!.requestBytesMax }
    return { server: new HttpServer(handler, { ...options, ...ofLab }), directory, lab, log }
  } catch (error) {
    directory.close()
    await lab?.close()
    throw error
  }
}

/** `epollet serve`: serves until SIGINT or SIGTERM. */
export async function serve(args: string[]): Promise<void> {
  const settings = serveSettings(args)
  if (settings === null) return printHelp(serveUsage)
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
    throw listenError(error, host, settings.port)
  }
  lab?.listening(server, address)
  // Install the signal handlers before printing the URL: a program that reads it may send a signal immediately.
  endOnSignal({
    server,
    log,
    hasLogFile: settings.logFile !== undefined,
    drainTimeoutMs: settings.drainTimeoutMs,
    drain: () => void lab?.drain(),
    close: () => close(serving),
  })
  process.stdout.write(`listening on ${urlOf(address, host)}\n`)
  if (!isLoopback(address.host))
    warn('there is no TLS: others on the network can read everything that is sent')
  if (settings.connectionsMax !== null) warnOfFewDescriptors(settings.connectionsMax)
}
