import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { client } from '../http/client.ts'
import { Serving } from './site.ts'

const root = fileURLToPath(new URL('../../html/', import.meta.url))
const pages = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name =>
  name.endsWith('.html'),
)

/** What a page refers to on its own server, as paths. */
function linksOf(page: string, text: string): string[] {
  const base = new URL(page, 'http://here/')
  return Array.from(
    text.matchAll(/\s(?:href|src)="([^"#]+)[^"]*"/g),
    ([, link]) => new URL(link!, base),
  )
    .filter(({ host }) => host === 'here')
    .map(({ pathname }) => pathname)
}

test('the document root has its page in English and in Chinese', () => {
  assert.ok(pages.includes('index.html') && pages.includes('zh/index.html'))
})

for (const page of pages) {
  test(`html/${page} is served, and so is every file that it links to`, async () => {
    using serving = new Serving(root)
    await using peer = await client(serving.port)
    const answer = await peer.get(`/${page}`)
    assert.equal(answer.status, 200)
    assert.equal(answer.fields.get('content-type'), 'text/html; charset=utf-8')
    const links = linksOf(page, answer.body.toString())
    assert.ok(links.length > 0)
    for (const link of links) assert.equal((await peer.get(link)).status, 200, link)
  })
}
