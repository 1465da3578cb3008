import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import test from 'node:test'
import { checkSizes } from '../../scripts/sizes.js'
import { root, temporaryFolder } from './temporary.ts'

const folders = { 'native/a.cc': '', 'scripts/a.js': '', 'test/a.ts': '', 'examples/a.ts': '' }

test('checkSizes() finds nothing wrong with this project', () => {
  assert.deepEqual(checkSizes(root), [])
})

test('checkSizes() refuses a file of more than 350 lines', context => {
  const lib = { 'lib/net/a.ts': '\n'.repeat(350), 'lib/net/b.ts': '\n'.repeat(351) }
  const folder = temporaryFolder(context, { ...folders, ...lib })
  assert.deepEqual(checkSizes(folder), ['lib/net/b.ts: 351 lines, at most 350'])
})

test('checkSizes() accepts files of any length if they contain only texts', context => {
  const lib = {
    'lib/lab/prose/a.ts': '\n'.repeat(351),
    'lib/lab/page/words-en.ts': '\n'.repeat(351),
  }
  assert.deepEqual(checkSizes(temporaryFolder(context, { ...folders, ...lib })), [])
})

test('checkSizes() refuses more than 24 files in a folder of lib', context => {
  const files = (folder: string) =>
    Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`${folder}/${i}.ts`, '']))
  const lib = { ...files('lib/net'), ...files('lib/lab/scenarios'), ...files('test/net') }
  const folder = temporaryFolder(context, { ...folders, ...lib })
  assert.deepEqual(checkSizes(folder), ['lib/net: 25 files, at most 24'])
})
