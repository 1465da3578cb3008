// The published files, in a project that depends on them.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import ts from 'typescript'
import { root, temporaryFolder, write } from './temporary.ts'

interface Manifest {
  version: string
  files: string[]
  exports: Record<string, unknown>
  scripts: Record<string, string>
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
const platform = `${process.platform}-${process.arch}`
const prebuilt = `prebuilds/${platform}/epollet.node`
const prebuiltBench = `prebuilds/${platform}/bench.node`
const npmOptions = ['--ignore-scripts', '--offline', '--no-audit', '--no-fund', '--loglevel=error']

const endings: (() => void)[] = []
const folder = temporaryFolder({ after: end => endings.push(end as () => void) })
after(() => {
  for (const end of endings) end()
})

const tree = join(folder, 'tree')
const consumer = join(folder, 'consumer')
const inside = join(consumer, 'node_modules/epollet')

function npm(cwd: string, ...args: string[]): string {
  const found = spawnSync('npm', [...args, ...npmOptions], { cwd, encoding: 'utf8' })
  assert.equal(found.status, 0, found.stdout + found.stderr)
  return found.stdout
}

/** Copies the published files with this tree's addons or, in CI, with the real prebuilds. */
function copyTree(): void {
  mkdirSync(join(tree, 'prebuilds', platform), { recursive: true })
  const published = manifest.files.map(pattern => pattern.split('/')[0]!)
  const names = readdirSync(root).filter(
    name => published.includes(name) || /^(package\.json|README.*|LICENSE)$/.test(name),
  )
  for (const name of names.filter(name => name !== 'prebuilds')) {
    cpSync(join(root, name), join(tree, name), { recursive: true })
  }
  const real = process.env['EPOLLET_TEST_PREBUILDS'] !== undefined
  cpSync(join(root, real ? prebuilt : 'build/Release/epollet.node'), join(tree, prebuilt))
  cpSync(join(root, real ? prebuiltBench : 'build/Release/bench.node'), join(tree, prebuiltBench))
}

/** The dependencies as links to this project's node_modules, so that npm needs no registry. */
function dependencies(): Record<string, string> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>
  }
  const prefix = 'node_modules/'
  const found = Object.entries(lock.packages).filter(
    ([path, { dev }]) => path.startsWith(prefix) && dev !== true,
  )
  return Object.fromEntries(
    found.map(([path]) => [path.slice(prefix.length), `file:${join(root, path)}`]),
  )
}

interface Packed {
  filename: string
  files: { path: string; size: number }[]
}

let packed: Packed['files'] = []

before(() => {
  copyTree()
  const [{ filename, files }] = JSON.parse(npm(tree, 'pack', '--json')) as [Packed]
  packed = files
  const wanted = { ...dependencies(), epollet: `file:${join(tree, filename)}` }
  write(consumer, 'package.json', JSON.stringify({ private: true, dependencies: wanted }))
  npm(consumer, 'install')
})

interface Outcome {
  status: number | null
  stdout: string
  stderr: string
}

function node(...args: string[]): Outcome {
  const { EPOLLET_ADDON: _, ...env } = process.env
  return spawnSync(process.execPath, args, { cwd: consumer, encoding: 'utf8', env })
}

function prints(expected: string, outcome: Outcome): void {
  assert.deepEqual(
    { status: outcome.status, stdout: outcome.stdout, stderr: outcome.stderr },
    { status: 0, stdout: expected, stderr: '' },
  )
}

const use =
  'const epoll = new Epoll(); console.log(epoll.poll(0).length, epoll.closed); epoll.close()'

test('the package can be imported', () => {
  prints('0 false\n', node('--input-type=module', '-e', `import { Epoll } from 'epollet'; ${use}`))
})

test('the package can be required', () => {
  const outcome = node('-e', `const { Epoll } = require('epollet'); ${use}`)
  const { stderr } = outcome
  prints('0 false\n', { ...outcome, stderr: stderr.includes('ExperimentalWarning') ? '' : stderr })
})

