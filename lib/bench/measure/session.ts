import type { Context } from '../item.ts'
import type { ComparisonResult, ProcessRun } from '../result/result.ts'
import type { Comparison } from '../workloads.ts'
import { entryOf } from './contender.ts'
import { runProcess } from './process-run.ts'
import { Summary } from './summary.ts'

/** Measures one comparison in several fresh processes, one after the other. */
export async function compare(comparison: Comparison, context: Context): Promise<ComparisonResult> {
  const { present, sizes, onStep } = context
  const { baseline, others, descriptors, ready = 0, sizeBytes = 1, metric = 'cpuNs' } = comparison
  const skipped = others.flatMap(one => {
    if (one.descriptorsMax !== undefined && descriptors > one.descriptorsMax)
      return [{ id: one.id, reason: `has room for ${one.descriptorsMax} descriptors` }]
    if (one.needs !== undefined && !present.has(one.needs))
      return [{ id: one.id, reason: `needs ${one.needs}, which is not installed` }]
    return []
  })
  const entered = others.filter(({ id }) => !skipped.some(one => one.id === id))
  const contenders = [baseline, baseline, ...entered].map(entryOf)
  const runs: ProcessRun[] = []
  while (runs.length < sizes.processes) {
    runs.push(await runProcess({ descriptors, ready, sizeBytes, contenders }, context))
    onStep()
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
