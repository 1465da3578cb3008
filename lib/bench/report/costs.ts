import type { ComparisonResult } from '../result/result.ts'
import { quantile } from '../statistics/statistics.ts'
import { curve, type Point } from './curve.ts'
import { nanoseconds, percent, tickText } from './figures.ts'
import { LogScale } from './log-scale.ts'
import { mark } from './mark.ts'
import { type Markup, markup } from './markup.ts'
import { seriesOf } from './series.ts'
import { asTable } from './wide.ts'
import type { Words } from './words-en.ts'

interface Cost {
  readonly count: number
  readonly ns: number
  /** The quartiles over all rounds. If the result has no samples, both are the median. */
  readonly low: number
  readonly high: number
}

interface Curve {
  readonly title: string
  readonly series: number
  readonly points: readonly Cost[]
}

/** The cost by the number of descriptors, on logarithmic axes; null if only one number was measured. */
export function costs(comparisons: readonly ComparisonResult[], words: Words): Markup | null {
  const waits = comparisons.filter(({ id }) => /^wait\/\d+$/.test(id))
  if (waits.length < 2) return null
  const curves = curvesOf(waits)
  const points = curves.flatMap(curve => curve.points)
  const x = new LogScale(points.map(({ count }) => count))
  const y = new LogScale(points.flatMap(({ low, high }) => [low, high]))
  const axes = words.costsAxes(words.descriptors, words.sampleAxis(words.term('wait')))
  return markup`
<figure class="costs">
  <div class="chart" role="img" aria-label="${axes}. ${spoken(curves, words)}">
    <span class="unit">${words.sampleAxis(words.term('wait'))}</span>
    <div class="left">${y.ticks().map(tick => markup`<span style="top:${percent(100 - y.percent(tick))}">${tickText(tick)}</span>`)}</div>
    <svg aria-hidden="true" focusable="false">
      ${y.ticks().map(tick => gridLine('y', 100 - y.percent(tick)))}
      ${waits.map(({ descriptors }) => gridLine('x', x.percent(descriptors)))}
      ${curves.map(({ series, points }) =>
        curve(
          series,
          points.map(point => drawn(point, x)),
          y,
        ),
      )}
    </svg>
    <div class="right">${labels(curves, y, words)}</div>
    <div class="bottom">${waits.map(({ descriptors }) => markup`<span style="left:${percent(x.percent(descriptors))}">${tickText(descriptors)}</span>`)}</div>
    <span class="across">${words.descriptors}</span>
  </div>
  <ul class="legend narrow" aria-hidden="true">${curves.map(({ title, series }) => markup`<li class="s${series}">${mark(series)}${words.term(title)}</li>`)}</ul>
  ${table(waits, curves, words)}
</figure>`
}

function curvesOf(waits: readonly ComparisonResult[]): Curve[] {
  const ids = [...new Set(waits.flatMap(({ contenders }) => contenders.map(({ id }) => id)))]
  return ids.map(id => {
    const points = waits.flatMap(({ descriptors, contenders, processes }) => {
      const contender = contenders.find(one => one.id === id)
      if (contender === undefined) return []
      const figures = processes
        .flatMap(({ rounds }) => rounds.flatMap(({ samples }) => samples))
        .filter(sample => sample.contender === id)
        .map(({ cpuNs, events }) => cpuNs / events)
      const ns = contender.cpuNsPerEvent
      const [low, high] =
        figures.length === 0 ? [ns, ns] : [quantile(figures, 0.25), quantile(figures, 0.75)]
      return [{ count: descriptors, ns, low: Math.min(low, ns), high: Math.max(high, ns) }]
    })
    const found = waits.flatMap(({ contenders }) => contenders).find(one => one.id === id)!
    return { title: found.title, series: seriesOf(id, ids), points }
  })
}

function gridLine(axis: 'x' | 'y', place: number): Markup {
  const at = percent(place)
  return axis === 'x'
    ? markup`<line class="grid" x1="${at}" x2="${at}" y1="0" y2="100%"/>`
    : markup`<line class="grid" x1="0" x2="100%" y1="${at}" y2="${at}"/>`
}

function drawn({ count, ns, low, high }: Cost, x: LogScale): Point {
  return { x: percent(x.percent(count)), value: ns, low, high }
}

/** The labels next to the last points, moved apart if they would overlap. */
function labels(curves: readonly Curve[], y: LogScale, words: Words): Markup[] {
  const apart = 6
  const wanted = curves
    .map(curve => ({ curve, place: 100 - y.percent(curve.points.at(-1)!.ns) }))
    .sort((a, b) => a.place - b.place)
  for (const [i, one] of wanted.entries())
    if (i > 0) one.place = Math.max(one.place, wanted[i - 1]!.place + apart)
  for (let i = wanted.length - 1, most = 100; i >= 0; i--, most -= apart)
    wanted[i]!.place = Math.min(wanted[i]!.place, most)
  return wanted.map(
    ({ curve: { series, title }, place }) =>
      markup`<span class="s${series}" style="top:${percent(place)}">${mark(series)}${words.term(title)}</span>`,
  )
}

function spoken(curves: readonly Curve[], words: Words): string {
  return curves
    .map(({ title, points }) => {
      const figures = points.map(({ count, ns }) => `${count}: ${nanoseconds(ns)} ns`)
      return `${words.term(title)} ${figures.join(', ')}`
    })
    .join('; ')
}

function table(waits: readonly ComparisonResult[], curves: readonly Curve[], words: Words): Markup {
  return asTable(
    words.costs,
    markup`<table>
      <thead><tr><th scope="col">${words.sampleAxis(words.term('wait'))}</th>${waits.map(({ descriptors }) => markup`<th scope="col" class="number">${descriptors}</th>`)}</tr></thead>
      <tbody>${curves.map(
        ({ title, points }) =>
          markup`<tr><th scope="row">${words.term(title)}</th>${waits.map(({ descriptors }) => {
            const point = points.find(({ count }) => count === descriptors)
            return markup`<td class="number">${point === undefined ? '–' : nanoseconds(point.ns)}</td>`
          })}</tr>`,
      )}</tbody>
    </table>`,
    words,
  )
}
