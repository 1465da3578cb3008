// npm run speed [-- --rounds 11 --calls 200000]: the cost of a wait in TypeScript, compared with the same loop in C and
// in Python. Contenders take turns within each round, so that other load on the machine affects all of them.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { cpus, release } from 'node:os'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { EPOLLIN, Epoll, EventBuffer, EventFd } from '../lib/index.ts'

interface Bench {
  threadCpuNs(): number
  epollWaitLoop(epfd: number, maxevents: number, rounds: number): number
}

const bench = createRequire(import.meta.url)('../build/Release/bench.node') as Bench
const maxevents = 1023
const targetNs = 120

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '11' },
    calls: { type: 'string', default: '200000' },
  },
})
const rounds = Number(values.rounds)
const calls = Number(values.calls)

/** An epoll with `count` level-triggered descriptors that are always ready. */
class Ready {
  readonly epoll = new Epoll()
  readonly #descriptors: EventFd[]

  constructor(count: number) {
    this.#descriptors = Array.from({ length: count }, () => new EventFd(1))
    for (const descriptor of this.#descriptors) this.epoll.register(descriptor, EPOLLIN)
  }

  close(): void {
    for (const descriptor of this.#descriptors) descriptor.close()
    this.epoll.close()
  }
}

/** The same loop in Python: each line on stdin starts a round; the answer on stdout is its time in nanoseconds. */
class Python {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(count: number) {
    const source = `
import os, select, sys, time
epoll = select.epoll()
for _ in range(${count}):
    epoll.register(os.eventfd(1), select.EPOLLIN)
def run(poll):
    start = time.thread_time_ns()
    for _ in range(${calls}):
        poll(0)
    return time.thread_time_ns() - start
print(sys.version.split()[0], len(epoll.poll(0)), flush=True)
for line in sys.stdin:
    print(run(epoll.poll), flush=True)
`
    this.#child = spawn('python3', ['-c', source], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]()
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('python3 ended (os.eventfd needs 3.10 or later)')
    return value
  }

  async round(): Promise<number> {
    this.#child.stdin!.write('\n')
    return Number(await this.line()) / calls
  }

  async close(): Promise<void> {
    this.#child.stdin!.end()
    await once(this.#child, 'close')
  }
}

function cRound({ epoll }: Ready): number {
  return bench.epollWaitLoop(epoll.fileno(), maxevents, calls) / calls
}

function waitRound({ epoll }: Ready, events: EventBuffer): number {
  const start = bench.threadCpuNs()
  for (let i = 0; i < calls; i++) epoll.wait(events, 0)
  return (bench.threadCpuNs() - start) / calls
}

function pollRound({ epoll }: Ready): number {
  const start = bench.threadCpuNs()
  for (let i = 0; i < calls; i++) epoll.poll(0)
  return (bench.threadCpuNs() - start) / calls
}

function quantile(sorted: readonly number[], at: number): number {
  const place = (sorted.length - 1) * at
  const low = sorted[Math.floor(place)]!
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place))
}

/** The median and, in brackets, the quartiles. */
function spread(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, middle, high] = [0.25, 0.5, 0.75].map(at => quantile(sorted, at).toFixed(digits))
  return `${middle} [${low}, ${high}]`
}

/** Compares round by round, so that each difference or ratio is between measurements made close together. */
function pairs(
  a: readonly number[],
  b: readonly number[],
  f: (a: number, b: number) => number,
): number[] {
  return a.map((value, round) => f(value, b[round]!))
}

function row(name: string, text: string): void {
  console.log(`  ${name.padEnd(34)} ${text}`)
}

async function measureWait(): Promise<void> {
  const ready = new Ready(1)
  const events = new EventBuffer(maxevents)
  const [inC, ours]: [number[], number[]] = [[], []]
  waitRound(ready, events)
  for (let round = 0; round < rounds; round++) {
    inC.push(cRound(ready))
    ours.push(waitRound(ready, events))
  }
  ready.close()
  const more = pairs(ours, inC, (a, b) => a - b)
  console.log('\nwait() with one descriptor ready, ns per call')
  row('C loop (the floor)', spread(inC, 0))
  row('epollet wait()', spread(ours, 0))
  row('wait() beyond C', `${spread(more, 0)}  target: at most ${targetNs}`)
}

async function measurePoll(count: number): Promise<void> {
  const ready = new Ready(count)
  const python = new Python(count)
  const [inC, ours, theirs]: [number[], number[], number[]] = [[], [], []]
  const [version] = (await python.line()).split(' ')
  pollRound(ready)
  for (let round = 0; round < rounds; round++) {
    inC.push(cRound(ready))
    ours.push(pollRound(ready))
    theirs.push(await python.round())
  }
  await python.close()
  ready.close()
  const ratio = (a: number, b: number) => a / b
  console.log(`\npoll(0) with ${count} ready, ns per call`)
  row('C loop (the floor)', spread(inC, 0))
  row('epollet poll()', spread(ours, 0))
  row(`Python ${version} select.epoll.poll()`, spread(theirs, 0))
  row('epollet : Python', spread(pairs(ours, theirs, ratio), 2))
  row('epollet : C', spread(pairs(ours, inC, ratio), 2))
  row('Python : C', spread(pairs(theirs, inC, ratio), 2))
}

console.log(
  `Node ${process.version}, Linux ${release()}, ${cpus()[0]?.model ?? 'unknown processor'}`,
)
console.log(`CPU time of the thread, ${rounds} rounds of ${calls} calls: median [quartiles]`)
console.log(
  'The floor is epoll_wait(2) with the same arguments called in a loop in C, in this process',
)
console.log('and on the same descriptors: the kernel alone, without calls from JavaScript.')
await measureWait()
for (const count of [1, 64]) await measurePoll(count)
