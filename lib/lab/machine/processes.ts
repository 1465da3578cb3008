import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'
import { EAGAIN, ESRCH, inPackage, native, O_CLOEXEC } from '../../sys/index.ts'
import type { StepResult } from '../record.ts'
import { moveHigh } from './high-fd.ts'
import { errnoName, type Raw, type Target } from './system.ts'

const noSuch = errnoName(ESRCH)
/** The index of num_threads in /proc/PID/stat, counted from the state field. */
const threadsAt = 16
const replyCharsMax = 1_048_576
const bytes = Buffer.alloc(65_536)
const program = inPackage('dist/lab/machine/process.js')

/** The argument with which a child process starts. */
export interface ProcessStart {
  readonly name: string
  readonly inherits: Readonly<Record<string, Target>>
  readonly text: string
}

interface Child {
  readonly child: ChildProcess
  readonly to: number
  readonly from: number
  /** /proc/PID/stat, opened early because a program may use up all descriptors. */
  readonly stat: number
}

/** Child processes that inherit descriptors and run operations of a program. All calls are synchronous. */
export class Processes {
  readonly #children = new Map<string, Child>()

  start(name: string, inherits: Readonly<Record<string, Target>>, text: string): Raw {
    const [down, up, spare] = [0, 1, 2].map(() => new Int32Array([-1, -1]))
    const calls = [down, up, spare].map(fds => native.pipe2(fds!, O_CLOEXEC))
    const [to, from] = [moveHigh(down![1]!), moveHigh(up![0]!)]
    // spawn() briefly needs two more descriptors. It would report EMFILE too late, in an event.
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
    this.#children.set(name, { child, to, from, stat })
    return { result: child.pid!, says: 'ok' }
  }

  /** @param index of the operation in the program's text */
  do(name: string, index: number): Omit<StepResult, 'op' | 'opened'> {
    const other = this.#children.get(name)
    if (other === undefined) return { result: null, errno: noSuch, events: [], outcome: noSuch }
    const { to, from } = other
    const asked = new Uint8Array(Int32Array.of(index).buffer)
    native.write(to, asked, 0, asked.length)
    let reply = ''
    while (!reply.endsWith('\n')) {
      const count = native.read(from, bytes, 0, bytes.length)
      if (count <= 0) throw new Error(`process ${name} ended during operation ${index + 1}`)
      reply += bytes.toString('latin1', 0, count)
      if (reply.length > replyCharsMax)
        throw new Error(`process ${name} sent more than ${replyCharsMax} characters`)
    }
    return JSON.parse(reply) as StepResult
  }

  exit(name: string): Raw {
    const other = this.#children.get(name)
    if (other === undefined) return { result: ESRCH }
    this.#children.delete(name)
    native.close(other.to)
    const spin = new Int32Array(new SharedArrayBuffer(4))
    while (!isGone(other.stat)) Atomics.wait(spin, 0, 0, 1)
    closeSync(other.stat)
    native.close(other.from)
    return { result: 0, says: 'ok' }
  }

  close(): void {
    for (const name of [...this.#children.keys()]) this.exit(name)
  }
}

/** Returns the child, or minus errno. */
function started(
  stdio: ('ignore' | 'inherit' | number)[],
  start: ProcessStart,
): ChildProcess | number {
  const all = [...stdio, 'inherit' as const]
  // Inherited descriptors keep their numbers.
  for (const { fd } of Object.values(start.inherits)) {
    while (all.length <= fd) all.push('ignore')
    all[fd] = fd
  }
  try {
    const child = spawn(process.execPath, [program, JSON.stringify(start)], { stdio: all })
    child.on('error', () => {})
    // The error follows in an event. Enough descriptors were free, so the process limit must be reached.
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

/** A zombie counts as gone once its last thread has exited, because its descriptors are closed then. */
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
