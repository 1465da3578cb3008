import * as sys from '../../sys/index.ts'
import { type Flag, flags } from '../language/syntax.ts'

const kernel = { ...sys }
const bits = new Map<Flag, number>([
  ...flags.map(flag => [flag, kernel[`EPOLL${flag}` as const]] as const),
  ['NVAL', sys.POLLNVAL],
])

export function bitsOf(mask: readonly Flag[]): number {
  return mask.reduce((all, flag) => all + bits.get(flag)!, 0)
}

/** The names of a mask's bits without EPOLL, always in the same order. */
export function flagsOf(mask: number): Flag[] {
  return [...bits].filter(([, bit]) => (mask & bit) !== 0).map(([flag]) => flag)
}
