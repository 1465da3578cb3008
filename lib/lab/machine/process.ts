// A child process of a program. It parses the program's text, reads operation numbers from descriptor 0 and writes the
// results to descriptor 1. It exits at the end of input, or if a number is out of order or belongs to another process.
import { native } from '../../sys/index.ts'
import { parse } from '../language/parse.ts'
import { Machine } from './machine.ts'
import type { ProcessStart } from './processes.ts'
import { ThreadPool } from './thread-pool.ts'

const [input, output] = [0, 1]
const { name, inherits, text } = JSON.parse(process.argv[2] ?? '') as ProcessStart
const parsed = parse(text)
const operations = 'operations' in parsed ? parsed.operations : []
const machine = new Machine(new ThreadPool(), text, inherits)
const asked = new Int32Array(1)
const bytes = new Uint8Array(asked.buffer)
let last = -1
while (native.read(input, bytes, 0, bytes.length) === bytes.length) {
  const [index] = asked as unknown as [number]
  const action = operations[index]?.action
  if (action?.op !== 'in' || action.name !== name || index <= last) break
  last = index
  const { opened, op, ...done } = machine.do(action.action)
  const reply = Buffer.from(`${JSON.stringify(done)}\n`)
  native.write(output, reply, 0, reply.length)
}
