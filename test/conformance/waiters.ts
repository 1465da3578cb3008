// Threads that wait in epoll_wait or poll(2) on descriptors of the main thread. Tests don't guess how long a thread
// takes to start waiting: /proc/self/task/TID shows when it sleeps in its call.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { EPOLLIN, type Epoll, EventFd } from '../../lib/index.ts'
import { worker } from '../support/worker.ts'

/** `ew`: epoll_wait. `p`: poll(2), then epoll_wait with timeout 0, repeated if another thread took the event. */
export type Call = 'ew' | 'p'

export interface Wait {
  epoll: Epoll
  call: Call
  maxevents?: number
}

export interface Outcome {
  /** The number of events that the thread got; 0 if it is still asleep. */
  count: number
  /** The data word of the first event. */
  data: number
  events: number
}

const settleLimitMs = 1000
/** Longer than any test, so it ends only a thread that was never released. */
const waitLimitMs = 10_000
/** The indexes of the words that a thread shares with the main thread, and the values of the first word. */
const at = { state: 0, call: 1, epfd: 2, maxevents: 3, count: 4, tid: 5 }
const states = { idle: 0, given: 1, reported: 2 }
const calls: Record<Call, number> = { ew: 0, p: 1 }

const numbersOf: Partial<Record<NodeJS.Architecture, Record<Call, number[]>>> = {
  x64: { ew: [232, 281, 441], p: [7, 271] },
  arm64: { ew: [22, 441], p: [73] },
}

const threadCode = `
  const { Epoll, Poll, POLLIN } = epollet
  const { words, firstEvent, waitLimitMs, at, states, calls } = workerData
  const pollThenWait = (epoll, maxevents) => {
    const poll = new Poll()
    poll.register(epoll, POLLIN)
    while (poll.poll(waitLimitMs).length > 0) {
      const events = epoll.poll(0, maxevents)
      if (events.length > 0) return events
    }
    return []
  }
  const wait = () => {
    const epoll = Epoll.fromfd(words[at.epfd], { owns: false })
    if (words[at.call] === calls.p) return pollThenWait(epoll, words[at.maxevents])
    return epoll.poll(waitLimitMs, words[at.maxevents])
  }
  words[at.tid] = Number(require('node:fs').readlinkSync('/proc/thread-self').split('/').pop())
  parentPort.postMessage('ready')
  for (;;) {
    Atomics.wait(words, at.state, states.idle)
    try {
      const events = wait()
      words[at.count] = events.length
      firstEvent.set(events[0] ?? [0, 0])
    } catch (error) {
      words[at.count] = error.errno ?? -1
    }
    Atomics.store(words, at.state, states.reported)
    Atomics.wait(words, at.state, states.reported)
  }`

/**
 * The number of the system call in which a thread sleeps, and its first argument; null if the thread runs. The state is
 * read last, because `syscall` still shows the old call if the thread is being woken but has no processor yet
 * (TASK_WAKING).
 */
function sleepingIn(tid: number): { syscall: number; argument: number } | null {
  const task = `/proc/self/task/${tid}`
  const [number = '', argument] = readFileSync(`${task}/syscall`, 'latin1').split(' ')
  const asleep = readFileSync(`${task}/stat`, 'latin1').includes(') S ')
  if (!asleep || number.trim() === 'running') return null
  return { syscall: Number(number), argument: Number(argument) }
}

/** Yields the processor for a moment, because on a machine with two cores the observed threads need both. */
function yieldProcessor(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.05)
}

function until(what: string, condition: () => boolean): void {
  const limitMs = performance.now() + settleLimitMs
  while (!condition()) {
    assert.ok(performance.now() < limitMs, `not within ${settleLimitMs} ms: ${what}`)
    yieldProcessor()
  }
}

class Waiter {
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * Object.keys(at).length))
  readonly #firstEvent = new Float64Array(new SharedArrayBuffer(8 * 2))
  readonly #thread: Worker
  #wait: Wait | null = null

  constructor() {
    const shared = { words: this.#words, firstEvent: this.#firstEvent }
    this.#thread = worker(threadCode, { ...shared, waitLimitMs, at, states, calls })
  }

  async ready(): Promise<void> {
    await once(this.#thread, 'message')
  }

  get reported(): boolean {
    return Atomics.load(this.#words, at.state) === states.reported
  }

  /** Whether the thread sleeps in the given call, on the given epoll. */
  get asleep(): boolean {
    if (this.#wait === null) return false
    const { call, epoll } = this.#wait
    const sleep = sleepingIn(this.#words[at.tid]!)
    const numbers = numbersOf[process.arch]?.[call]
    assert.ok(numbers, `the system call numbers of ${process.arch}`)
    if (sleep === null || !numbers.includes(sleep.syscall)) return false
    return call === 'p' || sleep.argument === epoll.fileno()
  }

  start(wait: Wait): void {
    this.#wait = wait
    this.#words[at.call] = calls[wait.call]
    this.#words[at.epfd] = wait.epoll.fileno()
    this.#words[at.maxevents] = wait.maxevents ?? 1
    this.#words[at.count] = 0
    Atomics.store(this.#words, at.state, states.given)
    Atomics.notify(this.#words, at.state)
  }

  outcome(): Outcome {
    if (!this.reported) return { count: 0, data: 0, events: 0 }
    const count = this.#words[at.count]!
    assert.ok(count >= 0, `the waiting thread failed with errno ${-count}`)
    return { count, data: this.#firstEvent[0]!, events: this.#firstEvent[1]! }
  }

  async end(): Promise<void> {
    await this.#thread.terminate()
  }
}

/** A few threads, started once per test file, because starting a thread takes longer than a test. */
export class Waiters {
  readonly #threads: Waiter[]

  private constructor(threads: Waiter[]) {
    this.#threads = threads
  }

  static async of(count: number): Promise<Waiters> {
    const threads = Array.from({ length: count }, () => new Waiter())
    await Promise.all(threads.map(thread => thread.ready()))
    return new Waiters(threads)
  }

  /**
   * Runs each wait on a separate thread, and calls `emit` once all threads are asleep. The result is final when each
   * thread has reported or sleeps again: the kernel wakes threads within the system call that makes a descriptor ready,
   * and a woken thread no longer counts as asleep. Threads that still sleep are then released.
   */
  run(waits: Wait[], emit: () => void): Outcome[] {
    const threads = this.#threads.slice(0, waits.length)
    for (const [i, wait] of waits.entries()) threads[i]!.start(wait)
    try {
      until('all threads sleep', () => threads.every(thread => thread.asleep))
      assert.ok(!threads.some(thread => thread.reported), 'a thread reported before the event')
      emit()
      until('all threads report or sleep', () => settled(threads))
      return threads.map(thread => thread.outcome())
    } finally {
      release(waits, threads)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(thread => thread.end()))
  }
}

/**
 * Whether each thread has reported or sleeps. A running thread may wake one that was already checked, which may wake
 * another, so all threads are checked once more than there are threads.
 */
function settled(threads: Waiter[]): boolean {
  const rounds = threads.length + 1
  return Array.from({ length: rounds }).every(() => threads.every(t => t.asleep || t.reported))
}

function release(waits: Wait[], threads: Waiter[]): void {
  using bell = new EventFd(1)
  for (const epoll of new Set(waits.map(wait => wait.epoll))) epoll.register(bell, EPOLLIN)
  until('all threads are released', () => threads.every(thread => thread.reported))
}
