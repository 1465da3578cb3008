// Python's epoll.poll(), in a child process.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Block } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'

// Each line on stdin is a number of iterations; the answer on stdout is their CPU time in nanoseconds.
const source = `
import os, resource, select, sys, time
count, ready = int(sys.argv[1]), int(sys.argv[2])
epoll = select.epoll()
for i in range(count):
    epoll.register(os.eventfd(1 if i >= count - ready else 0), select.EPOLLIN)
poll = epoll.poll
def run(iterations):
    start = time.thread_time_ns()
    for _ in range(iterations):
        poll(0)
    return time.thread_time_ns() - start
print(len(poll(0)), flush=True)
for line in sys.stdin:
    print(run(int(line)), flush=True)
`

export async function open({ descriptors, ready }: Fixture): Promise<Block> {
  const args = ['-c', source, String(descriptors.length), String(ready)]
  const child = spawn('python3', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const eventsPerIteration = await nextNumber(lines)
  return {
    eventsPerIteration,
    systemCalls: null,
    run: iterations => {
      child.stdin!.write(`${iterations}\n`)
      return nextNumber(lines)
    },
    close: () => ended(child),
  }
}

async function nextNumber(lines: AsyncIterator<string>): Promise<number> {
  const { value, done } = await lines.next()
  if (done === true) throw new Error('python3 ended (os.eventfd needs 3.10 or later)')
  return Number(value)
}

async function ended(child: ChildProcess): Promise<void> {
  child.stdin!.end()
  await once(child, 'close')
}
