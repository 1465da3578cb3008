// The pages of text in a browser.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { myths } from '../../lib/lab/prose/myths.ts'
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

test('a myth asks whether you believe it, then the kernel runs it, then the truth opens', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/myths')
  const runs = runsOf(page)
  const section = page.locator('section', { has: page.locator('#never-again') })
  const truth = section.locator('.role.truth')
  await section.getByRole('button', { name: 'I don’t' }).waitFor()
  assert.equal(await truth.count(), 0)
  assert.equal(await section.getByRole('button', { name: 'Run' }).count(), 0)
  assert.equal(runs.length, 0, 'the kernel waits for the answer')
  await section.getByRole('button', { name: 'I believe it' }).click()
  await truth.waitFor()
  assert.equal(runs.length, 1)
  assert.match(await section.innerText(), /Surprise: it’s not true\.[\s\S]*EPOLL_CTL_MOD/)
  const other = page.locator('section', { has: page.locator('#one-request') })
  await other.getByRole('button', { name: 'I don’t' }).click()
  await other.getByText('Right: it’s not true.').waitFor()
})

test('no truth of a myth is on the page before it is answered', { skip }, async () => {
  for (const language of ['en', 'zh'] as const) {
    await using visit = await Visit.open(browser, lab.url)
    const page = await visit.go(`?lang=${language}#/myths`)
    await page.locator('section .ask button').nth(39).waitFor()
    const text = await page.locator('main').innerText()
    for (const { id, blocks } of myths.sections)
      for (const block of blocks)
        if (block.kind === 'paragraph' && block.role === 'truth')
          assert.ok(!text.includes(block.text[language].split(/[`[]/)[0]!), id)
  }
})
