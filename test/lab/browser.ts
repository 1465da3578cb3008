// The lab's page in a browser.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { HttpServer } from '../../lib/http/index.ts'
import { LabServer, requestBytesMax } from '../../lib/lab/index.ts'
import { lacks } from '../support/needs.ts'

const executablePath = '/usr/bin/chromium'

/** Why tests of the page are skipped; false if a browser is installed. */
export const lacking: string | false =
  !existsSync(executablePath) && lacks(`needs ${executablePath} (apt-get install chromium)`)

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
}

/** The lab's own server, in this process. */
export class Serving {
  readonly url: string
  readonly port: number
  readonly #server: HttpServer
  readonly #lab = new LabServer({ version: '0.0.0', hosts: [], onWarning: assert.fail })

  constructor(port = 0) {
    const handler = this.#lab.beside((_request, responder) => responder.text(404, 'not here\n'))
    const { readsBodies } = this.#lab
    this.#server = new HttpServer(handler, { readsBodies, bodyBytesMax: requestBytesMax })
    const address = this.#server.listen({ port })
    this.#lab.listening(this.#server, address)
    this.port = address.port
    this.url = `http://127.0.0.1:${address.port}/lab/`
  }

  async close(): Promise<void> {
    this.#server.close()
    await this.#lab.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** A page in a new browser context. Errors on the page fail the test at its end. */
export class Visit implements AsyncDisposable {
  readonly page: Page
  readonly #url: string
  readonly #complaints: string[] = []

  private constructor(page: Page, url: string) {
    this.page = page
    this.#url = url
    page.on('pageerror', error => this.#complaints.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error') this.#complaints.push(message.text())
    })
  }

  static async open(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<Visit> {
    const context = await browser.newContext({
      locale: 'en-US',
      reducedMotion: 'reduce',
      viewport: { width: 1280, height: 800 },
      ...options,
    })
    context.setDefaultTimeout(15_000)
    return new Visit(await context.newPage(), url)
  }

  /** Loads the page, even if only the fragment changes. */
  async go(fragment: string): Promise<Page> {
    await this.page.goto('about:blank')
    await this.page.goto(this.#url + fragment)
    await this.page.locator('h1').waitFor()
    return this.page
  }

  /** Removes the errors that the test expects. */
  forgive(pattern: RegExp): void {
    const rest = this.#complaints.filter(text => !pattern.test(text))
    this.#complaints.splice(0, this.#complaints.length, ...rest)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close()
    // Printed as well, because the runner shows only the first failure of a test.
    for (const text of this.#complaints) process.stderr.write(`the page: ${text}\n`)
    assert.deepEqual(this.#complaints, [])
  }
}

/** The shown steps of the transcript: number, operation and result. */
export async function transcriptOf(page: Page): Promise<string[]> {
  const items = await page.locator('.experiment .transcript li').allInnerTexts()
  return items.map(text => text.replace(/\s+/g, ' ').trim())
}

/** Records the runs that the page requests. */
export function runsOf(page: Page): string[][] {
  const runs: string[][] = []
  page.on('request', request => {
    if (!request.url().endsWith('/api/run')) return
    runs.push((request.postDataJSON() as { text: string }).text.split('\n'))
  })
  return runs
}

/** Runs an experiment to its end without predictions. */
export async function showAll(page: Page): Promise<void> {
  const next = page.getByRole('button', { name: 'Skip', exact: true })
  const rule = page.locator('.rule')
  for (;;) {
    await next.or(rule).first().waitFor()
    if (await rule.isVisible()) return
    const question = page.locator('.question.open', {
      hasText: await page.locator('.question.open').innerText(),
    })
    await next.click()
    await question.waitFor({ state: 'detached' })
  }
}
