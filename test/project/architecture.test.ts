import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { filesBelow, read } from './documents.ts'
import { root } from './temporary.ts'

const architecture = read('ARCHITECTURE.md')

test('ARCHITECTURE.md has at most 300 lines', () => {
  assert.ok(architecture.trimEnd().split('\n').length <= 300)
})

test('all paths named in ARCHITECTURE.md exist', () => {
  const named = [...architecture.matchAll(/`((?:native|lib|scripts|examples|test|docs)\/[^`]+)`/g)]
  assert.ok(named.length >= 3)
  const gone = named.map(([, path = '']) => path).filter(path => !existsSync(join(root, path)))
  assert.deepEqual(gone, [])
})

test('ARCHITECTURE.md gives a reason for each run-time dependency', () => {
  const { dependencies } = JSON.parse(read('package.json'))
  const decisions = architecture.slice(architecture.indexOf('\n## Decisions'))
  const names = Object.keys(dependencies)
  assert.deepEqual(
    names.filter(name => !decisions.includes(`- **${name}**`)),
    [],
  )
})

test('npm run files prints each source file once, with a sentence about it', () => {
  const script = join(root, 'scripts/files.js')
  const printed = execFileSync(process.execPath, [script], { encoding: 'utf8' })
  // A binding.gyp is JSON, which has no comments.
  const silent = [...printed.matchAll(/^ {2}(\S+)$/gm)].map(([, name]) => name)
  assert.deepEqual(silent, ['binding.gyp'])
  let folder = ''
  const paths = printed.split('\n').flatMap(line => {
    if (!line.startsWith(' ')) folder = line
    return line.startsWith(' ') ? [folder + line.trim().split(' ')[0]] : []
  })
  const files = ['native', 'lib', 'scripts', 'examples']
    .flatMap(filesBelow)
    .filter(path => /\.(?:cc|h|[jt]sx?|py|css|gypi?|map|txt)$/.test(path))
  assert.deepEqual(paths.toSorted(), files.sort())
  assert.match(
    printed,
    /^scripts\/\n(?: {2}.+\n)* {2}files\.js +npm run files: prints every source file/m,
  )
})
