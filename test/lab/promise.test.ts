// Nothing that decides a question is shown before its answer.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shuffled } from '../../lib/lab/choices.ts'
import { matches, scriptOf } from '../../lib/lab/index.ts'
import { premiseOf } from '../../lib/lab/premise.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'

test('a premise has levels and bytes, but neither edges nor interest and ready lists', () => {
  const descriptor = { name: 'r', fd: 5, kind: 'pipe reader', queuedBytes: 7, unsentBytes: null }
  const premise = premiseOf({
    descriptors: [{ ...descriptor, level: ['IN'], edges: ['IN'] }],
    epolls: [{ name: 'E', fd: 6, ready: true, interest: [] }],
  })
  assert.deepEqual(premise, {
    descriptors: [{ ...descriptor, level: ['IN'], edges: null }],
    epolls: [],
    isPremise: true,
  })
})

test('shuffling depends on the seed alone and loses nothing', () => {
  const items = ['a', 'b', 'c', 'd']
  assert.deepEqual(shuffled(items, 'half-read 0'), shuffled(items, 'half-read 0'))
  const orders = new Set(Array.from({ length: 200 }, (_, i) => shuffled(items, `${i}`).join('')))
  assert.equal(orders.size, 24)
  for (const order of orders) assert.deepEqual([...order].sort(), items)
})

test('no position among the choices is right in more than half of the questions', () => {
  const right = [0, 0, 0, 0]
  let count = 0
  for (const { transcript, questions } of scenarios) {
    const asked = scriptOf(transcript).filter(line => line.asks)
    for (const [i, { choices }] of questions.entries()) {
      const expected = asked[i]!.expected!
      const place = choices.findIndex(one => one === expected || matches(one, expected))
      right[place]!++
      count++
    }
  }
  for (const times of right) assert.ok(times < count / 2, right.join(' '))
})
