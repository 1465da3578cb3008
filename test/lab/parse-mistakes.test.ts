import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse, vocabulary } from '../../lib/lab/index.ts'
import { flags } from '../../lib/lab/language/syntax.ts'
import {
  descriptorsMax,
  nameCharsMax,
  operationBytesMax,
  operationsMax,
  processesMax,
  spinMsMax,
  textBytesMax,
  threadsMax,
  waitMsMax,
  waitsMsMax,
} from '../../lib/lab/limits.ts'
import { below, mulberry32, pick } from '../http/random.ts'
import { before, lastOf, problemsOf } from './programs.ts'

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_260_401)

/** The mistake in one line after the lines that open descriptors, without its line number. */
function mistakeIn(text: string): string {
  const [first, ...rest] = problemsOf(`${before}\n${text}`)
  assert.deepEqual(rest, [], `more than one mistake in: ${text}`)
  return first?.replace(/^3:/, '') ?? 'none'
}

const known = Object.keys(vocabulary).join(', ')
const knownFlags = flags.join(', ')

/** Lines with one mistake: its column and the message. */
const mistakes: readonly (readonly [text: string, says: string])[] = [
  // Words
  ['fly r', `1 'fly' is not an operation; the operations are ${known}`],
  ['Wait E', "1 'Wait' is not an operation: did you mean wait?"],
  ['toString', `1 'toString' is not an operation; the operations are ${known}`],
  ['"wait" E', `1 '"wait"' is not an operation: did you mean wait?`],
  ['ad E', "1 'ad' is not an operation: did you mean add?"],
  ['pip r w', "1 'pip' is not an operation: did you mean pipe?"],
  ['?', '1 expected an operation before ? or ->'],
  ['  ?', '3 expected an operation before ? or ->'],
  [' -> ok', '2 expected an operation before ? or ->'],
  ['? -> ok', '1 expected an operation before ? or ->'],
  [
    'wait E ->',
    '8 expected an outcome after the arrow, for example r:IN, or * for any outcome; got the end',
  ],
  [
    'wait E -> # r:IN',
    '8 expected an outcome after the arrow, for example r:IN, or * for any outcome; got the end',
  ],
  ['pipe', '5 expected a new name, got the end'],
  ['pipe n', '7 expected a new name, got the end'],
  ['pipe n  # m', '7 expected a new name, got the end'],
  ['pipe n m o', "10 expected the end, got 'o'"],
  ['pair n m stream', "10 expected the end, got 'stream'"],
  ['wait', '5 expected the name of an epoll, got the end'],
  ['wait E 5 6', "10 expected the end, got '6'"],
  ['wait E max=1 max=2', "14 expected the end, got 'max=2'"],
  ['wait E 5 max=1 6', "16 expected the end, got '6'"],
  ['exhaust 3', "9 expected the end, got '3'"],
  [
    'poll',
    '5 expected the name of a pipe reader, a pipe writer, a socket, a listener, an eventfd, a timerfd, a file or an epoll, got the end',
  ],
  ['add E r', '8 expected a mask, for example IN|ET, got the end'],
  ['write w', '8 expected a number of bytes, or "text", got the end'],
  ['read r', '7 expected a number of bytes, got the end'],
  [
    'open n',
    '7 expected a file to open: file, directory, null, zero, random, urandom, mounts, got the end',
  ],
  [
    'open n /etc/passwd',
    "8 expected a file to open: file, directory, null, zero, random, urandom, mounts; got '/etc/passwd'",
  ],
  [
    'set a LINGER 1',
    "7 expected an option: RCVLOWAT, SNDBUF, RCVBUF, RCVTIMEO, NODELAY; got 'LINGER'",
  ],
  ['shut a', '7 expected a direction: RD, WR, RDWR, got the end'],
  ['shut a wr', "8 expected a direction: RD, WR, RDWR; got 'wr'"],
  ['eventfd n semaphor', "11 expected a count, from 0 to 2147483647, got 'semaphor'"],
  ['eventfd n 1 semaphor', "13 expected the end, got 'semaphor'"],
  // Names
  ['ep 1', "4 a name must be a letter, followed by letters, digits or _, got '1'"],
  ['ep _x', "4 a name must be a letter, followed by letters, digits or _, got '_x'"],
  ['ep a-b', "4 a name must be a letter, followed by letters, digits or _, got 'a-b'"],
  ['ep é', "4 a name must be a letter, followed by letters, digits or _, got 'é'"],
  ['ep "n"', '4 a name must be a letter, followed by letters, digits or _, got \'"n"\''],
  ['connect 1 L', "9 a name must be a letter, followed by letters, digits or _, got '1'"],
  [`ep ${'n'.repeat(nameCharsMax + 1)}`, '4 a name may have at most 16 characters, got 17'],
  [`close ${'n'.repeat(5000)}`, '7 a name may have at most 16 characters, got 5000'],
  ['close n', "7 'n' is not defined: open it first"],
  ['ep r', "4 'r' is already bound to a pipe reader"],
  ['ep e', "4 'e' is already bound to an eventfd"],
  ['pipe n n', "8 'n' is already bound to a pipe reader"],
  ['dup r w', "5 'r' is already bound to a pipe reader"],
  ['accept a L', "8 'a' is already bound to a socket"],
  ['thread P wait E', "8 'P' is already bound to a process"],
  ['process T', "9 'T' is already bound to a thread"],
  ['wait r', '6 expected an epoll, got r, which is a pipe reader'],
  ['wait T', '6 expected an epoll, got T, which is a thread'],
  ['connect e L', '9 expected a socket, got e, which is an eventfd'],
  ['connect n a', '11 expected a listener, got a, which is a socket'],
  [
    'write r 1',
    '7 expected a pipe writer, a socket, a file or an eventfd, got r, which is a pipe reader',
  ],
  [
    'read w 1',
    '6 expected a pipe reader, a socket, an eventfd, a timerfd or a file, got w, which is a pipe writer',
  ],
  [
    'queued f',
    '8 expected a pipe reader, a socket, an eventfd or a timerfd, got f, which is a file',
  ],
  ['fill e', '6 expected a pipe writer, a socket or a file, got e, which is an eventfd'],
  ['send w 1', '6 expected a socket, got w, which is a pipe writer'],
  [
    'close T',
    '7 expected a pipe reader, a pipe writer, a socket, a listener, an eventfd, a timerfd, a file or an epoll, got T, which is a thread',
  ],
  ['join P', '6 expected a thread, got P, which is a process'],
  ['exit T', '6 expected a process, got T, which is a thread'],
  // Masks
  ['add E r in', `9 'in' is not a flag; the flags are ${knownFlags}, or 0 for none`],
  ['add E r IN|', `9 '' is not a flag; the flags are ${knownFlags}, or 0 for none`],
  ['add E r IN|EPOLLET', `9 'EPOLLET' is not a flag; the flags are ${knownFlags}, or 0 for none`],
  ['add E r IN | ET', "12 expected the end, got '|'"],
  ['add E r 1', `9 '1' is not a flag; the flags are ${knownFlags}, or 0 for none`],
  ['add E r NVAL', `9 'NVAL' is not a flag; the flags are ${knownFlags}, or 0 for none`],
  // Numbers
  ['wait E -1', `8 expected milliseconds, from 0 to ${waitMsMax}, got '-1'`],
  ['wait E -0', `8 expected milliseconds, from 0 to ${waitMsMax}, got '-0'`],
  ['wait E 1.5', `8 expected milliseconds, from 0 to ${waitMsMax}, got '1.5'`],
  ['wait E 1e3', `8 expected milliseconds, from 0 to ${waitMsMax}, got '1e3'`],
  ['wait E 0x10', `8 expected milliseconds, from 0 to ${waitMsMax}, got '0x10'`],
  ['wait E ١', `8 expected milliseconds, from 0 to ${waitMsMax}, got '١'`],
  [
    `wait E ${waitMsMax + 1}`,
    `8 expected milliseconds, from 0 to ${waitMsMax}, got '${waitMsMax + 1}'`,
  ],
  ['wait E max=0', `8 expected a number of events, from 1 to ${descriptorsMax}, got '0'`],
  ['wait E max=', `8 expected a number of events, from 1 to ${descriptorsMax}, got ''`],
  ['wait E max=99', `8 expected a number of events, from 1 to ${descriptorsMax}, got '99'`],
  [
    `spin E ${spinMsMax + 1}`,
    `8 expected milliseconds, from 1 to ${spinMsMax}, got '${spinMsMax + 1}'`,
  ],
  ['spin E', '7 expected milliseconds, got the end'],
  [
    `sleep ${waitMsMax + 1}`,
    `7 expected milliseconds, from 0 to ${waitMsMax}, got '${waitMsMax + 1}'`,
  ],
  [
    `join T ${waitMsMax + 1}`,
    `8 expected milliseconds, from 0 to ${waitMsMax}, got '${waitMsMax + 1}'`,
  ],
  ['timerfd n 0', `11 expected milliseconds, from 1 to ${waitMsMax}, got '0'`],
  [
    `write w ${operationBytesMax + 1}`,
    `9 expected a number of bytes, from 0 to ${operationBytesMax}, got '${operationBytesMax + 1}'`,
  ],
  ['read r 0', `8 expected a number of bytes, from 1 to ${operationBytesMax}, got '0'`],
  [
    `read r ${operationBytesMax + 1}`,
    `8 expected a number of bytes, from 1 to ${operationBytesMax}, got '${operationBytesMax + 1}'`,
  ],
  [
    `sendfile a ${operationBytesMax + 1}`,
    `12 expected a number of bytes, from 1 to ${operationBytesMax}, got '${operationBytesMax + 1}'`,
  ],
  ['fill w 0', `8 expected bytes each time, from 1 to ${operationBytesMax}, got '0'`],
  ['listen n 4097', "10 expected a backlog, from 0 to 4096, got '4097'"],
  ['release 0', "9 expected a count, from 1 to 2147483647, got '0'"],
  [
    `write w ${'9'.repeat(5000)}`,
    `9 expected a number of bytes, from 0 to ${operationBytesMax}, got '${'9'.repeat(24)}...'`,
  ],
  // Texts
  ['write w "a', `9 expected a text in quotes, for example "a\\n", got '"a'`],
  [
    'write w "a; wait E # so',
    `9 expected a text in quotes, for example "a\\n", got '"a; wait E # so'`,
  ],
  ['write w "\\x"', `9 expected a text in quotes, for example "a\\n", got '"\\x"'`],
  ['write w "\\u12"', `9 expected a text in quotes, for example "a\\n", got '"\\u12"'`],
  ['write w "a\tb"', `9 expected a text in quotes, for example "a\\n", got '"a\tb"'`],
  ['write w "\\"', `9 expected a text in quotes, for example "a\\n", got '"\\"'`],
  ["write w 'a'", `9 expected a number of bytes, from 0 to ${operationBytesMax}, got ''a''`],
  ['write w "a" "b"', `13 expected the end, got '"b"'`],
  // Others
  ['thread n', '9 expected an operation, got the end'],
  [
    'thread n fly',
    "10 'fly' is not an operation that a thread can do: wait, read, recv, write, send, add, mod, del, shut, drain, sleep",
  ],
  [
    'thread n pipe x y',
    "10 'pipe' is not an operation that a thread can do: wait, read, recv, write, send, add, mod, del, shut, drain, sleep",
  ],
  [
    'thread n thread m wait E',
    "10 'thread' is not an operation that a thread can do: wait, read, recv, write, send, add, mod, del, shut, drain, sleep",
  ],
  [
    'in P process n',
    "6 'process' is not an operation that a process can do: pipe, pair, ep, eventfd, dup, add, mod, del, wait, read, recv, write, send, close, sleep",
  ],
  [
    'in P in P sleep 1',
    "6 'in' is not an operation that a process can do: pipe, pair, ep, eventfd, dup, add, mod, del, wait, read, recv, write, send, close, sleep",
  ],
  ['listen n reuseport n', "20 'n' is not defined: open it first"],
  ['listen n reuseport r', '20 expected a listener, got r, which is a pipe reader'],
  ['listen n reuseport L 3', "22 expected the end, got '3'"],
  ['listen L reuseport L', "8 'L' is already bound to a listener"],
  ['in P wait r', '11 expected an epoll, got r, which is a pipe reader'],
  ['thread n wait E -1', `17 expected milliseconds, from 0 to ${waitMsMax}, got '-1'`],
]

