import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Action, type Operation, parse, vocabulary } from '../../lib/lab/index.ts'
import { rules } from '../../lib/lab/language/grammar.ts'
import { actionText } from '../../lib/lab/language/print.ts'
import { flags, openables, socketOptions } from '../../lib/lab/language/syntax.ts'
import { operationBytesMax } from '../../lib/lab/limits.ts'
import { below, mulberry32, pick } from '../http/random.ts'
import { before, lastOf, operationsOf, problemsOf } from './programs.ts'

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_260_401)

const actions: readonly Action[] = [
  { op: 'pipe', reader: 'n', writer: 'm' },
  { op: 'pair', a: 'n', b: 'm', type: 'stream' },
  { op: 'pair', a: 'n', b: 'm', type: 'dgram' },
  { op: 'tcp', client: 'n', server: 'm' },
  { op: 'udp', a: 'n', b: 'm' },
  { op: 'socket', name: 'n' },
  { op: 'listen', name: 'n', backlog: 64 },
  { op: 'listen', name: 'n', backlog: 0 },
  { op: 'listen', name: 'n', backlog: 64, reuseport: null },
  { op: 'listen', name: 'n', backlog: 0, reuseport: null },
  { op: 'listen', name: 'n', backlog: 64, reuseport: 'L' },
  { op: 'listen', name: 'n', backlog: 3, reuseport: 'L' },
  { op: 'connect', name: 'n', listener: 'L' },
  { op: 'connect', name: 'a', listener: 'L' },
  { op: 'accept', name: 'n', listener: 'L' },
  { op: 'eventfd', name: 'n', initial: 0, semaphore: false },
  { op: 'eventfd', name: 'n', initial: 3, semaphore: false },
  { op: 'eventfd', name: 'n', initial: 0, semaphore: true },
  { op: 'eventfd', name: 'n', initial: 3, semaphore: true },
  { op: 'timerfd', name: 'n', initialMs: 5, intervalMs: 0 },
  { op: 'timerfd', name: 'n', initialMs: 5, intervalMs: 1 },
  ...openables.map(what => ({ op: 'open', name: 'n', what }) as const),
  { op: 'ep', name: 'n' },
  { op: 'dup', name: 'n', of: 'r' },
  { op: 'dup2', of: 'a', onto: 'r' },
  { op: 'exhaust' },
  { op: 'release', count: null },
  { op: 'release', count: 3 },
  { op: 'add', epoll: 'E', name: 'r', mask: ['IN', 'ET'] },
  { op: 'add', epoll: 'E', name: 'r', mask: [] },
  { op: 'add', epoll: 'E', name: 'E', mask: flags },
  { op: 'mod', epoll: 'E', name: 'r', mask: ['OUT'] },
  { op: 'del', epoll: 'E', name: 'r' },
  { op: 'wait', epoll: 'E', timeoutMs: 0, maxevents: null },
  { op: 'wait', epoll: 'E', timeoutMs: 5, maxevents: null },
  { op: 'wait', epoll: 'E', timeoutMs: 0, maxevents: 2 },
  { op: 'wait', epoll: 'E', timeoutMs: 5, maxevents: 2 },
  { op: 'spin', epoll: 'E', forMs: 20 },
  { op: 'poll', names: ['r'] },
  { op: 'poll', names: ['r', 'w', 'E', 'L'] },
  { op: 'select', names: ['r', 'w'] },
  { op: 'write', name: 'w', payload: { bytes: 5 } },
  { op: 'write', name: 'w', payload: { bytes: 0 } },
  { op: 'write', name: 'w', payload: { text: 'a "b" \\ \n\t; # ? -> 中文 \u{1f600}\u2028' } },
  { op: 'write', name: 'e', payload: { bytes: 3 } },
  { op: 'send', name: 'a', payload: { bytes: 5 } },
  { op: 'sendoob', name: 'a', payload: { text: '' } },
  { op: 'read', name: 'r', sizeBytes: 3 },
  { op: 'read', name: 'e', sizeBytes: null },
  { op: 'read', name: 't', sizeBytes: null },
  { op: 'read', name: 'e', sizeBytes: 4 },
  { op: 'recv', name: 'a', sizeBytes: 3 },
  { op: 'peek', name: 'a', sizeBytes: 3 },
  { op: 'recvoob', name: 'a', sizeBytes: 1 },
  { op: 'fill', name: 'w', eachBytes: 4096 },
  { op: 'fill', name: 'w', eachBytes: 2049 },
  { op: 'drain', name: 'r', eachBytes: 4096 },
  { op: 'drain', name: 'r', eachBytes: 1 },
  { op: 'sendfile', name: 'a', sizeBytes: operationBytesMax },
  { op: 'queued', name: 'r' },
  { op: 'unsent', name: 'a' },
  { op: 'error', name: 'L' },
  ...socketOptions.map(option => ({ op: 'set', name: 'a', option, value: 100 }) as const),
  { op: 'setblocking', name: 'r' },
  { op: 'shut', name: 'a', how: 'RD' },
  { op: 'shut', name: 'a', how: 'WR' },
  { op: 'shut', name: 'a', how: 'RDWR' },
  { op: 'close', name: 'r' },
  { op: 'rst', name: 'a' },
  { op: 'sleep', forMs: 10 },
  {
    op: 'thread',
    name: 'n',
    action: { op: 'wait', epoll: 'E', timeoutMs: 500, maxevents: null },
  },
  { op: 'thread', name: 'n', action: { op: 'read', name: 'r', sizeBytes: 1 } },
  { op: 'join', name: 'T', timeoutMs: 100 },
  { op: 'join', name: 'T', timeoutMs: 0 },
  { op: 'done', names: ['T'] },
  { op: 'process', name: 'n', inherits: [] },
  { op: 'process', name: 'n', inherits: ['r', 'E'] },
  { op: 'in', name: 'P', action: { op: 'pipe', reader: 'n', writer: 'm' } },
  { op: 'in', name: 'P', action: { op: 'add', epoll: 'E', name: 'r', mask: ['IN'] } },
  { op: 'exit', name: 'P' },
]

