import { isatty } from 'node:tty'
import type { DropCounts, HttpServer } from '../../http/index.ts'
import type { AccessLog } from '../../service/index.ts'
import { exitAtOnce } from '../../sys/index.ts'

/** Parts that may take longer than their drain: a log whose reader has stopped, a lab whose thread hangs. */
const closeMs = 1500
const standardStreams = [0, 1, 2]

/** The running parts, and how each is ended. */
export interface Running {
  readonly server: HttpServer
  readonly log: AccessLog | null
  /** Whether the log is a file, which SIGHUP opens again. */
  readonly hasLogFile: boolean
  readonly drainTimeoutMs: number
  /** Called when the end begins. */
  drain(): void
  /** Closes all, the server too. */
  close(): Promise<void>
}

/**
 * SIGINT and SIGTERM end the process when running answers have ended, or the deadline is over; a second one does not
 * wait. SIGHUP is the end of a terminal, where there is one and no log file; else the log is opened again.
 */
export function endOnSignal(running: Running): void {
  const { server, log, hasLogFile, drainTimeoutMs } = running
  const tell = teller(running)
  const end = (): never => {
    tell()
    exitAtOnce(0)
  }
  let ending = false
  const stop = (): void => {
    if (ending) return
    ending = true
    setTimeout(() => server.close(), drainTimeoutMs)
    setTimeout(end, drainTimeoutMs + closeMs)
    running.drain()
    void server.drain().then(running.close).then(end)
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => (ending ? exitAtOnce(1) : stop()))
  }
  const isHangUp = !hasLogFile && standardStreams.some(isatty)
  process.on('SIGHUP', () => {
    // A shell and the kernel may both tell of the same terminal: a second one is no impatience.
    if (isHangUp) return stop()
    log?.reopen()
    tell()
  })
}

/** Says what has been lost since it was last asked, if anything. */
function teller({ server, log }: Running): () => void {
  let toldLines = 0
  let toldDrops = server.drops
  return () => {
    const lines = (log?.dropped ?? 0) - toldLines
    toldLines += lines
    if (lines > 0) {
      const words = lines === 1 ? 'line was' : 'lines were'
      process.stderr.write(`epollet: ${lines} log ${words} dropped\n`)
    }
    const { drops } = server
    const words = dropsInWords(drops, toldDrops)
    toldDrops = drops
    if (words !== '') process.stderr.write(`epollet: clients that were not served: ${words}\n`)
  }
}

function dropsInWords(now: DropCounts, before: DropCounts): string {
  const counts = [
    [now.refused - before.refused, 'refused'],
    [now.timeout - before.timeout, 'timed out'],
    [now.aborted - before.aborted, 'left early'],
  ] as const
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ')
}
