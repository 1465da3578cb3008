import { type Markup, markup } from './markup.ts'
import type { Words } from './words-en.ts'

/** A table that may be wider than the screen: it scrolls by itself, by keys too. */
export function wide(label: string, table: Markup): Markup {
  return markup`<div class="wide" tabindex="0" role="region" aria-label="${label}">${table}</div>`
}

/** What a picture shows, as a table for who wants the figures or cannot see it. */
export function asTable(title: string, table: Markup, words: Words): Markup {
  const label = `${title}: ${words.asTable}`
  return markup`<details><summary>${words.asTable}</summary>${wide(label, table)}</details>`
}
