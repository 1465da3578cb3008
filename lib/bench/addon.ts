import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

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
}

const path = fileURLToPath(new URL('../../build/Release/bench.node', import.meta.url))
let loaded: BenchAddon | undefined

/** Throws Error where it was not built. */
export function benchAddon(): BenchAddon {
  loaded ??= load()
  return loaded
}

function load(): BenchAddon {
  try {
    return createRequire(import.meta.url)(path) as BenchAddon
  } catch (error) {
    const [reason] = String((error as Error).message).split('\n')
    throw new Error(`the bench's own addon could not be loaded (${reason}): npm run build`)
  }
}

/** Of a loop of the addon: its nanoseconds. Throws Error for the errno that it met. */
export function nanoseconds(result: number, loop: string): number {
  if (result < 0) throw new Error(`${loop} failed with errno ${-result}`)
  return result
}
