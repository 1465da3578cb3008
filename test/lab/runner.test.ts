import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { LabError, type Operation, parse, Runner, type RunRecord } from '../../lib/lab/index.ts'
import { queuedRunsMax } from '../../lib/lab/limits.ts'

function operationsOf(text: string): readonly Operation[] {
  const parsed = parse(text)
  if ('problems' in parsed) assert.fail(JSON.stringify(parsed.problems))
  return parsed.operations
}

const simple = operationsOf('pipe r w; ep E; add E r IN|ET; write w 5; wait E')
/** Blocks for ever: a read of a pipe whose writer is the reader. */
const endless = operationsOf('pipe r w; setblocking r; read r 1; write w 1')
/** The same in a process of the program's, which nobody's end ends. */
const endlessOther = operationsOf('pipe r w; setblocking r; process P r w; in P read r 1')

function outcomes({ steps }: RunRecord): string[] {
  return steps.map(({ outcome }) => outcome)
}

const fails = (code: string, says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LabError)
  assert.deepEqual([error.name, error.code], ['LabError', code])
  assert.match(error.message, says)
  return true
}

function isThere(pid: number): boolean {
  try {
    return !/^.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Who was killed is gone soon; who was not never is, and the test ends at its time limit. */
async function gone(pid: number): Promise<void> {
  while (isThere(pid)) await setImmediate()
}

const soon = { timeout: 60_000 }

test('a run tells the kernel, the process, and each step', async () => {
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

test('no operations are a run of no steps', async () => {
  await using runner = new Runner()
  assert.deepEqual((await runner.run([], { states: true })).steps, [])
})

test('callbacks come in order: the start, the steps, the states; and the record says the same', async () => {
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

test('steps are reported while the run goes on', soon, async () => {
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

test('the process is kept for the next run, after threads, processes and errors too', async () => {
  await using runner = new Runner()
  const texts = [
    'pipe r w',
    'ep E; thread T wait E 100; join T 1000',
    'pipe r w; process P r; in P read r 1',
    'exhaust; process P; release 1',
    'pipe r w; read r 1; close r; close r',
    'pipe r w; setblocking r; thread T read r 1',
    'pipe r w; ep E; add E r IN; thread T wait E 1000; thread U wait E 1000',
    'tcp c s; setblocking s; thread T recv s 1; process P s',
  ]
  const pids = new Set<number>()
  for (const text of texts) {
    pids.add((await runner.run(operationsOf(text))).pid)
    pids.add((await runner.run(operationsOf(text), { states: true })).pid)
  }
  assert.equal(pids.size, 1)
})

test('a run that does not end is ended, and the next one has a new process', soon, async () => {
  await using runner = new Runner({ runMsMax: 1000 })
  const { pid } = await runner.run(simple)
  await assert.rejects(runner.run(endless), fails('ERR_LAB_TIMEOUT', /did not end within 1000 ms/))
  assert.ok(!isThere(pid))
  const next = await runner.run(simple)
  assert.notEqual(next.pid, pid)
  assert.deepEqual(outcomes(next), ['ok', 'ok', 'ok', '5', 'r:IN'])
})

test('a thread that nobody can wake ends with its process, not with the run', soon, async () => {
  await using runner = new Runner()
  const blocked = await runner.run(operationsOf('eventfd e; setblocking e; thread T read e'))
  assert.deepEqual(outcomes(blocked), ['ok', 'ok', 'blocked'])
  assert.ok(!isThere(blocked.pid))
  assert.notEqual((await runner.run(simple)).pid, blocked.pid)
})

test(
  'a process that crashes fails its run, its own processes end too, and the next run has another',
  soon,
  async () => {
    await using runner = new Runner({ runMsMax: 600_000 })
    let [child, other] = [0, 0]
    const run = runner.run(endlessOther, {
      onStart: ({ pid }) => {
        child = pid
      },
      onStep(_, { op, result }) {
        if (!op.startsWith('process')) return
        other = result!
        process.kill(child, 'SIGKILL')
      },
    })
    await assert.rejects(run, fails('ERR_LAB_CRASHED', /has ended/))
    assert.ok(!isThere(child))
    await gone(other)
    assert.notEqual((await runner.run(simple)).pid, child)
  },
)

test('a process that crashes between two runs is replaced', soon, async () => {
  await using runner = new Runner()
  const { pid } = await runner.run(simple)
  process.kill(pid, 'SIGKILL')
  await gone(pid)
  // The message of it may come before the next run or within it.
  const [again] = await Promise.allSettled([runner.run(simple)])
  if (again.status === 'rejected') fails('ERR_LAB_CRASHED', /has ended/)(again.reason)
  else assert.notEqual(again.value.pid, pid)
  assert.notEqual((await runner.run(simple)).pid, pid)
})

test(
  'close() ends the process and those of its program, refuses the run and those that wait, and may be called twice',
  soon,
  async () => {
    const runner = new Runner({ runMsMax: 600_000 })
    let child = 0
    const { promise, resolve } = deferred<number>()
    const run = runner.run(endlessOther, {
      onStart: ({ pid }) => {
        child = pid
      },
      onStep: (_, { op, result }) => op.startsWith('process') && resolve(result!),
    })
    const waiting = runner.run(simple)
    const ends = Promise.all([
      assert.rejects(run, fails('ERR_LAB_CLOSED', /the lab is closed/)),
      assert.rejects(waiting, fails('ERR_LAB_CLOSED', /aborted/)),
    ])
    const other = await promise
    assert.ok(isThere(child) && isThere(other))
    await runner.close()
    assert.ok(!isThere(child))
    await gone(other)
    await ends
    await runner.close()
    await assert.rejects(runner.run(simple), fails('ERR_LAB_CLOSED', /the lab is closed/))
  },
)

function deferred<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>(done => {
    resolve = done
  })
  return { promise, resolve }
}

test('close() before the first run, and while its process starts', soon, async () => {
  const idle = new Runner()
  await idle.close()
  const starting = new Runner()
  const run = starting.run(simple)
  const refused = assert.rejects(run, fails('ERR_LAB_CLOSED', /the lab is closed/))
  await setImmediate()
  await starting.close()
  await refused
})

test(
  'a signal calls a run off: before it, while it waits, while it goes on; and afterwards does nothing',
  soon,
  async () => {
    await using runner = new Runner({ runMsMax: 600_000 })
    const aborted = fails('ERR_LAB_CLOSED', /aborted/)
    await assert.rejects(runner.run(simple, { signal: AbortSignal.abort() }), aborted)
    const [first, second, late] = [
      new AbortController(),
      new AbortController(),
      new AbortController(),
    ]
    const { promise, resolve } = deferred<number>()
    const run = runner.run(endless, { signal: first.signal, onStart: ({ pid }) => resolve(pid) })
    const waiting = runner.run(simple, { signal: second.signal })
    const last = runner.run(simple, { signal: late.signal })
    second.abort()
    await assert.rejects(waiting, aborted)
    const pid = await promise
    first.abort()
    await assert.rejects(run, aborted)
    assert.ok(!isThere(pid))
    const record = await last
    late.abort()
    assert.equal((await runner.run(simple)).pid, record.pid)
  },
)

test(
  'runs are made one after the other, in order; one more than may wait is refused',
  soon,
  async () => {
    await using runner = new Runner()
    const order: number[] = []
    const runs = Array.from({ length: queuedRunsMax + 1 }, async (_, i) => {
      await runner.run(simple, { onStart: () => order.push(i), onStep: () => order.push(i) })
    })
    assert.equal(runner.full, true)
    await assert.rejects(runner.run(simple), fails('ERR_LAB_BUSY', /try again/))
    await Promise.all(runs)
    assert.equal(runner.full, false)
    const each = simple.length + 1
    assert.deepEqual(
      order,
      runs.flatMap((_, i) => Array(each).fill(i)),
    )
    assert.equal((await runner.run(simple)).steps.length, simple.length)
  },
)

test('what a callback throws fails the run with just that, and nothing else', soon, async () => {
  await using runner = new Runner()
  const boom = new Error('of a callback')
  const thrower = () => {
    throw boom
  }
  for (const name of ['onStart', 'onStep', 'onState'])
    await assert.rejects(runner.run(simple, { states: true, [name]: thrower }), boom)
  assert.equal((await runner.run(simple)).steps.length, simple.length)
})

test('runs do not affect each other: same numbers, same outcomes, whatever was in between', async () => {
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

test('states are read by replays: each step has its own, the transcript is as without', async () => {
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

test('a program whose states cannot be read has the reason with each step, also where a thread still sleeps', async () => {
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

test('a limit that is none is a mistake at the call', () => {
  for (const runMsMax of [0, -1, 1.5, Number.NaN, 2 ** 31, '5' as never])
    assert.throws(() => new Runner({ runMsMax }), /options\.runMsMax/)
})

test('where no process can be started the run says so, and a later one is made', () => {
  // In a process that has no descriptor left.
  const code = `
    const { openSync, closeSync } = await import('node:fs')
    const { Runner, parse } = await import(${JSON.stringify(new URL('../../dist/lab/index.js', import.meta.url).href)})
    const runner = new Runner()
    const { operations } = parse('ep E')
    const open = []
    try { for (;;) open.push(openSync('/dev/null')) } catch {}
    const said = await runner.run(operations).catch(error => error.code + ' ' + error.message)
    for (const fd of open) closeSync(fd)
    const { steps } = await runner.run(operations)
    await runner.close()
    console.log(JSON.stringify([said, steps[0].outcome]))`
  const script = 'ulimit -n 200; exec "$0" --input-type=module -e "$1"'
  const output = execFileSync('/bin/sh', ['-c', script, process.execPath, code], {
    encoding: 'utf8',
  })
  const [said, outcome] = JSON.parse(output) as [string, string]
  assert.match(said, /^ERR_LAB_CRASHED the lab's process could not be started: .*EMFILE/)
  assert.equal(outcome, 'ok')
})

test('the process that runs programs ends when its parent is killed, though it sleeps in the kernel', async () => {
  const program = `
    import { parse, Runner } from ${JSON.stringify(new URL('../../dist/lab/index.js', import.meta.url).href)}
    const { operations } = parse('pipe r w; setblocking r; read r 1')
    const onStart = ({ pid }) => console.log(pid)
    await new Runner().run(operations, { onStart })
  `
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [text] = await once(parent.stdout, 'data')
  const pid = Number(text)
  assert.ok(existsSync(`/proc/${pid}`))
  parent.kill('SIGKILL')
  await once(parent, 'close')
  // Time is the subject: it looks twice a second.
  while (isAlive(pid)) await setTimeout(20)
})

function isAlive(pid: number): boolean {
  try {
    return !/^.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
