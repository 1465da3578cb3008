import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../', import.meta.url))

interface Example {
  name: string
  code: string
}

function sources(): string[] {
  const files = readdirSync(`${root}lib`, { recursive: true, encoding: 'utf8' })
  return files.filter(file => file.endsWith('.ts')).sort()
}

function nameOf(node: ts.Node): string {
  const { name } = node as { name?: ts.Node }
  const own = name === undefined ? ts.SyntaxKind[node.kind] : name.getText()
  const inside = node.parent !== undefined && ts.isClassLike(node.parent)
  return inside ? `${node.parent.name?.text}.${own}` : own
}

/** The text of a doc comment, without its asterisks. */
function textOf(comment: ts.JSDoc): string {
  return comment
    .getText()
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^[ \t]*\* ?/gm, '')
}

function examplesIn(file: string): Example[] {
  const text = readFileSync(`${root}lib/${file}`, 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: Example[] = []
  const visit = (node: ts.Node): void => {
    const comments = (node as { jsDoc?: ts.JSDoc[] }).jsDoc ?? []
    const blocks = comments.flatMap(comment => [...textOf(comment).matchAll(/```ts\n(.*?)```/gs)])
    for (const [i, [, code = '']] of blocks.entries())
      found.push({ name: `${nameOf(node)}${i === 0 ? '' : `-${i + 1}`}`, code })
    ts.forEachChild(node, visit)
  }
  visit(source)
  assert.equal(
    found.length,
    text.split('```ts\n').length - 1,
    `lib/${file}: an example belongs to no symbol`,
  )
  return found
}

const all = sources().flatMap(examplesIn)
// The folder is inside the project, so that `epollet` resolves to the project itself.
const examples = mkdtempSync(`${root}build/doc-examples-`)
after(() => rmSync(examples, { recursive: true }))
// Each example becomes a module, as when a reader tries it.
for (const { name, code } of all) writeFileSync(`${examples}/${name}.ts`, code)

interface Ran {
  name: string
  error: string | null
  /** Descriptors that the example left open. */
  left: string[]
}

/** Runs all examples in one process, as JavaScript, with plain Node and the built package. */
function runAll(): Map<string, Ran> {
  // Transpiling only removes the types, which few examples have.
  const compilerOptions = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext }
  for (const { name, code } of all) {
    const { outputText } = ts.transpileModule(code, { compilerOptions })
    writeFileSync(`${examples}/${name}.mjs`, outputText)
  }
  writeFileSync(`${examples}/run.mjs`, runner)
  const args = [`${examples}/run.mjs`, ...all.map(({ name }) => name)]
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  })
  const lines = stdout.split('\n').filter(line => line !== '')
  assert.equal(lines.length, all.length, stderr)
  return new Map(lines.map(line => JSON.parse(line) as Ran).map(one => [one.name, one]))
}

// The runner waits for descriptors to be closed, because a socket is closed a turn or two after the last byte of its
// answer.
const runner = `
import { readdirSync, readlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

function open() {
  return readdirSync('/proc/self/fd').flatMap(fd => {
    try {
      return [fd + ' ' + readlinkSync('/proc/self/fd/' + fd)]
    } catch {
      return []
    }
  })
}

await import('epollet')
// libuv opens /dev/null when it opens its first stream, and leaves it open.
void process.stdout
for (const name of process.argv.slice(2)) {
  const before = open()
  let error = null
  try {
    await import('./' + name + '.mjs')
  } catch (thrown) {
    error = String(thrown?.stack ?? thrown)
  }
  const left = () => open().filter(line => !before.includes(line))
  const deadlineMs = performance.now() + 10_000
  while (left().length > 0 && performance.now() < deadlineMs) await setImmediate()
  console.log(JSON.stringify({ name, error, left: left() }))
}
process.exit()
`
const ran = runAll()

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
  ts.sys,
  root,
)
const face = `${root}lib/index.ts`
const program = ts.createProgram(
  [face, ...all.map(({ name }) => `${examples}/${name}.ts`)],
  options,
)

test('no two examples have the same name', () => {
  const names = all.map(({ name }) => name)
  assert.ok(names.length > 10)
  assert.deepEqual([...new Set(names)], names)
})

for (const { name, code } of all) {
  test(`the example of ${name} type-checks, asserts something and runs in every supported Node`, () => {
    const source = program.getSourceFile(`${examples}/${name}.ts`)
    const wrong = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
    assert.deepEqual(wrong, [])
    assert.match(code, /\bassert\b/)
    // `using` is a SyntaxError before Node 24.
    assert.doesNotMatch(code, /^\s*(?:await )?using /m)
    assert.deepEqual(ran.get(name), { name, error: null, left: [] })
  })
}

interface Exported {
  name: string
  doc: string
  isCode: boolean
}

function exported(): Exported[] {
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(program.getSourceFile(face)!)!
  return checker.getExportsOfModule(module).map(alias => {
    const isAlias = (alias.flags & ts.SymbolFlags.Alias) !== 0
    const symbol = isAlias ? checker.getAliasedSymbol(alias) : alias
    const isType = alias.declarations?.some(ts.isTypeOnlyImportOrExportDeclaration) ?? false
    return {
      name: alias.name,
      doc: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
      isCode: !isType && (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Function)) !== 0,
    }
  })
}

test('every exported symbol has a doc comment', () => {
  const symbols = exported()
  assert.ok(symbols.length > 100)
  const without = symbols.filter(({ doc }) => doc === '').map(({ name }) => name)
  assert.deepEqual(without, [])
})

test('every exported class and function has an example', () => {
  const names = new Set(all.map(({ name }) => name))
  const code = exported().filter(({ isCode }) => isCode)
  assert.ok(code.length > 10)
  const without = code.filter(({ name }) => !names.has(name)).map(({ name }) => name)
  assert.deepEqual(without, [])
})
