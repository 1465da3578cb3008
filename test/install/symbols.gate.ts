// Each name that the addons may use is in Debian 11's C library and in musl's, for both processors, and means the same
// under each of its versions.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { namesIn, symbolsIn } from '../../scripts/native-symbols.js'

const folder = mkdtempSync(join(tmpdir(), 'epollet-symbols-'))
after(() => rmSync(folder, { recursive: true }))
const run = (command: string, args: string[]) =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 << 20 })

const names = namesIn(readFileSync(new URL('../../native/symbols.txt', import.meta.url), 'utf8'))

// The old memcpy copies parts that overlap too, and is right for all others.
const harmless = ['memcpy']

/** The mirror that this machine uses. */
function mirror(): string {
  const uris = run('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages'])
  const found = uris.split('\n').find(uri => /\/debian\/?$/.test(uri))
  assert(found, 'apt knows no mirror of Debian')
  return found
}

/** Debian 11's packages, by an apt that knows nothing of this machine's. */
function unpack(): void {
  for (const name of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(folder, name), { recursive: true })
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg'
  const list = join(folder, 'list')
  writeFileSync(list, `deb [arch=amd64,arm64 signed-by=${keys}] ${mirror()} bullseye main\n`)
  const settings = {
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '-',
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': 'amd64',
    'APT::Architectures::': 'arm64',
    'APT::Sandbox::User': 'root',
  }
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  run('apt-get', [...options, 'update', '-qq'])
  const packages = ['amd64', 'arm64'].flatMap(arch => [`libc6:${arch}`, `musl:${arch}`])
  run('apt-get', [...options, 'download', '-qq', ...packages])
  for (const name of readdirSync(folder).filter(name => name.endsWith('.deb')))
    run('dpkg-deb', ['-x', name, '.'])
}

const libraries: Record<string, string[]> = {
  'glibc 2.31, x64': ['libc.so.6', 'libpthread.so.0'].map(name => `lib/x86_64-linux-gnu/${name}`),
  'glibc 2.31, arm64': ['libc.so.6', 'libpthread.so.0'].map(
    name => `lib/aarch64-linux-gnu/${name}`,
  ),
  'musl, x64': ['lib/ld-musl-x86_64.so.1'],
  'musl, arm64': ['lib/ld-musl-aarch64.so.1'],
}

unpack()

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

  test(`${libc} has one function for each name`, () => {
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
