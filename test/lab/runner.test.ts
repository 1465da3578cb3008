import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { release } from 'node:os'
import { test } from 'node:test'
import { Runner, type RunRecord } from '../../lib/lab/index.ts'
import { operationsOf } from './programs.ts'
import { endless, fails, isThere, outcomes, simple, soon } from './runs.ts'

test('the record of a run has the kernel version, the process id, and each step', async () => {
  await using runner = new Runner()
  const record = await runner.run(simple)
  assert.equal(record.kernel, release())
  assert.notEqual(record.pid, process.pid)
  assert.ok(isThere(record.pid))
  assert.deepEqual(outcomes(record), ['ok', 'ok', 'ok', '5', 'r:IN'])
  const [pipe, , , write] = record.steps
  assert.deepEqual(
    { ...write, atNs: 0, tookNs: 0 },
    {
      op: 'write w 5',
      result: 5,
      errno: null,
      events: [],
      outcome: '5',
      opened: {},
      atNs: 0,
      tookNs: 0,
      state: null,
    },
  )
  assert.ok(write!.atNs > pipe!.atNs && write!.tookNs > 0)
})

test('a run without operations has no steps', async () => {
  await using runner = new Runner()
  assert.deepEqual((await runner.run([], { states: true })).steps, [])
})

test('callbacks are called in order (start, steps, states), with the same data as the record', async () => {
  await using runner = new Runner()
  const heard: string[] = []
  const steps: unknown[] = []
  const states: unknown[] = []
  const record = await runner.run(simple, {
    states: true,
    onStart: ({ kernel, pid }) => heard.push(`start ${kernel} ${pid}`),
    onStep: (index, step) => {
      heard.push(`step ${index}`)
      steps.push(step)
    },
    onState: (index, state, note) => {
      heard.push(`state ${index}`)
      states.push(state)
      assert.equal(note, undefined)
    },
  })
  const indices = simple.map((_, i) => i)
  assert.deepEqual(heard, [
    `start ${record.kernel} ${record.pid}`,
    ...indices.map(i => `step ${i}`),
    ...indices.map(i => `state ${i}`),
  ])
  assert.deepEqual(
    record.steps,
    steps.map((step, i) => ({ ...(step as object), state: states[i] })),
  )
})

test('steps are reported during the run', soon, async () => {
  await using runner = new Runner({ runMsMax: 600_000 })
  const stop = new AbortController()
  const reported: string[] = []
  const run = runner.run(endless, {
    signal: stop.signal,
    onStep(index, { op }) {
      reported.push(op)
      if (index === 1) stop.abort()
    },
  })
  await assert.rejects(run, fails('ERR_LAB_CLOSED', /aborted/))
  assert.deepEqual(reported, ['pipe r w', 'setblocking r'])
})

test(
  'if a callback throws, the run rejects with the same error, and the next run works',
  soon,
  async () => {
    await using runner = new Runner()
    const boom = new Error('of a callback')
    const thrower = () => {
      throw boom
    }
    for (const name of ['onStart', 'onStep', 'onState'])
      await assert.rejects(runner.run(simple, { states: true, [name]: thrower }), boom)
    assert.equal((await runner.run(simple)).steps.length, simple.length)
  },
)

test('runs do not affect each other: a repeated program gets the same numbers and outcomes', async () => {
  await using runner = new Runner()
  const shown = ({ steps }: RunRecord) =>
    steps.map(({ op, outcome, opened }) => ({ op, outcome, opened }))
  const threaded = operationsOf('pipe r w; ep E; add E r IN; thread T wait E; join T')
  const plain = operationsOf(
    'pipe r w; tcp c s; eventfd e 1; ep E; add E e IN; wait E; close r; timerfd t 1',
  )
  await runner.run(threaded)
  const [first, other] = [await runner.run(plain), await runner.run(threaded)]
  for (const text of [
    'pipe r w; fill w; ep E; add E r IN|ET; close r; exhaust',
    'pipe r w; close r; close w; process P; pipe x y; close r; close w; read r 1; write w 1; exit P',
    'pipe r w; close r; dup2 w r; exhaust; release 3; dup2 r w; close r',
  ]) {
    await runner.run(operationsOf(text), { states: true })
    assert.deepEqual(shown(await runner.run(plain)), shown(first), text)
    assert.deepEqual(shown(await runner.run(threaded)), shown(other), text)
  }
})

test('each step has its own state, and reading states does not change the transcript', async () => {
  await using runner = new Runner()
  const plain = await runner.run(simple)
  const { steps } = await runner.run(simple, { states: true })
  const shape = (record: Pick<RunRecord, 'steps'>) =>
    record.steps.map(({ op, outcome, events, opened }) => ({ op, outcome, events, opened }))
  assert.deepEqual(shape({ steps }), shape(plain))
  const levels = steps.map(({ state }) =>
    state!.descriptors.map(({ name, level }) => `${name}:${level}`).join(' '),
  )
  assert.deepEqual(levels, ['r: w:OUT', 'r: w:OUT', 'r: w:OUT', 'r:IN w:OUT', 'r:IN w:OUT'])
})

test('if states cannot be read, each step has a note with the reason, even if a thread is still blocked', async () => {
  await using runner = new Runner()
  const heard: string[] = []
  const onState = (index: number, state: unknown, note?: string) =>
    heard.push(`${index} ${state} ${note}`)
  const text = 'eventfd e; setblocking e; thread T read e'
  const { steps } = await runner.run(operationsOf(text), { states: true, onState })
  const note = 'not read: other threads or processes take part, and a replay would be another race'
  assert.deepEqual(
    steps.map(({ state, stateNote }) => [state, stateNote]),
    steps.map(() => [null, note]),
  )
  assert.deepEqual(
    heard,
    steps.map((_, i) => `${i} null ${note}`),
  )
})

test('the constructor throws for an invalid runMsMax', () => {
  for (const runMsMax of [0, -1, 1.5, Number.NaN, 2 ** 31, '5' as never])
    assert.throws(() => new Runner({ runMsMax }), /options\.runMsMax/)
})
