// Invented results with known figures.
import { controlSuffix } from '../../lib/bench/measure/measure.ts'
import { Summary } from '../../lib/bench/measure/summary.ts'
import {
  type BenchResult,
  type ComparisonResult,
  type Environment,
  type ProcessRun,
  schema,
} from '../../lib/bench/result/result.ts'
import { type Random, seeded } from '../../lib/bench/statistics/random.ts'

interface MadeUp {
  /** Nanoseconds per event, by contender. The first is the baseline. */
  costs: Record<string, number>
  seed?: number
  /** The ratio of the control to the baseline. */
  control?: number
  id?: string
}

const [processes, rounds] = [5, 8]

/** An invented comparison with known figures and 1 % of noise. */
export function madeUpComparison({
  costs,
  seed = 1,
  control = 1,
  id = 'wait/1',
}: MadeUp): ComparisonResult {
  const [baseline = ''] = Object.keys(costs)
  const all = { ...costs, [baseline + controlSuffix]: costs[baseline]! * control }
  const random = seeded(seed)
  const runs = Array.from({ length: processes }, () => run(all, random))
  const summary = new Summary(runs, 'cpuNs', baseline)
  const contenders = Object.keys(costs).map(one =>
    summary.of({ id: one, title: `${one} & <co>`, limiter: 'kernel' }),
  )
  return {
    id,
    title: `what ${id} is`,
    unit: 'wait',
    metric: 'cpuNs',
    descriptors: Number(id.split('/')[1] ?? 1),
    ready: 1,
    sizeBytes: 1,
    baseline,
    contenders,
    control: summary.control,
    skipped: [],
    disturbedRounds: 1,
    processes: runs,
  }
}

function run(costs: Record<string, number>, random: Random): ProcessRun {
  const names = Object.keys(costs)
  return {
    pid: 1,
    systemCalls: Object.fromEntries(names.map(name => [name, 1])),
    rounds: Array.from({ length: rounds }, (_, i) => ({
      samples: names.map(contender => {
        const ns = 1000 * costs[contender]! * (1 + 0.01 * (random() - 0.5))
        return {
          contender,
          iterations: 1000,
          events: 1000,
          cpuNs: ns,
          processCpuNs: ns,
          wallNs: ns,
          heapBytes: 8,
          collections: 0,
        }
      }),
      witness: { runQueueWaitNs: 1e6 * i, involuntarySwitches: 0, stealTicks: 0, pressureUs: null },
      disturbed: i === 3,
    })),
  }
}

export const machine: Environment = {
  epollet: '0.0.0',
  node: '20.0.0',
  v8: '11',
  kernel: '6.0',
  processor: 'made up',
  processors: 2,
  memoryBytes: 2 ** 30,
  python: null,
  clocksource: 'tsc',
  governor: null,
  mitigations: { spectre_v9: 'Vulnerable' },
  openFilesMax: 1024,
}

export function madeUpResult(
  comparisons: ComparisonResult[],
  more: Partial<BenchResult> = {},
): BenchResult {
  const date = '2026-01-02T03:04:05Z'
  const rest = { mode: 'only', seed: 7, environment: machine, complete: true } as const
  return { schema, date, ...rest, comparisons, figures: [], ...more }
}
