// The lab's page in a browser.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Response } from 'playwright-core'
import { programOf } from '../../lib/lab/code/index.ts'
import { course } from '../../lib/lab/course.ts'
import { pages, parse } from '../../lib/lab/index.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'
import { lacking, launch, runsOf, Serving, showAll, transcriptOf, Visit } from './browser.ts'

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

const firstBytesMax = 60_000
const allBytesMax = 150_000

test('the first view needs less than 60 KB of compressed scripts, and all views less than 150 KB', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const scripts: Response[] = []
  visit.page.on('response', response => {
    if (response.request().resourceType() === 'script') scripts.push(response)
  })
  const page = await visit.go('#/e/half-read')
  await page.locator('.question.open').waitFor()
  const first = [...scripts]
  await page.getByRole('tab', { name: 'Python' }).click()
  await page.getByText('import select').first().waitFor()
  assert.equal(scripts.length, first.length + 1, 'the code generator is loaded on demand')
  const sizes = await Promise.all(first.map(response => response.request().sizes()))
  const bytes = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0)
  assert.ok(bytes < firstBytesMax, `${bytes} bytes`)
  const built = readdirSync(join(pages, 'lab')).filter(name => name.endsWith('.js.br'))
  const all = built.reduce((sum, name) => sum + statSync(join(pages, 'lab', name)).size, 0)
  assert.ok(all < allBytesMax, `${all} bytes`)
})

test('the operations can be copied as programs', { skip }, async () => {
  const permissions = ['clipboard-read', 'clipboard-write']
  await using visit = await Visit.open(browser, lab.url, { permissions })
  const page = await visit.go('#/e/half-read')
  const { transcript } = scenarios.find(({ id }) => id === 'half-read')!
  const parsed = parse(transcript)
  assert.ok('operations' in parsed)
  const languages = { Python: 'python', C: 'c', TypeScript: 'typescript' } as const
  await page.getByRole('tab', { name: 'Python' }).click()
  for (const [name, language] of Object.entries(languages)) {
    const tab = page.getByRole('tab', { name, exact: true })
    await page.locator('[role=tab][aria-selected=true]', { hasText: name }).waitFor()
    const program = programOf(parsed.operations, language)
    await page.locator('[role=tabpanel] pre').waitFor()
    await page.locator('[role=tabpanel]').getByRole('button', { name: 'Copy' }).click()
    await page.locator('[role=tabpanel] [role=status]', { hasText: 'Copied' }).waitFor()
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), program)
    await tab.press('ArrowRight')
  }
})

test('each language has its own experiments file, which contains no texts of the other language', () => {
  for (const language of ['en', 'zh'] as const) {
    const text = readFileSync(join(pages, 'lab', `scenarios.${language}.json`), 'utf8')
    const written = JSON.parse(text) as { id: string; title: string; rule: string }[]
    assert.deepEqual(
      written.map(({ id, title, rule }) => ({ id, title, rule })),
      scenarios.map(({ id, title, rule }) => ({
        id,
        title: title[language],
        rule: rule[language],
      })),
    )
  }
})

test('no operation after a question runs before the prediction', { skip }, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const runs = runsOf(visit.page)
  const page = await visit.go('#/e/half-read')
  const question = page.locator('.question.open')
  await question.getByText('1000 bytes are left').waitFor()
  assert.deepEqual(
    runs.map(run => run.at(-1)),
    ['read r 1000'],
  )
  assert.equal((await transcriptOf(page)).at(-2), '10 wait L ?')
  await question.getByRole('button', { name: 'nothing' }).click()
  await question.getByText('And the edge-triggered one?').waitFor()
  assert.deepEqual(
    runs.map(run => run.at(-1)),
    ['read r 1000', 'wait L'],
  )
  await page.getByText('Surprise').waitFor()
  assert.deepEqual((await transcriptOf(page)).slice(-2), ['10 wait L r:IN', '11 wait E ?'])
})

