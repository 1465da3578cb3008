import { isatty } from 'node:tty'
import type { HttpServer } from '../../http/index.ts'
import type { AccessLog } from '../../service/index.ts'
import { exitAtOnce, fileText } from '../../sys/index.ts'
import { warn } from '../warn.ts'

/** How long closing the log and the lab may take after the drain: a log's reader or a thread may be stalled. */
const closeMs = 1500
/** Under npm, signals that arrive within this time are one: npm forwards a Ctrl-C that the terminal also sends us. */
const forwardedMs = 1000
const standardStreams = [0, 1, 2]

/** The running server, and the functions that end it. */
export interface Running {
  readonly server: HttpServer
  readonly log: AccessLog | null
  /** Whether the log is a file, which SIGHUP reopens. */
  readonly hasLogFile: boolean
  readonly drainTimeoutMs: number
  /** Called when the drain begins. */
  drain(): void
  /** Closes everything, including the server. */
  close(): Promise<void>
}

/**
 * On SIGINT or SIGTERM, answers in progress may finish until the drain timeout; a second signal exits immediately.
 * SIGHUP reopens the log. On a terminal and without a log file, SIGHUP means that the terminal was closed, and ends the
 * server.
 */
export function endOnSignal(running: Running): void {
  const { server, log, hasLogFile, drainTimeoutMs } = running
  const reportLosses = lossReporter(running)
  const end = (): never => {
    reportLosses()
    exitAtOnce(0)
  }
  let endingSinceMs: number | undefined
  const stop = (): void => {
    if (endingSinceMs !== undefined) return
    endingSinceMs = performance.now()
    setTimeout(() => server.close(), drainTimeoutMs)
    setTimeout(end, drainTimeoutMs + closeMs)
    running.drain()
    void server.drain().then(running.close).then(end)
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      if (endingSinceMs === undefined) return stop()
      if (performance.now() - endingSinceMs >= forwardedMs || !isUnderNpm()) exitAtOnce(1)
    })
  }
  const isHangUp = !hasLogFile && standardStreams.some(isatty)
  process.on('SIGHUP', () => {
    // The shell and the kernel may both send SIGHUP for one closed terminal, so the second must not exit immediately.
    if (isHangUp) return stop()
    log?.reopen()
    reportLosses()
  })
}

function isUnderNpm(): boolean {
  return fileText(`/proc/${process.ppid}/comm`).startsWith('npm ')
}

/** Returns a function that reports lost log lines and clients on stderr, counted since its last call. */
function lossReporter({ server, log }: Running): () => void {
  let reportedLines = 0
  let reported = server.drops
  return () => {
    const lines = (log?.dropped ?? 0) - reportedLines
    reportedLines += lines
    if (lines > 0) warn(`${lines} log ${lines === 1 ? 'line was' : 'lines were'} dropped`)
    const { drops } = server
    const counts = [
      [drops.refused - reported.refused, 'refused'],
      [drops.timeout - reported.timeout, 'timed out'],
      [drops.aborted - reported.aborted, 'left early'],
    ] as const
    reported = drops
    const words = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
    if (words.length > 0) warn(`clients that were not served: ${words.join(', ')}`)
  }
}
