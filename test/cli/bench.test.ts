// `epollet bench` and its commands, except `serve`.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { items, readResult, resultSchema } from '../../lib/bench/index.ts'
import { type Program, run, start } from './program.ts'

const example = 'html/bench/example.json'

function temporary(): { path: string; file: (name: string) => string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'epollet-bench-'))
  const file = (name: string): string => join(path, name)
  return { path, file, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

/** Waits until stderr matches the pattern. */
async function said(program: Program, pattern: RegExp): Promise<void> {
  while (!pattern.test(program.stderr)) await once(program.child.stderr!, 'data')
}

test('epollet bench list names all items, and marks those that a quick run leaves out', async () => {
  const { status, stdout } = await run(['bench', 'list'])
  assert.equal(status, 0)
  const lines = stdout.split('\n').map(line => [line.split(' ')[0], !line.endsWith(' (--full)')])
  assert.deepEqual(
    lines,
    items.map(({ id, quick }) => [id, quick]),
  )
})

test('epollet bench schema prints the JSON Schema of a result', async () => {
  const { status, stdout } = await run(['bench', 'schema'])
  assert.equal(status, 0)
  assert.deepEqual(JSON.parse(stdout), resultSchema)
})

for (const [args, complaint] of [
  [
    ['--only', 'wait/1,weight'],
    "no comparison is called 'weight': see node dist/cli/main.js bench list",
  ],
  [['--quick', '--full'], 'expected --quick or --full, not both'],
  [['--seed', 'x'], "--seed must be a number from 0 up, got 'x'"],
  [['--lang', 'xx'], "--lang must be en or zh, got 'xx'"],
  [['weight'], "unknown argument 'weight'"],
  [['list', 'more'], "unknown argument 'more'"],
  [
    ['compare', 'one.json'],
    'compare needs two files: node dist/cli/main.js bench compare A.json B.json',
  ],
  [['report'], 'report needs one file: node dist/cli/main.js bench report FILE.json'],
  [['verify'], 'verify needs one id: see node dist/cli/main.js bench verify list'],
  [
    ['verify', 'weight'],
    "no figure is called 'weight': see node dist/cli/main.js bench verify list",
  ],
] as const) {
  test(`epollet bench ${args.join(' ')} prints one line on stderr, and exits with status 2`, async () => {
    const { status, stdout, stderr } = await run(['bench', ...args])
    assert.deepEqual(
      [status, stdout, stderr],
      [2, '', `epollet: ${complaint} (see node dist/cli/main.js bench --help)\n`],
    )
  })
}

for (const option of ['--json', '--html']) {
  test(`${option} with a file that cannot be written fails before anything is measured`, async () => {
    using folder = temporary()
    for (const [path, complaint] of [
      [folder.file('no/such/file'), 'cannot be written (ENOENT): name another file'],
      [folder.path, 'is a directory: name a file'],
    ] as const) {
      const { status, stdout, stderr } = await run(['bench', '--only', 'wait/1', option, path])
      assert.deepEqual([status, stdout, stderr], [1, '', `epollet: '${path}' ${complaint}\n`])
    }
    assert.deepEqual(readdirSync(folder.path), [])
  })
}

test('a descriptor limit that is too low is reported with the command that raises it', async () => {
  const under = ['sh', '-c', 'ulimit -n 500; exec "$@"', '--']
  const { status, stdout, stderr } = await run(['bench', '--only', 'wait/1000'], { under })
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(
    stderr,
    /^epollet: wait\/1000 needs \d+ descriptors, but the limit is 500: raise it with ulimit -n \d+, or choose other items with --only\n$/,
  )
})

test('epollet bench prints a table, and writes a valid result and an HTML page', async () => {
  using folder = temporary()
  const [json, html] = [folder.file('result.json'), folder.file('result.html')]
  const files = ['--json', json, '--html', html, '--lang', 'zh']
  const { status, stdout, stderr } = await run(['bench', '--only', 'control/mod', ...files])
  assert.equal(status, 0, stderr)
  assert.match(stdout, /^control\/mod: EPOLL_CTL_MOD$/m)
  assert.match(stderr, /^0 % control\/mod\n\d+ % control\/mod, \d+ s left\n$/)
  const result = readResult(json)
  assert.equal(result.complete, true)
  assert.deepEqual(
    result.comparisons.map(({ id }) => id),
    ['control/mod'],
  )
  assert.match(readFileSync(html, 'utf8'), /^<!doctype html>\n<html lang="zh-Hans">/)
  assert.deepEqual(readdirSync(folder.path).sort(), ['result.html', 'result.json'])
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`${signal} ends a benchmark with an incomplete result and status 130`, async () => {
    using folder = temporary()
    const [json, html] = [folder.file('result.json'), folder.file('result.html')]
    const args = ['bench', '--only', 'control/mod,wait/1', '--json', json, '--html', html]
    await using program = start(args)
    await said(program, /control\/mod|wait\/1/)
    await said(program, /\n.*\n.*\n/)
    program.kill(signal)
    const { status, stdout } = await program.ended
    assert.equal(status, 130)
    assert.match(stdout, /Stopped before all of it was measured/)
    const { complete, comparisons } = readResult(json)
    assert.deepEqual([complete, comparisons.length], [false, 1])
    assert.match(readFileSync(html, 'utf8'), /ended before all of it was measured/)
    assert.equal(readdirSync(folder.path).length, 2)
  })

test('Ctrl-C before the first result keeps the files of an earlier run', async () => {
  using folder = temporary()
  const [json, html] = [folder.file('result.json'), folder.file('result.html')]
  writeFileSync(json, 'earlier')
  await using program = start(['bench', '--only', 'wait/1', '--json', json, '--html', html])
  await said(program, /% wait\/1/)
  program.kill('SIGINT')
  const { status, stdout } = await program.ended
  assert.equal(status, 130)
  assert.match(stdout, /Stopped before anything was measured\.$/)
  assert.equal(readFileSync(json, 'utf8'), 'earlier')
  assert.ok(!existsSync(html))
})

test('epollet bench serve refuses --peers that are not installed', async () => {
  const env = { PATH: '/nowhere' }
  const { status, stderr } = await run(['bench', 'serve', '--peers', 'nginx,caddy'], { env })
  assert.deepEqual([status, stderr], [1, 'epollet: nginx, caddy: not installed\n'])
})

// Result files

test('epollet bench report shows a result as text and as a page', async () => {
  using folder = temporary()
  const text = await run(['bench', 'report', example])
  assert.equal(text.status, 0)
  assert.match(text.stdout, /^wait\/1: /m)
  const html = folder.file('page.html')
  const page = await run(['bench', 'report', example, '--html', html, '--lang', 'en'])
  assert.deepEqual([page.status, page.stdout, page.stderr], [0, '', ''])
  assert.match(readFileSync(html, 'utf8'), /<\/html>\n$/)
})

test('epollet bench compare finds no change between a result and itself', async () => {
  const { status, stdout } = await run(['bench', 'compare', example, example])
  assert.equal(status, 0)
  assert.match(stdout, /^The environments are the same\.$/m)
  assert.match(stdout, /^0 of \d+ have a verdict; \d+ are unclear\.$/m)
})

for (const [name, text, complaint] of [
  [
    'another version',
    '{"schema":"epollet-bench/9"}',
    'is "epollet-bench/9", expected epollet-bench/1',
  ],
  ['half of a result', '{"schema":"epollet-', 'is not valid JSON, or incomplete'],
  ['JSON that is not a result', '{}', 'is not a result of epollet bench'],
  [
    'a result without its parts',
    '{"schema":"epollet-bench/1"}',
    'is not a valid result: date is missing',
  ],
] as const) {
  test(`compare and report refuse ${name} with one line on stderr, and write no file`, async () => {
    using folder = temporary()
    const path = folder.file('a.json')
    writeFileSync(path, text)
    const page = folder.file('page.html')
    for (const args of [
      ['compare', example, path],
      ['compare', path, example],
      ['report', path],
      ['report', path, '--html', page],
    ]) {
      const { status, stdout, stderr } = await run(['bench', ...args])
      assert.deepEqual([status, stdout, stderr], [1, '', `epollet: '${path}' ${complaint}\n`])
    }
    assert.deepEqual(readdirSync(folder.path), ['a.json'])
  })
}

test('compare refuses results that have no comparison in common', async () => {
  using folder = temporary()
  const path = folder.file('empty.json')
  writeFileSync(path, JSON.stringify({ ...readResult(example), comparisons: [], figures: [] }))
  const { status, stdout, stderr } = await run(['bench', 'compare', example, path])
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /^epollet: .* have no comparison or table in common\n$/)
})

// Figures in the documents

test('epollet bench verify list prints all figures with their sentences', async () => {
  const { status, stdout } = await run(['bench', 'verify', 'list'])
  assert.equal(status, 0)
  assert.match(stdout, /^wait-beyond-c\n {2}README\.md: ".*105 ns/m)
})

test('epollet bench verify measures a figure and prints a verdict', async () => {
  const { status, stdout } = await run(['bench', 'verify', 'wait-beyond-c'])
  const answer = stdout.split('\n').at(-1)!
  assert.match(answer, /^(reproduced|not reproduced|cannot tell)/)
  assert.match(stdout, /^claimed +epoll-wait - c-epoll, in ns, in wait\/1 from 75 to 135$/m)
  assert.match(stdout, /^here +-?[\d.]+ \[-?[\d.]+, -?[\d.]+\], 95 % interval$/m)
  assert.equal(status, answer === 'not reproduced' ? 1 : 0)
})
