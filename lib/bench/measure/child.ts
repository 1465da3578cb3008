// A process that measures: the task is its argument. Each line that it prints is one round, the last one what an
// iteration takes in system calls.
import { measure, type Task } from './measure.ts'

const task = JSON.parse(process.argv[2] ?? '') as Task
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
tell(await measure(task, tell))
