import type { Sizes } from './measure/sizes.ts'
import type { ComparisonResult, FigureTable } from './result/result.ts'
import type { Random } from './statistics/random.ts'

/** The arguments of a measurement, and its progress callback. */
export interface Context {
  /** The optional programs that are installed. Contenders that need a missing one are skipped. */
  readonly present: ReadonlySet<string>
  readonly sizes: Sizes
  readonly random: Random
  /** Aborting it kills the measuring process. */
  readonly signal: AbortSignal
  readonly onStep: () => void
}

export interface Findings {
  readonly comparisons: readonly ComparisonResult[]
  readonly figures: readonly FigureTable[]
}

/** One measurement that can be chosen on the command line. */
export interface Item {
  /** The name on the command line and in results: `wait/100`. */
  readonly id: string
  readonly title: string
  /** Whether a quick run includes it. */
  readonly quick: boolean
  /** The number of descriptors that are open at the same time. */
  readonly descriptors: number
  /** The number of calls of `onStep`. */
  readonly steps: (sizes: Sizes) => number
  readonly measure: (context: Context) => Promise<Findings>
}