test('the package exports only three modules', () => {
  assert.deepEqual(Object.keys(manifest.exports), ['.', './http', './static', './package.json'])
})

test('every module of the package can be imported', () => {
  const faces = Object.keys(manifest.exports).filter(face => !face.endsWith('.json'))
  for (const face of faces) {
    const code = `console.log(Object.keys(await import('${face.replace('.', 'epollet')}')).length > 0)`
    prints('true\n', node('--input-type=module', '-e', code))
  }
})

test('the package contains the addon, pages and native sources, but no tests and no build stamp', () => {
  const pages = ['html/index.html', 'html/lab/index.html', 'html/lab/lab.js']
  for (const path of [
    prebuilt,
    prebuiltBench,
    ...pages,
    'native/module.cc',
    'html/_headers',
    'html/style.css',
    'html/zh/index.html',
    'LICENSE',
  ]) {
    assert(existsSync(join(inside, path)), path)
  }
  const absent = [
    'binding.gyp',
    'build',
    'dist/.built',
    'dist/bench/race',
    'examples',
    'html/bench',
    'lib',
    'test',
  ]
  for (const path of [...absent, 'node_modules', 'scripts'])
    assert(!existsSync(join(inside, path)), path)
})

const skip = process.env['EPOLLET_SOURCE_MAPS'] !== undefined && 'npm run coverage adds source maps'

