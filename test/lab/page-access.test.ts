// The lab's page with a keyboard, a screen reader or a phone.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { scenarios } from '../../lib/lab/scenarios/index.ts'
import { lacking, launch, Serving, Visit } from './browser.ts'

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

test('everything works with the keyboard alone', { skip }, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('')
  const focused = () => page.evaluate('document.activeElement.textContent') as Promise<string>
  await page.keyboard.press('Tab')
  assert.equal(await focused(), 'Skip to the experiment')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  assert.match(await focused(), /^Start with experiment 1/)
  await page.keyboard.press('Enter')
  await page.getByText('1000 bytes are left').waitFor()
  assert.match(await focused(), /^You read half of the data/, 'the heading has the focus')
  const choices: string[] = []
  for (let i = 0; i < 12 && choices.length < 3; i++) {
    await page.keyboard.press('Tab')
    const text = await focused()
    if (/^\d[a-z]/.test(text)) choices.push(text)
  }
  assert.deepEqual(choices, [
    '1nothingno event',
    '2r:INr has data to read',
    '3r:IN|HUPr has data to read and is hung up',
  ])
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await page.getByText('And the edge-triggered one?').waitFor()
  assert.match(await focused(), /^10 1000 bytes are left/, 'the focus must not move to the top')
  await page.keyboard.press('Tab')
  assert.equal(await focused(), '1nothingno event')
})

const views = [
  '#/',
  '#/experiments',
  '#/e/half-read',
  '#/e/four-threads',
  '#/e/half-read/fix',
  '#/sandbox/pipe%20r%20w%0Await',
  '#/myths',
  '#/inside',
  '#/tutorial',
  '#/xray',
]
function longest(transcript: string): number {
  return Math.max(...transcript.split('\n').map(line => line.length))
}

/** The views with the longest operations. */
const experiments = scenarios
  .toSorted((a, b) => longest(b.transcript) - longest(a.transcript))
  .slice(0, 12)
  .map(({ id }) => `#/e/${id}`)
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

interface Finding {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}

/** Waits until the view has received its data. */
async function settled(page: Page, view: string): Promise<void> {
  if (view === '#/xray') await page.locator('tr.own').waitFor()
  if (/^#\/(e\/|$)/.test(view)) await page.locator('.proof').waitFor()
}

async function findingsOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const { violations } = (await page.evaluate('axe.run()')) as { violations: Finding[] }
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}

for (const [colorScheme, language] of [
  ['light', 'en'],
  ['dark', 'zh'],
] as const) {
  test(`axe finds no serious problem in any view, ${colorScheme}, ${language}`, {
    skip,
  }, async () => {
    await using visit = await Visit.open(browser, lab.url, { colorScheme })
    for (const view of views) {
      const page = await visit.go(`?lang=${language}${view}`)
      await settled(page, view)
      assert.deepEqual(await findingsOf(page), [], view)
    }
    const page = await visit.go(`?lang=${language}#/e/half-read`)
    await page.locator('.question.open').waitFor()
    await page.keyboard.press('1')
    await page.locator('.question.open', { hasText: '11' }).waitFor()
    await page.keyboard.press('1')
    await page.locator('.rule').waitFor()
    assert.deepEqual(await findingsOf(page), [], 'after an answer')
  })
}

for (const language of ['en', 'zh'] as const)
  test(`no view is wider than a phone screen of 360 pixels, ${language}`, { skip }, async () => {
    const viewport = { width: 360, height: 720 }
    await using visit = await Visit.open(browser, lab.url, { viewport })
    for (const view of language === 'en' ? [...views, ...experiments] : views) {
      const page = await visit.go(`?lang=${language}${view}`)
      if (view.startsWith('#/e/'))
        await page.locator('.transcript li.now, .question.open').first().waitFor()
      const width = await page.evaluate('document.documentElement.scrollWidth')
      assert.ok((width as number) <= viewport.width, `${view}: ${width}`)
    }
  })

test('the navigation on a phone shows the current page', { skip }, async () => {
  await using visit = await Visit.open(browser, lab.url, { viewport: { width: 360, height: 720 } })
  const page = await visit.go('#/xray')
  const current = page.locator('header nav [aria-current=page]')
  const { x, width } = (await current.boundingBox())!
  assert.equal(await current.innerText(), 'X-ray')
  assert.ok(x >= 0 && x + width <= 360, `from ${x} to ${x + width}`)
  await page.locator('.timeline .ago', { hasText: 'now' }).waitFor()
  const times = await page.locator('.timeline .ago').allTextContents()
  assert.deepEqual(times, ['now', '−15 s'])
})

test('nothing moves with reduced motion', { skip }, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/e/half-read')
  await page.locator('.question.open').waitFor()
  await page.keyboard.press('1')
  await page.getByText('And the edge-triggered one?').waitFor()
  assert.equal(await page.evaluate('document.getAnimations().length'), 0)
})
