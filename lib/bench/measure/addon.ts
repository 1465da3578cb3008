import { loadAddon } from '../../sys/index.ts'

/** The second addon, bench.node: the same loops in C, as a baseline. Each returns nanoseconds of CPU time, or -errno. */
export interface BenchAddon {
  /** CLOCK_THREAD_CPUTIME_ID. */
  threadCpuNs(): number
  epollWaitLoop(epfd: number, maxevents: number, rounds: number): number
  /** Two integers for each pollfd. */
  pollLoop(fds: Int32Array, rounds: number): number
  selectLoop(nfds: number, readfds: Uint8Array, rounds: number): number
  epollModLoop(epfd: number, fd: number, mask: number, rounds: number): number
  epollAddDelLoop(epfd: number, fd: number, mask: number, rounds: number): number
  /** Sends, awaits and receives one message per round. */
  cycleLoop(
    epfd: number,
    writer: number,
    reader: number,
    mode: CycleMode,
    sizeBytes: number,
    rounds: number,
  ): number
  /** @param pairs the reading and the writing end of each pair, alternating */
  ringLoop(epfd: number, pairs: Int32Array, active: number, writes: number, rounds: number): number
  /** The system calls of cycleLoop and ringLoop since the last call of this function. */
  messageCalls(): number
  /** Starts an echo server on these descriptors ({@link rivalKinds}), and returns a handle. */
  rivalsStart(kind: number, servers: Int32Array): number
  /** Sends a byte to each client and back. The CPU time is of all threads and processes. */
  rivalsRun(handle: number, epfd: number, clients: Int32Array, rounds: number): number
  /** Waits until the server has ended; the clients must be closed. */
  rivalsStop(handle: number): number
  /**
   * Fills `latencies` with the nanoseconds from the due time of each request to its answer. Returns the wall-clock time
   * of all. With `once` (1) each request has its own connection.
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
   * Answers each request with the same bytes, and closes the connection with `once` (1). Returns only after a failure.
   * `answers` repeats the answer for each pipelined request.
   */
  httpFloor(address: Uint8Array, answers: Uint8Array, answerBytes: number, once: number): number
}

/** How a reader is registered and reads, as numbered in native/bench-messages.cc. */
export type CycleMode = 0 | 1 | 2 | 3

/** As numbered in native/bench-rivals.cc. */
export const rivalKinds = { epoll: 0, threads: 1, processes: 2 } as const

let loaded: BenchAddon | undefined

/** Throws Error if the addon was not built. */
export function benchAddon(): BenchAddon {
  loaded ??= load()
  return loaded
}

function load(): BenchAddon {
  const { exports, state } = loadAddon<BenchAddon>('bench', 'threadCpuNs')
  if (exports !== null) return exports
  throw new Error(state.message)
}

/** The nanoseconds that a loop of the addon returned. Throws Error for a negative errno. */
export function nanoseconds(result: number, loop: string): number {
  if (result < 0) throw new Error(`${loop} failed with errno ${-result}`)
  return result
}
