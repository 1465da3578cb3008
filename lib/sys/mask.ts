import { maskOf } from './arguments.ts'
import * as constants from './constants.ts'

const bits: [name: string, bit: number][] = Object.entries(constants)
  .filter(([name]) => name.startsWith('EPOLL') && !/^EPOLL_(CTL|CLOEXEC)/.test(name))
  .sort(([, a], [, b]) => a - b)

/**
 * An event mask in words, lowest bit first: `EPOLLIN|EPOLLET`; bits without a name are added in hexadecimal,
 * and an empty mask is `0`. A signed mask is understood. See epoll_ctl(2).
 *
 * @throws TypeError or RangeError if the mask is no integer of 32 bits
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
