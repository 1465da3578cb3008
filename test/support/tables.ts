import { readFileSync } from 'node:fs'

const text = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8')

/** The table of ARCHITECTURE.md whose first head is this: for each row and column what the cell says. */
export function cellsOf(head: string): [row: string, column: string, cell: string][] {
  const [table] = new RegExp(`^\\| ${head} \\|.*\\n(\\|.*\\n)+`, 'm').exec(text) ?? ['']
  const [[, ...columns] = [], , ...rows] = table
    .trim()
    .split('\n')
    .map(line => line.slice(2, -2).replaceAll('`', '').split(' | '))
  return rows.flatMap(([row = '', ...cells]) =>
    cells.map((cell, i): [string, string, string] => [row, columns[i] ?? '', cell.trim()]),
  )
}
