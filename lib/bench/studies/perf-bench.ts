import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'

/** The benchmarks of `perf bench epoll`. */
export type PerfBench = 'wait' | 'ctl'

const nsPerSecond = 1e9
const seconds = 1
/** Many times the usual duration. */
const timeout = 30_000

function inEnglish(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C' }
}

/** Whether perf is installed and includes these benchmarks, which some builds lack. */
export function hasPerfBench(): boolean {
  try {
    const env = inEnglish()
    const options = { env, timeout, encoding: 'latin1', stdio: 'pipe' } as const
    return /^[ \t]*wait:/m.test(execFileSync('perf', ['bench', 'epoll'], options))
  } catch {
    return false
  }
}

/** Nanoseconds per operation with one thread. Throws Error if perf fails. */
export async function perfNs(bench: PerfBench, signal: AbortSignal): Promise<number> {
  const args = ['bench', 'epoll', bench, '-t', '1', '-r', String(seconds)]
  const env = inEnglish()
  const options = { env, signal, timeout, killSignal: 'SIGKILL', encoding: 'latin1' } as const
  try {
    const { stdout } = await promisify(execFile)('perf', args, options)
    return perfNsOf(stdout)
  } catch (error) {
    signal.throwIfAborted()
    const { stderr, message } = error as Error & { stderr?: string }
    const [line] = (stderr?.trim() || message).split('\n').slice(-1)
    throw new Error(`perf bench epoll ${bench} failed: ${line}`)
  }
}

/**
 * Parses perf's output. Returns nanoseconds per operation, over all kinds of operations. Throws Error for unexpected
 * output.
 */
export function perfNsOf(text: string): number {
  const rates = [...text.matchAll(/^Averaged (\d+) (?:\w+ )?operations/gm)].map(([, rate]) =>
    Number(rate),
  )
  const perSecond = rates.reduce((sum, rate) => sum + rate, 0)
  if (perSecond > 0) return nsPerSecond / perSecond
  throw new Error(`unexpected output ${JSON.stringify(text.slice(0, 60))}`)
}
