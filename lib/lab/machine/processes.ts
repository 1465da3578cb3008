import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'
import { EAGAIN, ESRCH, inPackage, native, O_CLOEXEC } from '../../sys/index.ts'
import { moveHigh } from './high-fd.ts'
import type { StepResult } from './machine.ts'
import { errnoName, type Raw, type Target } from './system.ts'

const noSuch = errnoName(ESRCH)
/** In /proc/PID/stat, behind the state. */
const threadsAt = 16
const replyCharsMax = 1_048_576
const bytes = Buffer.alloc(65_536)
const program = inPackage('dist/lab/machine/process.js')

/** The first message to such a process; all later ones are numbers of operations in the text. */
export interface ProcessStart {
  readonly name: string
  readonly inherits: Readonly<Record<string, Target>>
  readonly text: string
}

interface Other {
  readonly child: ChildProcess
  readonly to: number
  readonly from: number
  /** Its /proc/PID/stat, kept open: a program may leave no descriptor to open it with. */
  readonly stat: number
}

/** Processes that inherit descriptors of a program, and do operations of it. Synchronous: a program goes step by step. */
export class Processes {
  readonly #others = new Map<string, Other>()

  start(name: string, inherits: Readonly<Record<string, Target>>, text: string): Raw {
    const [down, up, spare] = [0, 1, 2].map(() => new Int32Array([-1, -1]))
    const calls = [down, up, spare].map(fds => native.pipe2(fds!, O_CLOEXEC))
    const [to, from] = [moveHigh(down![1]!), moveHigh(up![0]!)]
    // Starting a process takes two for a moment, and would tell later only that there are none.
    for (const fd of spare!) if (fd >= 0) native.close(fd)
    const failed = [...calls, to, from].find(result => result < 0)
    const child =
      failed === undefined ? started([down![0]!, up![1]!], { name, inherits, text }) : failed
    for (const fd of [down![0]!, up![1]!]) if (fd >= 0) native.close(fd)
    const stat = typeof child === 'number' ? child : statOf(child.pid!)
    if (typeof child === 'number' || stat < 0) {
      for (const fd of [to, from]) if (fd >= 0) native.close(fd)
      return { result: stat }
    }
    this.#others.set(name, { child, to, from, stat })
    return { result: child.pid!, says: 'ok' }
  }

  /** @param index of the operation in the program's text */
  do(name: string, index: number): Omit<StepResult, 'op' | 'opened'> {
    const other = this.#others.get(name)
    if (other === undefined) return { result: null, errno: noSuch, events: [], outcome: noSuch }
    const { to, from } = other
    const asked = new Uint8Array(Int32Array.of(index).buffer)
    native.write(to, asked, 0, asked.length)
    let reply = ''
    while (!reply.endsWith('\n')) {
      const count = native.read(from, bytes, 0, bytes.length)
      if (count <= 0) throw new Error(`the process ${name} has ended during operation ${index + 1}`)
      reply += bytes.toString('latin1', 0, count)
      if (reply.length > replyCharsMax) throw new Error(`the process ${name} tells too much`)
    }
    return JSON.parse(reply) as StepResult
  }

  exit(name: string): Raw {
    const other = this.#others.get(name)
    if (other === undefined) return { result: ESRCH }
    this.#others.delete(name)
    native.close(other.to)
    const spin = new Int32Array(new SharedArrayBuffer(4))
    while (!isGone(other.stat)) Atomics.wait(spin, 0, 0, 1)
    closeSync(other.stat)
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
  start: ProcessStart,
): ChildProcess | number {
  const all = [...stdio, 'inherit' as const]
  // An inherited descriptor keeps its number.
  for (const { fd } of Object.values(start.inherits)) {
    while (all.length <= fd) all.push('ignore')
    all[fd] = fd
  }
  try {
    const child = spawn(process.execPath, [program, JSON.stringify(start)], { stdio: all })
    child.on('error', () => {})
    // Why there is none is told later only; what is left is the limit of processes.
    return child.pid === undefined ? EAGAIN : child
  } catch (error) {
    return errnoOf(error)
  }
}

function errnoOf(error: unknown): number {
  return (error as NodeJS.ErrnoException).errno ?? EAGAIN
}

function statOf(pid: number): number {
  try {
    return moveHigh(openSync(`/proc/${pid}/stat`, 'r'))
  } catch (error) {
    return errnoOf(error)
  }
}

/** One that nobody has asked after yet has closed its descriptors all the same, once the last of its threads is gone. */
function isGone(stat: number): boolean {
  try {
    const text = bytes.toString('latin1', 0, readSync(stat, bytes, 0, bytes.length, 0))
    const [state, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const threads = Number(rest[threadsAt])
    return /[ZX]/.test(state ?? '') && threads <= 1
  } catch {
    return true
  }
}
