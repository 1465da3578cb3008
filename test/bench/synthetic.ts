import { type Random, seeded } from '../../lib/bench/statistics/random.ts'

export interface Bench {
  processes: number
  rounds: number
  /** The true ratio. */
  ratio: number
  /** The standard deviations between processes and between rounds, relative to the ratio. */
  processBias: number
  roundNoise: number
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/**
 * Invented ratios of a session: each process has its own bias, and about one round in twenty has eight times the noise.
 */
export function syntheticRatios(bench: Bench, seed: number): number[][] {
  const random = seeded(seed)
  return Array.from({ length: bench.processes }, () => {
    const bias = normal(random) * bench.processBias
    return Array.from({ length: bench.rounds }, () => {
      const disturbed = random() < 0.05 ? 8 : 1
      const noise = normal(random) * bench.roundNoise * disturbed
      return bench.ratio * Math.exp(bias + noise)
    })
  })
}
