// The sandbox and the recorded edition in a browser.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { HttpServer } from '../../lib/http/index.ts'
import { pages, parse, Runner } from '../../lib/lab/index.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'
import { serveDirectory } from '../../lib/static/index.ts'
import { root, temporaryFolder } from '../project/temporary.ts'
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

test('a mistake is marked while typing, and nothing runs', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/sandbox')
  const editor = page.getByRole('textbox', { name: 'Operations' })
  await editor.fill('pipe r w\nep E; add E x IN')
  await page.getByText('Line 2, column 13').waitFor()
  assert.match(await page.locator('.mistakes').innerText(), /'x' is not defined/)
  assert.equal(await page.locator('mark').innerText(), 'x')
  assert.equal(await editor.getAttribute('aria-invalid'), 'true')
  const runs = runsOf(page)
  await editor.press('Control+Enter')
  assert.ok(await page.getByRole('button', { name: 'Run', exact: true }).isDisabled())
  await editor.fill('pipe r w\nep E; add E r IN')
  await page.getByText('4 operations', { exact: true }).or(page.getByText('3 operations')).waitFor()
  assert.equal(await page.locator('mark').count(), 0)
  assert.deepEqual(runs, [])
})

test('operations can be completed with the keyboard, and only with valid words', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url)
  const page = await visit.go('#/sandbox')
  const editor = page.getByRole('textbox', { name: 'Operations' })
  await editor.fill('')
  await editor.pressSequentially('time')
  await page.getByRole('option', { name: /^timerfd/ }).waitFor()
  await editor.press('Tab')
  await editor.pressSequentially(' tick 5\nep E\nadd E t')
  assert.deepEqual(await page.locator('[role=option]').allInnerTexts(), ['tick\ntimerfd'])
  await editor.press('Tab')
  await editor.pressSequentially(' IN|E')
  await editor.press('ArrowDown')
  await editor.press('ArrowDown')
  assert.equal(await page.locator('[aria-selected=true]').innerText(), 'ET')
  await editor.press('Tab')
  assert.equal(await editor.inputValue(), 'timerfd tick 5\nep E\nadd E tick IN|ET')
  await editor.pressSequentially('\nwa')
  await editor.press('Escape')
  assert.equal(await page.locator('[role=option]').count(), 0)
})

