import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import test from 'node:test'
import { checkLayers, checkReadmes } from '../../scripts/layers.js'
import { root, temporaryFolder } from './temporary.ts'

test('checkLayers() finds nothing wrong with this project', () => {
  assert.deepEqual(checkLayers(root), [])
  assert.deepEqual(checkReadmes(root), [])
})

const rows: [file: string, specifier: string, wrong: string | undefined][] = [
  ['net/listener.ts', '../loop/index.ts', undefined],
  ['net/listener.ts', '../sys/index.ts', undefined],
  ['net/listener.ts', './connection.ts', undefined],
  ['lab/runner/runner.ts', '../machine/machine.ts', undefined],
  ['lab/index.ts', './server/server.ts', undefined],
  ['lab/page/main.ts', '../language/parse.ts', undefined],
  ['lab/page/picture/lanes.ts', '../asking/experiment.ts', undefined],
  ['cli/command.ts', './serve/serve.ts', undefined],
  ['lab/page/main.ts', '../../core/index.ts', undefined],
  ['cli/main.ts', '../../package.json', undefined],
  ['http/server.ts', 'node:fs', undefined],
  ['index.ts', './core/index.ts', undefined],
  ['index.ts', './sys/constants.ts', undefined],
  ['core/epoll.ts', '../net/index.ts', 'upward: core is below net'],
  ['sys/native.ts', '../core/index.ts', 'upward: sys is below core'],
  ['static/files.ts', '../service/index.ts', 'upward: static is below service'],
  ['net/listener.ts', '../core/socket.ts', 'past the face core/index.ts'],
  ['lab/page/main.ts', '../../core/socket.ts', 'past the face core/index.ts'],
  ['index.ts', './core/socket.ts', 'past the face core/index.ts'],
  ['index.ts', './http/index.ts', 'the public face may import sys, core, loop, net'],
  ['lab/runner.ts', '../bench/index.ts', 'sideways: lab and bench never import each other'],
  ['bench/report.ts', '../lab/index.ts', 'sideways: bench and lab never import each other'],
  ['lab/machine/machine.ts', '../runner/runner.ts', 'upward: lab/machine is below lab/runner'],
  ['lab/scenario.ts', './machine/machine.ts', 'upward: lab is below lab/machine'],
  [
    'lab/code/c.ts',
    '../machine/machine.ts',
    'sideways: lab/code and lab/machine never import each other',
  ],
  [
    'cli/serve/serve.ts',
    '../lab/lab.ts',
    'sideways: cli/serve and cli/lab never import each other',
  ],
  ['lab/machine/machine.ts', '../tools/tool.ts', 'no room lab/tools'],
  ['lab/tools/tool.ts', '../scenario.ts', 'no room lab/tools'],
  ['core/epoll.ts', '../index.ts', 'no layer index.ts'],
  ['core/epoll.ts', '../util/index.ts', 'no layer util'],
  ['core/epoll.ts', '../../test/support/worker.ts', 'reaches out of lib'],
  ['core/epoll.ts', 'epollet', 'imports the package itself'],
  ['sys/x.ts', 'node:process', 'makes the standard streams non-blocking: process is global'],
]

for (const [file, specifier, wrong] of rows) {
  test(`checkLayers() ${wrong ? 'refuses' : 'accepts'} '${specifier}' in ${file}`, context => {
    const folder = temporaryFolder(context, { [`lib/${file}`]: `import {} from '${specifier}'\n` })
    const expected = wrong === undefined ? [] : [`lib/${file}: import '${specifier}': ${wrong}`]
    assert.deepEqual(checkLayers(folder), expected)
  })
}

const forms = [
  "import type { Server } from '../http/index.ts'",
  "export * from '../http/index.ts'",
  "export const server = () => import('../http/index.ts')",
  "export type Server = import('../http/index.ts').Server",
  "import '../http/index.ts'",
]

for (const form of forms) {
  test(`checkLayers() finds the import in ${form}`, context => {
    const folder = temporaryFolder(context, { 'lib/core/epoll.ts': form })
    assert.equal(checkLayers(folder).length, 1)
  })
}

for (const [file, form, isRefused] of [
  ['http/refusal.ts', "import { native } from '../sys/index.ts'", true],
  ['http/refusal.ts', "import { EAGAIN, native as table } from '../sys/index.ts'", true],
  ['http/refusal.ts', "import { EAGAIN } from '../sys/index.ts'", false],
  ['net/listener.ts', "import { native } from '../sys/index.ts'", false],
  ['lab/server/server.ts', "import { native } from '../../sys/index.ts'", true],
  ['lab/machine/machine.ts', "import { native } from '../../sys/index.ts'", false],
] as const) {
  test(`checkLayers() ${isRefused ? 'refuses' : 'accepts'} ${form} in ${file}`, context => {
    const folder = temporaryFolder(context, { [`lib/${file}`]: form })
    const room = file.slice(0, file.lastIndexOf('/'))
    const expected = isRefused ? [`lib/${file}: ${room} does not use the native table`] : []
    assert.deepEqual(checkLayers(folder), expected)
  })
}

test('checkLayers() refuses an import cycle, even of types', context => {
  const folder = temporaryFolder(context, {
    'lib/net/a.ts': "import type { B } from './b.ts'\n",
    'lib/net/b.ts': "import { c } from './c.ts'\n",
    'lib/net/c.ts': "import { b } from './b.ts'\n",
  })
  assert.deepEqual(checkLayers(folder), ['lib: circle: net/b.ts -> net/c.ts -> net/b.ts'])
})

test('checkLayers() refuses a folder that belongs to no layer', context => {
  const folder = temporaryFolder(context, { 'lib/util/text.ts': '' })
  assert.deepEqual(checkLayers(folder), ['lib/util/text.ts: in no layer'])
})

for (const [form, isRefused] of [
  ["import type { Event } from '../server/xray-events.ts'", false],
  ["import { events } from '../server/xray-events.ts'", true],
] as const) {
  test(`checkLayers() ${isRefused ? 'refuses' : 'accepts'} ${form} in the lab's page`, context => {
    const folder = temporaryFolder(context, { 'lib/lab/page/main.ts': form })
    assert.equal(checkLayers(folder).length, isRefused ? 1 : 0)
  })
}

test("checkReadmes() requires a README.md with the folder's imports, and can write the list", context => {
  const file = { 'lib/net/listener.ts': "import {} from '../sys/index.ts'\n" }
  const readme = { 'lib/net/README.md': 'Listeners.\n\nImports: `loop`.\n' }
  assert.deepEqual(checkReadmes(temporaryFolder(context, file)), [
    'lib/net: has no README.md that says what lives there',
  ])
  const folder = temporaryFolder(context, { ...file, ...readme })
  assert.deepEqual(checkReadmes(folder), [
    'lib/net/README.md: should say "Imports: `sys`." (npm run format)',
  ])
  assert.deepEqual(checkReadmes(folder, true), [])
  assert.deepEqual(checkReadmes(folder), [])
})
