// The commands of `epollet lab`.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { comparisonText } from '../../lib/cli/lab/diff.ts'
import { asReference, differencesOf } from '../../lib/cli/lab/difference.ts'
import { programOf } from '../../lib/cli/lab/experiment.ts'
import { nearest } from '../../lib/cli/lab/find.ts'
import { type Language, languageOf } from '../../lib/cli/terminal/language.ts'
import { course, parse, scenarios } from '../../lib/lab/index.ts'
import { type Options, run as runCommand, start } from './program.ts'

const english = { LC_ALL: 'C.UTF-8' }

function run(args: string[], options: Options = {}) {
  return runCommand(['lab', ...args], { env: english, ...options })
}

const halfRead = `pipe r w      -> ok
ep L          -> ok
add L r IN    -> ok
ep E          -> ok
add E r IN|ET -> ok
write w 2000  -> 2000
wait L        -> r:IN
wait E        -> r:IN
read r 1000   -> 1000
wait L        -> r:IN
wait E        -> nothing`

test('lab list shows every experiment under its chapter, and marks those in the course', async () => {
  const { status, stdout } = await run(['list'])
  assert.equal(status, 0)
  const lines = stdout.split('\n')
  assert.equal(lines[0], 'Chapter 1: What the two triggers are')
  assert.match(lines[1]!, /^ {3}1 {2}half-read +You read half of the data\. .*\? \(course\)$/)
  for (const { number, id } of scenarios)
    assert.ok(lines.some(line => line.trim().startsWith(`${number}  ${id} `)))
  assert.equal(lines.filter(line => line.endsWith(' (course)')).length, course.length)
})

test('lab list uses the language of --lang, or of the environment', async () => {
  const asked = await run(['list', '--lang', 'zh'])
  const spoken = await run(['list'], { env: { LC_ALL: 'zh_CN.UTF-8' } })
  assert.match(asked.stdout, /^第 1 章：两种触发是什么\n/)
  assert.match(asked.stdout, /只读了一半，内核还会再通知吗？ （入门课程）\n/)
  assert.equal(spoken.stdout, asked.stdout)
})

test('lab list --json prints the experiments as JSON', async () => {
  const { stdout } = await run(['list', '--json'])
  const list = JSON.parse(stdout)
  assert.deepEqual(list[0], {
    number: 1,
    id: 'half-read',
    chapter: 1,
    title: 'You read half of the data. Does the kernel tell you again?',
    course: true,
  })
  assert.equal(list.length, scenarios.length)
})

for (const name of ['half-read', '1']) {
  test(`lab run ${name} prints each operation with this kernel’s outcome`, async () => {
    const { status, stdout, stderr } = await run(['run', name])
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: halfRead, stderr: '' })
  })
}

test('lab run --ops - runs a printed transcript again, from stdin', async () => {
  const { status, stdout } = await run(['run', '--ops', '-'], { input: `${halfRead}\n` })
  assert.deepEqual([status, stdout], [0, halfRead])
})

test('lab run --fix runs the corrected version', async () => {
  const { stdout } = await run(['run', 'half-read', '--fix'])
  assert.match(stdout, /^drain r 1000 +-> 2000, then EAGAIN\nwait E +-> nothing$/m)
})

test('lab run reports a failed system call as an outcome, and exits with status 0', async () => {
  const ops = 'eventfd e; ep E; add E e IN; add E e IN'
  const { status, stdout } = await run(['run', '--ops', ops])
  assert.equal(status, 0)
  assert.match(stdout, /^add E e IN -> EEXIST$/m)
})

test('lab run reports every mistake in a program with its line and column, exits with status 2, and runs nothing', async () => {
  const { status, stdout, stderr } = await run(['run', '--ops', 'pipe r w; raed r 5\nwait r'])
  assert.deepEqual([status, stdout], [2, ''])
  const [first = '', second = '', ...more] = stderr.trimEnd().split('\n')
  assert.match(
    first,
    /^epollet: line 1, column 11: 'raed' is not an operation: did you mean read\?/,
  )
  assert.match(second, /^epollet: line 2, column 6: /)
  assert.deepEqual(more, [])
})

test('lab run refuses a program on stdin of more than 100,000 characters', async () => {
  const { status, stderr } = await run(['run', '--ops', '-'], { input: 'x'.repeat(200_000) })
  assert.equal(status, 2)
  assert.match(stderr, /^epollet: a program has at most 100000 characters: stdin is longer/)
})

