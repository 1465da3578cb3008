// Some flags of open(2) have different numbers on x86 and arm64, so they come from Node's constants.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const differing = /\bO_(?:DIRECTORY|NOFOLLOW|DIRECT|LARGEFILE)\s*[=:]\s*0[xo]|0o?20200000|0x410000/

test('no source writes O_DIRECTORY, O_NOFOLLOW, O_DIRECT or O_LARGEFILE as a number', () => {
  const root = new URL('../../', import.meta.url)
  const sources = ['lib', 'native', 'examples'].flatMap(sourcesBelow)
  assert.ok(sources.length > 100)
  const wrong = sources.filter(path => differing.test(readFileSync(new URL(path, root), 'utf8')))
  assert.deepEqual(wrong, [])
})

function sourcesBelow(folder: string): string[] {
  const root = new URL(`../../${folder}/`, import.meta.url)
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(path => /\.(ts|tsx|js|mjs|cc|h|c)$/.test(path))
    .map(path => `${folder}/${path}`)
}
