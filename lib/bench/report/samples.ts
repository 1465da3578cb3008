import type { ComparisonResult, Round } from '../result/result.ts'
import { percent, tickText } from './figures.ts'
import { LogScale } from './log-scale.ts'
import { mark } from './mark.ts'
import { type Markup, markup } from './markup.ts'
import { seriesOf } from './series.ts'
import type { Words } from './words-en.ts'

const [width, height, stripHeight] = [1000, 300, 40]

/** All samples of all comparisons, with the disturbances of each round. */
export function samples(comparisons: readonly ComparisonResult[], words: Words): Markup {
  return markup`${comparisons.map((one, i) => picture(one, i === 0, words))}`
}

function picture(comparison: ComparisonResult, open: boolean, words: Words): Markup {
  const { processes, contenders, unit, metric, control, disturbedRounds } = comparison
  const rounds = processes.flatMap(one => one.rounds)
  if (rounds.length === 0) return markup``
  const ids = contenders.map(({ id }) => id)
  const figure = (round: Round, id: string): number => {
    const sample = round.samples.find(({ contender }) => contender === id)!
    return Math.max(sample[metric] / sample.events, 0.01)
  }
  const scale = new LogScale(rounds.flatMap(round => ids.map(id => figure(round, id))))
  const across = (i: number): number => Math.round(((i + 0.5) / rounds.length) * width)
  const down = (ns: number): number => Math.round(height * (1 - scale.percent(ns) / 100))
  const dots = (id: string): string =>
    rounds.map((round, i) => `M${across(i)} ${down(figure(round, id))}h0`).join('')
  const shown = words.shown(rounds.length, control.rounds, disturbedRounds)
  const longestMs = Math.max(...waits(rounds)) / 1e6
  const axis = words.sampleAxis(words.term(unit))
  return markup`
<details class="samples"${open ? markup` open` : null}>
  <summary>${words.comparison(comparison)}</summary>
  <figure>
    <ul class="legend">${contenders.map(one => markup`<li class="s${seriesOf(one.id, ids)}">${mark(0)}${words.term(one.title)}</li>`)}</ul>
    <div class="chart" role="img" aria-label="${words.samples}, ${words.comparison(comparison)}: ${axis}; ${shown}">
      <span class="unit">${axis}</span>
      <div class="left">${scale.ticks().map(tick => markup`<span style="top:${percent(100 - scale.percent(tick))}">${tickText(tick)}</span>`)}</div>
      <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        ${scale.ticks().map(tick => markup`<path class="grid" d="M0 ${down(tick)}H${width}"/>`)}
        ${bounds(processes.map(one => one.rounds.length))}
        ${contenders.map(({ id }) => markup`<path class="dots s${seriesOf(id, ids)}" d="${dots(id)}"/>`)}
      </svg>
      <svg class="strip" viewBox="0 0 ${width} ${stripHeight}" preserveAspectRatio="none" aria-hidden="true" focusable="false">${strip(rounds)}</svg>
    </div>
    <figcaption>${shown}. ${words.strip} ≤ ${longestMs.toFixed(1)} ms</figcaption>
  </figure>
</details>`
}

/** The lines that separate the processes. */
function bounds(counts: readonly number[]): Markup {
  const all = counts.reduce((sum, count) => sum + count, 0)
  let before = 0
  const places = counts.slice(0, -1).map(count => {
    before += count
    return Math.round((before / all) * width)
  })
  return markup`<path class="bound" d="${places.map(place => `M${place} 0V${height}`).join('')}"/>`
}

function waits(rounds: readonly Round[]): number[] {
  return rounds.map(({ witness }) => witness.runQueueWaitNs ?? 0)
}

function strip(rounds: readonly Round[]): Markup[] {
  const found = waits(rounds)
  const most = Math.max(...found, 1)
  const one = width / rounds.length
  return rounds.map(({ disturbed }, i) => {
    // The square root keeps one long wait from hiding the others.
    const tall = Math.round(stripHeight * Math.sqrt(found[i]! / most))
    return markup`<path class="${disturbed ? 'disturbed' : 'quiet'}" d="M${Math.round(i * one)} ${stripHeight}v${-tall}h${Math.ceil(one * 0.8)}v${tall}z"/>`
  })
}
