// The state that is read after a step.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Operation, parse, Runner, type State, type Step } from '../../lib/lab/index.ts'
import { Machine } from '../../lib/lab/machine/machine.ts'
import { readAfter } from '../../lib/lab/machine/replay.ts'
import { levelOf } from '../../lib/lab/machine/system.ts'
import { ThreadPool } from '../../lib/lab/machine/thread-pool.ts'
import { EMFILE, EPOLLOUT, native } from '../../lib/sys/index.ts'

const runner = new Runner()
after(() => runner.close())

function operationsOf(text: string): readonly Operation[] {
  const parsed = parse(text)
  if ('problems' in parsed) assert.fail(JSON.stringify(parsed.problems))
  return parsed.operations
}

async function stepsOf(text: string): Promise<readonly Step[]> {
  const { steps } = await runner.run(operationsOf(text), { states: true })
  return steps
}

/** The state after the last operation. */
async function stateAfter(text: string): Promise<State> {
  const { state, stateNote } = (await stepsOf(text)).at(-1)!
  assert.ok(state, stateNote)
  return state
}

function descriptorOf(state: State | null, name: string) {
  const found = state?.descriptors.find(one => one.name === name)
  assert.ok(found, `${name} is open`)
  return found
}

function epollOf(state: State | null, name = 'E') {
  const found = state?.epolls.find(one => one.name === name)
  assert.ok(found, `${name} is open`)
  return found
}

/** Programs, with the levels of the descriptors that are open at the end. */
const levels: readonly (readonly [text: string, levels: string])[] = [
  ['pipe r w', 'r:0 w:OUT'],
  ['pipe r w; write w 1', 'r:IN w:OUT'],
  ['pipe r w; fill w', 'r:IN w:0'],
  ['pipe r w; fill w; read r 4096', 'r:IN w:OUT'],
  ['pipe r w; close w', 'r:HUP'],
  ['pipe r w; write w 1; close w', 'r:IN|HUP'],
  ['pipe r w; close r', 'w:OUT|ERR'],
  ['pair a b; close a', 'b:IN|OUT|HUP|RDHUP'],
  ['tcp c s', 'c:OUT s:OUT'],
  ['tcp c s; shut c WR', 'c:OUT s:IN|OUT|RDHUP'],
  ['tcp c s; close c; shut s WR', 's:IN|OUT|HUP|RDHUP'],
  ['tcp c s; rst c', 's:IN|OUT|ERR|HUP|RDHUP'],
  ['tcp c s; sendoob c 1', 'c:OUT s:PRI|OUT'],
  ['socket s', 's:OUT|HUP'],
  ['listen L', 'L:0'],
  ['listen L; connect c L; close c', 'L:IN'],
  ['eventfd e', 'e:OUT'],
  ['eventfd e 1', 'e:IN|OUT'],
  ['timerfd t 1', 't:0'],
  ['timerfd t 1; sleep 5', 't:IN'],
  ['open f file', 'f:IN|OUT'],
  ['pipe r w; dup d r; write w 1; dup2 w r', 'r:OUT w:OUT d:IN'],
]

for (const [text, expected] of levels) {
  test(`after '${text}' the level is ${expected}`, async () => {
    const { descriptors } = await stateAfter(text)
    const told = descriptors.map(({ name, level }) => `${name}:${level!.join('|') || '0'}`)
    assert.deepEqual(told.sort(), expected.split(' ').sort())
  })
}

