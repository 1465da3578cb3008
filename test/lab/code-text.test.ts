// The text of generated programs.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Language, programOf } from '../../lib/lab/code/index.ts'
import { parse } from '../../lib/lab/index.ts'

const folder = fileURLToPath(new URL('../../lib/lab/code/', import.meta.url))
const languages: readonly Language[] = ['python', 'c', 'typescript']

function written(language: Language, text: string): string {
  const parsed = parse(text)
  assert.ok('operations' in parsed, JSON.stringify(parsed))
  const program = programOf(parsed.operations, language)
  assert.ok(typeof program === 'string')
  return program
}

/** The statements of the operations, without the helpers. */
function statements(language: Language, text: string): string[] {
  const lines = written(language, text).trimEnd().split('\n')
  const first = lines.findIndex(line => /(opened(_two)?|step)\(["']/.test(line))
  return lines.slice(first).map(line => line.trim())
}

const said: readonly (readonly [text: string, lines: Readonly<Record<Language, string>>])[] = [
  [
    'ep E',
    {
      python: 'E = opened("ep E", lambda: select.epoll(), "E")',
      c: 'opened("ep E", "E", epoll_create1(EPOLL_CLOEXEC));',
      typescript: "const [E] = opened('ep E', () => [new Epoll()], 'E')",
    },
  ],
  [
    'pipe r w',
    {
      python: 'r, w = opened("pipe r w", lambda: os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC), "r", "w")',
      c: 'opened_two("pipe r w", "r", "w", both, pipe2(both, O_NONBLOCK | O_CLOEXEC));',
      typescript: "const [r, w] = opened('pipe r w', () => pipe(), 'r', 'w')",
    },
  ],
  [
    'pipe r w; ep E; add E r 0',
    {
      python: 'step("add E r 0", lambda: E.register(r, 0))',
      c: 'say("add E r 0", control(E, EPOLL_CTL_ADD, r, 0));',
      typescript: "step('add E r 0', () => E.register(r, 0))",
    },
  ],
  [
    'pipe r w; ep E; mod E r IN|RDHUP|ET',
    {
      python: 'step("mod E r IN|RDHUP|ET", lambda: E.modify(r, EPOLLIN | EPOLLRDHUP | EPOLLET))',
      c: 'say("mod E r IN|RDHUP|ET", control(E, EPOLL_CTL_MOD, r, EPOLLIN | EPOLLRDHUP | EPOLLET));',
      typescript: "step('mod E r IN|RDHUP|ET', () => E.modify(r, EPOLLIN | EPOLLRDHUP | EPOLLET))",
    },
  ],
  [
    'ep E; wait E 50 max=2',
    {
      python: 'step("wait E 50 max=2", lambda: events(E.poll(0.05, maxevents=2)))',
      c: 'say("wait E 50 max=2", waited(E, 2, 50));',
      typescript: "step('wait E 50 max=2', () => events(E.poll(50, 2)))",
    },
  ],
  [
    'pipe r w; write w 0',
    {
      python: 'step("write w 0", lambda: os.write(w, b""))',
      c: 'say("write w 0", number(write(w, bytes, 0)));',
      typescript: "step('write w 0', () => w.write(''))",
    },
  ],
  [
    'pipe r w; write w "say \\"hi\\"\\n"',
    {
      python: `step('write w "say \\\\"hi\\\\"\\\\n"', lambda: os.write(w, b'say "hi"\\n'))`,
      c: 'say("write w \\"say \\\\\\"hi\\\\\\"\\\\n\\"", number(write(w, "say \\"hi\\"\\n", 9)));',
      typescript: `step('write w "say \\\\"hi\\\\"\\\\n"', () => w.write('say "hi"\\n'))`,
    },
  ],
  [
    'pipe r w; write w "é\\u0001中"',
    {
      python: `step('write w "é\\\\u0001中"', lambda: os.write(w, "é\\u0001中".encode()))`,
      c: 'say("write w \\"é\\\\u0001中\\"", number(write(w, "é\\001中", 6)));',
      typescript: `step('write w "é\\\\u0001中"', () => w.write('é\\u0001中'))`,
    },
  ],
  [
    'pipe r w; write w "\\ud800"',
    {
      python: `step('write w "\\\\ud800"', lambda: os.write(w, "\uFFFD".encode()))`,
      c: 'say("write w \\"\\\\ud800\\"", number(write(w, "\uFFFD", 3)));',
      typescript: `step('write w "\\\\ud800"', () => w.write('\uFFFD'))`,
    },
  ],
  [
    'pipe r w; write w "??="',
    {
      python: `step('write w "??="', lambda: os.write(w, b"??="))`,
      c: 'say("write w \\"?""?=\\"", number(write(w, "?""?=", 3)));',
      typescript: `step('write w "??="', () => w.write('??='))`,
    },
  ],
]

for (const [text, lines] of said) {
  for (const language of languages) {
    test(`'${text}' is written correctly in ${language}`, () => {
      const own = statements(language, text).filter(line => line !== '}' && !/^int /.test(line))
      assert.equal(own.at(-1), lines[language])
    })
  }
}

const names: readonly (readonly [name: string, Readonly<Record<Language, string>>])[] = [
  ['E', { python: 'E', c: 'E', typescript: 'E' }],
  ['r2_d2', { python: 'r2_d2', c: 'r2_d2', typescript: 'r2_d2' }],
  ['class', { python: 'class_', c: 'class', typescript: 'class_' }],
  ['int', { python: 'int_', c: 'int_', typescript: 'int' }],
  ['let', { python: 'let', c: 'let', typescript: 'let_' }],
  ['lambda', { python: 'lambda_', c: 'lambda', typescript: 'lambda' }],
  ['unix', { python: 'unix', c: 'unix_', typescript: 'unix' }],
  ['os', { python: 'os', c: 'os', typescript: 'os' }],
  ['epoll_wait', { python: 'epoll_wait', c: 'epoll_wait_', typescript: 'epoll_wait' }],
  ['EPOLLIN', { python: 'EPOLLIN_', c: 'EPOLLIN_', typescript: 'EPOLLIN_' }],
  ['EOF', { python: 'EOF', c: 'EOF_', typescript: 'EOF' }],
  ['main', { python: 'main', c: 'main_', typescript: 'main' }],
  ['L', { python: 'L', c: 'L', typescript: 'L' }],
  ['P_', { python: 'P_', c: 'P_', typescript: 'P_' }],
  ['opened', { python: 'opened_', c: 'opened_', typescript: 'opened_' }],
  ['Epoll', { python: 'Epoll', c: 'Epoll', typescript: 'Epoll_' }],
]

for (const [name, spellings] of names) {
  for (const language of languages) {
    test(`the name ${name} is ${spellings[language]} in ${language}`, () => {
      const [last] = statements(language, `ep E0; ep ${name}; add E0 ${name} IN`).filter(line =>
        line.includes(`"add E0 ${name} IN"`.replaceAll('"', language === 'typescript' ? "'" : '"')),
      )
      assert.match(last ?? '', new RegExp(`\\b${spellings[language]}, E`))
    })
  }
}

test('a renamed variable does not collide with another variable', () => {
  const lines = statements('python', 'eventfd in; eventfd in_; eventfd in__; read in; read in_')
  assert.deepEqual(lines.slice(-2), [
    'step("read in", lambda: os.eventfd_read(in___))',
    'step("read in_", lambda: os.eventfd_read(in_))',
  ])
})

test('a program contains only the helpers that it uses', () => {
  const python = written('python', 'pipe r w; write w 5; read r 5')
  assert.match(python, /def step\(/)
  assert.doesNotMatch(python, /def events|import select|import socket|class Thread/)
  const c = written('c', 'pipe r w; write w 5; read r 5')
  assert.match(c, /number\(long result\)/)
  assert.doesNotMatch(c, /events_of|sys\/epoll|pthread|sys\/socket/)
  const typescript = written('typescript', 'pipe r w; write w 5; read r 5')
  assert.match(typescript, /function step\(/)
  assert.doesNotMatch(typescript, /function events|Epoll|node:/)
})

test('a question comes before the line that answers it', () => {
  const marks = { python: '#', c: '//', typescript: '//' }
  for (const language of languages) {
    const lines = statements(language, 'ep E; wait E ?; wait E')
    const at = lines.indexOf(`${marks[language]} What will this be?`)
    assert.match(lines[at + 1]!, /wait E/)
    assert.equal(lines.filter(line => line.includes('What will')).length, 1)
  }
})

test('a program without operations is valid', () => {
  for (const language of languages) assert.equal(typeof programOf([], language), 'string')
})

test('lines of Python and TypeScript programs have at most 110 characters', () => {
  const text = `tcp a_long_name_this and_another_one; ep yet_another_name; thread T1 sleep 1
    add yet_another_name a_long_name_this IN|PRI|OUT|RDHUP|ET; send a_long_name_this 4000000`
  for (const line of written('python', text).split('\n')) assert.ok(line.length <= 110, line)
  const without = text.replace('; thread T1 sleep 1', '')
  for (const line of written('typescript', without).split('\n')) assert.ok(line.length <= 110, line)
})

test('the code generator imports nothing from Node, because the page uses it', () => {
  for (const file of readdirSync(folder)) {
    const imports = readFileSync(folder + file, 'utf8').match(
      /(?<=^(?:import|export) .*from ').+(?=')/gm,
    )
    for (const from of imports ?? [])
      assert.match(from, /^\.\/|^\.\.\/(?:scenario|language\/(?:syntax|vocabulary))\.ts$/, file)
  }
})
