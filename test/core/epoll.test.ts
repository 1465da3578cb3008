import '../helper/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EPOLLET, EPOLLIN, EPOLLOUT, Epoll, EventFd, Pipe } from '../../lib/index.ts'
import { inWorker } from '../helper/worker.ts'

test('poll() tells level-triggered readiness each time and edge-triggered readiness once', () => {
  using epoll = new Epoll()
  using level = new EventFd(1)
  using edge = new EventFd(1)
  epoll.register(level, EPOLLIN)
  epoll.register(edge, EPOLLIN | EPOLLET)
  assert.equal(epoll.poll(0).length, 2)
  assert.deepEqual(epoll.poll(0), [[level.fileno(), EPOLLIN]])
})

test('poll() in a worker sees what the main thread wrote', async () => {
  using epoll = new Epoll()
  using event = new EventFd()
  epoll.register(event, EPOLLIN)
  const events = inWorker('return epollet.Epoll.fromfd(workerData, { owns: false }).poll()', epoll.fileno())
  event.write(1)
  assert.deepEqual(await events, [[event.fileno(), EPOLLIN]])
})

test('watch() calls the listener from the loop, and the process may end when it is closed', async () => {
  using epoll = new Epoll()
  using pipe = new Pipe()
  epoll.register(pipe.reader, EPOLLIN)
  const seen = new Promise<number>(resolve => {
    const watcher = epoll.watch((events, count) => {
      watcher.close()
      resolve(count * 1000 + events.events(0))
    })
  })
  pipe.writer.write('x')
  assert.equal(await seen, 1000 + EPOLLIN)
})

test('for await gives one batch a turn and ends when the epoll is closed', async () => {
  const epoll = new Epoll()
  using pipe = new Pipe()
  epoll.register(pipe.writer, EPOLLOUT)
  let turns = 0
  for await (const batch of epoll) {
    assert.deepEqual(batch, [[pipe.writer.fileno(), EPOLLOUT]])
    if (++turns === 3) epoll.close()
  }
  assert.equal(turns, 3)
})

test('for await that is left closes its watcher, and another may follow', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  for (let i = 0; i < 2; i++) {
    for await (const batch of epoll) {
      assert.equal(batch.length, 1)
      break
    }
  }
})
