// The child process that runs programs, one at a time, so that they cannot touch the descriptors of the parent. It reads
// jobs from descriptor 0 and writes messages to descriptor 3.
import { readdirSync, writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { inPackage } from '../../sys/index.ts'
import { parse } from '../language/parse.ts'
import type { Operation } from '../language/syntax.ts'
import { readAfter, type StepFn, transcribe, unreadable } from '../machine/replay.ts'
import { ThreadPool } from '../machine/thread-pool.ts'
import { modules } from '../modules/index.ts'
import { ModuleRun } from '../modules/module-run.ts'
import type { Step } from '../record.ts'
import type { Job, Message } from './messages.ts'

const messageFd = 3
const pool = new ThreadPool()
/** A state reading is not started if it would end later than this after the start of the run. Less than `runMsMax`. */
const readingsEndMs = 12_000
const nsPerMs = 1e6
const ofModules = 'not read: operations of a module cannot be replayed'

/** Blocks until everything is written. */
function send(message: Message): void {
  let bytes = Buffer.from(`${JSON.stringify(message)}\n`)
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(messageFd, bytes))
}

function sendStep(index: number, { op, state, ...step }: Step): void {
  send({ type: 'step', index, step })
}

function openCount(): number {
  return readdirSync('/proc/self/fd').length
}

function runModule(name: string, { text, states }: Job): void {
  if (!Object.hasOwn(modules, name)) throw new Error(`there is no module '${name}'`)
  const module = new ModuleRun(modules[name]!, text)
  send({ type: 'start' })
  pool.prepare(module.threads)
  try {
    transcribe(module.steps, pool, sendStep)
  } finally {
    module.end()
  }
  if (states)
    for (let index = 0; index < module.steps.length; index++)
      send({ type: 'state', index, state: null, note: ofModules })
  // A module may have changed the process in any way, so the process is not reused.
  send({ type: 'end', clean: false })
}

function runProgram({ text, states }: Job): void {
  const parsed = parse(text)
  if ('problems' in parsed) throw new Error(parsed.problems[0]!.message)
  const { operations } = parsed
  send({ type: 'start' })
  pool.prepare(operations.filter(({ action }) => action.op === 'thread').length)
  const before = openCount()
  const end = Date.now() + readingsEndMs
  const fns = operations.map(
    ({ action }, index): StepFn =>
      machine =>
        machine.do(action, index),
  )
  const { steps, clean } = transcribe(fns, pool, sendStep, text)
  if (states) sendStates(operations, steps, end)
  send({ type: 'end', clean: clean && openCount() === before })
}

function sendStates(operations: readonly Operation[], steps: readonly Step[], end: number): void {
  const reason = unreadable(operations)
  const isLate = ({ atNs, tookNs }: Step) => Date.now() + (atNs + tookNs) / nsPerMs > end
  for (const [index, step] of steps.entries()) {
    const note =
      reason ?? (isLate(step) ? 'not read: the time limit for state readings was reached' : null)
    const reading =
      note === null ? readAfter(operations.slice(0, index + 1), steps, pool) : { note }
    send({ type: 'state', index, state: null, ...reading })
  }
}

let kept = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', (text: string) => {
  const lines = (kept + text).split('\n')
  kept = lines.pop() ?? ''
  for (const line of lines) {
    try {
      const job = JSON.parse(line) as Job
      if (job.module === undefined) runProgram(job)
      else runModule(job.module, job)
    } catch (error) {
      send({ type: 'failed', message: (error as Error).message })
    }
  }
})
process.stdin.on('close', () => process.exit())
const watch = new Worker(inPackage('dist/lab/runner/orphan-watch.js'), {
  workerData: process.ppid,
})
watch.unref()
// Report ready only after the thread has opened its descriptors, because runProgram counts them to find leaks.
watch.once('message', () => send({ type: 'ready' }))
