// The short form of fuzz.gate.ts.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzClasses, hostState, sweepNative, sweepSocket, upTo } from './fuzz.ts'

const seed = 20
const known = [0, 1, 6, 17, 41]
const largest = [2 ** 31 - 1, -(2 ** 31)]

test('every call with hostile arguments returns or throws a documented error', () => {
  const outcomes = fuzzClasses(seed, 10_000)
  for (const outcome of ['returned', 'TypeError', 'RangeError', 'SystemError', 'ClosedError'])
    assert.ok((outcomes.get(outcome) ?? 0) > 50, `${outcome}: ${outcomes.get(outcome)}`)
})

test('no socket option writes beyond its buffer or changes the machine', () => {
  const before = hostState()
  for (const each of [seed, seed + 1, seed + 2]) {
    const { returned, refused } = sweepSocket(each, known, [...upTo(-1, 300), ...largest])
    assert.ok(returned > 100 && refused > 3000, `${returned} ${refused}`)
  }
  const others = upTo(-1, 300).filter(level => !known.includes(level))
  const none = sweepSocket(seed, [...others, ...largest], [-1, 0, 1, 2, 26, 51, 64, ...largest])
  assert.equal(none.returned, 0)
  assert.deepEqual(hostState(), before)
})

test('the native getsockopt writes nothing beyond its view, for any level and name', () => {
  assert.ok(sweepNative(seed, known, upTo(-1, 255)) > 300)
  sweepNative(seed, upTo(-1, 290), [0, 1, 2, 3, 11, 26, 35, 48, 65, 77, 104, 128])
})
