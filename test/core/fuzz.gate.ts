// The long form of fuzz.test.ts: other seeds, and every option level with every option name.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzClasses, hostState, sweepNative, sweepSocket, upTo } from './fuzz.ts'

const levels = [...upTo(-1, 300), 2 ** 31 - 1, -(2 ** 31)]
const names = [...upTo(-1, 300), 1157, 2 ** 31 - 1, -(2 ** 31)]

for (let seed = 1; seed <= 10; seed++) {
  test(`100,000 hostile calls of the public classes, seed ${seed}`, () => {
    fuzzClasses(seed, 100_000)
  })
}

test('no option, of any level and name, writes beyond its buffer or changes the machine', () => {
  const before = hostState()
  sweepSocket(1, levels, names)
  sweepNative(1, levels, names)
  assert.deepEqual(hostState(), before)
})
