// The warm-up before the course, and its end, in a browser.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { course } from '../../lib/lab/course.ts'
import { parse } from '../../lib/lab/index.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'
import { warmUp } from '../../lib/lab/warm-up.ts'
import { lacking, launch, runsOf, Serving, Visit } from './browser.ts'

const skip = lacking
let browser: Browser
let lab: Serving

before(async () => {
  if (skip !== false) return
  lab = new Serving()
  browser = await launch()
})

after(async () => {
  if (skip !== false) return
  await browser.close()
  await lab.close()
})

/** Stores finished experiments of the course, as after answering them. */
async function finish(page: Page, answers: (number: number) => string | null): Promise<void> {
  const done = scenarios
    .filter(({ number }) => course.includes(number))
    .map(({ id, number, questions }) => [
      id,
      {
        predictions: questions.map(() => answers(number)),
        outcomes: questions.map(() => 'nothing'),
      },
    ])
  await page.evaluate(
    `localStorage.setItem('epollet-lab:finished', '${JSON.stringify(Object.fromEntries(done))}')`,
  )
}

test('the warm-up explains each operation in four steps and ends with a question that the kernel answers', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const runs = runsOf(visit.page)
  const page = await visit.go('#/start')
  const parsed = parse(warmUp)
  assert.ok('operations' in parsed)
  const texts = parsed.operations.map(({ text }) => text)
  for (const text of texts.slice(0, -1)) {
    await page.locator('.operation', { hasText: text }).waitFor()
    await page.keyboard.press('Enter')
  }
  await page.locator('.proof').waitFor()
  await page.locator('.choices button').first().waitFor()
  assert.deepEqual(runs, [texts.slice(0, -1)], 'the wait must not run before the answer')
  await page.keyboard.press('1')
  await page.getByRole('status').filter({ hasText: 'Right: r:IN' }).waitFor()
  assert.deepEqual(runs.at(-1), texts)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'You read half of the data' }).waitFor()
})

test('the end of the course lists the rules that surprised the reader first', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/done')
  assert.equal(await page.locator('h1').innerText(), '0 of 12 experiments done')
  assert.equal(await page.locator('.done .said').count(), 0, 'no rule before its experiment')
  await finish(page, number => (number === 28 ? 'r:IN' : number === 2 ? null : 'nothing'))
  await visit.go('#/done')
  assert.match(await page.locator('h1').innerText(), /what most epoll tutorials get wrong/)
  const rules = await page.locator('.done .rules .rule').allInnerTexts()
  const byNumber = (number: number): string => scenarios.find(one => one.number === number)!.rule.en
  const others = course.filter(number => number !== 28)
  assert.deepEqual(rules, [28, ...others].map(byNumber))
  assert.equal(await page.locator('.done .result.surprise').count(), 1)
  await page.getByText('no prediction').first().waitFor()
})

test('what an earlier version of the page stored is ignored', { skip }, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/done')
  for (const stored of ['[]', '7', '{"half-read":["r:IN"]}', '{"half-read":{"outcomes":[1]}}']) {
    await page.evaluate(`localStorage.setItem('epollet-lab:finished', '${stored}')`)
    await visit.go('#/done')
    assert.equal(await page.locator('h1').innerText(), '0 of 12 experiments done', stored)
  }
})
