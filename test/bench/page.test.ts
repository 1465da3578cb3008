// The report in a browser.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { readResult, reportOf } from '../../lib/bench/index.ts'
import { lacking, launch } from '../lab/browser.ts'

const skip = lacking
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)
const result = readResult('html/bench/example.json')
let browser: Browser

before(async () => {
  if (lacking === false) browser = await launch()
})

after(async () => {
  if (lacking === false) await browser.close()
})

interface Finding {
  id: string
  nodes: { html: string }[]
}

for (const language of ['en', 'zh'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 360]) {
      test(`the report is accessible, and fits a width of ${width} px (${language}, ${colorScheme})`, {
        skip,
      }, async () => {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
        const requests: string[] = []
        page.on('request', request => requests.push(request.url()))
        await page.setContent(reportOf(result, language))
        await page.evaluate(
          'for (const one of document.querySelectorAll("details")) one.open = true',
        )
        const beyond = 'document.documentElement.scrollWidth - window.innerWidth'
        assert.equal(await page.evaluate(beyond), 0)
        assert.deepEqual(requests, [])
        await page.evaluate(axeSource)
        const { violations } = (await page.evaluate('axe.run()')) as { violations: Finding[] }
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
        assert.deepEqual(found, [])
        await page.close()
      })
    }
  }
}

test('every chart except the plots of single samples also has its figures in a table', {
  skip,
}, async () => {
  const page = await browser.newPage({ javaScriptEnabled: false })
  await page.setContent(reportOf(result, 'en'))
  for (const figure of await page.locator('figure:has([role="img"])').all()) {
    const tables = await figure.locator('table').count()
    const isSamples = (await figure.locator('.dots').count()) > 0
    assert.ok(tables === 1 || isSamples)
  }
  await page.close()
})
