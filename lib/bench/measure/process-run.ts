import type { Context } from '../item.ts'
import type { ProcessRun, Round } from '../result/result.ts'
import { below } from '../statistics/random.ts'
import { freshProcess } from './fresh-process.ts'
import type { Task } from './measure.ts'

const seedMax = 2 ** 32

/** Measures in a fresh process; aborting the signal kills it. Throws Error with the process's message if it fails. */
export async function runProcess(
  work: Omit<Task, 'rounds' | 'blockMs' | 'seed'>,
  { sizes: { rounds, blockMs }, random, signal }: Pick<Context, 'sizes' | 'random' | 'signal'>,
): Promise<ProcessRun> {
  const task: Task = { ...work, rounds, blockMs, seed: below(seedMax, random) }
  const program = { file: 'measure/child.js', args: [JSON.stringify(task)] }
  const { pid, lines } = await freshProcess(program, rounds + 1, signal)
  return {
    pid,
    rounds: lines.slice(0, -1) as Round[],
    systemCalls: lines.at(-1) as ProcessRun['systemCalls'],
  }
}
