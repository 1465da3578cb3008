// The messages about missing tools.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { buildEnvironment } from '../../scripts/project.js'
import { compiling, missing, oldNode } from '../../scripts/tools.js'
import { root, temporaryFolder } from './temporary.ts'

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
const ubuntu = 'ID=ubuntu\nID_LIKE=debian\n'
const fedora = 'NAME="Fedora Linux"\nID=fedora\n'
const rocky = 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'
const alpine = 'ID=alpine\n'

const commands: [release: string, user: number, command: string][] = [
  [debian, 0, '  apt-get install -y g++ make python3\n'],
  [ubuntu, 1000, '  sudo apt-get install -y g++ make python3\n'],
  [fedora, 1000, '  sudo dnf install -y gcc-c++ make python3\n'],
  [rocky, 0, '  dnf install -y gcc-c++ make python3\n'],
  [alpine, 0, '  apk add g++ linux-headers make python3\n'],
]

for (const [release, user, command] of commands) {
  test(`missing() suggests ${command.trim()}`, () => {
    const first = 'Missing: a C++ compiler (g++ or clang++), make, python3. Install with:\n'
    assert.equal(missing(compiling, { path: '/nowhere', release, user }), first + command)
  })
}

test('missing() lists every package manager on an unknown distribution', () => {
  const text = missing(['make'], { path: '', release: 'ID=void\n', user: 0 }) ?? ''
  assert.match(text, /apt-get install -y make {2}\(Debian, Ubuntu\)\n {2}dnf .*\n {2}apk add make/)
})

const cross: [release: string, line: string][] = [
  [debian, '  apt-get install -y g++-aarch64-linux-gnu\n'],
  [fedora, '  apt-get install -y g++-aarch64-linux-gnu  (Debian, Ubuntu)\n'],
  ['ID=void\n', '  apt-get install -y g++-aarch64-linux-gnu  (Debian, Ubuntu)\n'],
]

for (const [release, line] of cross) {
  test(`missing() suggests ${line.trim()} for a tool that only Debian packages`, () => {
    const text = missing(['aarch64-linux-gnu-g++'], { path: '/nowhere', release, user: 0 })
    assert.equal(text, `Missing: aarch64-linux-gnu-g++. Install with:\n${line}`)
  })
}

test('missing() names only missing tools, and accepts clang++ in place of g++', context => {
  const path = temporaryFolder(context, { 'clang++': '', python3: '', make: '' })
  for (const name of ['clang++', 'python3']) chmodSync(join(path, name), 0o755)
  assert.match(missing(compiling, { path, release: debian }) ?? '', /^Missing: make\. /)
  chmodSync(join(path, 'make'), 0o755)
  assert.equal(missing(compiling, { path, release: debian }), undefined)
})

const versions: [version: string, old: boolean][] = [
  ['18.20.4', true],
  ['20.9.0', true],
  ['20.18.3', true],
  ['20.19.0', false],
  ['22.0.0', false],
  ['26.10.0', false],
]

for (const [version, old] of versions) {
  test(`oldNode() finds ${version} ${old ? 'too old' : 'new enough'}`, () => {
    const text = oldNode(version, { release: debian, user: 0 })
    assert.equal(
      text?.split('\n')[0],
      old ? `Node ${version} is too old: 20.19 is needed. Install it with:` : undefined,
    )
  })
}

test('buildEnvironment() makes node-gyp use native/ instead of a user’s Node headers', context => {
  context.after(() => delete process.env['NPM_CONFIG_NODEDIR'])
  process.env['NPM_CONFIG_NODEDIR'] = '/elsewhere'
  const { NPM_CONFIG_NODEDIR, npm_config_nodedir } = buildEnvironment()
  assert.deepEqual([NPM_CONFIG_NODEDIR, npm_config_nodedir], [undefined, join(root, 'native')])
})
