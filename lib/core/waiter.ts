import {
  checked,
  EAGAIN,
  ENOSYS,
  type NativeThreadWatcher,
  type NativeWatcher,
  native,
  rangeError,
} from '../sys/index.ts'
import type { EventBuffer } from './event-buffer.ts'
import { reportsAgain } from './readiness.ts'

interface Source {
  fileno(): number
  wait(events: EventBuffer, timeoutMs: number): number
}

/** Whether to avoid libuv: Bun terminates the process if an addon calls it. */
function alwaysByThread(): boolean {
  const { EPOLLET_WATCH: choice = '' } = process.env
  if (choice !== '' && choice !== 'thread')
    throw rangeError('EPOLLET_WATCH', "'thread' or nothing", choice)
  return choice === 'thread' || process.versions['bun'] !== undefined
}

/**
 * Waits on an epoll for Node's loop: either nests it there with one level-triggered uv_poll, or starts a thread that
 * sleeps in epoll_wait. The thread is slower, but never loses an event; see {@link reportsAgain}.
 *
 * @internal
 */
export class Waiter {
  readonly #source: Source
  #native!: NativeWatcher
  #thread: NativeThreadWatcher | null = null
  #call: (() => void) | null = null
  #referenced = true

  constructor(source: Source, byThread = false) {
    this.#source = source
    this.#open(byThread || alwaysByThread())
  }

  get isThread(): boolean {
    return this.#thread !== null
  }

  /** Calls the function from Node's loop each time there may be events to take. */
  start(call: () => void): void {
    checked(this.#native.start(call), this.isThread ? 'epoll_wait' : 'uv_poll_start')
    this.#call = call
  }

  stop(): void {
    this.#native.stop()
    this.#call = null
  }

  ref(): void {
    this.#referenced = true
    this.#native.ref()
  }

  unref(): void {
    this.#referenced = false
    this.#native.unref()
  }

  close(): void {
    this.#native.close()
    this.#call = null
  }

  /** Takes the events that are ready now, and returns their number; 0 while the thread is waiting. */
  take(events: EventBuffer): number {
    if (this.#thread === null) return this.#source.wait(events, 0)
    const count = this.#thread.take(events.words, events.capacity)
    if (count === 0) return this.#source.wait(events, 0)
    return count === EAGAIN ? 0 : checked(count, 'epoll_wait', this.#source.fileno())
  }

  takeCollected(events: EventBuffer, most: number): number {
    return Math.max(0, this.#thread?.take(events.words, most) ?? 0)
  }

  /**
   * Call this after adding a descriptor. If polling would consume an event of the new file, a thread takes over before
   * Node's loop polls the set again.
   */
  admit(fd: number): void {
    if (!this.isThread && !reportsAgain(fd)) this.#replace(true)
  }

  /** Call this after another epoll has taken over the descriptor number. */
  renew(): void {
    this.#replace(this.isThread)
  }

  #replace(byThread: boolean): void {
    const before = this.#native
    this.#open(byThread)
    before.close()
    if (!this.#referenced) this.#native.unref()
    if (this.#call !== null) this.start(this.#call)
  }

  #open(byThread: boolean): void {
    const thread = byThread ? new native.ThreadWatcher() : null
    const opened = thread ?? new native.Watcher()
    const result = opened.open(this.#source.fileno())
    if (result === ENOSYS && !byThread) return this.#open(true)
    const call = byThread ? 'pthread_create' : 'uv_poll_init'
    checked(result, call, `epoll ${this.#source.fileno()}`)
    this.#native = opened
    this.#thread = thread
  }
}
