import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { execPath, arch } = process
const own = `linux-${arch}`
const prebuilt = `prebuilds/${own}/epollet.node`
const addon = readFileSync(join(root, 'build/Release/epollet.node'))
/** `e_machine`: RISC-V. */
const foreign = Buffer.from(addon)
foreign.writeUInt16LE(243, 18)

const folder = mkdtempSync(join(tmpdir(), 'epollet-loader-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let count = 0

type Files = Readonly<Record<string, string | Buffer>>

/** Copies the package without its addon, and adds the given files. */
function packageWith(files: Files): string {
  const place = join(folder, `${++count}`)
  for (const part of ['index.js', 'core', 'loop', 'sys'])
    cpSync(join(root, 'dist', part), join(place, 'dist', part), { recursive: true })
  copyFileSync(join(root, 'package.json'), join(place, 'package.json'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), content)
  }
  return place
}

interface Way {
  readonly options?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Code that runs before the import. */
  readonly first?: string
}

const use = `
  try { new Epoll().close(); console.log('works') }
  catch ({ code, message }) { console.log(code, message) }`

/** Imports a package, uses it once, and returns 'works' or the error. */
function firstUse(place: string, { options = [], env = {}, first = '' }: Way): string {
  const entry = JSON.stringify(join(place, 'dist/index.js'))
  writeFileSync(join(place, 'first.mjs'), first)
  const program = `import './first.mjs'; import { Epoll } from ${entry}; console.log('imported')\n${use}`
  writeFileSync(join(place, 'use.mjs'), program)
  return run([...options, join(place, 'use.mjs')], place, env)
}

function run(args: readonly string[], cwd: string, more: Way['env'] = {}): string {
  const { EPOLLET_ADDON: _, NODE_OPTIONS: __, ...env } = process.env
  const { stdout, stderr } = spawnSync(execPath, ['--no-warnings', ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...env, ...more },
  })
  const [imported, said = '', ...rest] = stdout.trimEnd().split('\n')
  assert.deepEqual([imported, rest, stderr], ['imported', [], ''])
  return said.replaceAll(cwd, 'PACKAGE')
}

const [major = 0] = process.versions.node.split('.').map(Number)
const permission = major < 22 ? '--experimental-permission' : '--permission'
const reading = `--allow-fs-read=${folder}`
const clone = { 'scripts/build.js': '' }
const source =
  'cd PACKAGE/native && npm install --prefix . node-gyp@12 node-addon-api@8 node-api-headers@1 && node_modules/.bin/node-gyp rebuild --nodedir=. && rm -rf ../build && mv build ..'
const repair = `Install the package again, or build it from source: ${source}`
const unset = "Correct EPOLLET_ADDON, or unset it to load the package's addon"

const rows: readonly (readonly [name: string, files: Files, way: Way, said: string | RegExp])[] = [
  ['a prebuilt addon', { [prebuilt]: addon }, {}, 'works'],
  ['an addon that was built here', { 'build/Release/epollet.node': addon }, {}, 'works'],
  [
    'a broken build beside a prebuilt addon',
    { 'build/Release/epollet.node': 'x', [prebuilt]: addon },
    {},
    'works',
  ],
  [
    'an addon that EPOLLET_ADDON names',
    { 'elsewhere.node': addon },
    { env: { EPOLLET_ADDON: 'elsewhere.node' } },
    'works',
  ],
  ['an empty EPOLLET_ADDON', { [prebuilt]: addon }, { env: { EPOLLET_ADDON: '' } }, 'works'],
  ['a clone that is not built', clone, {}, 'it was not built in PACKAGE. Build it: npm run build'],
  [
    'an installed package without its prebuilds',
    {},
    {},
    `PACKAGE/${prebuilt} is missing from the installed package. ${repair}`,
  ],
  [
    'an installed package that lacks one file',
    { [`prebuilds/${own}/bench.node`]: addon },
    {},
    `PACKAGE/${prebuilt} is missing from the installed package. ${repair}`,
  ],
  [
    'a processor without a prebuilt addon',
    { 'prebuilds/linux-m68k/epollet.node': '', 'prebuilds/linux-s390x/epollet.node': '' },
    {},
    `the package has it for linux-m68k and linux-s390x, but this is ${own}. Build it from source: ${source}`,
  ],
  [
    'an addon of another processor in a clone',
    { ...clone, 'build/Release/epollet.node': foreign },
    {},
    `PACKAGE/build/Release/epollet.node: it is for riscv64, but this Node is for ${arch}. Build it again: rm -rf build && npm run build`,
  ],
  [
    'an addon of another processor in the package',
    { [prebuilt]: foreign },
    {},
    `PACKAGE/${prebuilt}: it is for riscv64, but this Node is for ${arch}. ${repair}`,
  ],
  [
    'an addon of another processor in EPOLLET_ADDON',
    { 'x.node': foreign, [prebuilt]: addon },
    { env: { EPOLLET_ADDON: 'x.node' } },
    `PACKAGE/x.node: it is for riscv64, but this Node is for ${arch}. ${unset}`,
  ],
  [
    'EPOLLET_ADDON without a file',
    { [prebuilt]: addon },
    { env: { EPOLLET_ADDON: 'none.node' } },
    'EPOLLET_ADDON names PACKAGE/none.node, which does not exist. Correct it or unset it',
  ],
  [
    'a text as EPOLLET_ADDON',
    { 'x.node': 'no library', [prebuilt]: addon },
    { env: { EPOLLET_ADDON: 'x.node' } },
    `PACKAGE/x.node: it is not a shared library. ${unset}`,
  ],
  [
    'a script as EPOLLET_ADDON',
    { 'x.cjs': 'module.exports = {}' },
    { env: { EPOLLET_ADDON: 'x.cjs' } },
    `PACKAGE/x.cjs: it is not a shared library. ${unset}`,
  ],
  [
    'an addon whose name does not end in .node',
    { 'epollet.so': addon },
    { env: { EPOLLET_ADDON: 'epollet.so' } },
    'works',
  ],
  [
    'a directory as EPOLLET_ADDON',
    { 'x/y': '' },
    { env: { EPOLLET_ADDON: 'x' } },
    /: PACKAGE\/x: .*\. Correct EPOLLET_ADDON, or unset it to load the package's addon$/,
  ],
  [
    'the other addon as EPOLLET_ADDON',
    { 'x.node': readFileSync(join(root, 'build/Release/bench.node')) },
    { env: { EPOLLET_ADDON: 'x.node' } },
    `PACKAGE/x.node: it is not an addon of epollet. ${unset}`,
  ],
  [
    'a truncated prebuilt addon',
    { [prebuilt]: addon.subarray(0, 4096) },
    {},
    /: PACKAGE\/prebuilds\/\S+: .*\. Install the package again, or build it from source: cd /,
  ],
  [
    'a truncated build in a clone',
    { ...clone, 'build/Release/epollet.node': addon.subarray(0, 4096) },
    {},
    /: PACKAGE\/build\/\S+: .*\. Build it again: rm -rf build && npm run build$/,
  ],
  [
    'a symbol that this C library has not',
    {
      [prebuilt]: Buffer.from(
        addon.toString('latin1').replace('\0epoll_create1\0', '\0epoll_creete1\0'),
        'latin1',
      ),
    },
    {},
    /: PACKAGE\/prebuilds\/\S+: .*epoll_creete1.*\. Install the package again, or build it /,
  ],
  [
    '--no-addons',
    { [prebuilt]: addon },
    { options: ['--no-addons'] },
    'Node was started with --no-addons. Remove that option from the command line and from NODE_OPTIONS',
  ],
  [
    '--no-addons in NODE_OPTIONS',
    { [prebuilt]: addon },
    { env: { NODE_OPTIONS: '--no-addons' } },
    'Node was started with --no-addons. Remove that option from the command line and from NODE_OPTIONS',
  ],
  [
    '--permission',
    { [prebuilt]: addon },
    { options: [permission, reading] },
    "Node's permission model forbids addons. Start Node with --allow-addons in addition to --permission",
  ],
  [
    '--permission --allow-addons',
    { [prebuilt]: addon },
    { options: [permission, reading, '--allow-addons'] },
    'works',
  ],
  [
    '--permission --allow-addons --no-addons',
    { [prebuilt]: addon },
    { options: [permission, reading, '--allow-addons', '--no-addons'] },
    'Node was started with --no-addons. Remove that option from the command line and from NODE_OPTIONS',
  ],
  [
    'another system',
    { [prebuilt]: addon },
    { first: "Object.defineProperty(process, 'platform', { value: 'darwin' })" },
    'epollet does not run here: epoll is part of the Linux kernel, and this is darwin. Use Linux, a container, or WSL 2',
  ],
]

