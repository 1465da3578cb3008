// The checks of lists that have to agree: native functions, and the sources of both builds.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { checkLockfile } from '../../scripts/lockfile.js'
import { checkNativeTable } from '../../scripts/native-table.js'
import { checkSources } from '../../scripts/sources.js'
import { root, temporaryFolder, write } from './temporary.ts'

const native = {
  'native/module.cc': '{"read", binding<read>},\n{"write", binding<write>},\n',
  'native/syscalls.h':
    'int64_t read(int fd);\nint64_t write(int fd,\n              int64_t length);\n',
  'lib/sys/native.ts':
    'export interface Native {\n  /** Reads. */\n  read(fd: number): number\n  write(fd: number): number\n  Watcher: new () => object\n}\n',
}

test('checkNativeTable() finds nothing wrong with this project', () => {
  assert.deepEqual(checkNativeTable(root), [])
})

test('checkNativeTable() accepts three lists that agree', context => {
  assert.deepEqual(checkNativeTable(temporaryFolder(context, native)), [])
})

const mistakes: [path: string, text: string, wrong: string][] = [
  ['native/syscalls.h', 'int64_t read(int fd);\n', 'native/syscalls.h: -write'],
  ['lib/sys/native.ts', 'interface Native { read(): number }', 'lib/sys/native.ts: -write'],
  [
    'lib/sys/native.ts',
    'interface Native { read(): number; write(): number; splice(): number }',
    'lib/sys/native.ts: +splice',
  ],
  [
    'lib/sys/native.ts',
    'interface Native { write(): number; read(): number }',
    'lib/sys/native.ts: the order differs at read',
  ],
]

for (const [path, text, wrong] of mistakes) {
  test(`checkNativeTable() reports: ${wrong}`, context => {
    const folder = temporaryFolder(context, { ...native, [path]: text })
    assert.deepEqual(checkNativeTable(folder), [`native/module.cc against ${wrong}`])
  })
}

test('checkNativeTable() refuses a row whose name and function differ', context => {
  const folder = temporaryFolder(context, native)
  write(folder, 'native/module.cc', '{"read", binding<pread>},\n{"write", binding<write>},\n')
  assert.equal(
    checkNativeTable(folder)[0],
    'native/module.cc against native/syscalls.h: -read=pread +read',
  )
})

const sources = {
  'native/a.cc': '',
  'native/b.cc': '',
  'native/binding.gyp': JSON.stringify({
    target_defaults: { defines: ['NAPI_VERSION=8'], ldflags: ['-nodefaultlibs'] },
    targets: [{ target_name: 'epollet', sources: ['a.cc', 'b.cc'] }],
  }),
  'CMakeLists.txt':
    'set(EPOLLET_SOURCES\n  native/b.cc\n  native/a.cc\n)\ncompile(\n  NAPI_VERSION=8\n -nodefaultlibs\n)\n',
}

test('checkSources() finds nothing wrong with this project', () => {
  assert.deepEqual(checkSources(root), [])
})

test('checkSources() accepts the same files in another order', context => {
  assert.deepEqual(checkSources(temporaryFolder(context, sources)), [])
})

test('checkSources() refuses a file that only one of the two builds lists', context => {
  const CMakeLists = 'set(EPOLLET_SOURCES native/a.cc)\ncompile( NAPI_VERSION=8 -nodefaultlibs )'
  const folder = temporaryFolder(context, { ...sources, 'CMakeLists.txt': CMakeLists })
  assert.deepEqual(checkSources(folder), [
    'epollet: binding.gyp has native/a.cc,native/b.cc, CMakeLists.txt has native/a.cc',
  ])
})

test('checkSources() refuses a file that neither build lists', context => {
  const folder = temporaryFolder(context, { ...sources, 'native/c.cc': '' })
  assert.deepEqual(checkSources(folder), ['native/c.cc: in no target of binding.gyp'])
})

test('checkSources() refuses a macro or a flag that only one of the two builds sets', context => {
  const folder = temporaryFolder(context, {
    ...sources,
    'CMakeLists.txt': 'set(EPOLLET_SOURCES native/a.cc native/b.cc)',
  })
  assert.deepEqual(checkSources(folder), [
    'NAPI_VERSION=8: in binding.gyp, not in CMakeLists.txt',
    '-nodefaultlibs: in binding.gyp, not in CMakeLists.txt',
  ])
})

test('checkLockfile() finds no URL in the lockfile', () => {
  assert.deepEqual(checkLockfile(root), [])
})

test('checkLockfile() refuses a URL', context => {
  const packages = {
    '': {},
    'node_modules/a': { version: '1.0.0', resolved: 'https://a.example/a.tgz' },
  }
  const folder = temporaryFolder(context, { 'package-lock.json': JSON.stringify({ packages }) })
  assert.match(checkLockfile(folder)[0] ?? '', /^package-lock.json: node_modules\/a has "resolved"/)
})

test('watcher.cc checks that every weak function exists before it uses one', () => {
  const text = readFileSync(`${root}native/watcher.cc`, 'utf8')
  const weak = [...text.matchAll(/^#pragma weak (\w+)/gm)].map(([, name]) => name)
  const [, asked = ''] = /return isThere\(([^)]*)\)/.exec(text) ?? []
  assert.ok(weak.length >= 10, `${weak.length}`)
  assert.deepEqual(asked.split(/,\s*/), weak)
})
