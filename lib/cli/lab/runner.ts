import { constants } from 'node:os'
import { LabError, Runner } from '../../lab/index.ts'
import { RunError } from '../usage-error.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Calls `use` with a runner. A signal aborts the run, which may be blocked in the kernel. */
export async function withRunner(
  use: (runner: Runner, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const runner = new Runner()
  const ended = new AbortController()
  const onSignal = (name: NodeJS.Signals): void => {
    process.exitCode = 128 + constants.signals[name]
    ended.abort()
  }
  for (const name of signals) process.on(name, onSignal)
  try {
    await use(runner, ended.signal)
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    if (!ended.signal.aborted) throw new RunError(error.message)
  } finally {
    for (const name of signals) process.off(name, onSignal)
    await runner.close()
  }
}
