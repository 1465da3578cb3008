import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as epollet from '../../lib/index.ts'

const { EPOLLET, EPOLLEXCLUSIVE, EPOLLIN, EPOLLONESHOT, EPOLLOUT, maskNames } = epollet

const rows: [mask: number, names: string][] = [
  [0, '0'],
  [EPOLLIN, 'EPOLLIN'],
  [EPOLLET, 'EPOLLET'],
  [EPOLLIN | EPOLLET, 'EPOLLIN|EPOLLET'],
  [EPOLLET + EPOLLONESHOT + EPOLLOUT + EPOLLIN, 'EPOLLIN|EPOLLOUT|EPOLLONESHOT|EPOLLET'],
  [EPOLLEXCLUSIVE | EPOLLIN, 'EPOLLIN|EPOLLEXCLUSIVE'],
  [EPOLLIN | 0x20, 'EPOLLIN|0x20'], // POLLNVAL, which epoll does not have
  [0x20, '0x20'],
  [0x0800_0000, '0x8000000'],
  [-(2 ** 31), 'EPOLLET'],
]
for (const [mask, names] of rows) {
  test(`maskNames(${mask}) returns ${names}`, () => assert.equal(maskNames(mask), names))
}

test('maskNames() of all bits returns each flag and each unnamed bit once', () => {
  const words = maskNames(-1).split('|')
  assert.equal(new Set(words).size, words.length)
  assert.deepEqual(words, maskNames(2 ** 32 - 1).split('|'))
  const values = words.map(word => Number((epollet as Record<string, unknown>)[word] ?? word))
  assert.equal(
    values.reduce((sum, value) => sum + value),
    2 ** 32 - 1,
  )
})

test('every constant is a non-negative integer', () => {
  const names = Object.keys(epollet).filter(name => /^[A-Z0-9_]+$/.test(name))
  assert.ok(names.length > 100)
  for (const name of names) {
    const value = (epollet as Record<string, unknown>)[name]
    assert.ok(Number.isInteger(value) && (value as number) >= 0, name)
  }
})
