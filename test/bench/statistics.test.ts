import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { below, seeded, shuffled } from '../../lib/bench/statistics/random.ts'
import { mean, median, quantile } from '../../lib/bench/statistics/statistics.ts'

// The values of R's quantile(c(1, 2, 4, 8, 16, 32), type = 7).
const powers = [16, 1, 8, 2, 32, 4]
for (const [share, expected] of [
  [0, 1],
  [0.1, 1.5],
  [0.25, 2.5],
  [0.5, 6],
  [0.75, 14],
  [0.9, 24],
  [1, 32],
] as const) {
  test(`quantile() of 1, 2, 4 ... 32 at ${share} is ${expected}`, () => {
    assert.equal(quantile(powers, share), expected)
  })
}

// Examples from the manuals of functions with the same definition: Excel's PERCENTILE.INC, Gnumeric's PERCENTILE.
for (const [values, share, published] of [
  [[1, 3, 2, 4], 0.3, 1.9],
  [[11.4, 17.3, 21.3, 25.9, 40.1], 0.42, 20.02],
] as const) {
  test(`quantile() of ${values} at ${share} is the published value ${published}`, () => {
    assert.ok(Math.abs(quantile(values, share) - published) < 1e-12)
  })
}

// The published values are from Python's documentation of statistics.median and mean, and from NIST's NumAcc1.
test('median() and mean() return the published values', () => {
  assert.equal(median([1, 3, 5]), 3)
  assert.equal(median([1, 3, 5, 7]), 4)
  assert.equal(mean([1, 2, 3, 4, 4]), 2.8)
  assert.equal(mean([10_000_001, 10_000_003, 10_000_002]), 10_000_002)
})

test('median() of an even number of values is the mean of the middle two, in any order', () => {
  assert.equal(median([9, 1, 4, 2]), 3)
  assert.equal(median([7]), 7)
})

test('median() and mean() throw RangeError if there are no values', () => {
  for (const call of [median, mean]) assert.throws(() => call([]), RangeError)
})

test('quantile() throws for a share below 0 or above 1', () => {
  for (const share of [-0.1, 1.1, Number.NaN])
    assert.throws(() => quantile([1], share), /share must be from 0 to 1/)
})

test('seeded() returns the numbers of the reference mulberry32', () => {
  const random = seeded(12345)
  assert.deepEqual(
    [random(), random(), random()],
    [0.9797282677609473, 0.3067522644996643, 0.484205421525985],
  )
})

test('shuffled() keeps all elements, and the same seed gives the same order', () => {
  const numbers = Array.from({ length: 50 }, (_, i) => i)
  const order = shuffled(numbers, seeded(7))
  assert.notDeepEqual(order, numbers)
  assert.deepEqual(
    order.toSorted((a, b) => a - b),
    numbers,
  )
  assert.deepEqual(order, shuffled(numbers, seeded(7)))
})

test('below() returns every integer from 0 to below its bound, and no others', () => {
  const random = seeded(1)
  const seen = new Set(Array.from({ length: 200 }, () => below(5, random)))
  assert.deepEqual(
    [...seen].sort((a, b) => a - b),
    [0, 1, 2, 3, 4],
  )
})
