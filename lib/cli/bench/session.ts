// Runs measurements, shows their progress, and keeps those that are finished if a signal stops the run.
import { setImmediate } from 'node:timers/promises'
import {
  type BenchResult,
  environment,
  type Findings,
  type Item,
  type Sizes,
  schema,
  seeded,
} from '../../bench/index.ts'
import { RunError } from '../usage-error.ts'
import { version } from '../version.ts'
import { Progress } from './progress.ts'

/** The status that shells report after SIGINT. */
export const interruptedStatus = 130
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Session {
  readonly mode: BenchResult['mode']
  readonly chosen: readonly Item[]
  readonly sizes: Sizes
  readonly seed: number
}

/**
 * Measures the chosen items. A signal stops the run and keeps the finished items; a second signal exits immediately.
 * Throws RunError if a measurement fails.
 */
export async function measured({ mode, chosen, sizes, seed }: Session): Promise<BenchResult> {
  const machine = environment(version)
  checkDescriptors(chosen, machine.openFilesMax)
  const present = new Set(machine.python === null ? [] : ['python3'])
  const interrupted = new AbortController()
  const onSignal = (): void => {
    if (interrupted.signal.aborted) process.exit(interruptedStatus)
    interrupted.abort()
  }
  for (const signal of signals) process.on(signal, onSignal)
  const random = seeded(seed)
  const found: Findings[] = []
  const progress = new Progress(chosen.reduce((sum, one) => sum + one.steps(sizes), 0))
  try {
    progress.begin(chosen.map(({ id }) => id))
    for (const one of chosen) {
      const onStep = (): void => progress.step(one.id)
      const { signal } = interrupted
      found.push(await one.measure({ present, sizes, random, signal, onStep }))
    }
  } catch (error) {
    // Ctrl-C also kills the measuring process, whose end may be reported before the signal.
    await setImmediate()
    if (!interrupted.signal.aborted) throw new RunError((error as Error).message)
  } finally {
    progress.end()
    for (const signal of signals) process.removeListener(signal, onSignal)
  }
  return {
    schema,
    date: new Date().toISOString(),
    mode,
    seed,
    environment: machine,
    comparisons: found.flatMap(({ comparisons }) => comparisons),
    figures: found.flatMap(({ figures }) => figures),
    complete: found.length === chosen.length,
  }
}

/** The descriptors that Node itself opens. */
const ownDescriptors = 64

function checkDescriptors(chosen: readonly Item[], openFilesMax: number | null): void {
  const most = chosen.reduce((a, b) => (a.descriptors > b.descriptors ? a : b))
  const needed = most.descriptors + ownDescriptors
  if (openFilesMax === null || needed <= openFilesMax) return
  throw new RunError(
    `${most.id} needs ${needed} descriptors, but the limit is ${openFilesMax}: raise it with ulimit -n ${needed}, or choose other items with --only`,
  )
}
