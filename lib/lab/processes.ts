import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { native } from '../sys/index.ts'
import { aside } from './aside.ts'
import type { Done } from './machine.ts'
import { actionText } from './print.ts'
import type { Action } from './syntax.ts'
import { errnoName, type Raw, type Target } from './system.ts'

const O_CLOEXEC = 0x80000
const ESRCH = 3
const noSuch = errnoName(-ESRCH)
const EAGAIN = 11
const replyBytesMax = 65_536
const program = fileURLToPath(new URL('./process.js', import.meta.url))

interface Other {
  readonly child: ChildProcess
  readonly to: number
  readonly from: number
}

/** Processes that inherit descriptors of a program, and do operations of it. Synchronous: a program goes step by step. */
export class Processes {
  readonly #others = new Map<string, Other>()

  start(name: string, inherits: Readonly<Record<string, Target>>): Raw {
    const [down, up, spare] = [0, 1, 2].map(() => new Int32Array([-1, -1]))
    const calls = [down, up, spare].map(fds => native.pipe2(fds!, O_CLOEXEC))
    const [to, from] = [aside(down![1]!), aside(up![0]!)]
    // Starting a process takes two for a moment, and would tell later only that there are none.
    for (const fd of spare!) if (fd >= 0) native.close(fd)
    const failed = [...calls, to, from].find(result => result < 0)
    const child = failed === undefined ? started([down![0]!, up![1]!], inherits) : failed
    for (const fd of [down![0]!, up![1]!]) if (fd >= 0) native.close(fd)
    if (typeof child === 'number') {
      for (const fd of [to, from]) if (fd >= 0) native.close(fd)
      return { result: child }
    }
    this.#others.set(name, { child, to, from })
    return { result: child.pid!, says: 'ok' }
  }

  do(name: string, action: Action): Omit<Done, 'op' | 'opened'> {
    const other = this.#others.get(name)
    if (other === undefined) return { result: null, errno: noSuch, events: [], outcome: noSuch }
    const { to, from } = other
    const line = Buffer.from(`${JSON.stringify(action)}\n`)
    native.write(to, line, 0, line.length)
    const reply = Buffer.alloc(replyBytesMax)
    let length = 0
    while (!reply.subarray(0, length).includes('\n')) {
      const count = native.read(from, reply, length, reply.length - length)
      if (count <= 0)
        throw new Error(`the process ${name} has ended during '${actionText(action)}'`)
      length += count
    }
    return JSON.parse(reply.toString('utf8', 0, length)) as Done
  }

  exit(name: string): Raw {
    const other = this.#others.get(name)
    if (other === undefined) return { result: -ESRCH }
    this.#others.delete(name)
    native.close(other.to)
    const spin = new Int32Array(new SharedArrayBuffer(4))
    while (!isGone(other.child.pid!)) Atomics.wait(spin, 0, 0, 1)
    native.close(other.from)
    return { result: 0, says: 'ok' }
  }

  close(): void {
    for (const name of [...this.#others.keys()]) this.exit(name)
  }
}

/** The process, or minus errno. */
function started(
  stdio: ('ignore' | 'inherit' | number)[],
  inherits: Readonly<Record<string, Target>>,
): ChildProcess | number {
  const all = [...stdio, 'inherit' as const]
  // An inherited descriptor keeps its number.
  for (const { fd } of Object.values(inherits)) {
    while (all.length <= fd) all.push('ignore')
    all[fd] = fd
  }
  try {
    const child = spawn(process.execPath, [program, JSON.stringify(inherits)], { stdio: all })
    child.on('error', () => {})
    // Why there is none is told later only; what is left is the limit of processes.
    return child.pid === undefined ? -EAGAIN : child
  } catch (error) {
    return (error as NodeJS.ErrnoException).errno ?? -EAGAIN
  }
}

/** One that nobody has asked after yet has closed its descriptors all the same, once the last of its threads is gone. */
function isGone(pid: number): boolean {
  try {
    const ended = /^.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    return ended && readdirSync(`/proc/${pid}/task`).length <= 1
  } catch {
    return true
  }
}
