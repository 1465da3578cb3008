// The study that runs other projects' benchmarks of epoll.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Context, seeded } from '../../lib/bench/index.ts'
import { outside, references } from '../../lib/bench/studies/outside.ts'
import { hasPerfBench, perfNs, perfNsOf } from '../../lib/bench/studies/perf-bench.ts'
import { tinyFigures, untranslated, valuesIn } from './study.ts'

const context: Context = {
  present: new Set<string>(),
  sizes: { processes: 1, rounds: 1, blockMs: 0.1 },
  random: seeded(1),
  signal: new AbortController().signal,
  onStep: () => {},
}

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'epollet-outside-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A folder from which Node resolves `epoll` to a package with this source. */
function withPackage(t: TestContext, source: string): string {
  const folder = temporary(t)
  mkdirSync(join(folder, 'node_modules/epoll'), { recursive: true })
  writeFileSync(join(folder, 'node_modules/epoll/index.js'), source)
  return folder
}

/** Replaces `perf` with this script until the test ends. */
function withPerf(t: TestContext, script: string): void {
  const folder = temporary(t)
  const path = join(folder, 'perf')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  const before = process.env['PATH']
  process.env['PATH'] = folder
  t.after(() => {
    process.env['PATH'] = before
  })
}

test('our own loops are listed together with the benchmarks of other projects', async () => {
  const table = await tinyFigures(outside)
  for (const title of ['epoll_wait in C', 'Epoll.wait()', 'epoll_ctl in C', 'Epoll.watch()'])
    assert.ok(valuesIn(table, title)[0]! > 0)
  const said = table.rows.some(({ title }) => title === 'perf bench epoll wait')
  assert.equal(said, hasPerfBench())
  assert.deepEqual(untranslated(table), [])
})

// perf

test('perfNsOf() adds up the operations per second of all kinds, and returns nanoseconds per operation', () => {
  const wait = 'Averaged 500000 operations/sec (+- 0.00%), total secs = 1\n'
  assert.equal(perfNsOf(`# Running 'epoll/wait' benchmark:\n\n${wait}`), 2000)
  const ctl = ['ADD', 'MOD', 'DEL'].map(kind => `Averaged 250000 ${kind} operations (+- 0.00%)\n`)
  assert.equal(perfNsOf(`\n${ctl.join('')}`), 1e9 / 750_000)
})

test('unexpected output from perf is reported as an error', async t => {
  for (const text of ['', 'Averaged 0 operations/sec', '1 operations'])
    assert.throws(() => perfNsOf(text), /^Error: unexpected output /)
  withPerf(t, 'echo no benchmark')
  await assert.rejects(perfNs('wait', context.signal), {
    message: 'perf bench epoll wait failed: unexpected output "no benchmark\\n"',
  })
})

test('perfNs() throws an error if perf fails', async t => {
  withPerf(t, 'echo no counters >&2; exit 2')
  await assert.rejects(perfNs('ctl', context.signal), {
    message: 'perf bench epoll ctl failed: no counters',
  })
})

test('an abort kills perf', async t => {
  withPerf(t, 'exec /bin/sleep 1000')
  const controller = new AbortController()
  const ended = perfNs('wait', controller.signal)
  controller.abort()
  await assert.rejects(ended, { name: 'AbortError' })
})

test('hasPerfBench() is false if perf does not include these benchmarks', t => {
  withPerf(t, 'echo "Unknown collection: epoll" >&2; exit 1')
  assert.equal(hasPerfBench(), false)
  process.env['PATH'] = temporary(t)
  assert.equal(hasPerfBench(), false)
})

// The npm package epoll

test('benchmarks that are not installed are left out, and a note lists them', t => {
  assert.deepEqual(references(temporary(t), false), {
    rows: [],
    notes: [
      'perf is not installed, or has no bench epoll: left out',
      'the npm package epoll is not found from here: left out',
    ],
  })
})

test('the package epoll is measured if it is installed', async t => {
  const folder = withPackage(
    t,
    `exports.Epoll = class {
      constructor(callback) { this.callback = callback }
      add(fd) {
        this.timer = setInterval(() => { for (let i = 0; i < 1000; i++) this.callback(null, fd, 1) }, 0)
        return this
      }
      remove() { clearInterval(this.timer); return this }
      close() {}
    }`,
  )
  const { rows, notes } = references(folder, false)
  assert.deepEqual(
    rows.map(({ title }) => title),
    ['npm epoll'],
  )
  assert.match(notes[1]!, /^npm epoll waits in a thread of its own/)
  const [ns] = await rows[0]!.sample(context)
  assert.ok(ns! > 0)
})

test('an error in the package epoll is reported', async t => {
  const { rows } = references(withPackage(t, "throw new Error('built for another Node')"), false)
  const complaint = 'the measuring process failed: Error: built for another Node'
  await assert.rejects(rows[0]!.sample(context), { message: complaint })
})

test('if the package epoll never calls back, the measurement fails instead of waiting forever', async t => {
  const source = 'exports.Epoll = class { add() {} remove() { return this } close() {} }'
  const { rows } = references(withPackage(t, source), false)
  await assert.rejects(rows[0]!.sample(context), /^Error: the measuring process failed: /)
})
