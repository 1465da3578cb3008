// The result of a run of the bench, as `epollet bench --json` writes it.
import type { RatioInterval } from '../statistics/interval.ts'
import type { Verdict } from '../statistics/verdict.ts'
import type { Witness } from '../statistics/witness.ts'

/** The version of the result format. */
export const schema = 'epollet-bench/1'

/** CPU time of the thread or of its process, or wall-clock time. */
export type Metric = 'cpuNs' | 'processCpuNs' | 'wallNs'

/** One block of one contender. */
export interface Sample {
  readonly contender: string
  readonly iterations: number
  readonly events: number
  /** CPU time of the thread. */
  readonly cpuNs: number
  /** CPU time of the process, which includes the threads of the garbage collector and the compiler. */
  readonly processCpuNs: number
  readonly wallNs: number
  /** The growth of the heap; if nothing was collected, the number of bytes allocated. */
  readonly heapBytes: number
  /** The number of garbage collections. */
  readonly collections: number
}

export interface Round {
  /** The samples in the order of execution. */
  readonly samples: readonly Sample[]
  readonly witness: Witness
  readonly disturbed: boolean
}

/** The measurements of one process. */
export interface ProcessRun {
  readonly pid: number
  readonly rounds: readonly Round[]
  /** System calls per iteration, by contender; null if they cannot be counted. */
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
  /** The exact number; null if it cannot be counted. */
  readonly systemCallsPerEvent: number | null
  /** The median of the blocks without garbage collection; null if there are none. */
  readonly allocatedBytesPerEvent: number | null
  readonly collectionsPer1000Events: number
  /** The ratio to the baseline; null for the baseline itself. */
  readonly ratio: RatioInterval | null
  readonly verdict: Verdict | null
}

export interface ComparisonResult {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** The metric of the ratios. */
  readonly metric: Metric
  readonly descriptors: number
  readonly ready: number
  readonly sizeBytes: number
  readonly baseline: string
  readonly contenders: readonly ContenderResult[]
  /** The baseline compared with itself, which shows the resolution of this measurement. */
  readonly control: RatioInterval
  /** Contenders that did not run, and why: `needs python3, which is not installed`. */
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
  readonly disturbedRounds: number
  readonly processes: readonly ProcessRun[]
}

/** A table of figures that are not ratios: latencies, memory, shares. */
export interface FigureTable {
  readonly id: string
  readonly title: string
  /** The unit of all figures: `ms`, `bytes`. */
  readonly unit: string
  readonly columns: readonly string[]
  readonly rows: readonly FigureRow[]
  /** Versions, configurations, the load. */
  readonly notes: readonly string[]
}

export interface FigureRow {
  readonly title: string
  /** One figure per column; null if it is missing. */
  readonly figures: readonly (Figure | null)[]
}

export interface Figure {
  /** The median of the samples. */
  readonly value: number
  /** One value per process. */
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
  /** False if Ctrl-C stopped the run early. */
  readonly complete: boolean
}

const perEvent = {
  cpuNs: 'cpuNsPerEvent',
  processCpuNs: 'processCpuNsPerEvent',
  wallNs: 'wallNsPerEvent',
} as const

/** The nanoseconds per event in a metric. */
export function figureOf(contender: ContenderResult, metric: Metric): number {
  return contender[perEvent[metric]]
}

/** Whether the contenders are servers, for which only the time is measured. */
export function isRace({ contenders }: ComparisonResult): boolean {
  return contenders.every(({ limiter }) => limiter === 'another process')
}