test('a shared address contains only the operations, and opens the sandbox with them', {
  skip,
}, async () => {
  await using visit = await Visit.open(browser, lab.url, {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const page = await visit.go('?lang=en#/sandbox')
  const text = 'eventfd e\nep E; add E e IN|ET # 100%\nwrite e 1\nwait E'
  await page.getByRole('textbox', { name: 'Operations' }).fill(text)
  await page.getByRole('button', { name: 'Copy a link' }).click()
  await page.getByText('Copied', { exact: true }).waitFor()
  const address = (await page.evaluate('navigator.clipboard.readText()')) as string
  assert.equal(address, `${lab.url}#/sandbox/${encodeURIComponent(text)}`)

  await using friend = await Visit.open(browser, address)
  const runs = runsOf(friend.page)
  const opened = await friend.go('')
  const editor = opened.getByRole('textbox', { name: 'Operations' })
  assert.equal(await editor.inputValue(), text)
  await opened.getByText('are part of the address').waitFor()
  assert.deepEqual(runs, [], 'operations from a link must not run by themselves')
  await editor.press('Control+Enter')
  await opened.locator('.transcript .outcome', { hasText: 'e:IN' }).waitFor()
})

const folder = join(pages, 'lab')

/** Serves a copy of the page with one recorded experiment, deep below the root of another host. */
async function recording(context: TestContext): Promise<string> {
  const site = temporaryFolder(context)
  const copy = join(site, 'some/where')
  cpSync(folder, copy, { recursive: true })
  const { id, transcript } = scenarios.find(one => one.id === 'half-read')!
  const parsed = parse(transcript)
  assert.ok('operations' in parsed)
  await using runner = new Runner()
  const record = await runner.run(parsed.operations, { states: true })
  mkdirSync(join(copy, 'traces'))
  writeFileSync(join(copy, `traces/${id}.json`), JSON.stringify(record))
  const edition = {
    edition: 'recorded',
    kernel: record.kernel,
    date: '2024-05-06T07:08:09.000Z',
    version: '1.2.3',
    command: 'node dist/cli/main.js',
  }
  writeFileSync(join(copy, 'edition.json'), JSON.stringify(edition))
  const directory = serveDirectory(site)
  const server = new HttpServer(directory.handle)
  context.after(() => {
    server.close()
    directory.close()
  })
  return `http://127.0.0.1:${server.listen({ port: 0 }).port}/some/where/`
}

test('a recording works under any path, and says that it is a recording', {
  skip,
}, async context => {
  await using visit = await Visit.open(browser, await recording(context))
  const requests: string[] = []
  visit.page.on('request', request => requests.push(new URL(request.url()).pathname))
  const page = await visit.go('#/e/half-read')
  await page.getByText('1000 bytes are left').waitFor()
  assert.match(await page.locator('.badge').innerText(), /^recorded\s+Linux \S+, 6 May 2024$/)
  assert.match(await page.locator('.proof').innerText(), /^A recording: .* on 6 May 2024\.$/)
  assert.equal(await page.getByText('live').count(), 0)
  await showAll(page)
  assert.equal((await transcriptOf(page)).at(-1), '11 wait E nothing')
  assert.equal(await page.getByRole('button', { name: /Swap LT and ET/ }).count(), 0)
  assert.deepEqual(
    requests.filter(path => path.includes('/api/')),
    [],
  )
})

test('a recording says how to run the experiment on a live kernel', {
  skip,
}, async context => {
  await using visit = await Visit.open(browser, await recording(context))
  const page = await visit.go('#/')
  await page.getByText('A kernel ran these operations').waitFor()
  await visit.go('#/e/half-read')
  await page.getByText('Pick one, and the kernel’s answer is shown.').waitFor()
  await page.getByText('node dist/cli/main.js lab run half-read', { exact: true }).waitFor()
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByText('就会显示内核的回答').waitFor()
  await visit.go('?lang=en#/sandbox')
  await page.getByText('Tab accepts a suggestion').waitFor()
  assert.equal(await page.getByText('Ctrl+Enter').count(), 0)
})

test('the fix of a recorded experiment has its own command', { skip }, async context => {
  await using visit = await Visit.open(browser, await recording(context))
  const page = await visit.go('#/e/half-read/fix')
  await page.getByText('node dist/cli/main.js lab run --fix half-read', { exact: true }).waitFor()
  visit.forgive(/status of 404/)
})

test('the sandbox of a recording says how to run its operations live', { skip }, async context => {
  await using visit = await Visit.open(browser, await recording(context))
  const page = await visit.go('#/sandbox/eventfd%20e%0Awrite%20e%201%20%23%20one')
  const command = "node dist/cli/main.js lab run --ops 'eventfd e; write e 1'"
  await page.getByText(command, { exact: true }).waitFor()
  await page.getByText('node dist/cli/main.js serve --lab', { exact: true }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Run', exact: true }).count(), 0)
  await visit.go('#/xray')
  await page.getByText('A recording has no server to look into').waitFor()
  await visit.go('#/e/more-arrives')
  await page.getByText('This recording does not contain that run.').waitFor()
  visit.forgive(/status of 404/)
})

/** The output of a command that was copied from the page, run in the clone. */
function printedBy(command: string): string[] {
  const text = execFileSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' })
  return text
    .trimEnd()
    .split('\n')
    .map(line => line.replace(/\s+/g, ' '))
}

test('the command shown for a recorded experiment prints the same transcript', {
  skip,
}, async context => {
  await using visit = await Visit.open(browser, await recording(context))
  const page = await visit.go('#/e/half-read')
  await showAll(page)
  // The page shows the numbers of new descriptors, which a transcript omits.
  const shown = (await transcriptOf(page)).map(line =>
    line.replace(/^\d+ /, '').replace(/(?: \w+=\d+)+$/, ' ok'),
  )
  const command = await page.locator('.run-live .command code').innerText()
  const printed = printedBy(command).map(line => line.replace(' -> ', ' '))
  assert.deepEqual(printed, shown)
})

test('the command shown in the sandbox runs the operations, even if they contain quotes', {
  skip,
}, async context => {
  await using visit = await Visit.open(browser, await recording(context))
  const text = 'pipe r w # both ends\nwrite w "it\'s # $HOME `id`" # quoted\n\nread r 99'
  const page = await visit.go(`#/sandbox/${encodeURIComponent(text)}`)
  const command = await page.locator('.run-live .command code').first().innerText()
  assert.deepEqual(printedBy(command), [
    'pipe r w -> ok',
    'write w "it\'s # $HOME `id`" -> 17',
    'read r 99 -> 17',
  ])
})