test('an experiment can be predicted with keys, and the rule appears at the end', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/e/half-read')
  const rule = page.getByText('Edge-triggered reports only news')
  await page.getByText('1000 bytes are left').waitFor()
  await page.keyboard.press('2')
  await page.getByText('And the edge-triggered one?').waitFor()
  assert.equal(await rule.count(), 0)
  await page.keyboard.press('1')
  await rule.waitFor()
  const verdicts = await page.locator('.verdict').allInnerTexts()
  assert.deepEqual(
    verdicts.map(text => text.replace(/\s+/g, ' ')),
    ['Right The kernel says r:IN', 'Right The kernel says nothing'],
  )
  await page.getByRole('link', { name: 'Run the fix' }).click()
  await page.locator('.outcome', { hasText: '2000, then EAGAIN' }).waitFor()
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByRole('heading', { level: 1, name: 'You read nothing' }).waitFor()
})

test('every experiment of the course has the expected outcomes, and shows its rule', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  for (const { id, rule } of scenarios.filter(({ number }) => course.includes(number))) {
    const page = await visit.go(`#/e/${id}`)
    await showAll(page).catch(error => assert.fail(`${id}: ${error}`))
    assert.equal(await page.locator('.rule').innerText(), rule.en)
    // The number of wake-ups depends on the machine's load.
    const others = page.locator('.outcome small', { hasNotText: 'more than' })
    assert.deepEqual(await others.allInnerTexts(), [], id)
  }
})

test('back, step and the slider show the state after any step', { skip }, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/e/half-read')
  const state = page.getByRole('heading', { name: /^State after/ })
  const range = page.getByRole('slider', { name: 'Operation' })
  const queued = page.locator('.descriptors tbody tr').first().locator('td').last()
  await page.getByText('1000 bytes are left').waitFor()
  await page.getByText('State after 9').waitFor()
  await page.keyboard.press('ArrowLeft')
  assert.match(await state.innerText(), /^State after 8\s+wait E/)
  assert.equal((await queued.innerText()).trim(), '2000')
  await page.keyboard.press('ArrowRight')
  assert.equal((await queued.innerText()).trim(), '1000')
  await range.fill('5')
  assert.match(await state.innerText(), /^State after 5\s+add E r IN\|ET/)
  assert.equal((await queued.innerText()).trim(), '0')
  assert.equal(await range.getAttribute('aria-valuetext'), '5 of 9: add E r IN|ET, ok')
  await page.getByRole('button', { name: 'Step' }).click()
  assert.match(await state.innerText(), /^State after 6/)
  assert.deepEqual(await page.locator('li[aria-current=step] code').allInnerTexts(), [
    'write w 2000',
  ])
})

test('play shows one step after another, and can be paused', { skip }, async () => {
  await using visit = await Visit.open(browser, lab.url, { reducedMotion: 'no-preference' })
  const page = await visit.go('#/e/half-read')
  await page.getByText('State after 9').waitFor()
  await page.keyboard.press(' ')
  await page.getByText('State after 2').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  const heading = page.getByRole('heading', { name: /^State after/ })
  const stopped = await heading.innerText()
  await page.getByRole('button', { name: 'Play' }).waitFor()
  assert.equal(await heading.innerText(), stopped)
})

test('the text alternative of the picture describes the kernel’s answers', { skip }, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/e/half-read')
  await showAll(page)
  await page.getByText('State after 11').waitFor()
  const said =
    'Operations 1 to 11 of 11. r IN: high after 6–11, edge at 6. wait L: 7 IN, 10 IN. wait E: 8 IN, 11 nothing.'
  await page.getByRole('img', { name: said, exact: true }).waitFor()
  assert.match(await page.locator('.proof').innerText(), /^Answered by Linux \S+, process \d+\.$/)
})

test('a state that was not read is reported as not readable, and is not drawn', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/e/four-threads')
  await page.getByText('Not readable.').waitFor()
  assert.match(
    await page.locator('.panes').innerText(),
    /looking at the descriptors would wake the threads/,
  )
  assert.equal(await page.locator('.picture :is(.band, .surface, .ready)').count(), 0)
})

