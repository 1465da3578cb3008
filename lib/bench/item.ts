import type { Random } from './measure/random.ts'
import type { Sizes } from './measure/sizes.ts'
import type { ComparisonResult, FigureTable } from './result/result.ts'

/** What a measurement may use, and how it tells how far it is. */
export interface Context {
  /** What is installed of that which a contender may be left out for. */
  readonly present: ReadonlySet<string>
  readonly sizes: Sizes
  readonly random: Random
  /** Aborting ends the process that runs. */
  readonly signal: AbortSignal
  readonly onStep: () => void
}

export interface Findings {
  readonly comparisons: readonly ComparisonResult[]
  readonly figures: readonly FigureTable[]
}

/** Something that is measured as a whole, or not at all. */
export interface Item {
  /** `wait/100`: how it is named on the command line and in results. */
  readonly id: string
  readonly title: string
  /** Whether it belongs to a quick run. */
  readonly quick: boolean
  /** How many it holds open at once. */
  readonly descriptors: number
  /** How often it will tell that it has come further. */
  readonly steps: (sizes: Sizes) => number
  readonly measure: (context: Context) => Promise<Findings>
}
