import { median } from '../statistics/statistics.ts'
import type { Figure, FigureTable } from './result.ts'

/** The unit of a table whose columns have different units. */
export const mixedUnits = 'each in the unit of its column'

/** The median of the samples; null if there are none. @param samples one for each process */
export function figureOfSamples(samples: readonly number[]): Figure | null {
  return samples.length === 0 ? null : { value: median(samples), samples }
}

/** A figure with three significant digits; from 1000 on, rounded to an integer. */
export function figureText(value: number): string {
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value).toString()
  return String(Number(value.toPrecision(3)))
}

export function nsText(ns: number): string {
  return ns.toFixed(ns < 100 ? 1 : 0)
}

export function ratioText(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(3) : ratio.toPrecision(4)
}

/** A table as text for a terminal: each median with the range of its samples. */
export function figureTableText({ id, title, unit, columns, rows, notes }: FigureTable): string {
  const cells = rows.map(row => [row.title, ...row.figures.map(figureCell)])
  const foot = [`${unit}; median of the processes (smallest-largest)`, ...notes]
  return [
    '',
    `${id}: ${title}`,
    ...linesOf([['', ...columns], ...cells]),
    ...foot.map(one => `  ${one}`),
  ].join('\n')
}

/** The rows as lines of text, with the first column aligned left and the others right. */
export function linesOf(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map(row => row[i]!.length)))
  return rows.map(row => {
    const padded = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!),
    )
    return `  ${padded.join('  ')}`.trimEnd()
  })
}

export function figureCell(figure: Figure | null): string {
  if (figure === null) return '-'
  const { value, samples } = figure
  if (samples.length === 1) return figureText(value)
  return `${figureText(value)} (${figureText(Math.min(...samples))}-${figureText(Math.max(...samples))})`
}
