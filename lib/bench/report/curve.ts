import { percent } from './figures.ts'
import type { LogScale } from './log-scale.ts'
import { mark } from './mark.ts'
import { type Markup, markup } from './markup.ts'

/** A point of a curve, with the range that is drawn through it. */
export interface Point {
  /** The position on the horizontal axis: `25%`. */
  readonly x: string
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The points of a series, joined by lines. */
export function curve(series: number, points: readonly Point[], y: LogScale): Markup {
  const down = (value: number): string => percent(100 - y.percent(value))
  const lines = points.slice(1).map((to, i) => {
    const from = points[i]!
    return markup`<line x1="${from.x}" y1="${down(from.value)}" x2="${to.x}" y2="${down(to.value)}"/>`
  })
  const marks = points.map(
    ({ x, value, low, high }) =>
      markup`<line class="half" x1="${x}" x2="${x}" y1="${down(low)}" y2="${down(high)}"/><svg class="at" x="${x}" y="${down(value)}">${mark(series, true)}</svg>`,
  )
  return markup`<g class="curve s${series}">${lines}${marks}</g>`
}