const begin = "epollet's native addon could not be loaded: "

for (const [name, files, way, expected] of rows) {
  test(`${name}: the import works, and the first use ${expected === 'works' ? 'works' : 'says how to fix it'}`, () => {
    const said = firstUse(packageWith(files), way)
    if (expected instanceof RegExp) {
      assert.match(said, RegExp(`^ERR_EPOLLET_UNAVAILABLE ${begin}`))
      assert.match(said, expected)
    } else if (expected === 'works') assert.equal(said, 'works')
    else {
      const whole = expected.startsWith('epollet does not run') ? expected : begin + expected
      assert.equal(said, `ERR_EPOLLET_UNAVAILABLE ${whole}`)
    }
  })
}

test('under the permission model the addon loads without read permission for its file', () => {
  const place = packageWith({ [prebuilt]: addon })
  const readable = [
    `${place}/dist`,
    `${place}/use.mjs`,
    `${place}/first.mjs`,
    `${place}/package.json`,
  ]
  const options = [permission, '--allow-addons', ...readable.map(path => `--allow-fs-read=${path}`)]
  assert.equal(firstUse(place, { options }), 'works')
})

for (const format of ['esm', 'cjs'] as const) {
  test(`in a bundle as ${format} the import works, and the first use says to keep epollet external`, () => {
    const place = join(folder, `${++count}`)
    // esbuild can't bundle mime-types as ESM, because mime-types calls require('path').
    const faces = format === 'esm' ? ['http'] : ['http', 'static']
    const code = `import { Epoll } from 'epollet'
      ${faces.map(face => `import 'epollet/${face}'`).join('\n')}
      console.log('imported')\n${use}`
    const outfile = join(place, `a/b/bundle.${format === 'cjs' ? 'cjs' : 'mjs'}`)
    const esbuild = join(root, 'node_modules/.bin/esbuild')
    const options = ['--bundle', '--platform=node', '--log-level=error', `--format=${format}`]
    // Runs esbuild's command, because importing esbuild leaves descriptors open.
    const built = spawnSync(esbuild, [...options, `--outfile=${outfile}`], {
      cwd: root,
      input: code,
      encoding: 'utf8',
    })
    assert.equal(built.status, 0, built.stderr)
    const keep = `Keep epollet external (esbuild: --external:epollet; vite: ssr.external), or set EPOLLET_ADDON to the path of the package's ${prebuilt}`
    const message = `${begin}this code is bundled, and the addon is not next to it. ${keep}`
    assert.equal(run([outfile], place), `ERR_EPOLLET_UNAVAILABLE ${message}`)
    const env = { EPOLLET_ADDON: join(root, 'build/Release/epollet.node') }
    assert.equal(run([outfile], place, env), 'works')
  })
}
