import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ratioInterval, studentQuantile } from '../../lib/bench/statistics/interval.ts'
import { isBiased, verdictOf } from '../../lib/bench/statistics/verdict.ts'
import { type Bench, syntheticRatios } from './synthetic.ts'

const usual: Bench = {
  processes: 5,
  rounds: 12,
  ratio: 1,
  processBias: 0.006,
  roundNoise: 0.02,
}

function intervals(bench: Bench, sessions: number, firstSeed: number) {
  return Array.from({ length: sessions }, (_, i) =>
    ratioInterval(syntheticRatios(bench, firstSeed + i), i),
  )
}

// Source: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975.
const published: readonly (readonly [freedom: number, quantile: number])[] = [
  ...[2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131]
    .concat([2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052])
    .concat([2.048, 2.045, 2.042])
    .map((quantile, i) => [i + 4, quantile] as const),
  [40, 2.021],
  [60, 2],
  [100, 1.984],
]

test('studentQuantile() agrees with the published table to three digits', () => {
  for (const [freedom, quantile] of published) {
    const found = studentQuantile(freedom)
    assert.ok(Math.abs(found - quantile) <= 0.001, `${freedom}: ${found}, and not ${quantile}`)
  }
})

// 380 of 400 intervals should contain the true ratio; 13 is three standard deviations of that number.
for (const processBias of [0, 0.006, 0.02]) {
  for (const processes of [5, 8]) {
    test(`95 % of 400 intervals contain the true ratio (${processes} processes that differ by ${processBias})`, () => {
      const bench = { ...usual, processes, processBias, ratio: 1.3 }
      const held = intervals(bench, 400, 1000).filter(({ low, high }) => low <= 1.3 && 1.3 <= high)
      assert.ok(Math.abs(held.length - 380) <= 13, `${held.length} of 400`)
    })
  }
}

test('at most one of 20 comparisons of a contender with itself has a verdict', () => {
  for (const processBias of [0.002, 0.006, 0.015]) {
    const found = intervals({ ...usual, processBias }, 20, 1)
    const verdicts = found.filter(interval => verdictOf(interval) !== 'cannot tell')
    assert.ok(verdicts.length <= 1, `${verdicts.length} of 20`)
  }
})

test('a difference of 10 % has a verdict', () => {
  for (const interval of intervals({ ...usual, ratio: 1.1 }, 20, 50))
    assert.equal(verdictOf(interval), 'dearer')
  for (const interval of intervals({ ...usual, ratio: 0.9 }, 20, 50))
    assert.equal(verdictOf(interval), 'cheaper')
})

test('a difference of 0.5 % has no verdict', () => {
  for (const interval of intervals({ ...usual, ratio: 1.005 }, 20, 90))
    assert.equal(verdictOf(interval), 'cannot tell')
})

test('there is no verdict if the control is biased', () => {
  const biased = { ratio: 1.05, low: 1.03, high: 1.07, processes: 5, rounds: 60 }
  const clear = { ratio: 2, low: 1.9, high: 2.1, processes: 5, rounds: 60 }
  assert.equal(isBiased(biased), true)
  assert.equal(verdictOf(clear), 'dearer')
  assert.equal(verdictOf(clear, biased), 'cannot tell')
})

test('there is no verdict if the interval overlaps the interval of the control', () => {
  const rest = { processes: 5, rounds: 60 }
  const wide = { ratio: 1, low: 0.8, high: 1.3, ...rest }
  for (const [low, high, verdict] of [
    [1.1, 1.2, 'cannot tell'],
    [1.31, 1.4, 'dearer'],
    [0.81, 0.9, 'cannot tell'],
    [0.6, 0.79, 'cheaper'],
  ] as const)
    assert.equal(verdictOf({ low, high }, wide), verdict)
})

test('the same ratios and seed give the same interval', () => {
  const ratios = syntheticRatios(usual, 3)
  assert.deepEqual(ratioInterval(ratios, 9), ratioInterval(ratios, 9))
})

test('ratioInterval() throws RangeError for fewer than five processes, or for ratios that are not above 0', () => {
  assert.throws(() => ratioInterval([[1], [1], [1], [1]], 0), /5 processes or more, got 4/)
  for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const ratios = [[1], [1], [1], [1], [wrong]]
    assert.throws(() => ratioInterval(ratios, 0), /a ratio must be above 0/)
  }
})
