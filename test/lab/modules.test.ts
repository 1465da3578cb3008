import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parse, Runner, type Scenario, scenarios } from '../../lib/lab/index.ts'
import { vocabulary } from '../../lib/lab/language/vocabulary.ts'
import { modules } from '../../lib/lab/modules/index.ts'

const scratch = mkdtempSync(join(tmpdir(), 'epollet-modules-'))
// The runner's processes create their files here, and no other test does.
process.env['TMPDIR'] = scratch
const runner = new Runner()
after(async () => {
  await runner.close()
  rmSync(scratch, { recursive: true })
})
const [shortest] = scenarios.filter(({ module }) => module === 'memory')

function experimentWith(module: string, transcript: string): Scenario {
  assert.ok(shortest)
  return { ...shortest, module, transcript }
}

async function outcomes(module: string, transcript: string): Promise<string[]> {
  const { steps } = await runner.runScenario(experimentWith(module, transcript))
  return steps.map(({ outcome }) => outcome)
}

test('each module is used by an experiment, and none redefines an operation of the language', () => {
  const used = new Set(scenarios.flatMap(({ module }) => module ?? []))
  assert.deepEqual(Object.keys(modules).sort(), [...used].sort())
  for (const module of Object.values(modules))
    for (const word of Object.keys(module)) assert.ok(!Object.hasOwn(vocabulary, word), word)
})

test('a module’s operations can use names bound by the language, and vice versa', async () => {
  assert.deepEqual(await outcomes('numbers', 'pipe r w\nnumber n r 700\nwrite w 5\nread n 9'), [
    'ok',
    '700',
    '5',
    '5',
  ])
})

test('runScenario() can run the fix of an experiment with a module, and only its first lines if requested', async () => {
  const memory = scenarios.find(({ module }) => module === 'memory')!
  const { steps } = await runner.runScenario(memory, 'fix', { count: 3 })
  assert.deepEqual(
    steps.map(({ op }) => op),
    ['pipe r w', 'pipe q v', 'ep E'],
  )
})

test('steps of a module are reported, and a note says that its states are not read', async () => {
  const told: string[] = []
  const notes: (string | undefined)[] = []
  const { steps } = await runner.runScenario(
    experimentWith('memory', 'ep E\nmmap E'),
    'transcript',
    {
      states: true,
      onStep: (_index, { op }) => told.push(op),
      onState: (_index, state, note) => notes.push(state === null ? note : 'read'),
    },
  )
  assert.deepEqual(told, ['ep E', 'mmap E'])
  assert.equal(notes.length, 2)
  for (const note of notes) assert.match(note!, /^not read: /)
  for (const { stateNote } of steps) assert.match(stateNote!, /^not read: /)
})

test('an unknown module name fails the run', async () => {
  for (const name of ['nobody', 'constructor', '../child']) {
    await assert.rejects(runner.runScenario(experimentWith(name, 'ep E')), {
      code: 'ERR_LAB_CRASHED',
      message: `there is no module '${name}'`,
    })
  }
})

test('an operation that is neither in the module nor in the language fails the run', async () => {
  await assert.rejects(outcomes('memory', 'ep E\nconstructor E'), {
    code: 'ERR_LAB_CRASHED',
    message: /'constructor' is not an operation/,
  })
})

test('a module runs in its own process; the next program gets a new process with the low descriptor limit', async () => {
  const parsed = parse('exhaust\nrelease')
  assert.ok('operations' in parsed)
  const before = await runner.run(parsed.operations)
  const module = await runner.runScenario(experimentWith('numbers', 'exhaust\nrelease'))
  const after = await runner.run(parsed.operations)
  assert.notEqual(module.pid, before.pid)
  assert.notEqual(module.pid, after.pid)
  assert.ok(module.steps[1]!.result! > 1024)
  assert.ok(before.steps[1]!.result! < 256)
  assert.equal(after.steps[1]!.result, before.steps[1]!.result)
})

test('processes and files that a module created are gone after its run', async () => {
  const { pid } = await runner.runScenario(
    experimentWith('signals', 'handler\nsignal_in 1\nep E\nepoll_wait E 1000'),
  )
  assert.deepEqual(await outcomes('watched', 'inotify i\ncreate'), ['ok', 'ok'])
  assert.deepEqual(readdirSync(scratch), [])
  assert.deepEqual(processesOf(pid), [])
})

/** The processes of a group, without zombies. */
function processesOf(group: number): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      const [state, , pgrp] = statusOf(pid)
      return Number(pgrp) === group && state !== 'Z'
    })
}

function statusOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    return []
  }
}