test('lab run --json prints the record of the run, including the states', async () => {
  const ops = 'pipe r w; ep E; add E r IN|ET; write w 5; wait E; read r 9; read r 9'
  const { status, stdout } = await run(['run', '--ops', ops, '--json'])
  assert.equal(status, 0)
  const { kernel, pid, steps } = JSON.parse(stdout)
  assert.equal(kernel, release())
  assert.ok(pid > 0)
  const { op, result, events, errno, state } = steps[4]
  assert.deepEqual(
    { op, result, events, errno },
    { op: 'wait E', result: 1, events: [{ name: 'r', mask: ['IN'] }], errno: null },
  )
  const reader = state.descriptors.find((one: { name: string }) => one.name === 'r')
  assert.deepEqual([reader.level, reader.queuedBytes], [['IN'], 5])
  assert.deepEqual([steps[6].result, steps[6].errno], [null, 'EAGAIN'])
})

test('lab run --states prints the states as comments, so that the transcript can be run again', async () => {
  const { stdout } = await run(['run', 'half-read', '--states'])
  assert.match(stdout, /^# {3}r +\d+ +pipe reader +IN +none +1000$/m)
  assert.match(stdout, /^# {3}E \(fd \d+\) watches r:IN\|ERR\|HUP\|ET; its ready list is empty$/m)
  const again = await run(['run', '--ops', '-'], { input: stdout })
  assert.equal(again.stdout, halfRead)
})

test('lab run lists unexpected outcomes at the end, and still exits with status 0', async () => {
  const ops = 'pipe r w\nep E; add E r IN\nwait E -> r:IN'
  const { status, stdout } = await run(['run', '--ops', ops])
  assert.equal(status, 0)
  assert.equal(stdout.split('\n').at(-1), '# wait E -> nothing, expected r:IN')
  const chinese = await run(['run', '--ops', ops, '--lang', 'zh'])
  assert.equal(chinese.stdout.split('\n').at(-1), '# wait E -> nothing，应为 r:IN')
})

test('lab diff reports that this kernel’s outcomes match the reference', async () => {
  const { status, stdout } = await run(['diff', '1', 'add-late'])
  assert.equal(status, 0)
  assert.equal(stdout, `Linux ${release()}: all 4 transcripts match the reference`)
})

test('lab diff --json prints the comparison as JSON', async () => {
  const { status, stdout } = await run(['diff', 'half-read', '--json'])
  assert.equal(status, 0)
  assert.deepEqual(JSON.parse(stdout), { kernel: release(), compared: 2, differences: [] })
})

test('differencesOf() returns each operation with its expected and its actual outcome', () => {
  const parsed = parse('pipe r w; ep E; add E r IN; wait E ? -> r:IN or nothing; wait E -> r:IN')
  assert.ok('operations' in parsed)
  const outcomes = ['ok', 'EMFILE', 'ok', 'nothing', 'nothing']
  const { lines } = programOf(parsed.operations)
  const steps = outcomes.map(outcome => ({ outcome }))
  const waited = { op: 'wait E', expected: 'r:IN', came: 'nothing' }
  assert.deepEqual(differencesOf(lines, steps), [waited])
  assert.deepEqual(differencesOf(asReference(lines), steps), [
    { op: 'ep E', expected: 'ok', came: 'EMFILE' },
    waited,
  ])
})

test('comparisonText() groups differences by experiment, and adds the known differences of other kernels', () => {
  const difference = { op: 'wait E', expected: 'r:IN', came: 'nothing' }
  const differences = [
    { id: 'more-arrives', part: 'transcript', ...difference },
    { id: 'more-arrives', part: 'transcript', ...difference },
    { id: 'half-read', part: 'fix', ...difference },
  ] as const
  const comparison = { kernel: '5.10.0', compared: 24, differences }
  assert.equal(
    comparisonText(comparison, 'en'),
    `more-arrives
  wait E -> nothing, expected r:IN
  wait E -> nothing, expected r:IN
  From Linux 5.5 to 5.13, a write woke the reader only if the pipe was empty: there, both answers are "nothing".

half-read --fix
  wait E -> nothing, expected r:IN

Linux 5.10.0: 2 of 24 transcripts differ from the reference
`,
  )
})

const usageMistakes: readonly (readonly [args: string[], said: RegExp])[] = [
  [['run', 'haf-read'], /^epollet: there is no experiment 'haf-read'; did you mean half-read\? /],
  [
    ['run', 'zzzzzz'],
    /^epollet: there is no experiment 'zzzzzz': node dist\/cli\/main\.js lab list shows them all /,
  ],
  [
    ['run', '99'],
    /^epollet: there is no experiment '99': node dist\/cli\/main\.js lab list shows them all /,
  ],
  [['diff', 'half-raed'], /did you mean half-read\?/],
  [['exprot'], /^epollet: there is no experiment 'exprot'/],
  [
    ['run'],
    /^epollet: run takes one experiment, as in: node dist\/cli\/main\.js lab run half-read /,
  ],
  [['run', '1', '2'], /^epollet: run takes one experiment/],
  [['run', '1', '--ops', 'pipe r w'], /^epollet: run takes an experiment or --ops, not both /],
  [['list', '--states'], /^epollet: Unknown option '--states'/],
  [['list', '--lang', 'fr'], /^epollet: --lang must be en or zh, got 'fr' /],
]

for (const [args, said] of usageMistakes) {
  test(`lab ${args.join(' ')} prints one line on stderr and exits with status 2`, async () => {
    const { status, stdout, stderr } = await run(args)
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, said)
    assert.match(stderr, /^[^\n]+ \(see node dist\/cli\/main\.js lab --help\)\n$/)
  })
}

test('lab --help lists the subcommands, even after a subcommand', async () => {
  const { status, stdout } = await run(['--help'])
  assert.equal(status, 0)
  for (const name of ['list', 'run', 'diff']) assert.match(stdout, RegExp(` epollet lab ${name} `))
  assert.equal((await run(['run', '--help'])).stdout, stdout)
})

const nearTable: readonly (readonly [name: string, ids: string[]])[] = [
  ['half-read', ['half-read']],
  ['halfread', ['half-read']],
  ['read', ['half-read', 'short-read', 'thread']],
  ['tread', ['thread']],
  ['one-accpet', ['one-accept']],
  ['x', []],
  ['', []],
]

test('nearest() finds the ids that a mistyped name may stand for', () => {
  const ids = ['half-read', 'short-read', 'thread', 'one-accept', 'equals']
  for (const [name, found] of nearTable) assert.deepEqual(nearest(name, ids), found, name)
})

const languages: readonly (readonly [env: NodeJS.ProcessEnv, language: Language])[] = [
  [{}, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'zh' }, 'zh'],
  [{ LC_ALL: 'en_GB.UTF-8', LANG: 'zh_CN.UTF-8' }, 'en'],
  [{ LC_ALL: '', LC_MESSAGES: 'zh_TW', LANG: 'de_DE' }, 'zh'],
]

