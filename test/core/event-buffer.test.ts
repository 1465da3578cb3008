import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EPOLLIN, EPOLLOUT, Epoll, EventBuffer, EventFd } from '../../lib/index.ts'

test('a new EventBuffer has the given capacity, or room for 1,024 events by default', () => {
  assert.equal(new EventBuffer().capacity, 1024)
  for (const capacity of [1, 7, 2 ** 20]) assert.equal(new EventBuffer(capacity).capacity, capacity)
})

test('wait() writes at most as many events as the buffer holds', () => {
  using epoll = new Epoll()
  using first = new EventFd(1)
  using second = new EventFd(1)
  epoll.register(first, EPOLLIN)
  epoll.register(second, EPOLLIN)
  const events = new EventBuffer(1)
  assert.equal(epoll.wait(events, 0), 1)
  assert.equal(epoll.wait(new EventBuffer(2), 0), 2)
})

test("data() and mask() return each event, in the kernel's order", () => {
  using epoll = new Epoll()
  const fds = [1, 2, 3].map(() => new EventFd(1))
  for (const [i, event] of fds.entries()) epoll.register(event, EPOLLIN | EPOLLOUT, 2 ** 40 + i)
  const events = new EventBuffer(3)
  assert.equal(epoll.wait(events, 0), 3)
  for (const i of [0, 1, 2]) {
    assert.equal(events.data(i), 2 ** 40 + i)
    assert.equal(events.mask(i), EPOLLIN | EPOLLOUT)
  }
  for (const event of fds) event.close()
})

test('data() and mask() refuse an index beyond the capacity', () => {
  const events = new EventBuffer(3)
  assert.equal(events.data(2), 0)
  for (const i of [3, -1, 0.5, 2 ** 32]) {
    assert.throws(() => events.data(i), RangeError)
    assert.throws(() => events.mask(i), RangeError)
  }
})

test('several epolls can use one buffer in turn', () => {
  const events = new EventBuffer(4)
  using first = new Epoll()
  using second = new Epoll()
  using event = new EventFd(1)
  first.register(event, EPOLLIN, 1)
  second.register(event, EPOLLIN, 2)
  first.wait(events, 0)
  assert.equal(events.data(0), 1)
  second.wait(events, 0)
  assert.equal(events.data(0), 2)
})