/** Programs, with the edges of one descriptor after each operation; `-` if it was not open. */
const edges: readonly (readonly [text: string, name: string, edges: string])[] = [
  ['pipe r w; write w 1; write w 1; read r 1; read r 1; write w 1', 'r', '0 IN IN 0 0 IN'],
  ['pipe r w; write w 1; close w; read r 1', 'r', '0 IN IN|HUP 0'],
  ['pipe r w; fill w; read r 1; read r 4095; close r', 'w', 'OUT 0 0 OUT OUT|ERR'],
  ['tcp c s; send c 1; send c 1; recv s 2; shut c WR', 's', 'OUT IN IN 0 IN|OUT|RDHUP'],
  ['tcp c s; send s 1; sendoob s 1; rst s', 'c', 'OUT IN IN|PRI IN|PRI|OUT|ERR|HUP|RDHUP'],
  ['pair a b; send a 1; recv b 1; close a', 'b', 'OUT IN 0 IN|OUT|HUP|RDHUP'],
  ['eventfd e; write e 1; write e 1; read e', 'e', 'OUT IN IN OUT'],
  ['listen L; connect c L; connect d L; accept s L', 'L', '0 IN IN 0'],
  ['pipe r w; ep E; add E r IN; wait E; dup d r; write w 1; wait E', 'd', '- - - - 0 IN 0'],
  ['pipe r w; pipe x y; write y 1; dup2 x r; write y 1', 'r', '0 0 0 IN IN'],
  ['timerfd t 1; sleep 20; read t', 't', '0 IN 0'],
]

for (const [text, name, expected] of edges) {
  test(`'${text}' gives ${name} the edges ${expected}`, async () => {
    const told = (await stepsOf(text)).map(({ state }) => {
      const found = state!.descriptors.find(one => one.name === name)
      return found === undefined ? '-' : found.edges!.join('|') || '0'
    })
    assert.equal(told.join(' '), expected)
  })
}

test('edges are null for descriptors that epoll does not accept, and epolls are not watched', async () => {
  const state = await stateAfter('open f file; open z null; open R random; ep E; pipe r w')
  const told = state.descriptors.map(({ name, kind, edges }) => [name, kind, edges !== null])
  assert.deepEqual(told, [
    ['f', 'file', false],
    ['z', 'file', false],
    ['R', 'file', true],
    ['r', 'pipe reader', true],
    ['w', 'pipe writer', true],
  ])
})

test('if no descriptors are left for spies, edges are null and the rest of the state is still read', async () => {
  const names = Array.from({ length: 60 }, (_, i) => `e${i}`)
  const text = `${names.map(name => `eventfd ${name}`).join('\n')}\n${names.map(name => `write ${name} 1`).join('\n')}`
  const { descriptors } = await stateAfter(text)
  assert.deepEqual(
    descriptors.map(({ level }) => level),
    names.map(() => ['IN', 'OUT']),
  )
  const known = descriptors.filter(({ edges }) => edges !== null)
  assert.ok(known.length >= 20 && known.length < 60, `${known.length} are spied on`)
  for (const { name, edges } of known) assert.deepEqual(edges, name === 'e59' ? ['IN'] : [])
})

test('the state has queued and unsent byte counts for each kind of descriptor for which the kernel keeps them', async () => {
  const text =
    'pipe r w; write w 7; tcp c s; send c 9; udp u v; send u 3; send u 4; eventfd e 5; listen L; pair a b; send a 5'
  const state = await stateAfter(text)
  const told = (name: string) => {
    const { queuedBytes, unsentBytes } = descriptorOf(state, name)
    return [queuedBytes, unsentBytes]
  }
  assert.deepEqual(told('r'), [7, null])
  assert.deepEqual(told('w'), [null, null])
  assert.deepEqual(told('s'), [9, 0])
  assert.equal(told('v')[0], 3)
  assert.deepEqual(told('e'), [null, null])
  assert.deepEqual(told('L'), [null, null])
  assert.equal(told('b')[0], 5)
  // For a unix socket the kernel counts memory instead of bytes.
  assert.ok(told('a')[1]! >= 5)
})

test('the bytes in a full connection are either queued at the server or unsent at the client', async () => {
  const steps = await stepsOf('tcp c s; fill c; sleep 50')
  const sent = steps[1]!.result!
  const { state } = steps.at(-1)!
  const { queuedBytes } = descriptorOf(state, 's')
  const { unsentBytes } = descriptorOf(state, 'c')
  assert.ok(queuedBytes! > 0 && unsentBytes! > 0)
  assert.ok(Math.abs(queuedBytes! + unsentBytes! - sent) < sent / 2)
})

