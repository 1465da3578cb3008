import { figureText, mixedUnits } from '../result/figure-table.ts'
import type { Figure, FigureRow, FigureTable } from '../result/result.ts'
import { curve, type Point } from './curve.ts'
import { percent, tickText } from './figures.ts'
import { LogScale } from './log-scale.ts'
import { mark } from './mark.ts'
import { type Markup, markup } from './markup.ts'
import { seriesCount } from './series.ts'
import { wide } from './wide.ts'
import type { Words } from './words-en.ts'

/** The tables of figures that are not ratios: latencies, memory, shares. Percentiles also get a curve for each row. */
export function tables(figures: readonly FigureTable[], words: Words): Markup | null {
  if (figures.length === 0) return null
  return markup`${figures.map(
    one => markup`
<figure class="table">
<h3>${words.term(one.title)}</h3>
${curves(one, words)}
${wide(words.term(one.title), cells(one, words))}
<figcaption>${words.term(one.unit)}; ${words.spread}${one.notes.map(note => markup`<br>${words.term(note)}`)}</figcaption>
</figure>`,
  )}`
}

function cells({ columns, rows }: FigureTable, words: Words): Markup {
  return markup`<table>
<thead><tr><td></td>${columns.map(column => markup`<th scope="col" class="number">${words.term(column)}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ title, figures }) =>
      markup`<tr><th scope="row">${words.term(title)}</th>${figures.map(one => markup`<td class="number">${cell(one)}</td>`)}</tr>`,
  )}</tbody></table>`
}

function cell(figure: Figure | null): Markup {
  if (figure === null) return markup`–`
  const { value, samples } = figure
  if (samples.length === 1) return markup`${figureText(value)}`
  const [least, most] = [Math.min(...samples), Math.max(...samples)]
  return markup`${figureText(value)} <small>${figureText(least)}–${figureText(most)}</small>`
}

const columnsMin = 4

/** A curve needs columns that form an axis, such as percentiles, and figures above 0. */
function curves({ title, unit, columns, rows }: FigureTable, words: Words): Markup | null {
  const values = rows.flatMap(({ figures }) => figures.flatMap(one => one?.samples ?? []))
  if (columns.length < columnsMin || unit === mixedUnits) return null
  if (values.some(value => value <= 0)) return null
  const y = new LogScale(values)
  const across = (i: number): string => percent((100 * (i + 0.5)) / columns.length)
  return markup`
<div class="chart" aria-hidden="true">
  <span class="unit">${words.term(unit)}</span>
  <div class="left">${y.ticks().map(tick => markup`<span style="top:${percent(100 - y.percent(tick))}">${tickText(tick)}</span>`)}</div>
  <svg focusable="false">
    ${y.ticks().map(tick => markup`<line class="grid" x1="0" x2="100%" y1="${percent(100 - y.percent(tick))}" y2="${percent(100 - y.percent(tick))}"/>`)}
    ${rows.map((row, i) => curve(i % seriesCount, pointsOf(row, across), y))}
  </svg>
  <div class="bottom">${columns.map((column, i) => markup`<span style="left:${across(i)}">${words.term(column)}</span>`)}</div>
  <span class="across">${words.term(title)}</span>
</div>
<ul class="legend" aria-hidden="true">${rows.map((row, i) => markup`<li class="s${i % seriesCount}">${mark(i % seriesCount)}${words.term(row.title)}</li>`)}</ul>`
}

function pointsOf({ figures }: FigureRow, across: (i: number) => string): Point[] {
  return figures.flatMap((figure, i) => {
    if (figure === null) return []
    const { value, samples } = figure
    return [{ x: across(i), value, low: Math.min(...samples), high: Math.max(...samples) }]
  })
}
