// node scripts/bench-example.js RESULT.json: writes html/bench/example.json from a result. The example keeps all
// figures and intervals, but drops most of the samples, which would take half a megabyte: only the first comparison
// keeps all of its samples, and the others keep one round per process.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './project.js'

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('usage: node scripts/bench-example.js RESULT.json')
/** @type {import('../lib/bench/result/result.ts').BenchResult} */
const result = JSON.parse(readFileSync(path, 'utf8'))
const comparisons = result.comparisons.map((comparison, i) => ({
  ...comparison,
  processes: comparison.processes.map(run => ({
    ...run,
    rounds: i === 0 ? run.rounds : run.rounds.slice(0, 1),
  })),
}))
const digits = 6
const text = JSON.stringify({ ...result, comparisons }, (_, value) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(digits)) : value,
)
writeFileSync(join(root, 'html/bench/example.json'), `${text}\n`)
