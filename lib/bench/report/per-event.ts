import { type ComparisonResult, type ContenderResult, isRace } from '../result/result.ts'
import { nanoseconds, small } from './figures.ts'
import { type Markup, markup } from './markup.ts'
import { wide } from './wide.ts'
import type { Words } from './words-en.ts'

/** The costs of an event: time, system calls, memory, collections. For servers only the time is known. */
export function perEvent(comparisons: readonly ComparisonResult[], words: Words): Markup {
  const { contender, cpu, process, wall, calls, bytes, collections, limiter } = words.columns
  if (comparisons.every(isRace)) return timesOf(comparisons, words)
  const numbers = [cpu, process, wall, calls, bytes, collections]
  const table = markup`<table class="per-event">
  <thead><tr><th scope="col">${contender}</th>${numbers.map(one => markup`<th scope="col" class="number">${one}</th>`)}<th scope="col">${limiter}</th></tr></thead>
  ${comparisons.map(
    comparison => markup`<tbody>
    <tr><th scope="rowgroup" colspan="8">${words.comparison(comparison)}</th></tr>
    ${comparison.contenders.map(one => row(one, words))}
  </tbody>`,
  )}
</table>`
  return wide(words.perEventTable, table)
}

function timesOf(comparisons: readonly ComparisonResult[], words: Words): Markup {
  const { contender, process, wall } = words.columns
  const table = markup`<table class="per-event">
  <thead><tr><th scope="col">${contender}</th><th scope="col" class="number">${process}</th><th scope="col" class="number">${wall}</th></tr></thead>
  ${comparisons.map(
    comparison => markup`<tbody>
    <tr><th scope="rowgroup" colspan="3">${words.comparison(comparison)}</th></tr>
    ${comparison.contenders.map(
      one =>
        markup`<tr><th scope="row">${words.term(one.title)}</th><td class="number">${nanoseconds(one.processCpuNsPerEvent)}</td><td class="number">${nanoseconds(one.wallNsPerEvent)}</td></tr>`,
    )}
  </tbody>`,
  )}
</table>`
  return wide(words.perEventTable, table)
}

function row(contender: ContenderResult, words: Words): Markup {
  const { title, limiter, systemCallsPerEvent, allocatedBytesPerEvent } = contender
  // Another process's heap cannot be measured from here.
  const elsewhere = limiter === 'another runtime' || limiter === 'another process'
  const seen = (figure: number | null, text: (figure: number) => string): string =>
    elsewhere || figure === null ? words.notCounted : text(figure)
  // In a race, the time of all threads of a server is measured, so its process time is known.
  const processText =
    limiter === 'another runtime' ? words.notCounted : nanoseconds(contender.processCpuNsPerEvent)
  const figures = [
    nanoseconds(contender.cpuNsPerEvent),
    processText,
    nanoseconds(contender.wallNsPerEvent),
    seen(systemCallsPerEvent, small),
    seen(allocatedBytesPerEvent, bytes => small(Math.round(bytes))),
    seen(contender.collectionsPer1000Events, small),
  ]
  return markup`<tr><th scope="row">${words.term(title)}</th>${figures.map(figure => markup`<td class="number">${figure}</td>`)}<td>${words.term(limiter)}</td></tr>`
}
