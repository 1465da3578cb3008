import type { Action, Operation } from '../language/syntax.ts'
import type { State, Step } from '../record.ts'
import { Machine, type StepResult } from './machine.ts'
import { Spies, stateOf } from './observe.ts'
import type { ThreadPool } from './thread-pool.ts'

/** One step of a run. */
export type StepFn = (machine: Machine) => StepResult

export function stepFnsOf(operations: readonly Operation[]): StepFn[] {
  return operations.map(
    ({ action }, index) =>
      machine =>
        machine.do(action, index),
  )
}

/** A state, or why there is none. */
export type Reading = { readonly state: State } | { readonly note: string }

/**
 * The transcript: a run without any reading, of deeds that the text says. Nothing is left open; `clean` says whether a
 * thread still sleeps.
 */
export function transcribe(
  deeds: readonly StepFn[],
  pool: ThreadPool,
  onStep: (index: number, step: Step) => void,
  text = '',
): { steps: Step[]; clean: boolean } {
  const machine = new Machine(pool, text)
  const steps: Step[] = []
  let clean = false
  const start = process.hrtime.bigint()
  try {
    for (const [index, deed] of deeds.entries()) {
      const before = process.hrtime.bigint()
      const done = deed(machine)
      const after = process.hrtime.bigint()
      const times = { atNs: Number(before - start), tookNs: Number(after - before) }
      const step: Step = { ...done, ...times, state: null }
      steps.push(step)
      onStep(index, step)
    }
  } finally {
    clean = machine.close()
  }
  return { steps, clean }
}

/** Why a program's states are not read, or null: readings would take part in what it shows. */
export function unreadable(operations: readonly Operation[]): string | null {
  const others = operations.some(({ action }) => action.op === 'thread' || action.op === 'process')
  if (others)
    return 'not read: other threads or processes take part, and a replay would be another race'
  if (operations.some(({ action }) => action.op === 'exhaust'))
    return 'not read: no descriptor is left for it'
  return null
}

/**
 * The state after the first operations, read once at the end of a fresh run of them; a note instead if that run did
 * not go as the transcript did, so that the readings would be of something else.
 */
export function readAfter(
  operations: readonly Operation[],
  steps: readonly Step[],
  pool: ThreadPool,
): Reading {
  const machine = new Machine(pool)
  const spies = new Spies()
  try {
    for (const [index, { action }] of operations.entries()) {
      // Before each: a spy that is asked later may find a socket full that was not, and to ask that makes an edge.
      spies.forget()
      const done = machine.do(action)
      if (!isSame(done, steps[index]!, isCounted(action, machine)))
        return {
          note: `not readable: with readings operation ${index + 1} came to '${done.outcome}'`,
        }
      spyOn(machine, spies, done)
    }
    return { state: stateOf(machine, spies) }
  } finally {
    spies.close()
    machine.close()
  }
}

/** How often something woke, how often a timer has ticked: it differs from run to run, and says nothing of the state. */
function isCounted(action: Action, machine: Machine): boolean {
  if (action.op === 'spin') return true
  return action.op === 'read' && machine.lookup(action.name).kind === 'timerfd'
}

function isSame(done: StepResult, step: Step, counted: boolean): boolean {
  return done.outcome === step.outcome || (counted && done.errno === step.errno)
}

function spyOn(machine: Machine, spies: Spies, { opened }: StepResult): void {
  for (const [name, fd] of Object.entries(opened))
    if (machine.open.get(name)?.kind !== 'epoll') spies.watch(name, fd)
}