for (const action of actions) {
  const text = actionText(action)
  test(`'${text}' is printed and parsed back to the same action`, () => {
    assert.deepEqual(lastOf(text).action, action)
    assert.equal(lastOf(text).text, text)
  })
}

test('the table above has every operation, and every operation has a grammar rule and a help text', () => {
  const ops = new Set(actions.map(({ op }) => op))
  assert.deepEqual([...ops].sort(), Object.keys(vocabulary).sort())
  assert.deepEqual(Object.keys(rules).sort(), Object.keys(vocabulary).sort())
  for (const [op, { usage, help }] of Object.entries(vocabulary)) {
    assert.ok(usage === op || usage.startsWith(`${op} `), usage)
    assert.match(help.en, /^[\x20-\x7e]+$/)
    assert.match(help.zh, /\p{Script=Han}|\(2\)/u)
  }
})

/** Operations as they may be written, with their canonical form. */
const spellings: readonly (readonly [written: string, text: string])[] = [
  ['  wait   E  ', 'wait E'],
  ['\twait\tE\t0', 'wait E'],
  ['wait E # nothing, I think', 'wait E'],
  ['wait E 007', 'wait E 7'],
  ['wait E max=2 5', 'wait E 5 max=2'],
  ['listen n 64', 'listen n'],
  ['listen n 64 reuseport L', 'listen n reuseport L'],
  ['timerfd n 5 0', 'timerfd n 5'],
  ['eventfd n 0 semaphore', 'eventfd n semaphore'],
  ['fill w 4096', 'fill w'],
  ['drain r 4096', 'drain r'],
  ['join T 100', 'join T'],
  ['add E r ET|IN', 'add E r IN|ET'],
  ['add E r IN|ET|IN', 'add E r IN|ET'],
  ['write w "\\u0061\\/"', 'write w "a/"'],
  ['write w"a"', 'write w "a"'],
  ['write w "#;"; # then', 'write w "#;"'],
  ['thread n wait E 0', 'thread n wait E'],
]

