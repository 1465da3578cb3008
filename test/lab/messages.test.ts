// The process that runs programs is not trusted: its lines may be invalid, and it may misbehave.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { StepMessage } from '../../lib/lab/runner/messages.ts'
import { ProgramProcess } from '../../lib/lab/runner/program-process.ts'
import { escaped, InvalidMessage, readMessage } from '../../lib/lab/runner/read-message.ts'
import { Recorder } from '../../lib/lab/runner/recorder.ts'

const step: StepMessage = {
  result: 5,
  errno: null,
  events: [{ name: 'r', mask: ['IN', 'ET'] }],
  outcome: 'r:IN',
  opened: { r: 20 },
  atNs: 1,
  tookNs: 2.5,
}
const descriptor = {
  name: 'r',
  fd: 20,
  kind: 'pipe reader',
  level: ['IN'],
  edges: null,
  queuedBytes: -1,
  unsentBytes: null,
}
const epoll = {
  name: 'E',
  fd: 21,
  ready: true,
  interest: [{ fd: 20, name: 'r(closed)', mask: [], inode: 7 }],
}
const state = { descriptors: [descriptor], epolls: [epoll] }

test('a message of each kind is read, and unknown fields are dropped', () => {
  for (const message of [
    { type: 'ready' },
    { type: 'start' },
    { type: 'step', index: 3, step },
    { type: 'step', index: 0, step: { ...step, result: 2 ** 64, outcome: '18446744073709552000' } },
    { type: 'state', index: 3, state },
    { type: 'state', index: 0, state: null, note: 'not read: no descriptor is left for reading' },
    { type: 'end', clean: true },
    { type: 'failed', message: 'there is no module' },
  ])
    assert.deepEqual(readMessage(JSON.stringify({ ...message, more: { than: 'that' } })), message)
})

const stepWith = (part: object) =>
  JSON.stringify({ type: 'step', index: 0, step: { ...step, ...part } })
const stateWith = (part: object) =>
  JSON.stringify({
    type: 'state',
    index: 0,
    state: { ...state, descriptors: [{ ...descriptor, ...part }] },
  })

for (const [what, line] of [
  ['nothing', ''],
  ['incomplete JSON', '{"type":"ready"'],
  ['bytes', Buffer.from([0, 255, 128, 27]).toString()],
  ['a list', '[{"type":"ready"}]'],
  ['null', 'null'],
  ['another kind', '{"type":"process"}'],
  ['endless brackets', '['.repeat(100_000)],
  ['an invalid index', '{"type":"step","index":-1,"step":{}}'],
  ['an invalid step', '{"type":"step","index":0,"step":7}'],
  ['an infinite result', stepWith({ result: 0 }).replace('"result":0', '"result":1e999')],
  ['a result that is a text', stepWith({ result: '5' })],
  ['an errno with ESC', stepWith({ errno: '\u001b[31m' })],
  ['an outcome with a line end', stepWith({ outcome: 'a\nb' })],
  ['an endless outcome', stepWith({ outcome: 'x'.repeat(70_000) })],
  ['too many events', stepWith({ events: Array(1000).fill(step.events[0]) })],
  ['an unknown flag', stepWith({ events: [{ name: 'r', mask: ['IN', 'ALL'] }] })],
  ['a name with ESC', stepWith({ opened: { '\u001b[2J': 3 } })],
  ['a descriptor number that is too high', stepWith({ opened: { r: 1e6 } })],
  ['a time before the start', stepWith({ atNs: -1 })],
  ['an invalid time', stepWith({ tookNs: null })],
  ['a state of another shape', '{"type":"state","index":0,"state":{"descriptors":{},"epolls":[]}}'],
  ['a kind that is an object', stateWith({ kind: {} })],
  ['a note with ESC', JSON.stringify({ type: 'state', index: 0, state: null, note: '\u001b' })],
] as const) {
  test(`${what} is not a message`, () => assert.throws(() => readMessage(line), InvalidMessage))
}

