// The study of how long it takes to wake a thread.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { percentileShares } from '../../lib/bench/statistics/statistics.ts'
import { wakeLatency } from '../../lib/bench/studies/wake-latency.ts'
import { measure } from '../../lib/bench/studies/wake-latency-run.ts'
import { tinyFigures, untranslated, valuesIn } from './study.ts'

test('the wake study reports latency percentiles for each way of waiting', async () => {
  const table = await tinyFigures(wakeLatency)
  assert.deepEqual(
    table.rows.map(({ title }) => title),
    ['a thread in Epoll.poll()', "Epoll.watch(), in Node's loop", 'node:net'],
  )
  for (const { title } of table.rows) assertRise(valuesIn(table, title))
  // Units and percentile names are not translated.
  const named = { ...table, unit: 'bytes', columns: [], rows: [] }
  assert.deepEqual(untranslated(named), [])
})

for (const wake of ['blocking', 'nested', 'libuv'] as const)
  test(`a thread that uses ${wake} to wait echoes each byte and then ends`, async () =>
    assertRise(await measure({ wake, count: 20, warmUpCount: 2 })))

function assertRise(values: readonly (number | null)[]): void {
  assert.equal(values.length, percentileShares.length)
  assert.ok(values.every((value, i) => value! > 0 && value! >= (values[i - 1] ?? 0)))
}
