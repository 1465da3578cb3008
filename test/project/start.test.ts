// npm start and the build, in a copy of the project.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test, { type TestContext } from 'node:test'
import { root, temporaryFolder, write } from './temporary.ts'

const files = ['package.json', 'package-lock.json', 'binding.gyp', 'tsconfig.json']
const folders = ['lib', 'native', 'scripts', 'html', 'build', 'dist']

/** Copies this project with its build, keeping the times of the files, because make and our stamps compare them. */
function copyOfProject(context: TestContext): string {
  const folder = temporaryFolder(context)
  const from = [...files, 'tsconfig.build.json', ...folders].map(name => join(root, name))
  execFileSync('cp', ['-a', ...from, folder])
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

function build(folder: string, env: NodeJS.ProcessEnv = process.env): SpawnSyncReturns<string> {
  const args = [join(folder, 'scripts/build.js')]
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env })
}

test('npm start serves ./html without building if everything is fresh', async context => {
  const folder = copyOfProject(context)
  const child = spawn(process.execPath, ['scripts/start.js', '0', '--quiet'], { cwd: folder })
  const exited = once(child, 'close')
  let complaints = ''
  child.stderr.on('data', chunk => {
    complaints += chunk
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  const [, url = ''] = /^listening on (http:\/\/127\.0\.0\.1:\d+\/)/.exec(line) ?? []
  assert.notEqual(url, '', line)
  const response = await fetch(url, { headers: { connection: 'close' } })
  const body = await response.text()
  child.kill('SIGTERM')
  await exited
  assert.equal(response.status, 200)
  assert.match(body, /<html/)
  assert.equal(complaints, '', 'nothing is built')
})

test('the build compiles a new source, and deletes the output of a deleted source', context => {
  const folder = copyOfProject(context)
  write(folder, 'lib/bench/contenders/extra.ts', 'export const extra = 1\n')
  const { status, stderr } = build(folder)
  assert.equal(status, 0, stderr)
  assert.match(
    stderr,
    /^building dist \.\.\. \d+\.\d s\nbuilding the page of the bench \.\.\. \d+\.\d s\n$/,
  )
  assert(existsSync(join(folder, 'dist/bench/contenders/extra.js')))
  rmSync(join(folder, 'lib/bench/contenders/extra.ts'))
  assert.equal(build(folder).status, 0)
  assert(!existsSync(join(folder, 'dist/bench/contenders/extra.js')))
  assert.equal(build(folder).stderr, '', 'a third build has nothing to do')
})

test('a failed build prints the compiler’s output and keeps the old dist, and the next build tries again', context => {
  const folder = copyOfProject(context)
  write(folder, 'lib/sys/extra.ts', "export const extra: number = 'text'\n")
  for (const _ of ['first', 'second']) {
    const { status, stderr } = build(folder)
    assert.equal(status, 1)
    assert.match(stderr, /^building dist \.\.\. failed\n[\s\S]*lib\/sys\/extra\.ts.*TS2322/)
  }
  assert(existsSync(join(folder, 'dist/index.js')))
})

test('if tools are missing, the build only prints which ones and how to install them', context => {
  const folder = copyOfProject(context)
  appendFileSync(join(folder, 'native/module.cc'), '\n')
  const { status, stdout, stderr } = build(folder, { PATH: temporaryFolder(context) })
  assert.equal(status, 1)
  assert.equal(stdout, '')
  const lines = stderr.trimEnd().split('\n')
  const expected = 'Missing: a C++ compiler (g++ or clang++), make, python3. Install with:'
  assert.equal(lines[0], expected)
  assert(lines.length <= 4, stderr)
  for (const line of lines.slice(1)) assert.match(line, /(apt-get|dnf|apk) .* make python3/)
})

test('the build needs no tools if everything is fresh', context => {
  const folder = copyOfProject(context)
  assert.equal(build(folder, { PATH: temporaryFolder(context) }).status, 0)
})

test('npm test passes files, subjects and options to the runner, and returns its status', context => {
  const folder = copyOfProject(context)
  const source = (passes: boolean) =>
    `import test from 'node:test'\ntest('${passes}', () => { if (!${passes}) throw new Error() })\n`
  write(folder, 'test/a/one.test.ts', source(true))
  write(folder, 'test/b/two.test.ts', source(false))
  const env = { ...process.env }
  delete env['NODE_TEST_CONTEXT']
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/test.js', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env,
    })
  const all = run()
  assert.equal(all.status, 1)
  assert.match(all.stdout, /^ℹ pass 1$[\s\S]*^ℹ fail 1$/m)
  const one = run('test/a/one.test.ts', '--test-reporter=tap')
  assert.equal(one.status, 0)
  assert.match(one.stdout, /^TAP version[\s\S]*^# pass 1$/m)
  assert.match(run('a').stdout, /^ℹ pass 1$[\s\S]*^ℹ fail 0$/m)
  const unknown = run('c')
  assert.equal(unknown.status, 2)
  assert.match(unknown.stderr, /^No subject 'c': expected a file or one of a, b$/m)
  writeFileSync(join(folder, 'test/b/two.test.ts'), source(true))
  assert.equal(run().status, 0)
})
