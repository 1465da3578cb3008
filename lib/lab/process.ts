// Another process of a program: does the operations that come as lines, until there are no more.
import { native } from '../sys/index.ts'
import { Crew } from './crew.ts'
import { Machine } from './machine.ts'
import type { Action } from './syntax.ts'
import type { Target } from './system.ts'

const [input, output] = [0, 1]
const lineBytesMax = 65_536
const inherited = JSON.parse(process.argv[2] ?? '{}') as Record<string, Target>
const machine = new Machine(new Crew(), inherited)
const bytes = Buffer.alloc(lineBytesMax)
let kept = ''
for (;;) {
  const count = native.read(input, bytes, 0, bytes.length)
  if (count <= 0) break
  const lines = (kept + bytes.toString('utf8', 0, count)).split('\n')
  kept = lines.pop() ?? ''
  for (const line of lines) {
    const reply = Buffer.from(`${JSON.stringify(machine.do(JSON.parse(line) as Action))}\n`)
    native.write(output, reply, 0, reply.length)
  }
}