test('the operations can run again with level and edge exchanged, for comparison', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/e/half-read')
  await showAll(page)
  await page.getByRole('button', { name: /Swap LT and ET/ }).click()
  const differences = page.locator('.differences li')
  await differences.first().waitFor()
  assert.deepEqual(
    (await differences.allInnerTexts()).map(text => text.replace(/\s+/g, ' ')),
    ['10 wait L r:IN ⇄ nothing', '11 wait E nothing ⇄ r:IN'],
  )
  assert.equal(await page.locator('.stage .picture').count(), 2)
})

test('the language can be changed without a reload, and is remembered', { skip }, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('?lang=en#/e/half-read')
  await page.getByText('1000 bytes are left').waitFor()
  const pid = /process (\d+)/.exec(await page.locator('.proof').innerText())?.[1]
  const runs = runsOf(page)
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByText('还剩 1000 字节').waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-Hans')
  assert.match(await page.locator('.proof').innerText(), new RegExp(`进程 ${pid} `))
  assert.deepEqual(runs, [], 'the run is the same')
  await page.reload()
  await page.getByText('还剩 1000 字节').waitFor()
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByText('1000 bytes are left').waitFor()
})

test('a Chinese browser gets the page in Chinese', { skip }, async () => {
  await using visit = await Visit.open(browser, lab.url, { locale: 'zh-CN' })
  const page = await visit.go('')
  assert.match(await page.locator('h1').innerText(), /先预测/)
  await page.goto(`${lab.url}?lang=en`)
  await page.getByText('Start with experiment 1').waitFor()
})

test('if the server stops, the page says so, keeps the text, and finds a restarted server', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const first = new Serving()
  const page = visit.page
  await page.goto(`${first.url}#/sandbox`)
  const editor = page.getByRole('textbox', { name: 'Operations' })
  await editor.fill('pipe r w\nwrite w 5\nqueued r')
  await first.close()
  await editor.press('Control+Enter')
  await page.getByText('The lab’s server does not answer.').waitFor()
  assert.equal(await editor.inputValue(), 'pipe r w\nwrite w 5\nqueued r')
  await using _second = new Serving(first.port)
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.locator('.transcript li', { hasText: 'queued r5' }).waitFor()
  // The page's own requests may have been aborted.
  visit.forgive(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|403/)
})

const troubles: [string, { status: number; body: string }, RegExp][] = [
  ['busy', { status: 503, body: '{"message":"too many runs wait"}' }, /busy with other runs/],
  ['refused', { status: 403, body: '{"message":"wrong token"}' }, /Reload the page/],
  [
    'timeout',
    { status: 200, body: '{"type":"error","code":"ERR_LAB_TIMEOUT","message":"blocks"}\n' },
    /did not finish in time/,
  ],
  [
    'crashed',
    { status: 200, body: '{"type":"error","code":"ERR_LAB_CRASHED","message":"ended"}\n' },
    /The process that ran the operations has ended/,
  ],
  ['cut', { status: 200, body: '{"type":"start","kernel":"6.1","pid":1}\n' }, /does not answer/],
]

for (const [name, answer, expected] of troubles) {
  test(`a failure is reported with advice: ${name}`, { skip }, async () => {
    await using visit = await Visit.open(browser, lab.url)
    await visit.page.route('**/api/run', route => route.fulfill(answer))
    const page = await visit.go('#/e/half-read')
    const alert = page.getByRole('alert').filter({ hasText: expected })
    await alert.waitFor()
    await alert.getByRole('button', { name: /Try again|Reload/ }).waitFor()
    visit.forgive(/status of (403|503)/)
  })
}

test('the X-ray shows the server’s sockets, and marks its own connection', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/xray')
  const own = page.locator('tr.own')
  await own.getByText('this X-ray').waitFor()
  const port = /127\.0\.0\.1:(\d+)/.exec(await own.innerText())?.[1]
  assert.ok(port !== undefined && Number(port) !== lab.port)
  const list = await page.locator('tbody tr', { hasText: 'listener' }).innerText()
  assert.match(list, new RegExp(`127\\.0\\.0\\.1:${lab.port}\\s.*IN\\|ET`))
  await page.getByRole('button', { name: 'Fetch a small file' }).click()
  await page
    .locator('.waits li code', { hasText: /^fd \d+:IN/ })
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused').waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await own.getByText('this X-ray').waitFor()
})