for (const [written, text] of spellings) {
  test(`'${written.trim()}' has the canonical form '${text}'`, () =>
    assert.equal(lastOf(written).text, text))
}

/** Operations, with whether they ask for a prediction and which outcome they expect. */
const marks: readonly (readonly [text: string, asks: boolean, expected: string | null])[] = [
  ['wait E', false, null],
  ['wait E?', true, null],
  ['wait E ?', true, null],
  ['wait E 0? -> r:IN', true, 'r:IN'],
  ['wait E ? -> r:IN', true, 'r:IN'],
  ['wait E ->r:IN', false, 'r:IN'],
  ['wait E -> r:IN, w:OUT or nothing # or so', false, 'r:IN, w:OUT or nothing'],
  ['wait E -> r(closed):IN; wait E', false, null],
  ['wait E -> 65536, then EAGAIN', false, '65536, then EAGAIN'],
  ['wait E -> * -> *', false, '* -> *'],
  ['exhaust? -> EMFILE', true, 'EMFILE'],
  ['write w "why?"', false, null],
  ['write w "why?"?', true, null],
  ['write w "->" -> 2', false, '2'],
]

for (const [text, asks, expected] of marks) {
  test(`'${text}' ${asks ? 'asks' : 'does not ask'} and expects ${expected ?? 'nothing'}`, () => {
    const operation = lastOf(text)
    assert.deepEqual([operation.asks, operation.expected], [asks, expected])
    assert.doesNotMatch(operation.text, /\?$| -> [^"]/)
  })
}

test('operations end at line ends and semicolons, comments are skipped, and places are correct', () => {
  const text = '\n# first\n  ep E;; pipe r w ; \r\n;\n\twait E # end; wait E\n\n'
  const places = operationsOf(text).map(({ line, column, text }) => `${line}:${column} ${text}`)
  assert.deepEqual(places, ['3:3 ep E', '3:10 pipe r w', '5:2 wait E'])
})

test('a text with only comments and separators is a program without operations', () => {
  for (const text of ['', '\n\n', ' ; ;', '# only this', '\r\n'])
    assert.deepEqual(operationsOf(text), [])
})

test('columns count UTF-16 units: a character outside the BMP counts as two', () => {
  assert.deepEqual(problemsOf('pipe r w; write w "\u{1f600}中"; fly'), [
    `1:26 'fly' is not an operation; the operations are ${Object.keys(vocabulary).join(', ')}`,
  ])
  assert.match(problemsOf('ep \u{1f600}')[0]!, /^1:4 .*got '😀'$/)
  assert.match(problemsOf('读 r')[0]!, /^1:1 '读' is not an operation/)
})

test('every accepted program is the same after it was printed and parsed again', () => {
  const random = mulberry32(seed + 1)
  let accepted = 0
  for (let i = 0; i < 2000; i++) {
    const lines = Array.from({ length: 1 + below(random, 8) }, () => {
      const { text } = lastOf(actionText(pick(random, actions)))
      return `${text}${pick(random, ['', '?', ' ?'])}${pick(random, ['', ' -> ok', '-> * or 1'])}`
    })
    const parsed = parse(`${before}\n${lines.join(pick(random, ['\n', ';', ' ; ']))}`)
    if ('problems' in parsed) continue
    accepted++
    const again = operationsOf(parsed.operations.map(({ text }) => text).join('\n'))
    const trees = (operations: readonly Operation[]) =>
      operations.map(({ action, text }) => ({ action, text }))
    assert.deepEqual(trees(again), trees(parsed.operations), `seed ${seed}, program ${i}`)
  }
  assert.ok(accepted > 200, `only ${accepted} programs were accepted`)
})
