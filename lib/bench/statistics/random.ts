/**
 * A source of random numbers from 0 up to, but not including, 1. A seed produces the same numbers on every machine (mulberry32).
 */
export type Random = () => number

const step = 0x6d2b79f5
const range = 2 ** 32

/** @param seed an integer, of which the lowest 32 bits count */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + step) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / range
  }
}

/** An integer from 0 up to, but not including, `count`. */
export function below(count: number, random: Random): number {
  return Math.floor(random() * count)
}

/** A copy in random order. */
export function shuffled<T>(things: readonly T[], random: Random): T[] {
  const order = [...things]
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(i + 1, random)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}
