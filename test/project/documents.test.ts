import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { dirname, join, normalize } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import typescript from 'typescript'
import * as httpLimits from '../../lib/http/limits.ts'
import * as netLimits from '../../lib/net/limits.ts'
import * as staticLimits from '../../lib/static/limits.ts'
import { talk } from '../http/client.ts'
import { root } from './temporary.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name.startsWith('__') ? [] : filesBelow(path)
    return [path]
  })
}

const topLevel = readdirSync(root).filter(name => name.endsWith('.md'))
const documents = [
  ...topLevel,
  ...['docs', 'examples', 'test'].flatMap(filesBelow).filter(path => path.endsWith('.md')),
].sort()
const readmes = ['README.md', 'README.zh-CN.md']
const servings = ['docs/serving.md', 'docs/serving.zh-CN.md']

/** The text without what stands in code, where brackets are no links. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '').replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, 'code')
}

// ARCHITECTURE.md

const folders = ['native', 'lib', 'scripts', 'examples']
const architecture = read('ARCHITECTURE.md')
const rows = [...architecture.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, path = '']) => path)

test('ARCHITECTURE.md has one line for each file, and none for a file that is gone', () => {
  const files = folders.flatMap(filesBelow).filter(path => !path.endsWith('.md'))
  assert.deepEqual(rows.toSorted(), files.sort())
})

test('every path that ARCHITECTURE.md names is there', () => {
  const named = [...architecture.matchAll(/`((?:native|lib|scripts|examples|test|docs)\/[^`]+)`/g)]
  assert.ok(named.length >= rows.length)
  const gone = named.map(([, path = '']) => path).filter(path => !existsSync(join(root, path)))
  assert.deepEqual(gone, [])
})

test('ARCHITECTURE.md gives a reason for each run-time dependency', () => {
  const { dependencies } = JSON.parse(read('package.json'))
  const decisions = architecture.slice(architecture.indexOf('\n## Decisions'))
  const names = Object.keys(dependencies)
  assert.deepEqual(
    names.filter(name => !decisions.includes(`- **${name}**`)),
    [],
  )
})

// Links

/** As GitHub makes it of a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-')
}

function hasAnchor(path: string, anchor: string): boolean {
  const text = read(path)
  const line = /^L(\d+)$/.exec(anchor)
  if (line !== null) return Number(line[1]) <= text.split('\n').length
  return [...text.matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => slug(heading) === anchor)
}

/** What is wrong with a link of a document, or undefined. */
function complaint(from: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined
  const [file = '', anchor] = decodeURI(link).split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (path.startsWith('..') || !existsSync(join(root, path))) return `${from}: no ${link}`
  if (anchor !== undefined && !hasAnchor(path, anchor)) return `${from}: no anchor ${link}`
  return undefined
}

function linksIn(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
}

for (const document of documents) {
  test(`every relative link of ${document} leads somewhere`, () => {
    const wrong = linksIn(read(document)).map(link => complaint(document, link))
    assert.deepEqual(
      wrong.filter(text => text !== undefined),
      [],
    )
  })
}

test('a link to what is not there is found', () => {
  const links = linksIn('[a](README.md) [b](gone.md) [c](README.md#gone) `[d](e)` [f](LICENSE#L99)')
  assert.deepEqual(
    links.flatMap(link => complaint('CHANGELOG.md', link) ?? []),
    [
      'CHANGELOG.md: no gone.md',
      'CHANGELOG.md: no anchor README.md#gone',
      'CHANGELOG.md: no anchor LICENSE#L99',
    ],
  )
})

// Commands

const commands = ['serve', 'lab', 'bench', 'inspect', 'info']
const scripts = Object.keys(JSON.parse(read('package.json')).scripts)

test('every npm script that a document names exists, and there are at most fifteen', () => {
  assert.ok(scripts.length <= 15, `${scripts.length}`)
  for (const document of [...documents, 'html/index.html', 'html/zh/index.html']) {
    const named = [...read(document).matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)]
    for (const [, run, short] of named) {
      assert.ok(scripts.includes(run ?? short ?? ''), `${document}: npm run ${run ?? short}`)
    }
  }
})

