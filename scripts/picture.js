// npm run picture: takes the README's picture of the lab, docs/lab.png, with Debian's Chromium.
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { build } from './build.js'
import { root } from './project.js'
import { main } from './run.js'

const target = join(root, 'docs/lab.png')
const bytesMax = 150_000
const viewport = { width: 1200, height: 806 }

// Runs in the page. Shortens each kernel release to its version, because the rest identifies one machine's build.
const hideBuild = `{
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    node.textContent = node.textContent.replace(/(Linux \\d+\\.\\d+)[\\w.-]*\\w/, '$1')
}`

/** @param {string} url of the server */
async function take(url) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage({
      viewport,
      locale: 'en-US',
      colorScheme: 'light',
      reducedMotion: 'reduce',
    })
    await page.goto(`${url}lab/#/e/half-read`)
    // The first prediction is right and the second wrong, so both verdicts show.
    const open = page.locator('.question.open')
    for (let i = 0; i < 2; i++) {
      const question = page.locator('.question.open', { hasText: (await open.textContent()) ?? '' })
      await page.keyboard.press('1')
      await question.waitFor({ state: 'detached' })
    }
    await page.locator('.rule').waitFor()
    await page.evaluate(hideBuild)
    await page.screenshot({ path: target })
  } finally {
    await browser.close()
  }
}

await main(async () => {
  await build()
  const args = [join(root, 'dist/cli/main.js'), 'serve', '0', '--lab', '--quiet']
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const { value: line } = await createInterface(server.stdout)[Symbol.asyncIterator]().next()
    await take(String(line).replace('listening on ', ''))
  } finally {
    server.kill('SIGTERM')
  }
  const { size } = statSync(target)
  console.log(`docs/lab.png: ${size} bytes`)
  if (size > bytesMax) throw new Error(`expected at most ${bytesMax} bytes`)
})
