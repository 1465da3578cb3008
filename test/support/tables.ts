import { readFileSync } from 'node:fs'

const text = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8')

/** Returns the cells of the table in ARCHITECTURE.md whose first header is `head`. */
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
