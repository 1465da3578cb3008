// A process that measures: the task is its argument, each line that it prints one round.
import { measure, type Task } from './measure.ts'

const task = JSON.parse(process.argv[2] ?? '') as Task
await measure(task, round => process.stdout.write(`${JSON.stringify(round)}\n`))
