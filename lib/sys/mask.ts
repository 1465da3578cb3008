import { maskOf } from './arguments.ts'
import * as constants from './constants.ts'

const bits: [name: string, bit: number][] = Object.entries(constants)
  .filter(([name]) => name.startsWith('EPOLL') && !/^EPOLL_(CTL|CLOEXEC)/.test(name))
  .sort(([, a], [, b]) => a - b)

/**
 * The names in an event mask, lowest bit first: `EPOLLIN|EPOLLET`. Bits without a name are added in hexadecimal; an
 * empty mask is `0`. The mask may be signed. See epoll_ctl(2).
 *
 * @throws TypeError or RangeError if the mask is not a 32-bit integer
 *
 * @example
 * ```ts
 * import { EPOLLET, EPOLLIN, maskNames } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * assert.equal(maskNames(EPOLLIN | EPOLLET), 'EPOLLIN|EPOLLET')
 * ```
 */
export function maskNames(mask: number): string {
  maskOf(mask, 'mask')
  const found = bits.filter(([, bit]) => (mask & bit) !== 0)
  const rest = found.reduce((left, [, bit]) => left & ~bit, mask) >>> 0
  const words = found.map(([name]) => name)
  if (rest !== 0) words.push(`0x${rest.toString(16)}`)
  return words.length === 0 ? '0' : words.join('|')
}