for (const [text, says] of mistakes) {
  test(`'${text.slice(0, 40)}' is a mistake, reported with its column`, () =>
    assert.equal(mistakeIn(text), says))
}

test('dup2 changes the kind of the name that it replaces', () => {
  assert.equal(lastOf('dup2 a r; recv r 1').text, 'recv r 1')
  assert.match(
    mistakeIn('dup2 a r; recv r 1; dup2 w r; recv r 1'),
    /expected a socket, got r, which is a pipe writer$/,
  )
})

test('a name stays bound when its descriptor is closed', () => {
  assert.equal(mistakeIn('close r; ep r'), "13 'r' is already bound to a pipe reader")
  assert.equal(lastOf('close r; close r').text, 'close r')
})

test('all mistakes are reported together, at most twenty', () => {
  const text = Array.from({ length: 30 }, (_, i) => `close n${i}`).join('\n')
  const problems = problemsOf(text)
  assert.equal(problems.length, 20)
  assert.equal(problems.at(-1), "20:7 'n19' is not defined: open it first")
  assert.equal(problemsOf('close n; ep E; close m').length, 2)
})

const counted: readonly (readonly [
  what: string,
  most: number,
  text: (count: number) => string,
  says: string,
])[] = [
  [
    'operations',
    operationsMax,
    count => 'exhaust\n'.repeat(count),
    `${operationsMax + 1}:1 a program may have at most ${operationsMax} operations`,
  ],
  [
    'descriptors',
    descriptorsMax,
    count => Array.from({ length: count }, (_, i) => `ep n${i}`).join('\n'),
    `${descriptorsMax + 1}:1 a program may name at most ${descriptorsMax} descriptors`,
  ],
  [
    'threads',
    threadsMax,
    count => Array.from({ length: count }, (_, i) => `thread n${i} sleep 1`).join('\n'),
    `${threadsMax + 1}:8 a program may have at most ${threadsMax} threads`,
  ],
  [
    'processes',
    processesMax,
    count => Array.from({ length: count }, (_, i) => `process n${i}`).join('\n'),
    `${processesMax + 1}:9 a program may have at most ${processesMax} processes`,
  ],
  [
    'milliseconds',
    waitsMsMax / 100,
    count =>
      `ep E\n${'thread T wait E 100; wait E 100; spin E 100; sleep 100; join T; thread U sleep 100'.split('; ').join('\n')}\n${'sleep 100\n'.repeat(count - 6)}`,
    `${waitsMsMax / 100 + 2}:1 a program may wait and sleep for at most ${waitsMsMax} ms in total, got ${waitsMsMax + 100}`,
  ],
]

