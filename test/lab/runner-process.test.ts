import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { Runner } from '../../lib/lab/index.ts'
import { queuedRunsMax } from '../../lib/lab/limits.ts'
import { operationsOf } from './programs.ts'
import { endless, endlessOther, fails, gone, isThere, outcomes, simple, soon } from './runs.ts'

test('the process is reused for the next run, even after threads, processes and errors', async () => {
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

test(
  'a run that exceeds its time limit is stopped, and the next run gets a new process',
  soon,
  async () => {
    await using runner = new Runner({ runMsMax: 1000 })
    const { pid } = await runner.run(simple)
    await assert.rejects(
      runner.run(endless),
      fails('ERR_LAB_TIMEOUT', /did not end within 1000 ms/),
    )
    assert.ok(!isThere(pid))
    const next = await runner.run(simple)
    assert.notEqual(next.pid, pid)
    assert.deepEqual(outcomes(next), ['ok', 'ok', 'ok', '5', 'r:IN'])
  },
)

test('if a thread is still blocked after a run, its process is replaced', soon, async () => {
  await using runner = new Runner()
  const blocked = await runner.run(operationsOf('eventfd e; setblocking e; thread T read e'))
  assert.deepEqual(outcomes(blocked), ['ok', 'ok', 'blocked'])
  assert.ok(!isThere(blocked.pid))
  assert.notEqual((await runner.run(simple)).pid, blocked.pid)
})

test(
  'if the process crashes, its run fails, its children end, and the next run gets a new process',
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
  // The runner may notice the exit before the next run or during it.
  const [again] = await Promise.allSettled([runner.run(simple)])
  if (again.status === 'rejected') fails('ERR_LAB_CRASHED', /has ended/)(again.reason)
  else assert.notEqual(again.value.pid, pid)
  assert.notEqual((await runner.run(simple)).pid, pid)
})

test(
  'close() ends the process and its children, rejects current and waiting runs, and may be called twice',
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

test('close() works before the first run, and while the process starts', soon, async () => {
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
  'a signal aborts a run before it starts, while it waits and while it runs, and does nothing afterwards',
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
  'runs are made one at a time, in order, and a run is refused if the queue is full',
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

test('if no process can be started, the run fails with the reason, and a later run works', () => {
  // Runs in a process that has no descriptor left.
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

test('the process that runs programs ends when its parent is killed, even if it is blocked in the kernel', async () => {
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
  // This takes up to half a second: the process checks for its parent twice a second.
  while (isThere(pid)) await setTimeout(20)
})
