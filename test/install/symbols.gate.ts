// Checks that glibc and musl of Debian 11 have exactly one function for each symbol that the addons may use, on both
// processors.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { namesIn, symbolsIn } from '../../scripts/native-symbols.js'
import { unpackFrom } from './packages.ts'

const folder = mkdtempSync(join(tmpdir(), 'epollet-symbols-'))
after(() => rmSync(folder, { recursive: true }))
const run = (command: string, args: string[]) =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 << 20 })

const names = namesIn(readFileSync(new URL('../../native/symbols.txt', import.meta.url), 'utf8'))

// glibc has two versions of memcpy; the older one also copies overlapping memory. We can use either.
const harmless = ['memcpy']

const libraries: Record<string, string[]> = {
  'glibc 2.31, x64': ['libc.so.6', 'libpthread.so.0'].map(name => `lib/x86_64-linux-gnu/${name}`),
  'glibc 2.31, arm64': ['libc.so.6', 'libpthread.so.0'].map(
    name => `lib/aarch64-linux-gnu/${name}`,
  ),
  'musl, x64': ['lib/ld-musl-x86_64.so.1'],
  'musl, arm64': ['lib/ld-musl-aarch64.so.1'],
}

const packages = ['amd64', 'arm64'].flatMap(arch => [`libc6:${arch}`, `musl:${arch}`])
await unpackFrom('bullseye', folder, ...packages)

for (const [libc, paths] of Object.entries(libraries)) {
  const symbols = paths.map(path =>
    symbolsIn(run('readelf', ['-W', '--dyn-syms', path])).filter(({ isDefined }) => isDefined),
  )

  test(`${libc} has every name that the addons may use`, () => {
    const there = new Set(symbols.flat().map(({ name }) => name))
    assert.deepEqual(
      names.filter(name => !there.has(name)),
      [],
    )
  })

  test(`${libc} has only one function for each name`, () => {
    const several = names.filter(name =>
      symbols.some(
        library =>
          new Set(library.filter(symbol => symbol.name === name).map(({ address }) => address))
            .size > 1,
      ),
    )
    assert.deepEqual(
      several.filter(name => !harmless.includes(name)),
      [],
    )
  })
}
