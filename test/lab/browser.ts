import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { HttpServer } from '../../lib/http/index.ts'
import { LabServer, requestBytesMax } from '../../lib/lab/index.ts'
import { lacks } from '../support/needs.ts'

const executablePath = '/usr/bin/chromium'

/** Why tests of the page are skipped; false if there is a browser. */
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

/** A page in a window of its own, which remembers nothing; its complaints fail the test at its end. */
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

  /** Loads the page, also where only its fragment is another one. */
  async go(fragment: string): Promise<Page> {
    await this.page.goto('about:blank')
    await this.page.goto(this.#url + fragment)
    await this.page.locator('h1').waitFor()
    return this.page
  }

  /** Complaints that belong to what a test does. */
  forgive(pattern: RegExp): void {
    const rest = this.#complaints.filter(text => !pattern.test(text))
    this.#complaints.splice(0, this.#complaints.length, ...rest)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close()
    // Said here too: where the test has failed before, the runner would not show it.
    for (const text of this.#complaints) process.stderr.write(`the page: ${text}\n`)
    assert.deepEqual(this.#complaints, [])
  }
}

/** What of the transcript is shown: each operation's number, the operation and what it came to. */
export async function transcriptOf(page: Page): Promise<string[]> {
  const items = await page.locator('.experiment .transcript li').allInnerTexts()
  return items.map(text => text.replace(/\s+/g, ' ').trim())
}

/** What the page asks the server to run. */
export function runsOf(page: Page): string[][] {
  const runs: string[][] = []
  page.on('request', request => {
    if (!request.url().endsWith('/api/run')) return
    runs.push((request.postDataJSON() as { text: string }).text.split('\n'))
  })
  return runs
}

/** To the end of an experiment, without predictions. */
export async function showAll(page: Page): Promise<void> {
  const next = page.getByRole('button', { name: 'Just show me' })
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
