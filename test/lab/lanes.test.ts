// The rows of the page's picture.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Flag } from '../../lib/lab/language/syntax.ts'
import { type Lanes, lanesOf } from '../../lib/lab/page/picture/lanes.ts'
import { runsOf } from '../../lib/lab/page/picture/runs.ts'
import { exchanged, hasTriggers, linesOfProgram } from '../../lib/lab/page/playing/program.ts'
import type { DescriptorState, NamedEvent, Reading, Step } from '../../lib/lab/record.ts'

function step(op: string, outcome: string, more: Partial<Step> = {}): Step {
  const times = { atNs: 0, tookNs: 0 }
  return {
    op,
    outcome,
    result: 0,
    errno: null,
    events: [],
    opened: {},
    ...times,
    state: null,
    ...more,
  }
}

function event(name: string, ...mask: Flag[]): { events: NamedEvent[] } {
  return { events: [{ name, mask }] }
}

function reader(name: string, more: Partial<DescriptorState>): Reading {
  const nothing = { level: [], edges: [], queuedBytes: 0, unsentBytes: null }
  const descriptors = [{ name, fd: 20, kind: 'pipe reader', ...nothing, ...more }]
  return { state: { descriptors, epolls: [{ name: 'E', fd: 22, ready: true, interest: [] }] } }
}

const lines = linesOfProgram('pipe r w; ep E; add E r IN|ET; write w 5; wait E ?')
const steps = [
  step('pipe r w', 'ok', { opened: { r: 20, w: 21 } }),
  step('ep E', 'ok', { opened: { E: 22 } }),
  step('add E r IN|ET', 'ok'),
  step('write w 5', '5'),
]

function levelsOf({ levels: [lane] }: Lanes): string[] {
  return lane!.cells.map(({ level, bytes, edge }) => `${level} ${bytes}${edge ? ' edge' : ''}`)
}

test('a lane shows the levels, bytes and edges from the readings', () => {
  const readings = [
    reader('r', { edges: ['IN'] }),
    undefined,
    { note: 'not readable' },
    reader('r', { level: ['IN'], edges: ['IN'], queuedBytes: 5 }),
  ]
  assert.deepEqual(levelsOf(lanesOf(lines, steps, readings)), [
    // The event that registration causes does not count as an edge.
    'low 0',
    'pending null',
    'unread null',
    'high 5 edge',
  ])
})

test('a level of null is shown as unread, not as low', () => {
  const readings = steps.map(() => reader('r', { level: null, edges: null }))
  assert.equal(levelsOf(lanesOf(lines, steps, readings))[3], 'unread null')
})

test('if no state was read, there are no level lanes', () => {
  const { levels, waits } = lanesOf(lines, steps, [{ note: 'not read' }])
  assert.deepEqual(levels, [])
  assert.equal(waits.length, 1)
})

test('a wait with a question is shown as a question mark until it runs', () => {
  const [lane] = lanesOf(lines, steps, []).waits
  assert.deepEqual(lane?.marks, [null, null, null, null, { shape: 'asked', text: '?' }])
  assert.equal(lane.trigger, 'edge')
})

test('a wait that returned events has the shape of its trigger, and any other wait has the shape none', () => {
  const both = linesOfProgram(
    'pipe r w; ep L; add L r IN; ep E; add E r IN|ET; write w 1; wait L; wait E; wait E',
  )
  const answers = both.map(({ text }) => step(text, 'ok'))
  answers.splice(
    6,
    3,
    ...[step('wait L', 'r:IN', event('r', 'IN'))],
    step('wait E', 'r:IN', event('r', 'IN')),
    step('wait E', 'nothing'),
  )
  const marks = lanesOf(both, answers, []).waits.map(lane => lane.marks.filter(Boolean))
  assert.deepEqual(marks, [
    [{ shape: 'level', text: 'IN' }],
    [
      { shape: 'edge', text: 'IN' },
      { shape: 'none', text: '' },
    ],
  ])
})

test('an event shows a name if several descriptors are registered, or if its descriptor is closed', () => {
  const two = linesOfProgram(
    'pipe r w; pipe x y; ep E; add E r IN; add E x IN; wait E; close x; wait E',
  )
  const answers = two.map(({ text }) => step(text, 'ok'))
  answers[5] = step('wait E', 'x:IN', event('x', 'IN'))
  answers[7] = step('wait E', 'x(closed):IN', event('x(closed)', 'IN'))
  const [lane] = lanesOf(two, answers, []).waits
  assert.deepEqual(
    lane?.marks.flatMap(mark => mark?.text ?? []),
    ['x:IN', 'x(closed):IN'],
  )
})

test('errors and waits of threads are shown on the lane of their epoll', () => {
  const threads = linesOfProgram('ep E; thread T wait E 50; join T')
  const answers = [
    step('ep E', 'ok'),
    step('thread T wait E 50', 'blocked'),
    step('join T', 'nothing'),
  ]
  const [lane] = lanesOf(threads, answers, []).waits
  assert.deepEqual(lane?.marks, [
    null,
    { shape: 'other', text: 'blocked' },
    { shape: 'none', text: '' },
  ])
})

test('exchanged() turns every edge trigger into a level trigger and back', () => {
  const there = linesOfProgram('pipe r w; ep E; add E r IN|ET; mod E r IN; thread T wait E 5')
  const texts = exchanged(there).map(({ text }) => text)
  assert.deepEqual(texts.slice(2, 4), ['add E r IN', 'mod E r IN|ET'])
  assert.deepEqual(
    exchanged(exchanged(there)).map(({ text }) => text),
    there.map(({ text }) => text),
  )
  assert.ok(hasTriggers(there))
  assert.ok(!hasTriggers(linesOfProgram('pipe r w; ep E')))
})

test('runsOf() joins equal neighbouring values', () => {
  assert.deepEqual(
    runsOf([1, 1, 2, 1], number => number),
    [
      { from: 0, to: 2, value: 1 },
      { from: 2, to: 3, value: 2 },
      { from: 3, to: 4, value: 1 },
    ],
  )
})