test('the interest list has each registration with its mask, even after ONESHOT has disabled it', async () => {
  const steps = await stepsOf(
    'pipe r w; ep E; add E r IN|ET; add E w OUT|ONESHOT; wait E; mod E w OUT|ONESHOT; del E r; add E r 0',
  )
  const lists = steps.map(({ state }) =>
    (state!.epolls[0]?.interest ?? []).map(({ name, mask }) => `${name}:${mask.join('|')}`).sort(),
  )
  assert.deepEqual(lists, [
    [],
    [],
    ['r:IN|ERR|HUP|ET'],
    ['r:IN|ERR|HUP|ET', 'w:OUT|ERR|HUP|ONESHOT'],
    ['r:IN|ERR|HUP|ET', 'w:ONESHOT'],
    ['r:IN|ERR|HUP|ET', 'w:OUT|ERR|HUP|ONESHOT'],
    ['w:OUT|ERR|HUP|ONESHOT'],
    ['r:ERR|HUP', 'w:OUT|ERR|HUP|ONESHOT'],
  ])
})

test('a registration outlives its descriptor, and is shown under the last name that its number had', async () => {
  const steps = await stepsOf('pipe r w; ep E; add E r IN; dup d r; close r; pipe x y; add E x IN')
  const [closed, reused, both] = steps.slice(-3).map(({ state }) => epollOf(state).interest)
  assert.deepEqual(
    closed!.map(({ name }) => name),
    ['r(closed)'],
  )
  assert.deepEqual(
    reused!.map(({ name }) => name),
    ['x'],
  )
  assert.deepEqual(
    both!.map(({ name }) => name),
    ['x', 'x'],
  )
  const [one, other] = both!
  assert.equal(one!.fd, other!.fd)
  assert.notEqual(one!.inode, other!.inode)
  assert.equal(one!.fd, steps[0]!.opened['r'])
})

test('checking whether the ready list is empty does not change the list', async () => {
  const ready = async (text: string, name = 'E') =>
    (await stepsOf(text)).slice(2).map(({ state }) => epollOf(state, name).ready)
  assert.deepEqual(await ready('pipe r w; ep E; add E r IN; write w 1; wait E; wait E; read r 1'), [
    false,
    true,
    true,
    true,
    false,
  ])
  assert.deepEqual(
    await ready('pipe r w; ep E; add E r IN|ET; write w 1; wait E; write w 1; read r 2'),
    [false, true, false, true, false],
  )
  assert.deepEqual(await ready('ep E; ep F; add E F IN; eventfd e 1; add F e IN; wait F; wait E'), [
    false,
    false,
    true,
    true,
    true,
  ])
})

test('a state has the same descriptor numbers as the run', async () => {
  const steps = await stepsOf('pipe r w; ep E; tcp c s; close r; eventfd e; timerfd t 5')
  const opened = Object.assign({}, ...steps.map(step => step.opened))
  for (const { state } of steps)
    for (const { name, fd } of [...state!.descriptors, ...state!.epolls])
      assert.equal(fd, opened[name])
})

const witnessOf = (sends: number) =>
  `tcp c s; set c SNDBUF 16384; ep E; add E c OUT|ET; wait E
   ${'send c 1000\n'.repeat(sends)} wait E; drain s; wait E; drain s; wait E`

/** Runs a program in this process. If `readAt` is given, reads the level of `c` after that operation. */
function outcomesOf(text: string, readAt = -1): { outcomes: string[]; level: number } {
  const machine = new Machine(new ThreadPool())
  let level = 0
  const outcomes = operationsOf(text).map(({ action }, i) => {
    const { outcome } = machine.do(action)
    if (i === readAt) level = levelOf(machine.descriptors.open.get('c')!.fd, EPOLLOUT)
    return outcome
  })
  machine.close()
  return { outcomes, level }
}