test('escaped() shortens text and leaves no control characters for a terminal', () => {
  assert.equal(
    escaped('a\u001b[31m\r\n\u202eé\u0000', 100),
    'a\\u001b[31m\\u000d\\u000a\\u202e\\u00e9\\u0000',
  )
  assert.equal(escaped('\u0000'.repeat(100), 20).length, 20)
})

test('messages must arrive in order: the start, each step, each requested state, the end', () => {
  const first = { type: 'step', index: 0, step } as const
  const orders: readonly (readonly [states: boolean, ...Parameters<Recorder['take']>[0][]])[] = [
    [false, first],
    [false, { type: 'end', clean: true }],
    [false, { type: 'start' }, { type: 'start' }],
    [false, { type: 'start' }, { type: 'end', clean: true }],
    [false, { type: 'start' }, { ...first, index: 1 }],
    [false, { type: 'start' }, first, first],
    [false, { type: 'start' }, first, { type: 'state', index: 0, state: null }],
    [true, { type: 'start' }, { type: 'state', index: 0, state: null }],
    [true, { type: 'start' }, first, { type: 'end', clean: true }],
    [true, { type: 'start' }, first, { type: 'state', index: 1, state: null }],
    [false, { type: 'ready' }],
  ]
  for (const [states, ...message] of orders) {
    const recorder = new Recorder(['ep E'], { states }, { kernel: '6', pid: 1 })
    const last = message.pop()!
    for (const one of message) recorder.take(one)
    assert.throws(() => recorder.take(last), /unexpected '\w+'/)
  }
})

const folder = mkdtempSync(join(tmpdir(), 'epollet-message-'))
after(() => rmSync(folder, { recursive: true }))

const ready = `require('fs').writeSync(3, '{"type":"ready"}\\n');`
const forever = 'setInterval(() => {}, 1e6);'
/** The code that the process runs when it receives a job. */
const misdeeds: Readonly<Record<string, readonly [code: string, says: RegExp]>> = {
  'sends an endless line': [
    `for (;;) require('fs').writeSync(3, 'x'.repeat(65536))`,
    /sent more than a run can produce/,
  ],
  'sends endless messages': [
    `for (;;) require('fs').writeSync(3, '{"type":"start"}\\n'.repeat(4096))`,
    /sent more than a run can produce/,
  ],
  'sends invalid bytes': [
    `require('fs').writeSync(3, Buffer.from([255, 0, 27, 10])); ${forever}`,
    /an invalid message: not JSON/,
  ],
  'writes to stderr endlessly': [
    `for (;;) require('fs').writeSync(2, '\\x1b[31m'.repeat(9999))`,
    /wrote more than \d+ bytes to stderr/,
  ],
  'writes to stderr and exits': [
    `require('fs').writeSync(2, '\\x1b]0;title\\x07 oh'); process.exit(3)`,
    /has ended: \\u001b\]0;title\\u0007 oh$/,
  ],
}

for (const [what, [code, says]] of Object.entries(misdeeds)) {
  test(`a process that ${what} is killed, and the reason is one printable line`, async () => {
    const file = join(folder, 'child.cjs')
    writeFileSync(file, `${ready} process.stdin.once('data', () => { ${code} })`)
    const one = await ProgramProcess.start(256, () => {}, file)
    const why = await new Promise<string>(resolve => {
      one.follower = { onMessage: () => {}, onEnd: resolve }
      one.send({ text: 'ep E', states: false })
    })
    assert.match(why, says)
    assert.match(why, /^[\x20-\x7e]{1,700}$/)
    assert.ok(one.isGone)
    await one.end()
  })
}

test('a process that sends a message without a run is killed', async () => {
  const file = join(folder, 'child.cjs')
  writeFileSync(file, `${ready} setTimeout(() => { ${ready} }, 20); ${forever}`)
  const one = await ProgramProcess.start(256, () => {}, file)
  while (!one.isGone) await setTimeout(5)
  assert.match(one.why, /a message without a run/)
  assert.throws(() => readFileSync(`/proc/${one.pid}/stat`), /ENOENT|ESRCH/)
})
