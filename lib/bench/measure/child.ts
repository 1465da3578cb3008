// A measuring process; its argument is the task. It prints one line per round, then the system calls per iteration.
import { measure, type Task } from './measure.ts'

const task = JSON.parse(process.argv[2] ?? '') as Task
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
tell(await measure(task, tell))