/** The commands of this program in a document's blocks for a shell: how it is started, and what follows up to a pipe. */
function ownCommandsIn(document: string): { program: string; line: string }[] {
  const blocks = read(document).matchAll(/^ *```(?:sh)?\n([\s\S]*?)^ *```$/gm)
  const own = /(?:^ *(?:\$ )?|\| )(node dist\/cli\/main\.js|npx epollet|epollet) ([^|#\n]*)/gm
  return [...blocks].flatMap(([, block = '']) =>
    [...block.matchAll(own)].map(([, program = '', line = '']) => ({ program, line })),
  )
}

const shellDocuments = ['README.md', 'README.zh-CN.md', 'SECURITY.md'].concat(
  ['serving', 'tutorial'].flatMap(name => [`docs/${name}.md`, `docs/${name}.zh-CN.md`]),
)

for (const document of shellDocuments) {
  test(`each command of ${document} starts as its reader can type it, with options that there are`, () => {
    for (const { program, line } of ownCommandsIn(document)) {
      assert.notEqual(program, 'epollet', line)
      const [command = ''] = line.split(' ')
      assert.ok(commands.includes(command), line)
      const known = optionsIn(usage(command))
      const wrong = (line.match(/(?<= )--[a-z][a-z-]+/g) ?? []).filter(one => !known.includes(one))
      assert.deepEqual(wrong, [], line)
    }
  })
}

test('the commands of documents are found', () => {
  assert.ok(ownCommandsIn('README.md').length >= 4)
  assert.equal(ownCommandsIn('docs/serving.md').length, 5)
})

test('a document that is published links to nothing that is in the repository only', () => {
  const wrong = [
    ...readmes,
    ...servings,
    'SECURITY.md',
    'docs/tutorial.md',
    'docs/tutorial.zh-CN.md',
  ]
    .flatMap(document =>
      linksIn(read(document)).map(link => normalize(join(dirname(document), link))),
    )
    .filter(path =>
      /^(?:examples|test|lib|scripts)\/|^(?:ARCHITECTURE|CONTRIBUTING)\.md/.test(path),
    )
  assert.deepEqual(wrong, [])
})

test('the pages of the site show no command that works only where the package is installed', () => {
  for (const page of ['html/index.html', 'html/zh/index.html']) {
    const shown = [...read(page).matchAll(/<dt><code>([^<]+)<\/code><\/dt>/g)].map(one => one[1]!)
    assert.ok(shown.length >= 4)
    for (const command of shown)
      assert.match(command, /^(?:npm (?:start|test)|node dist\/cli\/main\.js \S.*)$/)
  }
})

test('every npm script stands in a document', () => {
  const text = [...readmes, 'CONTRIBUTING.md'].map(read).join()
  const unnamed = scripts.filter(name => !new RegExp(`npm (run )?${name}(?![\\w:])`).test(text))
  assert.deepEqual(unnamed, ['prepare'])
})

/** The commands with their options, as the program says. */
function usage(command: string): string {
  const args = [join(root, 'dist/cli/main.js'), command, '--help']
  return execFileSync(process.execPath, args, { encoding: 'utf8' })
}

function optionsIn(text: string): string[] {
  return [...new Set(text.match(/--[a-z][a-z-]+/g))].sort()
}

/** The first cells of a document's tables that name a command or an option. */
function optionRows(document: string): string {
  return [...read(document).matchAll(/^\| `((?:epollet |--)[^`]+)` \|/gm)]
    .map(([, cell]) => cell)
    .join('\n')
}

for (const readme of readmes) {
  test(`${readme} lists the commands, with options that the program has`, () => {
    const text = optionRows(readme)
    for (const command of commands) assert.match(text, RegExp(`^epollet ${command}`, 'm'))
    const known = commands.flatMap(command => optionsIn(usage(command)))
    assert.deepEqual(
      optionsIn(text).filter(option => !known.includes(option)),
      [],
    )
    // Those of serve are in docs/serving.md.
    const others = commands.slice(1).flatMap(command => optionsIn(usage(command)))
    assert.deepEqual(
      others.filter(option => option !== '--help' && !optionsIn(text).includes(option)),
      [],
    )
  })
}

for (const readme of readmes) {
  test(`the transcript in ${readme} is what this kernel says`, () => {
    const [, args = '', told] =
      /^\$ node dist\/cli\/main\.js lab run --ops '([^']+)'\n([^`]+)^```/m.exec(read(readme)) ?? []
    const command = [join(root, 'dist/cli/main.js'), 'lab', 'run', '--ops', args]
    assert.equal(execFileSync(process.execPath, command, { encoding: 'utf8' }), told)
  })
}

// Serving

for (const serving of servings) {
  test(`${serving} lists the options that \`epollet serve\` has`, () => {
    assert.deepEqual(
      [...optionsIn(optionRows(serving)), '--help'].sort(),
      optionsIn(usage('serve')),
    )
  })
}

const limits: Readonly<Record<string, number>> = { ...netLimits, ...httpLimits, ...staticLimits }