test('reading states does not add an edge to a full socket, although reading a level directly would', async () => {
  // Finds how many sends fill the socket without one that fails: a failed send would itself arm the edge.
  const before = 4
  const counts = Array.from({ length: 180 }, (_, i) => i + 1)
  const sends = counts.find(count => outcomesOf(witnessOf(count), before + count).level === 0)
  assert.ok(sends !== undefined)
  const text = witnessOf(sends)
  const plain = outcomesOf(text).outcomes
  assert.ok(!plain.includes('EAGAIN'))
  assert.equal(plain.at(-3), 'nothing', 'no failed send, so no edge')
  const disturbed = outcomesOf(text, before + sends).outcomes
  assert.equal(disturbed.at(-3), 'c:OUT', 'the reading adds an edge')

  const alone = await runner.run(operationsOf(text))
  const { steps } = await runner.run(operationsOf(text), { states: true })
  const told = (all: readonly Step[]) => all.map(({ outcome }) => outcome)
  assert.deepEqual(told(steps), told(alone.steps))
  assert.deepEqual(told(steps), plain)
  for (const { state, stateNote } of steps.slice(-5)) {
    assert.ok(state, stateNote)
    assert.equal(epollOf(state).ready, false)
    assert.deepEqual(descriptorOf(state, 'c').edges, [])
  }
})

const others = 'not read: other threads or processes take part, and a replay would be another race'
const unreadables: Readonly<Record<string, string>> = {
  'ep E; thread T wait E; join T': others,
  'pipe r w; process P r; in P read r 1': others,
  'pipe r w; exhaust; release': 'not read: no descriptor is left for reading',
}

for (const [text, note] of Object.entries(unreadables)) {
  test(`the states of '${text}' have the note '${note}'`, async () => {
    for (const { state, stateNote } of await stepsOf(text))
      assert.deepEqual([state, stateNote], [null, note])
  })
}

test('if a replay has another outcome than the run, no state is read and a note names the operation', async () => {
  const operations = operationsOf('pipe r w; write w 1; ep E')
  const [first, second, third] = (await runner.run(operations)).steps
  const other: Step = { ...second!, outcome: '2' }
  const pool = new ThreadPool()
  assert.ok('state' in readAfter(operations, [first!, second!, third!], pool))
  assert.deepEqual(readAfter(operations, [first!, other, third!], pool), {
    note: "not readable: in a replay, operation 2 came to '1'",
  })
})

test('the number of wakeups may differ in a replay', async () => {
  const steps = await stepsOf('pipe r w; ep E; add E w OUT; spin E 5; write w 1')
  for (const { state, stateNote } of steps) assert.ok(state, stateNote)
})

test('if a spy cannot be created, edges are null and no descriptor stays open', async context => {
  const operations = operationsOf('pipe r w; write w 1')
  const { steps } = await runner.run(operations)
  for (const call of ['epollCreate1', 'fcntl', 'epollCtl'] as const) {
    for (const at of [0, 2]) {
      const fault = context.mock.method(native, call as 'epollCtl')
      fault.mock.mockImplementationOnce(() => EMFILE, at)
      const reading = readAfter(operations, steps, new ThreadPool())
      fault.mock.restore()
      assert.ok('state' in reading)
      assert.equal(descriptorOf(reading.state, 'r').edges, null, `${call} ${at}`)
      assert.deepEqual(descriptorOf(reading.state, 'r').level, ['IN'])
    }
  }
})

// This test is slow: it waits for 3 s, and each later reading takes another 3 s.
test('slow readings stop in time: the run ends, and notes say which states were not read', async () => {
  const waits = 'sleep 1000; sleep 1000; sleep 1000'
  const steps = await stepsOf(`${waits}; ep E; ep F; ep G; ep H`)
  const notes = steps.map(({ state, stateNote }) => stateNote ?? `${state!.epolls.length} read`)
  assert.deepEqual(notes.slice(0, 3), ['0 read', '0 read', '0 read'])
  assert.equal(notes.at(-1), 'not read: the time limit for state readings was reached')
})
