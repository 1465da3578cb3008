import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checked, native } from '../sys/index.ts'
import type { Done } from './machine.ts'
import { actionText } from './print.ts'
import type { Action } from './syntax.ts'
import type { Raw, Target } from './system.ts'

const O_CLOEXEC = 0x80000
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
    const [down, up] = [new Int32Array(2), new Int32Array(2)]
    checked(native.pipe2(down, O_CLOEXEC), 'pipe2')
    checked(native.pipe2(up, O_CLOEXEC), 'pipe2')
    const stdio: ('ignore' | 'inherit' | number)[] = [down[0]!, up[1]!, 'inherit']
    // An inherited descriptor keeps its number.
    for (const { fd } of Object.values(inherits)) {
      while (stdio.length <= fd) stdio.push('ignore')
      stdio[fd] = fd
    }
    const args = [program, JSON.stringify(inherits)]
    const child = spawn(process.execPath, args, { stdio })
    native.close(down[0]!)
    native.close(up[1]!)
    this.#others.set(name, { child, to: down[1]!, from: up[0]! })
    return { result: child.pid!, says: 'ok' }
  }

  do(name: string, action: Action): Omit<Done, 'op' | 'opened'> {
    const { to, from } = this.#others.get(name)!
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
    if (other === undefined) return { result: -3 }
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

/** One that nobody has asked after yet has closed its descriptors all the same, once the last of its threads is gone. */
function isGone(pid: number): boolean {
  try {
    const ended = /^.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    return ended && readdirSync(`/proc/${pid}/task`).length <= 1
  } catch {
    return true
  }
}
