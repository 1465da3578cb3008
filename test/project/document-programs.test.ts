import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import typescript from 'typescript'
import { blocksOf, prose, read, readmes, servings } from './documents.ts'
import { root } from './temporary.ts'

const readmePrograms = blocksOf('README.md')
const programs = [...readmePrograms, ...blocksOf('docs/serving.md')]
// The folder is inside the project, so that `epollet` resolves to the project itself.
const folder = mkdtempSync(join(root, 'build/readme-'))
after(() => rmSync(folder, { recursive: true }))
const paths = programs.map((program, i) => {
  const path = join(folder, `${i + 1}.ts`)
  writeFileSync(path, program)
  return path
})

/** Removes a program's comments, because they are in the language of the page. */
function withoutComments(code: string): string {
  return code.replace(/\/\*\*.*?\*\/| *\/\/.*/g, '').replace(/\n+/g, '\n')
}

test('the simple model is the same program in README.md, in examples/ and on the site', () => {
  const model = withoutComments(readmePrograms[0]!)
  assert.equal(withoutComments(read('examples/readme.ts')).trim(), model.trim())
  for (const page of ['html/index.html', 'html/zh/index.html']) {
    const [, marked = ''] = /<pre[^>]*><code>(<span class="k">import[\s\S]*?)<\/code>/.exec(
      read(page),
    )!
    const code = marked
      .replace(/<[^>]+>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
    assert.equal(withoutComments(code.replaceAll('&amp;', '&')), model)
  }
})

test('both READMEs have the same programs and sections', () => {
  assert.ok(readmePrograms.length >= 3)
  assert.deepEqual(blocksOf('README.zh-CN.md'), readmePrograms)
  const headings = readmes.map(readme => prose(read(readme)).match(/^#+ /gm))
  assert.deepEqual(headings[0], headings[1])
})

test('docs/serving.md and its translation have the same programs, sections and table rows', () => {
  assert.ok(programs.length > readmePrograms.length)
  assert.deepEqual(blocksOf('docs/serving.zh-CN.md'), blocksOf('docs/serving.md'))
  const shapes = servings.map(page => prose(read(page)).match(/^#+ |^\|/gm))
  assert.deepEqual(shapes[0], shapes[1])
})

test('the programs of README.md and docs/serving.md type-check', () => {
  const { config } = typescript.readConfigFile(join(root, 'tsconfig.json'), typescript.sys.readFile)
  const { options } = typescript.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const found = typescript.getPreEmitDiagnostics(typescript.createProgram(paths, options))
  const host = {
    getCanonicalFileName: String,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  }
  assert.equal(typescript.formatDiagnostics(found, host), '')
})

const [model = '', ...others] = paths

for (const [i, path] of others.entries()) {
  const inReadme = i + 1 < readmePrograms.length
  const name = inReadme
    ? `${i + 2} of README.md`
    : `${i + 2 - readmePrograms.length} of docs/serving.md`
  test(`program ${name} runs as JavaScript in every supported Node, and its assertions hold`, () => {
    assert.doesNotMatch(readFileSync(path, 'utf8'), /^\s*(?:await )?using /m)
    const script = path.replace(/\.ts$/, '.mjs')
    cpSync(path, script)
    const options = { cwd: root, encoding: 'utf8', timeout: 60_000 } as const
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], options)
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
  })
}

test('the simple model prints each client, all of its data even before a reset, and its end', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', model, '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async (): Promise<string> => (await lines.next()).value ?? 'it has ended'
  const port = Number(/port: (\d+)/.exec(await next())?.[1])
  const clients = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')] as const
  try {
    for (const _ of clients) assert.match(await next(), /^new client \{ host: '127\.0\.0\.1'/)
    clients[0].write('x'.repeat(3000))
    let text = ''
    while (text.length < 3000) text += /^recv: (x+)$/.exec(await next())?.[1] ?? assert.fail(text)
    clients[1].write('hello')
    assert.equal(await next(), 'recv: hello')
    // The program can't read while it is stopped, so it gets the last bytes and the reset in one event.
    child.kill('SIGSTOP')
    clients[0].write('last words', () => clients[0].resetAndDestroy())
    await once(clients[0], 'close')
    child.kill('SIGCONT')
    assert.equal(await next(), 'recv: last words')
    assert.match(await next(), /^offline \d+$/)
    clients[1].end()
    assert.match(await next(), /^offline \d+$/)
  } finally {
    for (const client of clients) client.destroy()
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})