test('the language is taken from LC_ALL, then LC_MESSAGES, then LANG', () => {
  for (const [env, language] of languages) assert.equal(languageOf(undefined, env), language)
  assert.equal(languageOf('en', { LANG: 'zh_CN.UTF-8' }), 'en')
})

test('without a terminal, lab prints the course’s transcripts, each of which can be run again', async () => {
  const { status, stdout } = await run([], { env: { ...english, FORCE_COLOR: '1' } })
  assert.equal(status, 0)
  assert.ok(!stdout.includes('\x1b'))
  const titles = [...stdout.matchAll(/^# (\d+) [a-z-]+: /gm)].map(([, number]) => Number(number))
  assert.deepEqual(titles, course)
  const blocks = stdout.split('\n\n')
  assert.equal(blocks.length, course.length + 1)
  for (const block of blocks) {
    const parsed = parse(block)
    assert.ok('operations' in parsed, block)
  }
  assert.match(blocks[0]!, /^# People say: .*\n(?:[a-z].* -> .*\n){11}# The rule: .*\.$/m)
  assert.match(
    blocks.at(-1)!,
    /^# In a terminal, node dist\/cli\/main\.js lab asks for your prediction/,
  )
})

test('lab prints experiments in the order of their names on the command line', async () => {
  const { stdout } = await run(['equals', '5', '--lang', 'zh'])
  const titles = [...stdout.matchAll(/^# (\d+) [a-z-]+: .*？/gm)].map(([, number]) => number)
  assert.deepEqual(titles, ['34', '5'])
})

/** Waits for the child process of `lab run`, which runs the operations. */
async function childOf(pid: number): Promise<number> {
  for (;;) {
    for (const name of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
      try {
        const [, parent] = /\) \w (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'latin1')) ?? []
        if (Number(parent) === pid) return Number(name)
      } catch {
        // The process ended after readdirSync() listed it.
      }
    }
    await setImmediate()
  }
}

const blocks = ['lab', 'run', '--ops', 'pipe r w; setblocking r; read r 1']

test('a signal ends lab run and its child process, even during a blocking call', async () => {
  await using program = start(blocks)
  const child = await childOf(program.pid)
  program.kill('SIGINT')
  const { status, stdout, stderr } = await program.ended
  assert.deepEqual({ status, stdout, stderr }, { status: 130, stdout: '', stderr: '' })
  assert.throws(() => process.kill(child, 0), { code: 'ESRCH' })
})

test('lab run prints one line on stderr and exits with status 1 if its child process dies', async () => {
  await using program = start(blocks)
  process.kill(await childOf(program.pid), 'SIGKILL')
  const { status, stdout, stderr } = await program.ended
  assert.deepEqual([status, stdout], [1, ''])
  assert.equal(stderr, 'epollet: the process that runs the operations has ended\n')
})
