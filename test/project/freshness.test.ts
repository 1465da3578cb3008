import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { existsSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { areDependenciesFresh, isFresh, refresh } from '../../scripts/freshness.js'
import { root, temporaryFolder, write } from './temporary.ts'

const product = { stamp: 'out/.built', inputs: ['lib', 'config.json'], outputs: ['out/a.js'] }

async function built(context: TestContext): Promise<string> {
  const folder = temporaryFolder(context, {
    'lib/a.ts': 'a',
    'lib/b/c.ts': 'c',
    'config.json': '{}',
  })
  await refresh(folder, product, async () => write(folder, 'out/a.js', 'a'))
  return folder
}

test('isFresh() is false before the first build', context => {
  assert.equal(isFresh(temporaryFolder(context, { 'lib/a.ts': '' }), product), false)
})

test('isFresh() is true after a build', async context => {
  assert.equal(isFresh(await built(context), product), true)
})

const changes: Record<string, (folder: string) => void> = {
  'a file was changed': folder => writeFileSync(join(folder, 'lib/b/c.ts'), 'd2'),
  'a file was added': folder => write(folder, 'lib/d/e.ts', ''),
  'a file was deleted': folder => rmSync(join(folder, 'lib/b/c.ts')),
  'a file was renamed': folder => renameSync(join(folder, 'lib/a.ts'), join(folder, 'lib/z.ts')),
  'a file has an older time than before': folder => utimesSync(join(folder, 'lib/a.ts'), 1, 1),
  'the configuration was changed': folder => writeFileSync(join(folder, 'config.json'), '{ }'),
  'an output was deleted': folder => rmSync(join(folder, 'out/a.js')),
  'the stamp was deleted': folder => rmSync(join(folder, 'out/.built')),
}

for (const [what, change] of Object.entries(changes)) {
  test(`isFresh() is false when ${what}`, async context => {
    const folder = await built(context)
    change(folder)
    assert.equal(isFresh(folder, product), false)
  })
}

test('refresh() builds nothing if the product is fresh', async context => {
  const folder = await built(context)
  await refresh(folder, product, () => assert.fail('it was built again'))
})

test('a product is stale after a failed build, even if its inputs are restored', async context => {
  const folder = await built(context)
  const failure = new Error('half-way')
  writeFileSync(join(folder, 'lib/a.ts'), 'a2')
  await assert.rejects(
    refresh(folder, product, () => Promise.reject(failure)),
    failure,
  )
  writeFileSync(join(folder, 'lib/a.ts'), 'a')
  assert.equal(existsSync(join(folder, product.stamp)), false)
  assert.equal(isFresh(folder, product), false)
})

test('a product is stale if an input changed during its build', async context => {
  const folder = await built(context)
  writeFileSync(join(folder, 'lib/a.ts'), 'a2')
  await refresh(folder, product, async () => writeFileSync(join(folder, 'lib/a.ts'), 'a three'))
  assert.equal(isFresh(folder, product), false)
})

const own = { dependencies: { a: '1.0.0' } }
const a = { version: '1.0.0' }
const other = { version: '2.0.0', optional: true }

function project(context: TestContext, there: object | undefined, declared: object = own): string {
  const locked = { packages: { '': own, 'node_modules/a': a, 'node_modules/other': other } }
  const folder = temporaryFolder(context, {
    'package.json': JSON.stringify(declared),
    'package-lock.json': JSON.stringify(locked),
  })
  if (there !== undefined) {
    write(folder, 'node_modules/.package-lock.json', JSON.stringify({ packages: there }))
  }
  return folder
}

const dependencies: [what: string, fresh: boolean, there: object | undefined, declared?: object][] =
  [
    ['everything is installed', true, { 'node_modules/a': a, 'node_modules/other': other }],
    ['an optional package for other machines is missing', true, { 'node_modules/a': a }],
    ['nothing is installed', false, undefined],
    ['a package is missing', false, { 'node_modules/other': other }],
    ['a version differs', false, { 'node_modules/a': { version: '0.9.0' } }],
    ['an additional package is installed', false, { 'node_modules/a': a, 'node_modules/b': a }],
    [
      'the lockfile is older than package.json',
      false,
      { 'node_modules/a': a },
      { dependencies: { a: '2.0.0' } },
    ],
  ]

for (const [what, fresh, there, declared] of dependencies) {
  test(`areDependenciesFresh() is ${fresh} when ${what}`, context => {
    assert.equal(areDependenciesFresh(project(context, there, declared)), fresh)
  })
}

test('areDependenciesFresh() is true for this project', () => {
  assert.equal(statSync(join(root, 'node_modules')).isDirectory(), true)
  assert.equal(areDependenciesFresh(root), true)
})
