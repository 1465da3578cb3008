import type { ComparisonResult } from '../result/result.ts'
import { nanoseconds, percent } from './figures.ts'
import { type Markup, markup } from './markup.ts'
import { asTable } from './wide.ts'
import type { Words } from './words-en.ts'

interface Bar {
  readonly comparison: ComparisonResult
  /** The nanoseconds that C, the crossing into the addon, and JavaScript add. */
  readonly parts: readonly [number, number, number]
}

/** The parts of an event's time; null unless all three contenders were measured. */
export function spent(comparisons: readonly ComparisonResult[], words: Words): Markup | null {
  const bars = comparisons.flatMap(barOf)
  if (bars.length === 0) return null
  const most = Math.max(...bars.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0)))
  const spoken = bars
    .map(({ comparison, parts }) => {
      const said = parts.map((ns, i) => `${words.parts[i]} ${nanoseconds(ns)} ns`)
      return `${words.comparison(comparison)}: ${said.join(', ')}`
    })
    .join('. ')
  return markup`
<figure class="spent">
  <div role="img" aria-label="${words.spent}. ${spoken}">
    <ul class="legend">${words.parts.map((part, i) => markup`<li><i class="p${i}"></i>${part}</li>`)}</ul>
    ${bars.map(bar => drawn(bar, most, words))}
  </div>
  ${table(bars, words)}
</figure>`
}

function barOf(comparison: ComparisonResult): Bar[] {
  const figure = (id: string): number | undefined =>
    comparison.contenders.find(one => one.id === id)?.cpuNsPerEvent
  const [c, wait, poll] = [figure('c-epoll'), figure('epoll-wait'), figure('epoll-poll')]
  if (c === undefined || wait === undefined || poll === undefined) return []
  // A difference that is smaller than the noise may be negative.
  const crossing = Math.max(0, wait - c)
  return [{ comparison, parts: [c, crossing, Math.max(0, poll - c - crossing)] }]
}

function drawn({ comparison, parts }: Bar, most: number, words: Words): Markup {
  let from = 0
  const pieces = parts.map((ns, i) => {
    const piece = markup`<rect class="p${i}" x="${percent((100 * from) / most)}" width="${percent((100 * ns) / most)}" height="100%"/>`
    from += ns
    return piece
  })
  return markup`
    <div class="bar"><span class="name">${words.comparison(comparison)}</span><svg aria-hidden="true" focusable="false">${pieces}</svg><span class="figure">${words.each(parts.map(nanoseconds).join(' + '), words.term(comparison.unit))}</span></div>`
}

function table(bars: readonly Bar[], words: Words): Markup {
  return asTable(
    words.spent,
    markup`<table>
      <thead><tr><td></td>${words.parts.map(part => markup`<th scope="col" class="number">${part}, ns</th>`)}</tr></thead>
      <tbody>${bars.map(
        ({ comparison, parts }) =>
          markup`<tr><th scope="row">${words.comparison(comparison)}</th>${parts.map(ns => markup`<td class="number">${nanoseconds(ns)}</td>`)}</tr>`,
      )}</tbody>
    </table>`,
    words,
  )
}
