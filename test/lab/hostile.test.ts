// Programs that are written to do harm. Each is refused with a clear message or ends within its limits, and leaves
// nothing behind.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { LabError, type Operation, parse, Runner, transcriptOf } from '../../lib/lab/index.ts'
import { openFilesMax, processesMax, threadsMax } from '../../lib/lab/limits.ts'
import { mulberry32 } from '../http/random.ts'
import { randomProgram } from './random-program.ts'

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_260_402)
const runner = new Runner()
after(() => runner.close())

function operationsOf(text: string): readonly Operation[] {
  const parsed = parse(text)
  if ('problems' in parsed) assert.fail(`${text}: ${JSON.stringify(parsed.problems)}`)
  return parsed.operations
}

async function outcomesOf(text: string, by = runner): Promise<string[]> {
  return (await by.run(operationsOf(text))).steps.map(({ outcome }) => outcome)
}

function numbered(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('\n')
}

const refused: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
  'more processes than the cap': [
    numbered(1000, i => `process P${i}`),
    /^a program may have at most 4 processes$/,
  ],
  'more threads than the cap': [
    numbered(500, i => `thread T${i} sleep 1`),
    /^a program may have at most 8 threads$/,
  ],
  'processes that start processes': [
    'process P; in P process Q',
    /^'process' is not an operation that a process can do/,
  ],
  'processes that start threads': [
    'process P; in P thread T sleep 1',
    /^'thread' is not an operation that a process can do/,
  ],
  'threads that start processes': [
    'thread T process P',
    /^'process' is not an operation that a thread can do/,
  ],
  'threads that use up descriptors': [
    'thread T exhaust',
    /^'exhaust' is not an operation that a thread can do/,
  ],
  'processes that use up descriptors': [
    'process P; in P exhaust',
    /^'exhaust' is not an operation that a process can do/,
  ],
  '10^6 operations': ['ep E;'.repeat(1e6), /^a program may have at most 16384 bytes, got 5000000$/],
  'as many operations as fit into the allowed bytes': [
    'exhaust\n'.repeat(2000),
    /^a program may have at most 200 operations$/,
  ],
  'waits that add up': [
    `ep E\n${numbered(10, () => 'wait E 999')}`,
    /^a program may wait and sleep for at most 3000 ms in total, got 3996$/,
  ],
  'waits of threads and processes that add up': [
    `ep E; process P E\n${numbered(4, i => `thread T${i} wait E 500`)}\n${numbered(4, () => 'in P wait E 500')}`,
    /^a program may wait and sleep for at most 3000 ms in total, got 3500$/,
  ],
  'a name as long as a book': [
    `ep ${'n'.repeat(16_000)}`,
    /^a name may have at most 16 characters, got 16000$/,
  ],
  'a mask as long as a book': [
    `pipe r w; ep E; add E r ${'IN|'.repeat(5000)}OU`,
    /^'OU' is not a flag/,
  ],
  'a path chosen by the learner': [
    'open f /etc/passwd',
    /^expected a file to open: .*; got '\/etc\/passwd'$/,
  ],
  'an address outside the lab': [
    'connect c 10.0.0.1:80',
    /^a name must be a letter, followed by letters, digits or _, got '10\.0\.0\.1:80'$/,
  ],
  'a write larger than any memory': [
    'pipe r w; write w 99999999999',
    /^expected a number of bytes, from 0 to 4194304/,
  ],
}

for (const [what, [text, says]] of Object.entries(refused)) {
  test(`${what}: the program is refused`, () => {
    const parsed = parse(text)
    assert.ok('problems' in parsed)
    assert.match(parsed.problems[0]!.message, says)
    assert.ok(parsed.problems.length <= 20)
  })
}

/** The descriptors, the number of threads and the number of living children of a process. */
function belongingsOf(pid: number): { open: string[]; threads: number; children: number } {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const children = tasks.flatMap(task =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').split(' ').filter(Boolean),
  )
  const alive = children.filter(child => {
    try {
      return !/^.*\) [ZX]/.test(readFileSync(`/proc/${child}/stat`, 'latin1'))
    } catch {
      return false
    }
  })
  return {
    open: readdirSync(`/proc/${pid}/fd`).sort(),
    threads: tasks.length,
    children: alive.length,
  }
}

