import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './project.js'

const own = 'html/bench/result.json'
const example = 'html/bench/example.json'

/** The bench's page as a product for scripts/freshness.js. */
export const benchPage = {
  stamp: 'build/.bench-page',
  inputs: ['lib/bench', own, example, 'scripts/bench-page.js'],
  outputs: ['html/bench/index.html', 'html/bench/zh.html'],
}

/** Shows the result in result.json if it exists, otherwise the example. */
export async function buildBenchPage() {
  const face = pathToFileURL(join(root, 'dist/bench/index.js')).href
  /** @type {typeof import('../lib/bench/index.ts')} */
  const { readResult, reportOf } = await import(face)
  const isExample = !existsSync(join(root, own))
  const result = readResult(join(root, isExample ? example : own))
  const pages = /** @type {const} */ ([
    ['en', 'index.html', '../index.html', { href: 'zh.html', lang: 'zh-Hans', name: '中文' }],
    ['zh', 'zh.html', '../zh/index.html', { href: 'index.html', lang: 'en', name: 'English' }],
  ])
  mkdirSync(join(root, 'html/bench'), { recursive: true })
  for (const [language, name, home, other] of pages) {
    const page = reportOf(result, language, { home, other, example: isExample })
    writeFileSync(join(root, 'html/bench', name), page)
  }
}
