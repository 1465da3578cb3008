import { verdictTexts } from '../statistics/verdict.ts'
import type { Changes, ComparisonChange, ContenderChange, TableChange } from './changes.ts'
import { figureCell, linesOf, nsText } from './figure-table.ts'
import type { BenchResult } from './result.ts'
import { aUnit } from './unit.ts'

/** The changes as text for a terminal. */
export function changeText(changes: Changes): string {
  const { before, after, comparisons, tables, onlyBefore, onlyAfter } = changes
  const lone = [
    ...onlyBefore.map(id => `${id}: only in A`),
    ...onlyAfter.map(id => `${id}: only in B`),
  ]
  const told = comparisons
    .flatMap(({ contenders }) => contenders)
    .filter(({ verdict }) => verdict !== null)
  const clear = told.filter(({ verdict }) => verdict !== 'cannot tell').length
  return [
    head('A', before),
    head('B', after),
    ...environment(changes),
    '',
    'The sessions are not paired, so only the ratios to each baseline are compared, with both intervals combined.',
    'The nanoseconds also depend on the state of the machine and have no verdict.',
    ...comparisons.flatMap(comparison),
    ...tables.flatMap(table),
    '',
    ...lone,
    `${clear} of ${told.length} have a verdict; ${told.length - clear} are unclear.`,
    '',
  ].join('\n')
}

function head(name: string, { date, mode, environment, complete }: BenchResult): string {
  const { epollet, node, kernel } = environment
  const rest = complete ? '' : ', stopped before all of it was measured'
  return `${name}  ${date}  epollet ${epollet}, Node ${node}, Linux ${kernel}, ${mode}${rest}`
}

function environment({ environment: found }: Changes): string[] {
  if (found.length === 0) return ['The environments are the same.']
  const width = (of: (one: (typeof found)[number]) => string): number =>
    Math.max(...found.map(one => of(one).length))
  const [names, values] = [width(({ name }) => name), width(({ before }) => before)]
  return [
    'Differences between the environments:',
    ...found.map(
      ({ name, before, after }) =>
        `  ${name.padEnd(names)}  A ${before.padEnd(values)}  B ${after}`,
    ),
  ]
}

function comparison({ id, title, unit, contenders, doubt }: ComparisonChange): string[] {
  const width = Math.max(28, ...contenders.map(one => one.title.length)) + 2
  return [
    '',
    `${id}: ${title}`,
    `  ${`ns ${aUnit(unit)}`.padEnd(width)}${'A'.padStart(9)}${'B'.padStart(10)}   B over A`,
    ...contenders.map(one => row(one, width)),
    ...(doubt === null ? [] : [`  no verdicts: ${doubt}`]),
  ]
}

function table({ id, title, unit, columns, rows }: TableChange): string[] {
  const cells = rows.flatMap(({ title, before, after }) => [
    [title, 'A', ...before.map(figureCell)],
    ['', 'B', ...after.map(figureCell)],
  ])
  return ['', `${id}: ${title}`, ...linesOf([['', '', ...columns], ...cells]), `  ${unit}`]
}

function row(
  { title, nsBefore, nsAfter, change, verdict }: ContenderChange,
  width: number,
): string {
  const figures = `${title.padEnd(width)}${nsText(nsBefore).padStart(9)}${nsText(nsAfter).padStart(10)}`
  if (change === null) return `  ${figures}`
  const { ratio, low, high } = change
  const interval = `${ratio.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
  return `  ${figures}   x ${interval.padEnd(24)}${verdict === null ? '' : verdictTexts[verdict]}`
}
