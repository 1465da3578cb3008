import { openSync, readSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { EPOLL_CTL_ADD, EPOLLIN, inPackage, native, O_CLOEXEC, SHUT_RDWR } from '../../sys/index.ts'
import type { Action } from '../language/syntax.ts'
import { ASKED, BACK, CALLING, CallSlot, IDLE, STARTING } from './call-slot.ts'
import { Owned } from './owned.ts'
import type { Raw, Target } from './system.ts'

const lookMs = 1
const freeMs = 300
/** The system call number of futex(2), in which idle threads wait. */
const futex = process.arch === 'arm64' ? '98 ' : '202 '

const line = Buffer.alloc(1024)

interface Thread {
  readonly slot: CallSlot
  /** /proc files of the thread, opened early because a program may use up all descriptors. */
  readonly stat: number
  readonly syscall: number
}

interface Busy extends Thread {
  readonly action: Action
  readonly targets: Readonly<Record<string, Target>>
}

/** Threads that make system calls for a program, and later for the next programs. */
export class ThreadPool {
  /** The program's open descriptors. */
  readonly owned: Owned = new Owned()
  readonly #idle: Thread[] = []
  readonly #busy = new Map<string, Busy>()
  readonly #wakers: number[] = []

  /** Starts threads until `count` are idle. Call it before the program opens anything: threads use descriptors, too. */
  prepare(count: number): void {
    while (this.#idle.length < count) this.#idle.push(this.#newThread())
  }

  /** Returns when the operation has finished or its thread is blocked in the kernel. */
  start(name: string, action: Action, open: ReadonlyMap<string, Target>): Raw {
    const thread = this.#idle.pop() ?? this.#newThread()
    const { slot } = thread
    const targets = Object.fromEntries(open)
    this.#busy.set(name, { ...thread, action, targets })
    slot.put({ action, targets })
    slot.state = ASKED
    while (slot.state !== BACK && !(slot.state === CALLING && sleeps(thread)))
      slot.waitWhile(slot.state, lookMs)
    return { result: 0, says: slot.state === BACK ? 'back' : 'blocked' }
  }

  isBack(name: string): boolean {
    return this.#busy.get(name)?.slot.state === BACK
  }

  join(name: string, timeoutMs: number): Raw {
    const { slot } = this.#busy.get(name)!
    slot.waitWhile(CALLING, timeoutMs)
    return slot.state === BACK ? slot.take<Raw>() : { result: 0, says: 'blocked' }
  }

  /** Unblocks threads in epoll_wait() or on a socket. Pipe readers wake up by themselves when the writer is closed. */
  wake(): void {
    for (const { slot, action, targets } of this.#busy.values()) {
      if (slot.state === BACK) continue
      const name = action.op === 'wait' ? action.epoll : 'name' in action ? action.name : ''
      const fd = targets[name]?.fd ?? -1
      if (!this.owned.has(fd)) continue
      if (action.op === 'wait') this.#ring(fd)
      else native.shutdown(fd, SHUT_RDWR)
    }
  }

  #newThread(): Thread {
    const slot = new CallSlot()
    const { url } = import.meta
    const file = url.endsWith('.ts')
      ? new URL('./thread.ts', url)
      : inPackage('dist/lab/machine/thread.js')
    const workerData = { slot: slot.buffer, owned: this.owned.buffer }
    new Worker(file, { workerData, execArgv: [] }).unref()
    while (slot.state === STARTING) slot.waitWhile(STARTING)
    const task = `/proc/self/task/${slot.tid}`
    return { slot, stat: openSync(`${task}/stat`, 'r'), syscall: openSync(`${task}/syscall`, 'r') }
  }

  #ring(epfd: number): void {
    const fd = native.eventfd(1, O_CLOEXEC)
    native.epollCtl(epfd, EPOLL_CTL_ADD, fd, EPOLLIN, 0)
    this.#wakers.push(fd)
  }

  /** Returns finished threads to the pool. Returns false if some are still blocked, and drops those. */
  free(): boolean {
    let all = true
    for (const thread of this.#busy.values()) {
      const { slot } = thread
      slot.waitWhile(CALLING, freeMs)
      if (slot.state !== BACK) all = false
      else {
        slot.state = IDLE
        this.#idle.push(thread)
      }
    }
    this.#busy.clear()
    for (const fd of this.#wakers.splice(0)) native.close(fd)
    return all
  }
}

function sleeps({ stat, syscall }: Thread): boolean {
  const [state] = contentOf(stat).replace(/^.*\) /, '')
  return state === 'S' && !contentOf(syscall).startsWith(futex)
}

function contentOf(fd: number): string {
  return line.toString('latin1', 0, readSync(fd, line, 0, line.length, 0))
}
