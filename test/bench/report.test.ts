// The report as HTML.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readResult, reportOf, tableOf } from '../../lib/bench/index.ts'
import { LogScale } from '../../lib/bench/report/log-scale.ts'
import { markup } from '../../lib/bench/report/markup.ts'
import { wordsOf } from '../../lib/bench/report/words.ts'
import { machine, madeUpComparison, madeUpResult } from './made-up.ts'
import { tinyResultWith } from './tiny-result.ts'

const waits = [1, 10, 100].map(count =>
  madeUpComparison({
    id: `wait/${count}`,
    costs: { 'c-epoll': 300, 'epoll-wait': 390, 'epoll-poll': 400, 'c-poll': 30 * count + 200 },
  }),
)
const page = reportOf(madeUpResult(waits), 'en')

test('a report contains no scripts and no addresses, and needs no other files', () => {
  assert.doesNotMatch(page, /<script|<link|<img|@import|url\(|https?:|\son\w+=/)
})

test('a report escapes the texts of its result', () => {
  const evil = '<script>alert(1)</script>"\' onload=x'
  const [one] = waits
  const environment = { ...machine, processor: evil, mitigations: { [evil]: evil } }
  const comparisons = [{ ...one!, title: evil, unit: evil, skipped: [{ id: evil, reason: evil }] }]
  for (const language of ['en', 'zh'] as const) {
    const text = reportOf(madeUpResult(comparisons, { environment }), language)
    assert.doesNotMatch(text, /<script/)
    assert.doesNotMatch(text, /"' onload/)
    assert.match(text, /&lt;script&gt;alert\(1\)/)
  }
})

test('every chart has a description and a table of its figures', () => {
  const pictures = [...page.matchAll(/role="img" aria-label="([^"]*)"/g)].map(([, label]) => label!)
  assert.ok(pictures.length >= 3 + waits.length)
  for (const label of pictures) assert.ok(label.length > 40, label)
  for (const [svg] of page.matchAll(/<svg [^>]*>/g))
    assert.match(svg, /aria-hidden="true"|class="(?:at|beyond)"/)
  assert.ok([...page.matchAll(/<table/g)].length >= 5)
  assert.equal([...page.matchAll(/<th>/g)].length, 0, 'each th has a scope')
})

test('all positions in charts are numbers within the frame', () => {
  assert.doesNotMatch(page, /NaN|Infinity|undefined|\[object/)
  for (const [, place] of page.matchAll(/\b(?:cx|cy|x1|x2|y1|y2)="(-?[\d.]+)%"/g))
    assert.ok(Number(place) >= -0.01 && Number(place) <= 100.01, `${place} %`)
})

test('a report shows each verdict as a word, and how many comparisons have one', () => {
  const verdicts = waits.flatMap(({ contenders }) => contenders.flatMap(one => one.verdict ?? []))
  const told = verdicts.filter(verdict => verdict !== 'cannot tell').length
  assert.match(page, new RegExp(`${told} of ${verdicts.length} comparisons have a verdict`))
  assert.match(page, /class="verdict dearer">dearer</)
})

test('a report says so if the machine was biased', () => {
  const biased = madeUpComparison({ costs: { a: 1, b: 2 }, control: 1.3 })
  assert.match(reportOf(madeUpResult([biased]), 'en'), /The same thing twice was told apart/)
})

test('a report says so if its result is incomplete or empty', () => {
  const some = reportOf(madeUpResult(waits.slice(0, 1), { complete: false }), 'en')
  assert.match(some, /ended before all of it was measured/)
  const nothing = reportOf(madeUpResult([], { complete: false }), 'en')
  assert.match(nothing, /ended before anything was measured/)
  assert.doesNotMatch(nothing, /NaN|Infinity|undefined/)
})

test('charts without data are left out', () => {
  const text = reportOf(
    madeUpResult([madeUpComparison({ id: 'other', costs: { a: 1, b: 2 } })]),
    'en',
  )
  assert.doesNotMatch(text, /id="costs"|id="spent"/)
  assert.match(text, /id="forest"/)
})

test('both languages define the same texts', () => {
  const [en, zh] = [wordsOf('en'), wordsOf('zh')]
  assert.deepEqual(Object.keys(zh), Object.keys(en))
  assert.deepEqual(Object.keys(zh.environmentRows), Object.keys(en.environmentRows))
  assert.equal(zh.methodLines.length, en.methodLines.length)
  assert.match(reportOf(madeUpResult(waits), 'zh'), /<html lang="zh-Hans">[\s\S]*更贵/)
})

test('the example on the site is a valid, small result', () => {
  const path = 'html/bench/example.json'
  const { comparisons, complete } = readResult(path)
  assert.ok(complete && comparisons.length > 5)
  assert.ok(readFileSync(path).length < 150_000)
})

test('markup`` escapes values, lists and attributes, but not markup', () => {
  const inner = markup`<b>${'<&>'}</b>`
  assert.equal(
    markup`<i title="${`"'`}">${[inner, null, 7, ['&']]}</i>`.text,
    '<i title="&quot;&#39;"><b>&lt;&amp;&gt;</b>7&amp;</i>',
  )
})

for (const [values, ticks] of [
  [
    [1, 10_000],
    [1, 10, 100, 1000, 10_000],
  ],
  [
    [1, 10],
    [1, 2, 5, 10],
  ],
  [
    [0.9, 1.3],
    [0.9, 1, 1.1, 1.2, 1.3],
  ],
  [
    [200, 500],
    [200, 250, 300, 350, 400, 450, 500],
  ],
] as const) {
  test(`the labels of an axis from ${values[0]} to ${values[1]} are ascending round numbers`, () => {
    const scale = new LogScale(values)
    const found = scale.ticks()
    assert.ok(found.length >= 4 && found.length <= 8, String(found))
    if (values[0] !== 200) assert.deepEqual(found, ticks)
    const places = found.map(tick => scale.percent(tick))
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
    assert.ok(places[0]! >= 0 && places.at(-1)! <= 100)
  })
}

test('a contender whose program is missing is left out, and the report names the program', async () => {
  const result = await tinyResultWith(new Set())
  assert.match(tableOf(result), /^ {2}python: left out, it needs python3, which is not installed$/m)
  assert.match(reportOf(result, 'en'), /was left out: it needs python3, which is not installed\./)
  assert.match(reportOf(result, 'zh'), /没有测 [^<]+：需要 python3，但没有安装。/)
})
