import type { Context, Item } from '../item.ts'
import { freshProcess } from '../measure/fresh-process.ts'
import { figureOfSamples } from '../result/figure-table.ts'
import type { FigureRow } from '../result/result.ts'
import { shuffled } from '../statistics/random.ts'

/** The values of one process, one per column; null if a value is missing. */
export type Values = readonly (number | null)[]

/** A row of figures, and how one process measures it. */
export interface StudyRow {
  readonly title: string
  readonly sample: (context: Context) => Promise<Values>
}

/** The exports of a module that runs in a separate process. */
export interface StudyModule<T> {
  measure(task: T): Promise<Values> | Values
}

/** A measurement of figures that are not ratios, in one table. */
interface Study extends Pick<Item, 'id' | 'title' | 'quick' | 'descriptors'> {
  /** The title of its table; its own by default. */
  readonly tableTitle?: string
  readonly unit: string
  readonly columns: readonly string[]
  /** The rows that can be measured on this machine now, and the notes below them. */
  readonly contents: () => { readonly rows: readonly StudyRow[]; readonly notes: readonly string[] }
}

export function itemOfStudy({ contents, tableTitle, unit, columns, ...item }: Study): Item {
  const { id, title } = item
  return {
    ...item,
    steps: ({ processes }) => processes * contents().rows.length,
    measure: async context => {
      const { rows: asked, notes } = contents()
      const rows = await sampled(asked, columns.length, context)
      const figures = [{ id, title: tableTitle ?? title, unit, columns, rows, notes }]
      return { comparisons: [], figures }
    },
  }
}

/** Measures all rows in turns, in random order, so that a disturbance affects all of them alike. */
async function sampled(
  rows: readonly StudyRow[],
  columnCount: number,
  context: Context,
): Promise<FigureRow[]> {
  const { sizes, random, onStep } = context
  const found = new Map<StudyRow, Values[]>(rows.map(row => [row, []]))
  for (let i = 0; i < sizes.processes; i++) {
    for (const row of shuffled(rows, random)) {
      found.get(row)!.push(await row.sample(context))
      onStep()
    }
  }
  return rows.map(row => ({ title: row.title, figures: figuresOf(found.get(row)!, columnCount) }))
}

function figuresOf(samples: readonly Values[], columnCount: number): FigureRow['figures'] {
  return Array.from({ length: columnCount }, (_, i) =>
    figureOfSamples(samples.flatMap(values => values[i] ?? [])),
  )
}

/** The values that a module in this folder measures in a fresh process. @param options of Node */
export async function valuesOf(
  module: string,
  task: object,
  signal: AbortSignal,
  options: readonly string[] = [],
): Promise<Values> {
  const program = { file: 'studies/child.js', args: [module, JSON.stringify(task)], options }
  const { lines } = await freshProcess(program, 1, signal)
  return lines[0] as Values
}
