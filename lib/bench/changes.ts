import type { RatioInterval } from './interval.ts'
import {
  type BenchResult,
  type ComparisonResult,
  type ContenderResult,
  type Environment,
  figureOf,
} from './result.ts'
import { isBiased, type Verdict, verdictOf } from './verdict.ts'

/** What changed from one result to another. */
export interface Changes {
  readonly before: BenchResult
  readonly after: BenchResult
  readonly environment: readonly Difference[]
  readonly comparisons: readonly ComparisonChange[]
  /** Comparisons that stand in one of them alone. */
  readonly onlyBefore: readonly string[]
  readonly onlyAfter: readonly string[]
}

export interface Difference {
  readonly name: string
  readonly before: string
  readonly after: string
}

export interface ComparisonChange {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly contenders: readonly ContenderChange[]
  /** Why there can be no verdict about it; null where there can. */
  readonly doubt: string | null
}

export interface ContenderChange {
  readonly title: string
  readonly nsBefore: number
  readonly nsAfter: number
  /** Of the ratios to the baseline; null for the baseline, and where they are not of the same. */
  readonly change: Pick<RatioInterval, 'ratio' | 'low' | 'high'> | null
  readonly verdict: Verdict | null
}

/**
 * Sessions are not paired: what a machine was like then and is now lies between them. A ratio to a baseline that was
 * measured in the same moments bears that, a figure in nanoseconds does not; so only ratios are compared.
 */
export function changesBetween(before: BenchResult, after: BenchResult): Changes {
  const pairs = before.comparisons.flatMap(one => {
    const other = after.comparisons.find(({ id }) => id === one.id)
    return other === undefined ? [] : [comparisonChange(one, other)]
  })
  const lone = (of: BenchResult, in_: BenchResult): string[] =>
    of.comparisons.map(({ id }) => id).filter(id => !in_.comparisons.some(one => one.id === id))
  return {
    before,
    after,
    environment: differences(before.environment, after.environment),
    comparisons: pairs,
    onlyBefore: lone(before, after),
    onlyAfter: lone(after, before),
  }
}

function comparisonChange(before: ComparisonResult, after: ComparisonResult): ComparisonChange {
  const doubt = doubtOf(before, after)
  const sound = sameWork(before, after)
  const contenders = before.contenders.flatMap(one => {
    const other = after.contenders.find(({ id }) => id === one.id)
    if (other === undefined) return []
    const change = sound ? ratioOfRatios(one, other) : null
    return {
      title: one.title,
      nsBefore: figureOf(one, before.metric),
      nsAfter: figureOf(other, after.metric),
      change,
      verdict: change === null ? null : doubt === null ? verdictOf(change) : 'cannot tell',
    } satisfies ContenderChange
  })
  const { id, title, unit } = after
  return { id, title, unit, contenders, doubt }
}

function sameWork(before: ComparisonResult, after: ComparisonResult): boolean {
  const names = ['metric', 'baseline', 'descriptors', 'ready', 'sizeBytes', 'title'] as const
  return names.every(name => before[name] === after[name])
}

function doubtOf(before: ComparisonResult, after: ComparisonResult): string | null {
  if (!sameWork(before, after)) return 'the two did not measure the same work'
  const biased = [before, after].flatMap(({ control }, i) => (isBiased(control) ? 'AB'[i]! : []))
  if (biased.length === 0) return null
  return `in ${biased.join(' and ')} the same thing twice was told apart`
}

/**
 * The limits of a difference from those of its two sides (MOVER: Zou and Donner, 2008), on the logarithmic scale. The
 * sides may be lopsided, and are independent.
 */
function ratioOfRatios(before: ContenderResult, after: ContenderResult): ContenderChange['change'] {
  if (before.ratio === null || after.ratio === null) return null
  const [a, b] = [logarithms(before.ratio), logarithms(after.ratio)]
  const centre = b.ratio - a.ratio
  return {
    ratio: Math.exp(centre),
    low: Math.exp(centre - Math.hypot(b.ratio - b.low, a.high - a.ratio)),
    high: Math.exp(centre + Math.hypot(b.high - b.ratio, a.ratio - a.low)),
  }
}

function logarithms({ ratio, low, high }: RatioInterval): NonNullable<ContenderChange['change']> {
  return { ratio: Math.log(ratio), low: Math.log(low), high: Math.log(high) }
}

function differences(before: Environment, after: Environment): Difference[] {
  const [a, b] = [flat(before), flat(after)]
  const names = new Set([...a.keys(), ...b.keys()])
  const value = (of: Map<string, string>, name: string): string => of.get(name) ?? 'unknown'
  return [...names]
    .map(name => ({ name, before: value(a, name), after: value(b, name) }))
    .filter(one => one.before !== one.after)
}

function flat({ mitigations, ...others }: Environment): Map<string, string> {
  return new Map(
    [...Object.entries(others), ...Object.entries(mitigations)].map(([name, value]) => [
      name,
      String(value ?? 'unknown'),
    ]),
  )
}
