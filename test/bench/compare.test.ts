// Compares two results.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesBetween, changeText } from '../../lib/bench/index.ts'
import { machine, madeUpComparison, madeUpResult } from './made-up.ts'

const costs = { 'c-epoll': 300, 'epoll-wait': 390 }
const before = madeUpResult([madeUpComparison({ costs })])

test('a ratio that grew by 10 % is reported as slower, even if the second machine is faster', () => {
  const half = { 'c-epoll': 150, 'epoll-wait': 195 * 1.1 }
  const after = madeUpResult([madeUpComparison({ costs: half, seed: 2 })])
  const [baseline, wait] = changesBetween(before, after).comparisons[0]!.contenders
  assert.equal(wait!.verdict, 'dearer')
  assert.ok(Math.abs(wait!.change!.ratio - 1.1) < 0.01)
  assert.ok(wait!.change!.low < 1.1 && wait!.change!.high > 1.1)
  assert.deepEqual([baseline!.change, baseline!.verdict], [null, null])
  assert.ok(Math.abs(baseline!.nsBefore - 300) < 3 && Math.abs(baseline!.nsAfter - 150) < 2)
})

test('an unchanged ratio has no verdict', () => {
  const after = madeUpResult([madeUpComparison({ costs, seed: 3 })])
  const [, wait] = changesBetween(before, after).comparisons[0]!.contenders
  assert.equal(wait!.verdict, 'cannot tell')
})

test('the interval of a change is wider than that of either result, and swapping the results gives the reciprocal', () => {
  const after = madeUpResult([madeUpComparison({ costs, seed: 4 })])
  const wait = changesBetween(before, after).comparisons[0]!.contenders[1]!.change!
  const back = changesBetween(after, before).comparisons[0]!.contenders[1]!.change!
  for (const { comparisons } of [before, after]) {
    const { high, low } = comparisons[0]!.contenders[1]!.ratio!
    assert.ok(wait.high / wait.low > high / low)
  }
  assert.ok(Math.abs(wait.low * back.high - 1) < 1e-9)
  assert.ok(Math.abs(wait.ratio * back.ratio - 1) < 1e-9)
})

test('a biased control in one session prevents verdicts', () => {
  const dear = { ...costs, 'epoll-wait': 600 }
  const after = madeUpResult([madeUpComparison({ costs: dear, control: 1.2 })])
  const changes = changesBetween(before, after)
  assert.equal(changes.comparisons[0]!.contenders[1]!.verdict, 'cannot tell')
  assert.match(changeText(changes), /no verdicts: in B the control differs from the baseline/)
})

test('comparisons with the same name but different workloads are not compared', () => {
  const after = madeUpResult([{ ...madeUpComparison({ costs }), descriptors: 7 }])
  const changes = changesBetween(before, after)
  assert.equal(changes.comparisons[0]!.contenders[1]!.change, null)
  assert.match(changeText(changes), /no verdicts: the two did not measure the same work/)
})

test('differences between the environments are listed first, and items found in only one result are named', () => {
  const environment = {
    ...machine,
    node: '22.0.0',
    mitigations: { spectre_v9: 'Mitigation: hope' },
  }
  const comparisons = [madeUpComparison({ costs }), madeUpComparison({ costs, id: 'wait/9' })]
  const text = changeText(changesBetween(before, madeUpResult(comparisons, { environment })))
  const lines = text.split('\n')
  const at = (pattern: RegExp): number => lines.findIndex(line => pattern.test(line))
  assert.ok(at(/^ {2}node +A 20\.0\.0 +B 22\.0\.0$/) > 0, text)
  assert.ok(at(/^ {2}spectre_v9 +A Vulnerable +B Mitigation: hope$/) > 0)
  assert.ok(at(/^ {2}node/) < at(/^wait\/1:/))
  assert.ok(at(/^wait\/9: only in B$/) > at(/^wait\/1:/))
  assert.match(text, /The sessions are not paired/)
  assert.match(changeText(changesBetween(before, before)), /The environments are the same/)
})

test('figures that are not ratios are listed without a verdict', () => {
  const table = (values: readonly (number | null)[]) => ({
    id: 'memory',
    title: 'memory of a watch',
    unit: 'bytes',
    columns: ['heap', 'slab'],
    rows: [
      {
        title: 'a Map',
        figures: values.map(value => (value === null ? null : { value, samples: [value] })),
      },
    ],
    notes: [],
  })
  const [a, b] = [madeUpResult([]), madeUpResult([])]
  const lone = { ...table([1, 2]), id: 'accept' }
  const changes = changesBetween(
    { ...a, figures: [table([100, null])] },
    { ...b, figures: [table([90, 7]), lone] },
  )
  assert.deepEqual(changes.onlyAfter, ['accept'])
  const text = changeText(changes)
  assert.match(text, /^memory: memory of a watch$/m)
  assert.match(text, /^ {2}a Map {2}A {3}100 {5}-\n {9}B {4}90 {5}7$/m)
  assert.match(text, /^accept: only in B$/m)
})