for (const [what, most, text, says] of counted) {
  test(`the maximum number of ${what} is accepted, and one more is a mistake`, () => {
    assert.deepEqual(problemsOf(text(most)), [])
    assert.deepEqual(problemsOf(text(most + 1)), [says])
  })
}

test('the length of a text is its number of UTF-8 bytes, and a text that is too long is not parsed', () => {
  const says = (bytes: number) => [
    `1:1 a program may have at most ${textBytesMax} bytes, got ${bytes}`,
  ]
  assert.deepEqual(problemsOf('#'.repeat(textBytesMax)), [])
  assert.deepEqual(problemsOf(`${'#'.repeat(textBytesMax)}?`), says(textBytesMax + 1))
  assert.deepEqual(
    problemsOf(`#${'中'.repeat(textBytesMax / 2)}`),
    says(1 + (3 * textBytesMax) / 2),
  )
})

// Refusing a program must not take longer than running one.
test('10^6 operations and a name of 10^7 characters are refused in less than 500 ms', () => {
  const start = performance.now()
  assert.equal(problemsOf('exhaust;'.repeat(1e6)).length, 1)
  assert.equal(problemsOf(`ep ${'n'.repeat(1e7)}`).length, 1)
  assert.equal(problemsOf('exhaust;'.repeat(textBytesMax / 8)).length, 20)
  assert.ok(performance.now() - start < 500)
})

