/** How long a measurement takes, and how much it can tell. */
export interface Sizes {
  readonly processes: number
  readonly rounds: number
  readonly blockMs: number
}

export const quickSizes: Sizes = { processes: 5, rounds: 12, blockMs: 1.5 }
export const fullSizes: Sizes = { processes: 8, rounds: 40, blockMs: 4 }
