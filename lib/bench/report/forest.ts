import { ratioText } from '../result/figure-table.ts'
import { type ComparisonResult, type ContenderResult, figureOf } from '../result/result.ts'
import type { RatioInterval } from '../statistics/interval.ts'
import { indifference, isBiased } from '../statistics/verdict.ts'
import { intervalText, nanoseconds, percent, tickText } from './figures.ts'
import { LogScale } from './log-scale.ts'
import { type Markup, markup } from './markup.ts'
import { asTable } from './wide.ts'
import type { Words } from './words-en.ts'

/** The ratios with their intervals: one picture per family of comparisons, usually with one axis for all of them. */
export function forest(comparisons: readonly ComparisonResult[], words: Words): Markup {
  const familyOf = ({ id }: ComparisonResult): string => id.split('/')[0]!
  const names = [...new Set(comparisons.map(familyOf))]
  return markup`${names.map(name => {
    const of = comparisons.filter(one => familyOf(one) === name)
    return family(name, of, words)
  })}`
}

function family(name: string, comparisons: readonly ComparisonResult[], words: Words): Markup {
  const intervals = comparisons.flatMap(({ contenders, control }) => [
    control,
    ...contenders.flatMap(({ ratio }) => ratio ?? []),
  ])
  const scale = scaleOf(intervals.flatMap(({ low, high }) => [low, high]))
  const ticks = scale.ticks()
  return markup`
<figure class="forest">
  <h3>${words.family(name)}</h3>
  <div role="img" aria-label="${words.forest}: ${spoken(comparisons, words)}">
    ${comparisons.map(one => group(one, scale, ticks, words))}
    <div class="row axis"><span class="name"></span><span class="plot ticks">${ticks.map(
      tick => markup`<span style="left:${percent(scale.percent(tick))}">${tickText(tick)}</span>`,
    )}</span><span class="figure">${words.forestAxis}</span></div>
  </div>
  ${table(words.family(name), comparisons, words)}
</figure>`
}

const [farOut, axisMost] = [10, 3]

/** A ratio many times larger than the others is left off the axis, because it would shrink all intervals to points. */
function scaleOf(limits: readonly number[]): LogScale {
  const isWide = Math.max(...limits) > farOut
  const shown = isWide ? [...limits.filter(limit => limit <= axisMost), axisMost] : limits
  return new LogScale([0.9, 1.15, ...shown])
}

function group(
  comparison: ComparisonResult,
  scale: LogScale,
  ticks: readonly number[],
  words: Words,
): Markup {
  const { contenders, control, metric, unit } = comparison
  const [baseline, ...others] = contenders as [ContenderResult, ...ContenderResult[]]
  const figure = words.each(nanoseconds(figureOf(baseline, metric)), words.term(unit))
  const verdict = (one: ContenderResult): Markup =>
    markup`<span class="verdict ${(one.verdict ?? '').replace(' ', '-')}">${words.verdicts[one.verdict ?? 'cannot tell']}</span>`
  return markup`
    <div class="group">
      <p class="what"><b>${words.comparison(comparison)}</b> ${isBiased(control) ? words.biased : null}</p>
      <div class="row control"><span class="name">${words.term(baseline.title)}<small>${words.baseline}: ${figure}</small></span>${plot(control, scale, ticks, 'hollow')}<span class="figure">${ratioText(control.ratio)} <small>${intervalText(control)}</small></span><span class="verdict none">${words.control}</span></div>
      ${others.map(
        one => markup`
      <div class="row"><span class="name">${words.term(one.title)}</span>${plot(one.ratio!, scale, ticks, (one.verdict ?? '').replace(' ', '-'))}<span class="figure">${ratioText(one.ratio!.ratio)} <small>${intervalText(one.ratio!)}</small></span>${verdict(one)}</div>`,
      )}
    </div>`
}

function plot(
  { ratio, low, high }: RatioInterval,
  scale: LogScale,
  ticks: readonly number[],
  look: string,
): Markup {
  const at = (value: number): string => percent(scale.percent(Math.min(value, scale.high)))
  const width = scale.percent(1 + indifference) - scale.percent(1 - indifference)
  const sign =
    ratio > scale.high
      ? markup`<svg class="beyond" x="100%" y="50%"><path d="M-11-6.5 1 0-11 6.5Z"/></svg>`
      : markup`<line class="interval" x1="${at(low)}" x2="${at(high)}" y1="50%" y2="50%"/><circle cx="${at(ratio)}" cy="50%" r="3.4"/>`
  return markup`<span class="plot ${look}"><svg aria-hidden="true" focusable="false"><rect class="band" x="${at(1 - indifference)}" width="${percent(width)}" y="0" height="100%"/>${ticks.map(
    tick => markup`<line class="grid" x1="${at(tick)}" x2="${at(tick)}" y1="0" y2="100%"/>`,
  )}<line class="one" x1="${at(1)}" x2="${at(1)}" y1="0" y2="100%"/>${sign}</svg></span>`
}

function spoken(comparisons: readonly ComparisonResult[], words: Words): string {
  return comparisons
    .map(comparison => {
      const rows = comparison.contenders.flatMap(({ title, ratio, verdict }) =>
        ratio === null || verdict === null
          ? []
          : `${words.term(title)} ${ratioText(ratio.ratio)}, ${words.verdicts[verdict]}`,
      )
      return `${words.comparison(comparison)}: ${rows.join('; ')}`
    })
    .join('. ')
}

function table(title: string, comparisons: readonly ComparisonResult[], words: Words): Markup {
  const { columns } = words
  return asTable(
    title,
    markup`<table>
      <thead><tr><th scope="col">${columns.contender}</th><th scope="col" class="number">${columns.ratio}</th><th scope="col" class="number">${columns.interval}</th><th scope="col">${columns.verdict}</th></tr></thead>
      ${comparisons.map(
        comparison => markup`<tbody><tr><th scope="rowgroup" colspan="4">${words.comparison(comparison)}</th></tr>
      ${comparison.contenders.map(({ title: contender, ratio, verdict }) =>
        ratio === null
          ? markup`<tr><th scope="row">${words.term(contender)}</th><td class="number">${ratioText(comparison.control.ratio)}</td><td class="number">${intervalText(comparison.control)}</td><td>${words.control}</td></tr>`
          : markup`<tr><th scope="row">${words.term(contender)}</th><td class="number">${ratioText(ratio.ratio)}</td><td class="number">${intervalText(ratio)}</td><td>${words.verdicts[verdict ?? 'cannot tell']}</td></tr>`,
      )}
      ${comparison.skipped.map(({ id, reason }) => markup`<tr><td colspan="4">${words.skipped(id, reason)}</td></tr>`)}</tbody>`,
      )}
    </table>`,
    words,
  )
}
