import { type Markup, markup } from './markup.ts'
import type { Words } from './words-en.ts'

/** A table that scrolls within its frame, even by keyboard, if it is wider than the screen. */
export function wide(label: string, table: Markup): Markup {
  return markup`<div class="wide" tabindex="0" role="region" aria-label="${label}">${table}</div>`
}

/** The figures of a picture as a table that can be unfolded. */
export function asTable(title: string, table: Markup, words: Words): Markup {
  const label = `${title}: ${words.asTable}`
  return markup`<details><summary>${words.asTable}</summary>${wide(label, table)}</details>`
}