const soup = [
  ...Object.keys(vocabulary),
  ...'r w a b c s E L e t f T P n m x toString constructor __proto__'.split(' '),
  ...'0 1 5 -1 -0 100 1e9 99999999999999999999 max=2 max= IN|ET OUT 0 |'.split(' '),
  ...['"a"', '"', '"\\', '\\', '?', '->', ';', '\n', '\r\n', '#', ' ', '中', '\u{1f600}', '\ud800'],
  ...'dgram semaphore file RCVLOWAT WR RDWR or nothing *'.split(' '),
]

test('any sequence of words is a program or a list of mistakes, each at a place inside the text', () => {
  const random = mulberry32(seed)
  for (let i = 0; i < 3000; i++) {
    const words = Array.from({ length: below(random, 60) }, () => pick(random, soup))
    const text = words.join(pick(random, [' ', ' ', '']))
    const start = performance.now()
    const parsed = parse(text)
    assert.ok(performance.now() - start < 500, `seed ${seed}, ${i} takes long: ${text}`)
    if (!('problems' in parsed)) continue
    assert.ok(parsed.problems.length >= 1 && parsed.problems.length <= 20, `seed ${seed}, ${i}`)
    for (const { line, column, message } of parsed.problems) {
      const width = text.split(/\r?\n/)[line - 1]?.length ?? -1
      assert.ok(column >= 1 && column <= width + 1, `seed ${seed}, ${i}: ${line}:${column} ${text}`)
      assert.ok(message.length > 0 && message.length < 500, `seed ${seed}, ${i}: ${message}`)
    }
  }
})
