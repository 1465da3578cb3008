// Every figure in the documents has a claim that `epollet bench verify` can check.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  type Claim,
  claims,
  comparisons,
  quantityText,
  verificationOf,
} from '../../lib/bench/index.ts'
import { epollet, peers } from '../../lib/bench/race/contestants.ts'
import { raceItems } from '../../lib/bench/race/items.ts'
import { raceNames } from '../../lib/bench/race/works.ts'
import type { FigureTable } from '../../lib/bench/result/result.ts'
import { madeUpComparison } from './made-up.ts'

const flat = (text: string): string => text.replace(/\s+/g, ' ')
const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

for (const { id, sentences } of claims) {
  for (const [document, sentence] of Object.entries(sentences)) {
    test(`${document} contains the sentence of the claim ${id}`, () => {
      assert.ok(flat(read(document)).includes(flat(sentence)), sentence)
    })
  }
}

test('every claim has a unique id, and names contenders of its comparison', () => {
  assert.equal(new Set(claims.map(({ id }) => id)).size, claims.length)
  for (const { id, comparison, quantity, low, high } of claims) {
    assert.ok(low < high)
    if (quantity.kind === 'figure') {
      assert.ok(
        raceNames.some(name => `serve/${name}` === comparison),
        `${id}: no ${comparison}`,
      )
      continue
    }
    const found = comparisons.find(one => one.id === comparison)
    const isRace = raceItems(raceNames).some(one => one.id === comparison)
    assert.ok(found !== undefined || isRace, `${id}: no ${comparison}`)
    const contenders = found === undefined ? [epollet, ...peers] : [found.baseline, ...found.others]
    const ids = contenders.map(one => one.id)
    const { kind, ...names } = quantity
    for (const name of Object.values(names)) assert.ok(ids.includes(name), `${id}: no ${name}`)
  }
})

// Figures in the documents

const heading = /^## .*(bench|figures|costs|性能|测量|数字|代价)/i
const figure =
  /(?:×|\bx )\s?\d[\d.,]*|\d[\d.,]*(?:\s?(?:ns|µs|us|ms|%|×|倍|纳秒|微秒)|\s(?:nanoseconds?|microseconds?|milliseconds?|times|of (?:Python|C|nginx)))/g

/** The figures in sections about costs, except figures in code blocks. */
function figuresOf(text: string): { figure: string; around: string }[] {
  const sections = text.replace(/^```[\s\S]*?^```$/gm, '').split(/^(?=## )/m)
  return sections
    .filter(section => heading.test(section))
    .map(flat)
    .flatMap(section =>
      [...section.matchAll(figure)].map(({ 0: found, index }) => ({
        figure: found,
        around: section.slice(Math.max(0, index - 200), index + found.length + 200),
      })),
    )
}

test('figuresOf() finds the figures in a section about costs, but not those in code blocks', () => {
  const text =
    '## Bench\n\nIt costs 105 ns, 0.83 of Python, 12 %\nand 3 times.\n\n```\n7 ns\n```\n\n## Else\n\n9 ns\n'
  assert.deepEqual(
    figuresOf(text).map(one => one.figure),
    ['105 ns', '0.83 of Python', '12 %', '3 times'],
  )
})

const documents = ['README.md', 'README.zh-CN.md', 'docs/serving.md', 'docs/serving.zh-CN.md']
for (const document of documents) {
  test(`every figure about costs in ${document} can be verified`, () => {
    const sentences = claims.flatMap(({ sentences }) => sentences[document] ?? []).map(flat)
    const without = figuresOf(read(document)).filter(
      one =>
        !sentences.some(
          text => text.includes(one.figure) && one.around.includes(text.slice(0, 60)),
        ),
    )
    assert.deepEqual(without, [], 'give each a claim in lib/bench/result/claims.ts')
  })
}

// Verifying

const comparison = madeUpComparison({
  costs: { 'c-epoll': 300, 'epoll-wait': 390, 'epoll-poll': 400, python: 500 },
})
const measured = { comparisons: [comparison], figures: [] }
const claim = (quantity: Claim['quantity'], low: number, high: number): Claim => {
  return { id: 'made-up', sentences: {}, comparison: 'wait/1', quantity, low, high }
}
const ratio = { kind: 'ratio', of: 'c-epoll', over: 'python' } as const
const excess = { kind: 'excess', of: 'epoll-wait', over: 'c-epoll' } as const
const share = { kind: 'share', of: 'epoll-poll', over: 'python', beyond: 'c-epoll' } as const

for (const [quantity, true_] of [
  [ratio, 0.6],
  [excess, 90],
  [share, 0.5],
] as const) {
  test(`verificationOf() finds a claim about ${quantityText(quantity)} reproduced, not reproduced or undecided`, () => {
    const answer = (low: number, high: number) =>
      verificationOf(claim(quantity, true_ * low, true_ * high), measured)!
    assert.equal(answer(0.8, 1.2).answer, 'reproduced')
    assert.equal(answer(1.3, 1.5).answer, 'not reproduced')
    assert.equal(answer(0.5, 0.7).answer, 'not reproduced')
    const { estimate } = answer(0.8, 1.2)
    assert.ok(Math.abs(estimate!.value / true_ - 1) < 0.05)
    const edge = estimate!.value / true_
    assert.equal(answer(0.5, edge).answer, 'cannot tell')
  })
}

test('a claim is undecided if the control differs from the baseline', () => {
  const biased = madeUpComparison({ costs: { 'c-epoll': 300, python: 500 }, control: 1.3 })
  const found = verificationOf(claim(ratio, 0.5, 0.7), { comparisons: [biased], figures: [] })!
  assert.equal(found.answer, 'cannot tell')
  assert.match(found.reason!, /differs from the baseline/)
})

test('a claim about a skipped contender is undecided, and the reason for skipping it is reported', () => {
  const skipped = [{ id: 'python', reason: 'needs python3, which is not installed' }]
  const without = { comparisons: [{ ...comparison, skipped }], figures: [] }
  const found = verificationOf(claim(ratio, 0.5, 0.7), without)
  assert.deepEqual(found, {
    answer: 'cannot tell',
    estimate: null,
    reason: 'python needs python3, which is not installed',
  })
})

test('verificationOf() finds a claim about a figure in a table reproduced, not reproduced or undecided', () => {
  const samples = [64, 65, 66, 67, 68]
  const table: FigureTable = {
    id: 'serve/servers',
    title: 'servers',
    unit: 'MiB',
    columns: ['memory'],
    rows: [{ title: 'ours', figures: [{ value: 66, samples }] }],
    notes: [],
  }
  const answer = (row: string, low: number, high: number) =>
    verificationOf(
      { ...claim({ kind: 'figure', row, column: 'memory' }, low, high), comparison: table.id },
      { comparisons: [], figures: [table] },
    )!
  assert.equal(answer('ours', 60, 70).answer, 'reproduced')
  assert.equal(answer('ours', 10, 20).answer, 'not reproduced')
  assert.equal(answer('ours', 66, 70).answer, 'cannot tell')
  assert.deepEqual(answer('theirs', 60, 70), {
    answer: 'cannot tell',
    estimate: null,
    reason: 'the result has no memory of theirs',
  })
})

test('verificationOf() returns null if the comparison of the claim was not measured', () =>
  assert.equal(verificationOf(claim(ratio, 0.5, 0.7), { comparisons: [], figures: [] }), null))
