// Tables of figures: how they are printed and stored.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FigureTable, reportOf, resultSchema, tableOf } from '../../lib/bench/index.ts'
import { complaintAbout } from '../../lib/bench/result/conforms.ts'
import {
  figureOfSamples,
  figureTableText,
  figureText,
  mixedUnits,
} from '../../lib/bench/result/figure-table.ts'
import { madeUpResult } from './made-up.ts'

const latencies: FigureTable = {
  id: 'latency',
  title: 'how long an answer takes',
  unit: 'ms',
  columns: ['p50', 'p90', 'p99', 'p99.9'],
  rows: [
    {
      title: 'one',
      figures: [[0.1, 0.2, 0.3], [0.5], [2, 1, 9], [12_345.6]].map(figureOfSamples),
    },
    { title: 'the other', figures: [figureOfSamples([4]), null, null, null] },
  ],
  notes: ['10 requests a second'],
}

for (const [value, text] of [
  [0, '0'],
  [0.012_345, '0.0123'],
  [-1.5, '-1.5'],
  [99.96, '100'],
  [999.9, '1000'],
  [12_345.6, '12346'],
] as const)
  test(`${value} is shown as ${text}`, () => assert.equal(figureText(value), text))

test('figureOfSamples() is the median of the samples, and null if there are none', () => {
  assert.deepEqual(figureOfSamples([3, 1, 2]), { value: 2, samples: [3, 1, 2] })
  assert.equal(figureOfSamples([]), null)
})

test('figures are printed as a table with their ranges, with the notes below it', () => {
  assert.deepEqual(figureTableText(latencies).split('\n'), [
    '',
    'latency: how long an answer takes',
    '                       p50  p90      p99  p99.9',
    '  one        0.2 (0.1-0.3)  0.5  2 (1-9)  12346',
    '  the other              4    -        -      -',
    '  ms; median of the processes (smallest-largest)',
    '  10 requests a second',
  ])
})

test('a result without comparisons conforms to the schema, and can be shown as text and as a page', () => {
  const result = madeUpResult([], { figures: [latencies] })
  assert.equal(complaintAbout(result, resultSchema), null)
  assert.match(tableOf(result), /^Linux .*\n\nlatency: how long an answer takes\n/)
  for (const language of ['en', 'zh'] as const) {
    const page = reportOf(result, language)
    assert.match(page, /<th scope="row">one<\/th><td class="number">0\.2 <small>0\.1–0\.3<\/small>/)
    assert.match(page, /<td class="number">–<\/td>/)
    assert.match(page, /<g class="curve s0">/)
    assert.match(page, /10 requests a second/)
  }
})

test('no curve is drawn for columns that are not percentiles', () => {
  const few = {
    ...latencies,
    columns: ['p50'],
    rows: [{ title: 'one', figures: [figureOfSamples([1])] }],
  }
  assert.doesNotMatch(reportOf(madeUpResult([], { figures: [few] }), 'en'), /<g class="curve/)
})

test('no curve is drawn for columns with different units', () => {
  const page = reportOf(madeUpResult([], { figures: [{ ...latencies, unit: mixedUnits }] }), 'en')
  assert.doesNotMatch(page, /<g class="curve/)
})

test('the result of a quick run says that some items were left out', () => {
  const result = madeUpResult([], { figures: [latencies] })
  const line =
    'A quick run, without the items that node dist/cli/main.js bench list marks with (--full).'
  assert.ok(
    tableOf({ ...result, mode: 'quick' })
      .split('\n')
      .includes(line),
  )
  assert.doesNotMatch(tableOf({ ...result, mode: 'full' }), /quick/)
})

test('the report shows a command that repeats the run with the same figure tables', () => {
  const page = reportOf(madeUpResult([], { figures: [latencies] }), 'en')
  assert.match(page, /<code>node dist\/cli\/main\.js bench --only latency --seed 7</)
})
