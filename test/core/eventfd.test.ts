import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EPOLLET, EPOLLIN, EPOLLOUT, Epoll, EventFd } from '../../lib/index.ts'

const most = 2n ** 64n - 2n

for (const initial of [1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 1n, 2n ** 63n, most]) {
  test(`the first read() of new EventFd(${initial}: ${typeof initial}) returns the value, the second null`, () => {
    using event = new EventFd(initial)
    assert.equal(event.read(), BigInt(initial))
    assert.equal(event.read(), null)
  })
}

test('write() adds to the value, and read() returns it and resets it to 0', () => {
  using event = new EventFd(1)
  assert.equal(event.write(2), true)
  assert.equal(event.write(2n ** 40n), true)
  assert.equal(event.write(0), true)
  assert.equal(event.read(), 2n ** 40n + 3n)
})

test('write() returns false if the sum would exceed 2^64-2, and adds nothing', () => {
  using event = new EventFd(most - 1n)
  assert.equal(event.write(2), false)
  assert.equal(event.write(1), true)
  assert.equal(event.write(1), false)
  assert.equal(event.write(most), false)
  assert.equal(event.read(), most)
})

test('write() refuses 2^64-1', () => {
  using event = new EventFd()
  assert.throws(() => event.write(2n ** 64n - 1n), { name: 'RangeError', message: /2\^64-2/ })
  assert.throws(() => event.write(-1n), RangeError)
  assert.throws(() => event.write(2 ** 53), RangeError)
  assert.throws(() => new EventFd(2n ** 64n - 1n), RangeError)
})

test('each read of a semaphore returns 1 until its value is 0', () => {
  using event = new EventFd(2, { semaphore: true })
  assert.deepEqual([event.read(), event.read(), event.read()], [1n, 1n, null])
  event.write(1)
  assert.deepEqual([event.read(), event.read()], [1n, null])
})

test('the initial value of a semaphore may be above 2^32', () => {
  using event = new EventFd(2n ** 33n, { semaphore: true })
  assert.equal(event.read(), 1n)
})

test('an EventFd is readable if its value is above 0, and writable if it is below the maximum', () => {
  using epoll = new Epoll()
  using event = new EventFd(most)
  epoll.register(event, EPOLLIN | EPOLLOUT)
  assert.deepEqual(epoll.poll(0), [[event.fileno(), EPOLLIN]])
  event.read()
  assert.deepEqual(epoll.poll(0), [[event.fileno(), EPOLLOUT]])
})

test('each write() causes an edge, even if the value was not read before', () => {
  using epoll = new Epoll()
  using event = new EventFd()
  epoll.register(event, EPOLLIN | EPOLLET)
  for (let i = 0; i < 3; i++) {
    event.write(1)
    assert.equal(epoll.poll(0).length, 1)
    assert.equal(epoll.poll(0).length, 0)
  }
})