const allowed: Readonly<Record<string, string>> = {
  'as many threads and processes as allowed': `
    pipe r w; ep E; add E r IN; ${numbered(threadsMax, i => `thread T${i} wait E 200`)}
    ${numbered(processesMax, i => `process P${i} r w E`)}
    ${numbered(processesMax, i => `in P${i} ep E${i}`)}; write w 1 -> 1`,
  'descriptors of each kind, and then exhaust': `
    pipe r w; tcp a b; udp c d; pair e f; listen L; connect g L; ep E; add E r IN; thread T wait E 1000
    process P r; exhaust -> EMFILE; exhaust -> EMFILE; release 1; exhaust -> EMFILE; close r; exhaust -> EMFILE
    accept h L; process Q; thread U sleep 1; in P read r 1; sendfile a 5; poll r; exit P; exit Q`,
  'closing closed names over and over': `
    pipe r w; process P; thread T sleep 5; ${numbered(30, () => 'close r; close w')}; in P sleep 1; exit P; join T`,
  'reading and writing closed names, next to processes and threads': `
    ${numbered(10, i => `pipe r${i} w${i}; close r${i}; close w${i}`)}; process P; thread T sleep 1
    ${numbered(10, i => `write w${i} 4194304; read r${i} 4194304; dup2 r${i} w${i}`)}; in P sleep 1; join T`,
  'as many descriptors as a program may name, with epolls that watch each other': `
    ${numbered(6, i => `ep E${i}`)}; ${numbered(6, i => numbered(6, j => `add E${i} E${j} IN|ET`))}
    ${numbered(57, i => `eventfd e${i} 1`)}; ${numbered(57, i => `add E0 e${i} IN`)}; wait E0; spin E0 100`,
  'huge writes to everything that accepts them': `
    pair a b; tcp c s; pipe r w; open f file; open z zero; open n null; set a SNDBUF 2147483647; set c SNDBUF 2147483647
    ${['a', 'c', 'w', 'f'].map(name => `write ${name} 4194304; fill ${name} 4194304`).join('\n')}; sendfile c 4194304
    drain z 4194304 -> 16777216; drain s 4194304; fill n; eventfd e; write e 4194304`,
}

for (const [what, text] of Object.entries(allowed)) {
  test(`${what}: the run completes, and its process is reused`, async () => {
    const operations = operationsOf(text)
    const { pid, steps } = await runner.run(operations)
    assert.equal(steps.length, operations.length)
    for (const [i, { expected }] of operations.entries())
      if (expected !== null) assert.equal(steps[i]!.outcome, expected, transcriptOf(steps))
    assert.equal((await runner.run(operationsOf('ep E'))).pid, pid)
    assert.equal(belongingsOf(pid).children, 0)
  })
}

test('a file cannot grow beyond the maximum size of one operation', async () => {
  const outcomes = await outcomesOf(
    'open f file; fill f 65536; write f 4194304; write f 1; read f 1; dup g f; fill g',
  )
  assert.deepEqual(outcomes.slice(1), [
    '4194304, then EFBIG',
    'EFBIG',
    'EFBIG',
    '0',
    'ok',
    '0, then EFBIG',
  ])
})

test('exhaust opens fewer descriptors than the process limit', async () => {
  const [, , count] = await outcomesOf('exhaust; ep E; release')
  assert.ok(Number(count) > 64 && Number(count) < openFilesMax)
})

/** Programs that would block forever. */
const blocked: Readonly<Record<string, string>> = {
  'a read of an empty pipe': 'pipe r w; setblocking r; read r 1',
  'a write into a full pipe': 'pipe r w; fill w; setblocking w; write w 1',
  'a recv with a time limit of a month':
    'pair a b; setblocking a; set a RCVTIMEO 2147483647; recv a 1',
  'an accept': 'listen L; setblocking L; accept s L',
  'a read of an eventfd': 'eventfd e; setblocking e; read e',
  'a read by a process': 'pipe r w; setblocking r; process P r w; in P read r 1',
  'endless reads of /dev/zero, one byte each': `open z zero\n${'drain z 1\n'.repeat(50)}`,
}

// These tests take time: a blocked run takes as long as a run may, here half a second.
for (const [what, text] of Object.entries(blocked)) {
  test(`a program that blocks in ${what} is stopped, and the next run works`, async () => {
    await using short = new Runner({ runMsMax: 500 })
    const pids: number[] = []
    const run = short.run(operationsOf(text), { onStart: ({ pid }) => pids.push(pid) })
    await assert.rejects(run, (error: unknown) => {
      assert.ok(error instanceof LabError)
      assert.equal(error.code, 'ERR_LAB_TIMEOUT')
      assert.match(error.message, /did not end within 500 ms: an operation blocks/)
      return true
    })
    assert.throws(() => readdirSync(`/proc/${pids[0]}/fd`), /ENOENT/)
    assert.deepEqual(await outcomesOf('ep E', short), ['ok'])
  })
}