test('the package has fewer than 300 files and 1.5 MB, not counting the lab’s page', {
  skip,
}, () => {
  // This tree has unstripped addons for one processor only, so the size of a release's addons is estimated.
  const own = packed.filter(({ path }) => !/^(html\/lab|prebuilds)\//.test(path))
  const sizeBytes = own.reduce((sum, { size }) => sum + size, 0)
  const [addons, addonBytes] = [4, 340_000]
  assert.ok(own.length + addons < 300, `${own.length} files and ${addons} addons`)
  assert.ok(sizeBytes + addonBytes < 1_500_000, `${sizeBytes} bytes and ${addonBytes} of addons`)
  assert.deepEqual(
    packed.filter(({ path }) => path.endsWith('.js.map')),
    [],
  )
})

const published = (path: string): boolean => packed.some(one => one.path === path)

test('every declaration file is imported by a public module, directly or indirectly', () => {
  const reached = new Set<string>()
  const visit = (path: string): void => {
    if (reached.has(path)) return
    assert.ok(published(path), path)
    reached.add(path)
    const text = readFileSync(join(inside, path), 'utf8')
    for (const { fileName } of ts.preProcessFile(text).importedFiles)
      if (fileName.startsWith('.'))
        visit(join(dirname(path), fileName.replace(/\.[jt]s$/, '.d.ts')))
  }
  for (const face of ['index', 'http/index', 'static/index']) visit(`dist/${face}.d.ts`)
  const declarations = packed.map(({ path }) => path).filter(path => path.endsWith('.d.ts'))
  assert.deepEqual(declarations.sort(), [...reached].sort())
})

test('every relative link of a published document or page leads to a published file', () => {
  const dead: string[] = []
  for (const { path } of packed.filter(({ path }) => /\.(md|html)$/.test(path))) {
    const text = readFileSync(join(inside, path), 'utf8').replace(
      /^```[\s\S]*?^```$|`[^`\n]*`/gm,
      '',
    )
    // On npm, the pictures in a README are loaded from the repository.
    const pattern = path.endsWith('.md')
      ? /(?<!!\[[^\]]*)\]\(([^)\s]+)\)/g
      : /\b(?:href|src)="([^"]+)"/g
    for (const [, link = ''] of text.matchAll(pattern)) {
      const [file = ''] = link.split(/[#?]/)
      const target = join(dirname(path), file)
      if (file === '' || /^[a-z]+:/.test(file)) continue
      if (!published(target) && !published(join(target, 'index.html')))
        dead.push(`${path}: ${link}`)
    }
  }
  assert.deepEqual(dead, [])
})

test('an experiment of the lab runs in the installed package', () => {
  const main = join(inside, 'dist/cli/main.js')
  const { status, stdout, stderr } = node(main, 'lab', 'run', '1')
  assert.equal(status, 0, stdout + stderr)
  const threads = node(main, 'lab', 'run', '--ops', 'ep E; fork P; thread T: wait E; wait E')
  assert.ok(threads.stdout.length > 0 || threads.stderr.length > 0)
})

test('epollet bench prints a result in the installed package', () => {
  const { status, stdout, stderr } = node(
    join(inside, 'dist/cli/main.js'),
    'bench',
    '--only',
    'control/mod',
  )
  assert.equal(status, 0, stderr)
  assert.match(stdout, /^control\/mod: EPOLL_CTL_MOD$/m)
})

test('npm runs no script when the package is installed', () => {
  const { scripts, gypfile } = JSON.parse(readFileSync(join(inside, 'package.json'), 'utf8'))
  assert.equal(gypfile, false)
  for (const name of ['preinstall', 'install', 'postinstall'])
    assert.equal(scripts[name], undefined)
})

test('the types of every module pass a strict compiler that also checks libraries', () => {
  const faces = Object.keys(manifest.exports).filter(face => !face.endsWith('.json'))
  const imports = faces.map(
    (face, i) => `import * as face${i} from '${face.replace('.', 'epollet')}'`,
  )
  const source = `${imports.join('\n')}
    import { Epoll, EPOLLIN, type Socket } from 'epollet'
    const epoll: Epoll = new Epoll()
    epoll.register(0, EPOLLIN)
    const ready: [data: number, events: number][] = epoll.poll(0)
    export function send(socket: Socket): number | null { return socket.send('text') }
    console.log(ready, ${faces.map((_, i) => `face${i}`).join(', ')})
    // @ts-expect-error a mask is a number
    epoll.register(0, 'EPOLLIN')\n`
  write(consumer, 'consumer.mts', source)
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
  }
  write(consumer, 'tsconfig.json', JSON.stringify({ compilerOptions, files: ['consumer.mts'] }))
  prints('', node(join(root, 'node_modules/typescript/bin/tsc'), '-p', consumer))
})

test('npx epollet --version prints the version', () => {
  const found = execFileSync('npx', ['--no-install', 'epollet', '--version'], {
    cwd: consumer,
    encoding: 'utf8',
  })
  assert.match(found, new RegExp(`(^|\\s)${manifest.version.replaceAll('.', '\\.')}\\s*$`))
})

test('without the addon the import works, and the first use throws a one-line error that says how to fix it', () => {
  const there = join(inside, 'prebuilds')
  renameSync(there, `${there}.away`)
  try {
    const code = `import { Epoll } from 'epollet'
      console.log('imported')
      try { new Epoll() } catch (error) { console.log(error.code, error.message) }`
    const { status, stdout, stderr } = node('--input-type=module', '-e', code)
    assert.deepEqual([status, stderr], [0, ''])
    const [first, second = '', ...rest] = stdout.trimEnd().split('\n')
    assert.equal(first, 'imported')
    assert.deepEqual(rest, [])
    assert.match(second, /^ERR_EPOLLET_UNAVAILABLE epollet's native addon could not be loaded: /)
    const missing = `${join(inside, prebuilt)} is missing from the installed package. Install the package again, `
    assert(second.includes(missing), second)
  } finally {
    renameSync(`${there}.away`, there)
  }
})

test('the error for an addon that cannot be loaded names its path and the reason', () => {
  write(consumer, 'broken.node', 'no library')
  const code = "import { Epoll } from 'epollet'; new Epoll()"
  const env = { ...process.env, EPOLLET_ADDON: 'broken.node' }
  const args = ['--input-type=module', '-e', code]
  const { stderr } = spawnSync(process.execPath, args, { cwd: consumer, encoding: 'utf8', env })
  assert.match(stderr, / \S*\/consumer\/broken\.node: it is not a shared library/)
})

test('publint finds nothing wrong', async () => {
  const { messages } = await publint({ pkgDir: inside, pack: false, strict: true })
  assert.deepEqual(
    messages.map(message => formatMessage(message, manifest as object)),
    [],
  )
})
