// Runs a study with tiny sizes, and reads its table.
import assert from 'node:assert/strict'
import {
  type FigureTable,
  type Item,
  resultSchema,
  seeded,
  tableOf,
} from '../../lib/bench/index.ts'
import { wordsOf } from '../../lib/bench/report/words.ts'
import { complaintAbout } from '../../lib/bench/result/conforms.ts'
import { madeUpResult } from './made-up.ts'

const sizes = { processes: 1, rounds: 2, blockMs: 0.1 }

/** Runs a real measurement, with one process per row. */
export async function tinyFigures(item: Item): Promise<FigureTable> {
  const { signal } = new AbortController()
  let steps = 0
  const onStep = (): void => void steps++
  const context = { present: new Set<string>(), sizes, random: seeded(1), signal, onStep }
  const { comparisons, figures } = await item.measure(context)
  assert.deepEqual([comparisons.length, figures.length], [0, 1])
  assert.equal(steps, item.steps(sizes))
  const result = madeUpResult([], { figures })
  assert.equal(complaintAbout(result, resultSchema), null)
  assert.match(tableOf(result), new RegExp(`^${item.id}: `, 'm'))
  return figures[0]!
}

/** The values of a row. Each row was measured by only one process. */
export function valuesIn({ rows }: FigureTable, title: string): (number | null)[] {
  const row = rows.find(one => one.title === title)
  assert.ok(row, `there is a row '${title}'`)
  return row.figures.map(figure => figure?.value ?? null)
}

const names = /^(Epoll\.\w+\(\)|perf bench epoll \w+|npm epoll)$/

/** The English texts of a table that have no Chinese translation. Names are not included. */
export function untranslated({ title, unit, columns, rows, notes }: FigureTable): string[] {
  const { term } = wordsOf('zh')
  const texts = [title, unit, ...columns, ...rows.map(row => row.title), ...notes]
  return texts.filter(text => term(text) === text && !names.test(text))
}