/** Threads that are blocked in the kernel when the program ends, and are woken then. */
const asleep: Readonly<Record<string, string>> = {
  'a wait': 'ep E; thread T wait E 1000',
  'eight waits on one epoll': `pipe r w; ep E; add E r IN|EXCLUSIVE\n${numbered(8, i => `thread T${i} wait E 300`)}`,
  'a wait on an epoll that was then closed': 'ep E; dup F E; thread T wait F 1000; close E',
  'a read of a pipe': 'pipe r w; setblocking r; thread T read r 1',
  'a write into a full pipe': 'pipe r w; fill w; setblocking w; thread T write w 1',
  'a recv of a connection': 'tcp c s; setblocking s; thread T recv s 1',
  'a drain of a pair': 'pair a b; setblocking a; send b 5; thread T drain a',
  'a send into a full connection': 'tcp c s; fill c; setblocking c; thread T send c 1',
}

for (const [what, text] of Object.entries(asleep)) {
  test(`a thread blocked in ${what} when the program ends is woken, and its process is reused`, async () => {
    const { pid, steps } = await runner.run(operationsOf(text))
    assert.equal(
      steps
        .filter(({ op }) => op.startsWith('thread '))
        .every(({ outcome }) => outcome === 'blocked'),
      true,
    )
    assert.equal((await runner.run(operationsOf('ep E'))).pid, pid)
  })
}

test('100 consecutive runs leave no descriptor, no thread and no process behind', async () => {
  const texts = [
    'pipe r w; ep E; add E r IN; write w 1; wait E; close r',
    'tcp c s; send c 5; rst c; recv s 1; exhaust',
    'pipe r w; ep E; add E r IN; thread T wait E 1000; thread U wait E 1000; write w 1',
    'pipe r w; setblocking r; thread T read r 1; close w',
    'listen L; connect c L; accept s L; fill c; open f file; timerfd t 1',
  ]
  const others = 'pipe r w; process P r; write w 1; in P read r 1'
  const all = async (states: boolean) => {
    const pids = new Set<number>()
    for (const text of [...texts, others])
      pids.add((await runner.run(operationsOf(text), { states })).pid)
    assert.equal(pids.size, 1)
    return [...pids][0]!
  }
  const pid = await all(true)
  const first = belongingsOf(pid)
  for (let i = 0; i < 15; i++) assert.equal(await all(i % 3 === 0), pid)
  for (let i = 0; i < 10; i++) await runner.run(operationsOf(texts[0]!))
  assert.deepEqual(belongingsOf(pid), first)
})

const outcomeForm =
  /^(ok|nothing|blocked|back|\d+(, then (0|E[A-Z]+))?|E[A-Z0-9]+|((n\d+(\(closed\))?|fd \d+):[A-Z|0]+(, (?!$)|$))+)$/

async function assertHarmless(text: string, states: boolean, where: string): Promise<number> {
  const { pid, steps } = await runner.run(operationsOf(text), { states })
  for (const { op, outcome } of steps)
    assert.match(outcome, outcomeForm, `${where}: ${op} -> ${outcome}`)
  assert.equal(operationsOf(transcriptOf(steps)).length, steps.length, where)
  if (states)
    for (const { state, stateNote } of steps) assert.ok(state !== null || stateNote, where)
  return pid
}

const kinds = [
  { count: 250, threads: false, processes: false },
  { count: 60, threads: true, processes: false },
  { count: 20, threads: true, processes: true },
]

for (const { count, threads, processes } of kinds) {
  const what = processes ? 'with processes' : threads ? 'with threads' : 'of a single thread'
  test(`${count} random programs ${what} run in one process and leave nothing behind`, async () => {
    const random = mulberry32(seed + count)
    const pids = new Set<number>()
    for (let i = 0; i < count; i++) {
      const text = randomProgram(random, 14, { threads, processes })
      const where = `seed ${seed}, program ${i} ${what}:\n${text}\n`
      pids.add(await assertHarmless(text, i % 4 === 0, where))
      assert.equal(pids.size, 1, `${where} ended its process`)
    }
    assert.equal(belongingsOf([...pids][0]!).children, 0)
  })
}
