// The check of the symbols that the addons use.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { checkNativeSymbols, namesIn, symbolsIn, wrongIn } from '../../scripts/native-symbols.js'
import { root, temporaryFolder } from './temporary.ts'

const good = `
 0x000000000000000e (SONAME)             Library soname: [epollet.node]

Symbol table '.dynsym' contains 6 entries:
   Num:    Value          Size Type    Bind   Vis      Ndx Name
     0: 0000000000000000     0 NOTYPE  LOCAL  DEFAULT  UND 
     1: 0000000000000000     0 NOTYPE  WEAK   DEFAULT  UND uv_poll_init
     2: 0000000000000000     0 NOTYPE  WEAK   DEFAULT  UND __gmon_start__
     3: 0000000000000000     0 NOTYPE  GLOBAL DEFAULT  UND napi_throw
     4: 0000000000000000     0 NOTYPE  GLOBAL DEFAULT  UND read
     5: 0000000000007280   120 FUNC    GLOBAL DEFAULT   13 napi_register_module_v1
     6: 0000000000007270     6 FUNC    GLOBAL DEFAULT   13 node_api_module_get_api_version_v1
`
const symbol = (place: string, name: string) =>
  `    7: 0000000000007290     6 FUNC    GLOBAL DEFAULT  ${place} ${name}\n`

test('wrongIn() accepts an addon that uses listed names and exports the two entry points', () => {
  assert.deepEqual(wrongIn(good, ['read']), [])
})

const bad: [text: string, wrong: string][] = [
  [
    `${good} 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]\n`,
    'needs libc.so.6: link it with -nodefaultlibs',
  ],
  [`${good} 0x000000006ffffffe (VERNEED)            0x1a10\n`, 'requires versions of symbols'],
  [
    good + symbol('UND', 'write@GLIBC_2.2.5 (2)'),
    'uses write, which native/symbols.txt does not name',
  ],
  [good + symbol('UND', 'fcntl64'), 'uses fcntl64, which native/symbols.txt does not name'],
  [
    good + symbol(' 13', '_ZN7epollet4readEi'),
    'exports _ZN7epollet4readEi: native/exports.map does not name it',
  ],
  [
    good.replace('napi_register_module_v1', 'napi_throw'),
    'does not export napi_register_module_v1',
  ],
]

for (const [text, wrong] of bad) {
  test(`wrongIn() reports: ${wrong}`, () => {
    assert.equal(wrongIn(text, ['read'])[0], wrong)
  })
}

test('symbolsIn() reads versions, and accepts processor-specific flags', () => {
  const text = `  10: 0000000000096a20  132 FUNC  GLOBAL DEFAULT [VARIANT_PCS]  13 memcpy@@GLIBC_2.14\n`
  assert.deepEqual(symbolsIn(text), [
    { name: 'memcpy', version: '@@GLIBC_2.14', address: '0000000000096a20', isDefined: true },
  ])
})

test('namesIn() skips comments', () => {
  assert.deepEqual(namesIn('# a\nread\nwrite\n'), ['read', 'write'])
})

const built = ['build/Release/epollet.node', 'build/Release/bench.node']

test('the addons in this tree use only symbols that every supported libc has', async () => {
  assert.deepEqual(await checkNativeSymbols(root, built), [])
})

test('checkNativeSymbols() refuses a library compiled with default options', async context => {
  const folder = temporaryFolder(context, {
    'bad.cc': 'struct A { virtual ~A() {} }; A* a() { return new A; }',
  })
  mkdirSync(join(folder, 'native'))
  cpSync(join(root, 'native/symbols.txt'), join(folder, 'native/symbols.txt'))
  const compiler = process.env['CXX'] ?? 'c++'
  execFileSync(compiler, ['-shared', '-fPIC', '-o', 'bad.node', 'bad.cc'], { cwd: folder })
  const wrong = (await checkNativeSymbols(folder, ['bad.node'])).join('\n')
  assert.match(wrong, /^bad\.node needs libstdc\+\+\.so\.6: /)
  assert.match(wrong, /^bad\.node requires versions of symbols$/m)
  assert.match(wrong, /^bad\.node does not export napi_register_module_v1$/m)
  assert.match(wrong, /^bad\.node exports _Z1av: /m)
  assert.match(wrong, /^bad\.node uses _Znwm, /m)
})

test('checkNativeSymbols() refuses a file that is not a library', async context => {
  const folder = temporaryFolder(context, { 'native/symbols.txt': '', 'a.node': 'text' })
  const [wrong] = await checkNativeSymbols(folder, ['a.node'])
  assert.match(wrong ?? '', /^a\.node /)
})