function numberOf(text: string): number {
  return Number(text.replaceAll(',', ''))
}

for (const serving of servings) {
  test(`${serving} names every limit in bytes, and each limit with its number`, () => {
    const rows = [...read(serving).matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)]
    const named = rows.map(([, name = '', value = '']) => [name, numberOf(value)] as const)
    assert.deepEqual(
      named,
      named.map(([name]) => [name, limits[name]]),
    )
    const bytes = Object.keys(limits).filter(name => /bytes/i.test(name))
    assert.deepEqual(
      bytes.filter(name => !named.some(([other]) => other === name)),
      [],
    )
  })

  test(`${serving} adds the limits up`, () => {
    const { receiveBytes, gatherBytes, outputHighWaterBytes } = netLimits
    const { headBytesMax, knownTextsMax, knownTextBytesMax } = httpLimits
    const { smallFileBytes, cacheBytes, pieceBytes } = staticLimits
    const texts = 2 * knownTextsMax * knownTextBytesMax
    const processRows = [receiveBytes, gatherBytes, texts, pieceBytes, cacheBytes, 2 * 2 ** 22]
    const connectionRows = [
      2 * headBytesMax + receiveBytes,
      2 * outputHighWaterBytes + gatherBytes + smallFileBytes,
      4 * smallFileBytes,
    ]
    const [fixed, each] = [processRows, connectionRows].map(rows => rows.reduce((a, b) => a + b))
    const text = read(serving)
    const rows = [...text.matchAll(/^\| ([\d,]+) \| [^\d\n]*.* \|$/gm)].map(row =>
      numberOf(row[1]!),
    )
    const sums = [...text.matchAll(/^\| ([\d,]+) \| ([\d,]+) \|$/gm)].map(row =>
      [row[1]!, row[2]!].map(numberOf),
    )
    const counts = sums.map(([count]) => count!)
    assert.deepEqual(rows, [...processRows, fixed, ...connectionRows, each, ...counts])
    assert.ok(counts.length >= 3 && counts.includes(httpLimits.connectionsMax))
    assert.deepEqual(
      sums,
      counts.map(count => [count, fixed! + count * each!]),
    )
  })
}

/** `epollet serve` on a free port, until its caller is done. */
async function withServer(folder: string, use: (port: number) => Promise<void>): Promise<void> {
  const args = [join(root, 'dist/cli/main.js'), 'serve', '0', '--quiet', '--root', folder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    for await (const line of createInterface(child.stdout)) {
      await use(Number(/:(\d+)\/$/.exec(line)?.[1]))
      break
    }
  } finally {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }
}

/** Of a head, what is the same whenever it is sent, and whatever file it is of. */
function shapeOf(head: string): string[] {
  const own = /^(Date|Last-Modified|ETag|Content-Length): .*/
  return head
    .trimEnd()
    .split(/\r?\n/)
    .map(line => line.replace(own, '$1'))
}

