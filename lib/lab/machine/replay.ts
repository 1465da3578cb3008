import type { Action, Operation } from '../language/syntax.ts'
import type { Reading, Step, StepResult } from '../record.ts'
import { Machine } from './machine.ts'
import { Spies, stateOf } from './observe.ts'
import type { ThreadPool } from './thread-pool.ts'

/** Performs one step of a run. */
export type StepFn = (machine: Machine) => StepResult

/** Runs a program without reading states. `clean` is false if a thread is still blocked at the end. */
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

/** Why a program's states cannot be read (reading them would change the outcome), or null. */
export function unreadable(operations: readonly Operation[]): string | null {
  const isConcurrent = operations.some(
    ({ action }) => action.op === 'thread' || action.op === 'process',
  )
  if (isConcurrent)
    return 'not read: other threads or processes take part, and a replay would be another race'
  if (operations.some(({ action }) => action.op === 'exhaust'))
    return 'not read: no descriptor is left for reading'
  return null
}

/**
 * Repeats the given operations on a new machine and reads the state at the end. If a step has a different outcome than
 * in `steps`, returns a note instead.
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
      // Forget edges before the operation: querying a spy while its socket is full would cause an OUT edge later.
      spies.forget()
      const done = machine.do(action)
      const { outcome, errno } = steps[index]!
      const isOtherCount = isCounted(action, machine) && done.errno === errno
      if (done.outcome !== outcome && !isOtherCount)
        return {
          note: `not readable: in a replay, operation ${index + 1} came to '${done.outcome}'`,
        }
      spyOn(machine, spies, done)
    }
    return { state: stateOf(machine, spies) }
  } finally {
    spies.close()
    machine.close()
  }
}

/** Whether the outcome is a count of wakeups or timer ticks. It differs from run to run without affecting the state. */
function isCounted(action: Action, machine: Machine): boolean {
  if (action.op === 'spin') return true
  return action.op === 'read' && machine.descriptors.lookup(action.name).kind === 'timerfd'
}

function spyOn(machine: Machine, spies: Spies, { opened }: StepResult): void {
  for (const [name, fd] of Object.entries(opened))
    if (machine.descriptors.open.get(name)?.kind !== 'epoll') spies.watch(name, fd)
}
