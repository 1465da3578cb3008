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

/** As a shell says of what SIGINT has ended. */
export const interruptedStatus = 130
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Session {
  readonly mode: BenchResult['mode']
  readonly chosen: readonly Item[]
  readonly sizes: Sizes
  readonly seed: number
}

/** Measures all that was chosen; a signal ends it with what it has, a second one at once. Throws RunError for what goes wrong. */
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
    // A terminal's Ctrl-C ends the process that measures too, and that may be heard of first.
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

/** Besides those that are measured a process has some of Node's. */
const ownDescriptors = 64

function checkDescriptors(chosen: readonly Item[], openFilesMax: number | null): void {
  const most = chosen.reduce((a, b) => (a.descriptors > b.descriptors ? a : b))
  const needed = most.descriptors + ownDescriptors
  if (openFilesMax === null || needed <= openFilesMax) return
  throw new RunError(
    `${most.id} needs ${needed} descriptors, and this process may have ${openFilesMax}: ulimit -n ${needed}, or leave it out with --only`,
  )
}
