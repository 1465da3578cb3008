import type { RatioInterval } from '../statistics/interval.ts'
import type { Verdict } from '../statistics/verdict.ts'
import type { Witness } from '../statistics/witness.ts'
import type { Metric } from '../workloads.ts'

/** What a run of the bench leaves behind; `schema` is its version. */
export const schema = 'epollet-bench/1'

/** One block of one contender. */
export interface Sample {
  readonly contender: string
  readonly iterations: number
  readonly events: number
  /** Of the thread. */
  readonly cpuNs: number
  /** Of its process: the collector and the compiler have threads of their own. */
  readonly processCpuNs: number
  readonly wallNs: number
  /** How much larger the heap was afterwards: all that was allocated, if nothing was collected. */
  readonly heapBytes: number
  /** How often the collector began meanwhile. */
  readonly collections: number
}

export interface Round {
  /** In the order in which they ran. */
  readonly samples: readonly Sample[]
  readonly witness: Witness
  readonly disturbed: boolean
}

/** What one process measured. */
export interface ProcessRun {
  readonly pid: number
  readonly rounds: readonly Round[]
  /** For each iteration, by contender; null where nobody counts them. */
  readonly systemCalls: Readonly<Record<string, number | null>>
}

export interface ContenderResult {
  readonly id: string
  readonly title: string
  readonly limiter: string
  /** The median over all rounds. */
  readonly cpuNsPerEvent: number
  readonly wallNsPerEvent: number
  readonly processCpuNsPerEvent: number
  /** Exact; null where nobody counts them. */
  readonly systemCallsPerEvent: number | null
  /** The median of blocks in which nothing was collected; null where there was none. */
  readonly allocatedBytesPerEvent: number | null
  readonly collectionsPer1000Events: number
  /** Over the baseline; null for the baseline itself. */
  readonly ratio: RatioInterval | null
  readonly verdict: Verdict | null
}

export interface ComparisonResult {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** What the ratios are of. */
  readonly metric: Metric
  readonly descriptors: number
  readonly ready: number
  readonly sizeBytes: number
  readonly baseline: string
  readonly contenders: readonly ContenderResult[]
  /** The baseline against itself: what this machine can tell apart now. */
  readonly control: RatioInterval
  /** Contenders that did not run; the reason is said of them: `needs python3, which is not installed`. */
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
  readonly disturbedRounds: number
  readonly processes: readonly ProcessRun[]
}

/** Figures beside each other that are no ratios of neighbours: latencies, memory, who got how much. */
export interface FigureTable {
  readonly id: string
  readonly title: string
  /** Of all its figures: `ms`, `bytes`. */
  readonly unit: string
  readonly columns: readonly string[]
  readonly rows: readonly FigureRow[]
  /** What else has to be known: versions, configurations, the load. */
  readonly notes: readonly string[]
}

export interface FigureRow {
  readonly title: string
  /** One for each column; null where there is none. */
  readonly figures: readonly (Figure | null)[]
}

export interface Figure {
  /** The median of the samples. */
  readonly value: number
  /** One for each process that was measured. */
  readonly samples: readonly number[]
}

export interface Environment {
  readonly epollet: string
  readonly node: string
  readonly v8: string
  readonly kernel: string
  readonly processor: string
  readonly processors: number
  readonly memoryBytes: number
  readonly python: string | null
  readonly clocksource: string | null
  readonly governor: string | null
  readonly mitigations: Readonly<Record<string, string>>
  readonly openFilesMax: number | null
}

export interface BenchResult {
  readonly schema: typeof schema
  readonly date: string
  readonly mode: 'quick' | 'full' | 'only' | 'serve'
  readonly seed: number
  readonly environment: Environment
  readonly comparisons: readonly ComparisonResult[]
  readonly figures: readonly FigureTable[]
  /** Whether all that was asked for was measured, or Ctrl-C came before. */
  readonly complete: boolean
}

const perEvent = {
  cpuNs: 'cpuNsPerEvent',
  processCpuNs: 'processCpuNsPerEvent',
  wallNs: 'wallNsPerEvent',
} as const

/** The nanoseconds that a comparison is about. */
export function figureOf(contender: ContenderResult, metric: Metric): number {
  return contender[perEvent[metric]]
}

/** Whether its contenders are processes of their own, of which only the time is seen. */
export function isRace({ contenders }: ComparisonResult): boolean {
  return contenders.every(({ limiter }) => limiter === 'another process')
}
