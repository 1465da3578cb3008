import { entryOf } from './contender.ts'
import { runProcess } from './process-run.ts'
import { below, type Random } from './random.ts'
import type { ComparisonResult, ProcessRun } from './result.ts'
import { Summary } from './summary.ts'
import type { Comparison } from './workloads.ts'

export interface Sizes {
  readonly processes: number
  readonly rounds: number
  readonly blockMs: number
}

export const quickSizes: Sizes = { processes: 5, rounds: 12, blockMs: 1.5 }
export const fullSizes: Sizes = { processes: 8, rounds: 40, blockMs: 4 }

const seedMax = 2 ** 32

/** Measures one comparison in fresh processes, one after the other. Aborting ends the process that runs. */
export async function compare(
  comparison: Comparison,
  present: ReadonlySet<string>,
  sizes: Sizes,
  random: Random,
  signal: AbortSignal,
  onProcess: (done: number) => void = () => {},
): Promise<ComparisonResult> {
  const { baseline, others, descriptors, ready, sizeBytes = 1, metric = 'cpuNs' } = comparison
  const skipped = others.flatMap(one => {
    if (one.descriptorsMax !== undefined && descriptors > one.descriptorsMax)
      return [{ id: one.id, reason: `has room for ${one.descriptorsMax} descriptors` }]
    if (one.needs !== undefined && !present.has(one.needs))
      return [{ id: one.id, reason: `${one.needs} is not installed` }]
    return []
  })
  const entered = others.filter(({ id }) => !skipped.some(one => one.id === id))
  const contenders = [baseline, baseline, ...entered].map(entryOf)
  const runs: ProcessRun[] = []
  while (runs.length < sizes.processes) {
    const seed = below(seedMax, random)
    const { rounds, blockMs } = sizes
    runs.push(
      await runProcess(
        { descriptors, ready, sizeBytes, contenders, rounds, blockMs, seed },
        signal,
      ),
    )
    onProcess(runs.length)
  }
  const summary = new Summary(runs, metric, baseline.id)
  const { id, title, unit } = comparison
  const disturbedRounds = runs.flatMap(({ rounds }) => rounds).filter(one => one.disturbed).length
  return {
    id,
    title,
    unit,
    metric,
    descriptors,
    ready,
    sizeBytes,
    baseline: baseline.id,
    contenders: [baseline, ...entered].map(one => summary.of(one)),
    control: summary.control,
    skipped,
    disturbedRounds,
    processes: runs,
  }
}
