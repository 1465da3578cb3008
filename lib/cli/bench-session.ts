import { setImmediate } from 'node:timers/promises'
import {
  type BenchResult,
  type Comparison,
  type ComparisonResult,
  compare,
  environment,
  type Sizes,
  schema,
  seeded,
} from '../bench/index.ts'
import { Progress } from './bench-progress.ts'
import { RunError } from './usage-error.ts'
import { version } from './version.ts'

export interface Session {
  readonly mode: BenchResult['mode']
  readonly chosen: readonly Comparison[]
  readonly sizes: Sizes
  readonly seed: number
}

/** Measures all that was chosen; SIGINT and SIGTERM end it with what it has. Throws RunError for what goes wrong. */
export async function measured({ mode, chosen, sizes, seed }: Session): Promise<BenchResult> {
  const machine = environment(version)
  checkDescriptors(chosen, machine.openFilesMax)
  const present = new Set(machine.python === null ? [] : ['python3'])
  const interrupted = new AbortController()
  const onSignal = (): void => interrupted.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  const random = seeded(seed)
  const results: ComparisonResult[] = []
  const progress = new Progress(chosen.length * sizes.processes)
  try {
    for (const one of chosen) {
      const onProcess = (): void => progress.step(one.id)
      results.push(await compare(one, present, sizes, random, interrupted.signal, onProcess))
    }
  } catch (error) {
    // A terminal's Ctrl-C ends the process that measures too, and that may be heard of first.
    await setImmediate()
    if (!interrupted.signal.aborted) throw new RunError((error as Error).message)
  } finally {
    progress.end()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, onSignal)
  }
  const date = new Date().toISOString()
  const complete = results.length === chosen.length
  return { schema, date, mode, seed, environment: machine, comparisons: results, complete }
}

/** Besides those that are measured a process has some of Node's. */
const ownDescriptors = 64

function checkDescriptors(chosen: readonly Comparison[], openFilesMax: number | null): void {
  const most = chosen.reduce((a, b) => (a.descriptors > b.descriptors ? a : b))
  const needed = most.descriptors + ownDescriptors
  if (openFilesMax === null || needed <= openFilesMax) return
  throw new RunError(
    `${most.id} needs ${needed} descriptors, and this process may have ${openFilesMax}: ulimit -n ${needed}, or leave it out with --only`,
  )
}
