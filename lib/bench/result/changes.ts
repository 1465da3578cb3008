import type { RatioInterval } from '../statistics/interval.ts'
import { isBiased, type Verdict, verdictOf } from '../statistics/verdict.ts'
import {
  type BenchResult,
  type ComparisonResult,
  type ContenderResult,
  type Environment,
  type Figure,
  type FigureTable,
  figureOf,
} from './result.ts'

/** The changes from one result to another. */
export interface Changes {
  readonly before: BenchResult
  readonly after: BenchResult
  readonly environment: readonly Difference[]
  readonly comparisons: readonly ComparisonChange[]
  readonly tables: readonly TableChange[]
  /** The comparisons and tables that only the first result has. */
  readonly onlyBefore: readonly string[]
  readonly onlyAfter: readonly string[]
}

export interface Difference {
  readonly name: string
  readonly before: string
  readonly after: string
}

export interface ComparisonChange extends Pick<ComparisonResult, 'id' | 'title' | 'unit'> {
  readonly contenders: readonly ContenderChange[]
  /** The reason why no verdict is possible, or null. */
  readonly doubt: string | null
}

export interface ContenderChange {
  readonly title: string
  readonly nsBefore: number
  readonly nsAfter: number
  /** The change of the ratio to the baseline; null for the baseline itself, and if the work differs. */
  readonly change: Pick<RatioInterval, 'ratio' | 'low' | 'high'> | null
  readonly verdict: Verdict | null
}

/** Figures before and after, without a verdict, because they are not ratios. */
export interface TableChange extends Pick<FigureTable, 'id' | 'title' | 'unit' | 'columns'> {
  readonly rows: readonly RowChange[]
}

export interface RowChange {
  readonly title: string
  /** One figure per column; null if it is missing. */
  readonly before: readonly (Figure | null)[]
  readonly after: readonly (Figure | null)[]
}

/**
 * Compares two results. The machine may have been faster in one session than in the other. That changes nanoseconds,
 * but not a ratio to a baseline measured at the same time, so only ratios get a verdict.
 */
export function changesBetween(before: BenchResult, after: BenchResult): Changes {
  const pairs = before.comparisons.flatMap(one => {
    const other = after.comparisons.find(({ id }) => id === one.id)
    return other === undefined ? [] : [comparisonChange(one, other)]
  })
  const tables = before.figures.flatMap(one => {
    const other = after.figures.find(({ id }) => id === one.id)
    return other === undefined ? [] : [tableChange(one, other)]
  })
  const [a, b] = [idsOf(before), idsOf(after)]
  return {
    before,
    after,
    environment: differences(before.environment, after.environment),
    comparisons: pairs,
    tables,
    onlyBefore: [...a].filter(id => !b.has(id)),
    onlyAfter: [...b].filter(id => !a.has(id)),
  }
}

function idsOf({ comparisons, figures }: BenchResult): Set<string> {
  return new Set([...comparisons, ...figures].map(({ id }) => id))
}

function tableChange(before: FigureTable, after: FigureTable): TableChange {
  const { id, title, unit, columns } = after
  const places = columns.map(name => before.columns.indexOf(name))
  const rows = after.rows.flatMap(row => {
    const other = before.rows.find(one => one.title === row.title)
    if (other === undefined) return []
    const was = places.map(place => other.figures[place] ?? null)
    return [{ title: row.title, before: was, after: row.figures }]
  })
  return { id, title, unit, columns, rows }
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
  return `in ${biased.join(' and ')} the control differs from the baseline`
}

/**
 * The interval of a difference of logarithms, from the intervals of both sides (MOVER: Zou and Donner, 2008). The sides
 * are independent, and their intervals may be asymmetric.
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
