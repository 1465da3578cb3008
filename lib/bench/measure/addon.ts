import { loadAddon } from '../../sys/index.ts'

/**
 * The second addon, bench.node: the same loops in C, as a baseline. Each loop returns its CPU time in nanoseconds, or
 * -errno.
 */
export interface BenchAddon {
  /** CLOCK_THREAD_CPUTIME_ID. */
  threadCpuNs(): number
  epollWaitLoop(epfd: number, maxevents: number, rounds: number): number
  /** @param fds two integers for each pollfd */
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
  /** Sends a byte to each client and back. The CPU time includes all threads and processes of the server. */
  rivalsRun(handle: number, epfd: number, clients: Int32Array, rounds: number): number
  /** Waits until the server has ended; the clients must be closed. */
  rivalsStop(handle: number): number
  /**
   * Fills `latencies` with the nanoseconds from each request's scheduled time to its answer. Returns the total
   * wall-clock time. If `once` is 1, each request has its own connection.
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
   * Answers each request with the same bytes, and closes the connection if `once` is 1. Returns only after a failure.
   * For pipelined requests, `answers` contains the answer once per request.
   */
  httpFloor(address: Uint8Array, answers: Uint8Array, answerBytes: number, once: number): number
}

/** How the reader is registered and reads; the numbers are those of native/bench-messages.cc. */
export type CycleMode = 0 | 1 | 2 | 3

/** The numbers are those of native/bench-rivals.cc. */
export const rivalKinds = { epoll: 0, threads: 1, processes: 2 } as const

let loaded: BenchAddon | undefined

/** Throws Error if the addon was not built. */
export function benchAddon(): BenchAddon {
  if (loaded !== undefined) return loaded
  const { exports, state } = loadAddon<BenchAddon>('bench', 'threadCpuNs')
  if (exports === null) throw new Error(state.message)
  loaded = exports
  return exports
}

/** The result of a loop in the addon. Throws Error if it is a negative errno. */
export function nanoseconds(result: number, loop: string): number {
  if (result < 0) throw new Error(`${loop} failed with errno ${-result}`)
  return result
}
