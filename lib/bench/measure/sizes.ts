import { processesMin } from '../statistics/interval.ts'

/** The number of processes, rounds per process and milliseconds per block. Larger numbers give narrower intervals. */
export interface Sizes {
  readonly processes: number
  readonly rounds: number
  readonly blockMs: number
}

export const quickSizes: Sizes = { processes: processesMin, rounds: 12, blockMs: 1.5 }
export const fullSizes: Sizes = { processes: 8, rounds: 40, blockMs: 4 }

// The kernel updates another process's CPU time only once per time slice, so blocks are longer.
export const quickRaceSizes: Sizes = { processes: processesMin, rounds: 3, blockMs: 250 }
export const fullRaceSizes: Sizes = { processes: 8, rounds: 7, blockMs: 1000 }
