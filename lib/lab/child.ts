// The process that runs programs, one after the other: whatever they do to descriptors, the program that asked for it
// has others.
import { readdirSync } from 'node:fs'
import { release } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Crew } from './crew.ts'
import type { Job, News } from './messages.ts'
import { modules } from './modules/index.ts'
import { Play } from './modules/play.ts'
import { parse } from './parse.ts'
import { deedsOf, readAfter, transcribe, unreadable } from './replay.ts'
import type { Operation } from './syntax.ts'
import type { State, Step } from './trace.ts'

const crew = new Crew()
const kernel = release()
/** No reading ends later than so long after its run began: the run itself may take a little longer, and would be ended. */
const readingsEndMs = 12_000
const nsPerMs = 1e6
const ofModules = 'not read: what this experiment does beside the language cannot be replayed'

function tell(news: News): void {
  process.send?.(news)
}

function tellStep(index: number, step: Step): void {
  tell({ type: 'step', index, step })
}

function openCount(): number {
  return readdirSync('/proc/self/fd').length
}

function run(job: Job): void {
  if (job.module === undefined) runProgram(job)
  else runModule(job.module, job)
}

function runModule(name: string, { text, states }: Job): void {
  if (!Object.hasOwn(modules, name)) throw new Error(`there is no module '${name}'`)
  const play = new Play(modules[name]!, text)
  tell({ type: 'start', kernel, pid: process.pid })
  crew.prepare(play.threads)
  const steps = stepsOf(play)
  const read = states ? withoutStates(steps) : steps
  // What a module has done to its process nobody knows: it is not used again.
  tell({ type: 'end', trace: { kernel, pid: process.pid, steps: read }, clean: false })
}

function stepsOf(play: Play): Step[] {
  try {
    return transcribe(play.deeds, crew, tellStep).steps
  } finally {
    play.end()
  }
}

function withoutStates(steps: readonly Step[]): Step[] {
  return steps.map((step, index) => {
    tell({ type: 'state', index, state: null, note: ofModules })
    return { ...step, stateNote: ofModules }
  })
}

function runProgram({ text, states }: Job): void {
  const parsed = parse(text)
  if ('problems' in parsed) throw new Error(parsed.problems[0]!.message)
  const { operations } = parsed
  tell({ type: 'start', kernel, pid: process.pid })
  crew.prepare(operations.filter(({ action }) => action.op === 'thread').length)
  const before = openCount()
  const end = Date.now() + readingsEndMs
  const { steps, clean } = transcribe(deedsOf(operations), crew, tellStep)
  const read = states ? withStates(operations, steps, end) : steps
  const isClean = clean && openCount() === before
  tell({ type: 'end', trace: { kernel, pid: process.pid, steps: read }, clean: isClean })
}

function withStates(operations: readonly Operation[], steps: readonly Step[], end: number): Step[] {
  const reason = unreadable(operations)
  const isLate = ({ atNs, tookNs }: Step) => Date.now() + (atNs + tookNs) / nsPerMs > end
  return steps.map((step, index) => {
    const note = reason ?? (isLate(step) ? 'not read: the time for readings was over' : null)
    const reading =
      note === null ? readAfter(operations.slice(0, index + 1), steps, crew) : { note }
    const state: State | null = 'state' in reading ? reading.state : null
    const why = 'note' in reading ? reading.note : undefined
    tell({ type: 'state', index, state, ...(why !== undefined && { note: why }) })
    return { ...step, state, ...(why !== undefined && { stateNote: why }) }
  })
}

process.on('message', (job: Job) => {
  try {
    run(job)
  } catch (error) {
    tell({ type: 'failed', code: 'ERR_LAB_CRASHED', message: (error as Error).message })
  }
})
process.on('disconnect', () => process.exit())
const watch = new Worker(new URL('./orphan-watch.js', import.meta.url), {
  workerData: process.ppid,
})
watch.unref()
// Not before: a thread that begins opens descriptors, and those that a program leaves are counted.
watch.once('message', () => tell({ type: 'ready' }))
