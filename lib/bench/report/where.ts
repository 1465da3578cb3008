import type { Environment } from '../result/result.ts'
import { type Markup, markup } from './markup.ts'
import { wide } from './wide.ts'
import type { Words } from './words-en.ts'

/** The machine and the versions of a result. */
export function where(environment: Environment, words: Words): Markup {
  const { memoryBytes, mitigations } = environment
  const others = environment as unknown as Readonly<Record<string, string | number | null>>
  const value = (name: string): string =>
    name === 'memoryBytes'
      ? `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`
      : String(others[name] ?? words.unknown)
  const rows = Object.entries(words.environmentRows).map(([name, label]) => [label, value(name)])
  const table = markup`<table class="pairs"><tbody>${Object.entries(mitigations).map(pair)}</tbody></table>`
  return markup`
<table class="pairs"><tbody>${rows.map(pair)}</tbody></table>
<details><summary>${words.mitigations}</summary>${wide(words.mitigations, table)}</details>`
}

function pair([name = '', value = '']: readonly string[]): Markup {
  return markup`<tr><th scope="row">${name}</th><td>${value}</td></tr>`
}
