import { loadAddon } from '../../sys/index.ts'

/** The second addon, bench.node: the same loops in C, so that a comparison has a floor. Each returns nanoseconds of CPU, or -errno. */
export interface BenchAddon {
  /** CLOCK_THREAD_CPUTIME_ID. */
  threadCpuNs(): number
  epollWaitLoop(epfd: number, maxevents: number, rounds: number): number
  /** Two integers for each pollfd. */
  pollLoop(fds: Int32Array, rounds: number): number
  selectLoop(nfds: number, readfds: Uint8Array, rounds: number): number
  epollModLoop(epfd: number, fd: number, mask: number, rounds: number): number
  epollAddDelLoop(epfd: number, fd: number, mask: number, rounds: number): number
  /** So many messages, each sent, waited for and received. */
  cycleLoop(
    epfd: number,
    writer: number,
    reader: number,
    mode: CycleMode,
    sizeBytes: number,
    rounds: number,
  ): number
  /** The reading and the writing end of each pair. */
  ringLoop(epfd: number, pairs: Int32Array, active: number, writes: number, rounds: number): number
  /** How many system calls these two have made since it was asked last. */
  messageCalls(): number
  /** Starts what echoes on these descriptors ({@link rivalKinds}), and returns a handle. */
  rivalsStart(kind: number, servers: Int32Array): number
  /** A byte to each and back, with the CPU time of all threads and processes that take part. */
  rivalsRun(handle: number, epfd: number, clients: Int32Array, rounds: number): number
  /** Waits for their end; the clients must be closed. */
  rivalsStop(handle: number): number
  /**
   * Fills `latencies` with nanoseconds from when each request was due; returns how long all took, on the wall. With
   * `once` (1) each connection is for one request.
   */
  httpLoad(
    address: Uint8Array,
    request: Uint8Array,
    answerBytes: number,
    connections: number,
    once: number,
    intervalNs: number,
    latencies: Float64Array,
  ): number
  /**
   * Answers each request with the same bytes, and with `once` (1) closes; it returns only where it fails. `answers` is
   * that answer as often as there are requests in one piece.
   */
  httpFloor(address: Uint8Array, answers: Uint8Array, answerBytes: number, once: number): number
}

/** How a reader is registered and reads: as native/bench-messages.cc numbers it. */
export type CycleMode = 0 | 1 | 2 | 3

/** As native/bench-rivals.cc numbers them. */
export const rivalKinds = { epoll: 0, threads: 1, processes: 2 } as const

let loaded: BenchAddon | undefined

/** Throws Error where it was not built. */
export function benchAddon(): BenchAddon {
  loaded ??= load()
  return loaded
}

function load(): BenchAddon {
  const { exports, state } = loadAddon<BenchAddon>('bench', 'threadCpuNs')
  if (exports !== null) return exports
  throw new Error(state.message)
}

/** Of a loop of the addon: its nanoseconds. Throws Error for the errno that it met. */
export function nanoseconds(result: number, loop: string): number {
  if (result < 0) throw new Error(`${loop} failed with errno ${-result}`)
  return result
}
