// The table that shows the state after a step in a terminal.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readings, sinceWait } from '../../lib/cli/lab/readings.ts'
import { words } from '../../lib/cli/lab/words.ts'
import type { State, Step } from '../../lib/lab/index.ts'

const descriptor = { kind: 'pipe reader', level: ['IN'], edges: [], unsentBytes: null } as const
const state: State = {
  descriptors: [
    { ...descriptor, name: 'r', fd: 19, queuedBytes: 1000 },
    { ...descriptor, name: 'w', fd: 20, kind: 'pipe writer', edges: null, queuedBytes: null },
  ],
  epolls: [
    { name: 'E', fd: 21, ready: true, interest: [{ fd: 19, name: 'r', mask: ['IN'], inode: 1 }] },
    { name: 'F', fd: 22, ready: null, interest: [] },
  ],
}

test('readings() makes a table of descriptors, and a line for each epoll instance', () => {
  assert.deepEqual(readings(state, words.en, 80), [
    'name  fd  kind         level  wake-ups  to read',
    'r     19  pipe reader  IN     none         1000',
    'w     20  pipe writer  IN     -               -',
    'E (fd 21) watches r:IN; its ready list has entries',
    'F (fd 22) watches nothing',
  ])
  assert.deepEqual(readings(state, words.zh, 80).slice(0, 4), [
    '名字  fd  类型      电平  唤醒  待读',
    'r     19  管道读端  IN    无    1000',
    'w     20  管道写端  IN    -        -',
    'E（fd 21）关注 r:IN；就绪列表非空',
  ])
})

test('a narrow table leaves out the kinds, then the numbers', () => {
  assert.equal(readings(state, words.en, 40)[0], 'name  fd  level  wake-ups  to read')
  assert.equal(readings(state, words.en, 28)[0], 'name  level  wake-ups  to read')
})

test('the table has a column for unsent bytes only if there are any', () => {
  const [one] = state.descriptors
  const sending = { descriptors: [{ ...one!, unsentBytes: 768 }], epolls: [] }
  assert.equal(
    readings(sending, words.en, 80)[0],
    'name  fd  kind         level  wake-ups  to read  unsent',
  )
})

test('sinceWait() collects edges since the last wait on the same epoll, and returns null after a step without readings', () => {
  const stepOf = (op: string, edges: 'IN' | 'OUT' | 'none' | 'unread'): Step => {
    const flags = edges === 'none' || edges === 'unread' ? [] : [edges]
    const own = { ...state.descriptors[0]!, edges: edges === 'unread' ? null : flags }
    const read: State = { descriptors: [own], epolls: [] }
    const unused = { result: null, errno: null, events: [], opened: {}, atNs: 0, tookNs: 0 }
    return { op, outcome: 'ok', state: read, ...unused }
  }
  const steps = [
    stepOf('write w 1', 'OUT'),
    stepOf('wait E', 'none'),
    stepOf('write w 2', 'IN'),
    stepOf('wait L 5', 'none'),
    stepOf('wait E 5', 'none'),
    stepOf('wait E', 'none'),
    stepOf('write w 3', 'unread'),
    stepOf('wait E', 'none'),
  ]
  const edges = (index: number) =>
    sinceWait(steps[index]!.state!, steps, index).descriptors[0]!.edges
  assert.deepEqual(
    steps.map((_, index) => edges(index)),
    [['OUT'], ['OUT'], ['IN'], ['IN', 'OUT'], ['IN'], [], null, null],
  )
})
