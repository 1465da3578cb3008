import { type Random, seeded } from '../../lib/bench/measure/random.ts'

export interface Bench {
  processes: number
  rounds: number
  /** The true ratio. */
  ratio: number
  /** What differs from process to process, and from round to round, as shares. */
  processBias: number
  roundNoise: number
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** A session on a clock that is made up: each process has a bias of its own, and one round in twenty is disturbed. */
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
