import type { ProcessRun, Round } from '../result/result.ts'
import { freshProcess } from './fresh-process.ts'
import type { Task } from './measure.ts'

/** Measures in a fresh process; aborting the signal kills it. Throws Error with its message if it fails. */
export async function runProcess(task: Task, signal: AbortSignal): Promise<ProcessRun> {
  const program = { file: 'measure/child.js', args: [JSON.stringify(task)] }
  const { pid, lines } = await freshProcess(program, task.rounds + 1, signal)
  return {
    pid,
    rounds: lines.slice(0, -1) as Round[],
    systemCalls: lines.at(-1) as ProcessRun['systemCalls'],
  }
}
