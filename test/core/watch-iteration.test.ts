// `for await` over an Epoll.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { EPOLLIN, EPOLLOUT, Epoll, EventFd, Pipe } from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'

/** Waits for a few turns of Node's loop, in which libuv polls at least twice. */
async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await setImmediate()
}

test('for await yields one batch per turn and ends when the epoll is closed', async () => {
  const epoll = new Epoll()
  using pipe = new Pipe()
  epoll.register(pipe.writer, EPOLLOUT)
  let seen = 0
  for await (const batch of epoll) {
    assert.deepEqual(batch, [[pipe.writer.fileno(), EPOLLOUT]])
    if (++seen === 3) epoll.close()
  }
  assert.equal(seen, 3)
})

test('a for await loop that waits for events ends when the epoll is closed', async () => {
  const epoll = new Epoll()
  const ended = (async () => {
    for await (const _ of epoll) assert.fail('nothing is ready')
  })()
  await turns()
  epoll.close()
  await ended
})

test('leaving a for await loop closes its watcher, so the epoll can be watched again', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  for (let i = 0; i < 2; i++) {
    for await (const batch of epoll) {
      assert.equal(batch.length, 1)
      break
    }
  }
  epoll.watch(() => {}).close()
})

test('a for await loop does not wait for events while its body runs', async t => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const wait = t.mock.method(native, 'epollWait')
  let seen = 0
  for await (const _ of epoll) {
    await turns()
    assert.equal(wait.mock.callCount(), ++seen)
    if (seen === 3) break
  }
})

test('for await over a watched epoll throws EEXIST', async () => {
  using epoll = new Epoll()
  const watcher = epoll.watch(() => {})
  const iterator = epoll[Symbol.asyncIterator]()
  await assert.rejects(iterator.next(), { code: 'EEXIST' })
  watcher.close()
})

test('an error in the body of a for await loop reaches the caller and closes the watcher', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const mine = new Error('mine')
  await assert.rejects(async () => {
    for await (const _ of epoll) throw mine
  }, mine)
  epoll.watch(() => {}).close()
})
