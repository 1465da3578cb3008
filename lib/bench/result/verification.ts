import { ratioInterval, studentQuantile } from '../statistics/interval.ts'
import { mean, median } from '../statistics/statistics.ts'
import { isBiased } from '../statistics/verdict.ts'
import type { Claim, Quantity } from './claims.ts'
import type { BenchResult, ComparisonResult, FigureTable, ProcessRun, Round } from './result.ts'

export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

export interface Verification {
  readonly answer: 'reproduced' | 'not reproduced' | 'cannot tell'
  /** Null if it could not be measured. */
  readonly estimate: Estimate | null
  /** The reason for `cannot tell`, unless the interval is too wide. */
  readonly reason: string | null
}

/** Checks a claim against a measurement; null if the measurement lacks the claim's comparison or table. */
export function verificationOf(
  claim: Claim,
  { comparisons, figures }: Pick<BenchResult, 'comparisons' | 'figures'>,
): Verification | null {
  const { quantity } = claim
  const isIts = ({ id }: { id: string }): boolean => id === claim.comparison
  if (quantity.kind === 'figure') {
    const table = figures.find(isIts)
    return table === undefined ? null : ofFigure(claim, table, quantity)
  }
  const comparison = comparisons.find(isIts)
  return comparison === undefined ? null : ofComparison(claim, comparison, quantity)
}

type Of<Kind extends Quantity['kind']> = Extract<Quantity, { kind: Kind }>

function ofFigure(claim: Claim, { rows, columns }: FigureTable, of: Of<'figure'>): Verification {
  const row = rows.find(({ title }) => title === of.row)
  const figure = row?.figures[columns.indexOf(of.column)] ?? null
  if (figure === null)
    return {
      answer: 'cannot tell',
      estimate: null,
      reason: `the result has no ${quantityText(of)}`,
    }
  const estimate = meanInterval(figure.samples)
  return { answer: answerOf(claim, estimate), estimate, reason: null }
}

function ofComparison(
  claim: Claim,
  comparison: ComparisonResult,
  quantity: Exclude<Quantity, Of<'figure'>>,
): Verification {
  const missing = comparison.skipped.find(({ id }) => contendersOf(quantity).includes(id))
  if (missing !== undefined)
    return { answer: 'cannot tell', estimate: null, reason: `${missing.id} ${missing.reason}` }
  const estimate = estimateOf(quantity, comparison)
  if (isBiased(comparison.control)) {
    const reason = 'the control differs from the baseline on this machine now'
    return { answer: 'cannot tell', estimate, reason }
  }
  return { answer: answerOf(claim, estimate), estimate, reason: null }
}

function answerOf(claim: Claim, { low, high }: Estimate): Verification['answer'] {
  if (low >= claim.low && high <= claim.high) return 'reproduced'
  if (high < claim.low || low > claim.high) return 'not reproduced'
  return 'cannot tell'
}

/** The quantity as a formula: `(epoll-poll - c-epoll) / (python - c-epoll)`. */
export function quantityText(quantity: Quantity): string {
  if (quantity.kind === 'figure') return `${quantity.column} of ${quantity.row}`
  const { of, over } = quantity
  if (quantity.kind === 'ratio') return `${of} / ${over}`
  if (quantity.kind === 'excess') return `${of} - ${over}, in ns,`
  return `(${of} - ${quantity.beyond}) / (${over} - ${quantity.beyond})`
}

/** The contenders that a quantity needs. */
export function contendersOf(quantity: Quantity): string[] {
  if (quantity.kind === 'figure') return []
  const { of, over } = quantity
  return quantity.kind === 'share' ? [of, over, quantity.beyond] : [of, over]
}

function estimateOf(
  quantity: Exclude<Quantity, Of<'figure'>>,
  { processes, metric }: ComparisonResult,
): Estimate {
  const per = ({ samples }: Round, id: string): number => {
    const sample = samples.find(({ contender }) => contender === id)!
    return sample[metric] / sample.events
  }
  const { of, over } = quantity
  if (quantity.kind === 'ratio') {
    const ratios = processes.map(({ rounds }) => rounds.map(one => per(one, of) / per(one, over)))
    const { ratio: value, low, high } = ratioInterval(ratios, 1)
    return { value, low, high }
  }
  const excess = ({ rounds }: ProcessRun, a: string, b: string): number =>
    median(rounds.map(one => per(one, a) - per(one, b)))
  if (quantity.kind === 'excess') return meanInterval(processes.map(one => excess(one, of, over)))
  const { beyond } = quantity
  return meanInterval(processes.map(one => excess(one, of, beyond) / excess(one, over, beyond)))
}

/**
 * The mean over processes with Student's 95 % interval. Unlike `ratioInterval`, it uses no logarithms, because a
 * difference may be negative.
 */
function meanInterval(values: readonly number[]): Estimate {
  const value = mean(values)
  const { length } = values
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (length - 1)
  const half = studentQuantile(length - 1) * Math.sqrt(variance / length)
  return { value, low: value - half, high: value + half }
}
