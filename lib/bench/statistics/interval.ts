import { below, type Random, seeded } from './random.ts'
import { mean, median, quantileOfSorted } from './statistics.ts'

/** The ratio of two costs with its 95 % interval. */
export interface RatioInterval {
  /** The geometric mean, over all processes, of the median ratio within each process. */
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly processes: number
  readonly rounds: number
}

export const processesMin = 5
const resamples = 5000
const tail = 0.025
const normalQuantile = 1.959964
const freedomMin = processesMin - 1
/** Student's t at 97.5 % for 4 degrees of freedom and more: a smaller `processesMin` needs more values. */
const studentQuantiles = [
  2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518,
  2.0484, 2.0452, 2.0423,
]

/** Student's t at 97.5 %. @param freedom from 4 on */
export function studentQuantile(freedom: number): number {
  return studentQuantiles[freedom - freedomMin] ?? normalQuantile * (1 + 1.25 / freedom)
}

/**
 * The ratio of paired measurements, with a 95 % interval.
 *
 * Processes differ in their memory layout and compiled code, and more rounds within one process do not average that
 * out. So the bootstrap resamples processes, of which there must be at least five. Each process contributes the median
 * of its rounds: resampling rounds as well would count their noise twice (the interval then contained the true value in
 * 99.5 of 100 unbiased sessions instead of 95). With few processes, a bootstrap interval is too narrow, so Student's t
 * widens it.
 *
 * Throws RangeError if there are fewer than five processes, or if a ratio is not above 0.
 *
 * @param ratios by process and round
 */
export function ratioInterval(ratios: readonly (readonly number[])[], seed: number): RatioInterval {
  if (ratios.length < processesMin) {
    throw new RangeError(`there must be ${processesMin} processes or more, got ${ratios.length}`)
  }
  const wrong = ratios.flat().find(ratio => !(ratio > 0 && ratio < Number.POSITIVE_INFINITY))
  if (wrong !== undefined) throw new RangeError(`a ratio must be above 0, got ${wrong}`)
  const logs = ratios.map(rounds => Math.log(median(rounds)))
  const centre = mean(logs)
  const means = resampledMeans(logs, seeded(seed))
  const { length } = ratios
  const widening = (studentQuantile(length - 1) / normalQuantile) * Math.sqrt(length / (length - 1))
  const bound = (share: number): number =>
    Math.exp(centre + (quantileOfSorted(means, share) - centre) * widening)
  return {
    ratio: Math.exp(centre),
    low: bound(tail),
    high: bound(1 - tail),
    processes: length,
    rounds: ratios.reduce((sum, rounds) => sum + rounds.length, 0),
  }
}

function resampledMeans(values: readonly number[], random: Random): Float64Array {
  const means = new Float64Array(resamples)
  for (let i = 0; i < resamples; i++) {
    let sum = 0
    for (let j = 0; j < values.length; j++) sum += values[below(values.length, random)]!
    means[i] = sum / values.length
  }
  return means.sort()
}