for (const serving of servings) {
  test(`${serving} shows answers as they are`, async () => {
    const shown = [...read(serving).matchAll(/^```http\n([\s\S]*?)^```$/gm)].map(row => row[1]!)
    assert.equal(shown.length, 2)
    await withServer(join(root, 'html'), async port => {
      for (const [i, path] of ['/', '/none'].entries()) {
        const answer = await talk(port, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
        assert.deepEqual(shapeOf(answer.split('\r\n\r\n')[0]!), shapeOf(shown[i]!))
      }
    })
  })

  test(`${serving} says what each of its requests is answered with`, async () => {
    const rows = [...read(serving).matchAll(/^\| `([^`]+ HTTP\/[^`]+|GET [^`]+)` \| (\d{3}) \|/gm)]
    assert.ok(rows.length >= 20, `${rows.length}`)
    const answered: string[] = []
    await withServer(join(root, 'html'), async port => {
      for (const [, code = ''] of rows) {
        const bytes = code.replaceAll('\\r', '\r').replaceAll('\\n', '\n')
        const whole = bytes.includes('\n') ? bytes : `${bytes}\r\nHost: a\r\n\r\n`
        answered.push(`${code} ${(await talk(port, whole)).slice(9, 12)}`)
      }
    })
    assert.deepEqual(
      answered,
      rows.map(([, code, status]) => `${code} ${status}`),
    )
  })
}

// SECURITY.md

test('every promise of SECURITY.md names a test file that is there', () => {
  const promises = [...read('SECURITY.md').matchAll(/^\| (.+) \| ([^|]+) \|$/gm)].slice(2)
  assert.ok(promises.length >= 10, `${promises.length}`)
  for (const [row, , tests = ''] of promises) {
    const paths = [...tests.matchAll(/`(test\/[^`]+\.test\.ts)`/g)].map(([, path = '']) => path)
    assert.ok(paths.length > 0, row)
    for (const path of paths) assert.ok(existsSync(join(root, path)), path)
  }
})

const pythonEpoll = spawnSync(
  'python3',
  ['-c', "import select; print(*[n for n in dir(select.epoll) if n[0] != '_'])"],
  { encoding: 'utf8' },
)

for (const readme of readmes) {
  const skip = pythonEpoll.status === 0 ? false : 'needs python3'
  test(`the porting table of ${readme} has every method of Python's epoll`, { skip }, () => {
    const python = [...read(readme).matchAll(/^\| (`(?:select\.epoll|ep\.).*?) \|/gm)].join('\n')
    const names = pythonEpoll.stdout.trim().split(' ')
    assert.ok(names.length >= 8, names.join())
    assert.deepEqual(
      names.filter(name => !python.includes(`.${name}`)),
      [],
    )
  })
}

// The programs in README.md and docs/serving.md

function blocksOf(readme: string): string[] {
  return [...read(readme).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
}

const readmePrograms = blocksOf('README.md')
const programs = [...readmePrograms, ...blocksOf('docs/serving.md')]
// Below the project, so that `epollet` is the project itself.
const folder = mkdtempSync(join(root, 'build/readme-'))
after(() => rmSync(folder, { recursive: true }))
const paths = programs.map((program, i) => {
  const path = join(folder, `${i + 1}.ts`)
  writeFileSync(path, program)
  return path
})

test('both READMEs have the same programs and the same sections', () => {
  assert.ok(readmePrograms.length >= 3)
  assert.deepEqual(blocksOf('README.zh-CN.md'), readmePrograms)
  const headings = readmes.map(readme => prose(read(readme)).match(/^#+ /gm))
  assert.deepEqual(headings[0], headings[1])
})

test('both pages on serving have the same programs, sections and rows', () => {
  assert.ok(programs.length > readmePrograms.length)
  assert.deepEqual(blocksOf('docs/serving.zh-CN.md'), blocksOf('docs/serving.md'))
  const shapes = servings.map(page => prose(read(page)).match(/^#+ |^\|/gm))
  assert.deepEqual(shapes[0], shapes[1])
})

test('the programs of README.md and docs/serving.md have the right types', () => {
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
  test(`program ${name} runs as JavaScript in every Node, and what it asserts is so`, () => {
    assert.doesNotMatch(readFileSync(path, 'utf8'), /^\s*(?:await )?using /m)
    const script = path.replace(/\.ts$/, '.mjs')
    cpSync(path, script)
    const options = { cwd: root, encoding: 'utf8', timeout: 60_000 } as const
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], options)
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
  })
}

test('the simple model of README.md prints who comes, what they send, and who leaves', async () => {
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
    clients[0].resetAndDestroy()
    assert.match(await next(), /^offline \d+$/)
    clients[1].end()
    assert.match(await next(), /^offline \d+$/)
  } finally {
    for (const client of clients) client.destroy()
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})

// Words

const chinesePages = [...documents.filter(path => path.includes('.zh-CN.')), 'html/zh/index.html']
/** What others say, and the word that docs/terms.md has for it. */
const otherWords: readonly (readonly [other: string, ours: string])[] = [
  ['边沿触发', '边缘触发'],
  ['边缘式', '边缘触发'],
  ['电平触发', '水平触发'],
  ['条件触发', '水平触发'],
  ['水平式', '水平触发'],
  ['文件句柄', '文件描述符'],
  ['文件描述字', '文件描述符'],
  ['堵塞', '阻塞'],
  ['反压', '背压'],
  ['兴趣列表', '关注列表'],
  ['感兴趣列表', '关注列表'],
  ['就绪队列', '就绪列表'],
  ['事件回路', '事件循环'],
  ['多路转接', '多路复用'],
  ['一次性触发', '单次触发'],
  ['伪唤醒', '虚假唤醒'],
  ['陈旧事件', '过期事件'],
]

test('every word that is asked for stands in docs/terms.md', () => {
  const terms = read('docs/terms.md')
  for (const [, ours] of otherWords) assert.ok(terms.includes(ours), ours)
})

for (const page of chinesePages) {
  test(`${page} keeps to the words of docs/terms.md`, () => {
    const text = read(page)
    const found = otherWords.filter(([other]) => text.includes(other))
    assert.deepEqual(
      found.map(([other, ours]) => `${other}: ${ours}`),
      [],
    )
  })
}
