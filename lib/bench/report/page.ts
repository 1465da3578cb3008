import { publicCommand } from '../../sys/index.ts'
import { type BenchResult, type ComparisonResult, isRace } from '../result/result.ts'
import { resolutionOf } from '../statistics/verdict.ts'
import { costs } from './costs.ts'
import { forest } from './forest.ts'
import { type Markup, markup } from './markup.ts'
import { perEvent } from './per-event.ts'
import { raceAgain } from './race-again.ts'
import { samples } from './samples.ts'
import { spent } from './spent.ts'
import { style } from './style.ts'
import { tables } from './tables.ts'
import { where } from './where.ts'
import { type Language, wordsOf } from './words.ts'
import type { Words } from './words-en.ts'

/** The links of a page on the site; a report in a file does not have them. */
export interface Site {
  readonly home: string
  /** The same page in the other language. */
  readonly other: { readonly href: string; readonly lang: string; readonly name: string }
  /** Whether the result was measured on a machine that is not the reader's. */
  readonly example: boolean
}

/** A result as one HTML page that needs no scripts and no other files. */
export function reportOf(
  result: BenchResult,
  language: Language,
  site: Site | null = null,
): string {
  const words = wordsOf(language)
  const { comparisons, figures } = result
  return markup`<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${titleOf(result, words)}</title>
<style>${style}</style>
</head>
<body>
${site === null ? null : navigation(site, words)}
<main>
${head(result, site, words)}
${comparisons.length + figures.length === 0 ? null : sections(result, words)}
</main>
</body>
</html>
`.text
}

function titleOf({ mode }: BenchResult, words: Words): string {
  return mode === 'serve' ? words.raceTitle : words.title
}

function navigation({ home, other }: Site, words: Words): Markup {
  return markup`<nav><a href="${home}">${words.home}</a><a href="${other.href}" lang="${other.lang}" hreflang="${other.lang}">${other.name}</a></nav>`
}

function head(result: BenchResult, site: Site | null, words: Words): Markup {
  const { date, environment, comparisons, complete } = result
  const told = comparisons.flatMap(({ contenders }) => contenders.flatMap(one => one.verdict ?? []))
  const clear = told.filter(verdict => verdict !== 'cannot tell').length
  const resolutions = comparisons.map(({ control }) => 100 * resolutionOf(control))
  const text = (share: number): string => share.toFixed(1)
  const { processor, kernel, node } = environment
  return markup`<header>
<h1>${titleOf(result, words)}</h1>
<p class="lead">${words.lead}</p>
<p class="from">${words.from(`${date.slice(0, 16).replace('T', ' ')} UTC`, processor, kernel, node)} ${
    site === null
      ? null
      : site.example
        ? markup`${words.example} <code>${publicCommand()} bench</code>`
        : words.own
  }</p>
${complete ? null : markup`<p class="warning">${comparisons.length === 0 ? words.nothing : words.incomplete}</p>`}
${
  comparisons.length === 0
    ? null
    : markup`<p class="tally"><b>${words.tally(clear, told.length)}</b> ${words.resolution(text(Math.min(...resolutions)), text(Math.max(...resolutions)))}</p>`
}
</header>`
}

/** The arguments of `epollet` that repeat the measurement. */
function again(result: BenchResult): string {
  const { mode, comparisons, figures } = result
  if (mode === 'serve') return raceAgain(result)
  return mode === 'only'
    ? `--only ${[...comparisons, ...figures].map(({ id }) => id).join(',')}`
    : `--${mode}`
}

function sections(result: BenchResult, words: Words): Markup {
  const { comparisons, figures, environment, seed, mode } = result
  const methodLines = mode === 'serve' ? words.raceLines : words.methodLines
  return markup`
${comparisons.length === 0 ? null : ratios(comparisons, words)}
${section('tables', words.tables, words.tablesNote, tables(figures, words))}
${section('where', words.environment, null, where(environment, words))}
<section aria-labelledby="method"><h2 id="method">${words.method}</h2>
<ul>${methodLines.map(line => markup`<li>${line}</li>`)}</ul>
<p>${words.again} <code>${publicCommand()} bench ${again(result)} --seed ${seed}</code></p></section>`
}

function ratios(comparisons: readonly ComparisonResult[], words: Words): Markup {
  return markup`
${section('forest', words.forest, words.forestNote, forest(comparisons, words))}
${section('costs', words.costs, words.costsNote, costs(comparisons, words))}
${section('spent', words.spent, words.spentNote, spent(comparisons, words))}
${section('per-event', words.perEvent, comparisons.every(isRace) ? words.raceNote : words.perEventNote, perEvent(comparisons, words))}
${section('samples', words.samples, words.samplesNote, samples(comparisons, words))}`
}

function section(id: string, title: string, note: string | null, content: Markup | null): Markup {
  if (content === null) return markup``
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${note === null ? null : markup`<p class="note">${note}</p>`}
${content}</section>`
}
