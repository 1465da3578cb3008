import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import {
  EPOLLET,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLPRI,
  Epoll,
  EventFd,
  File,
  Socket,
} from '../../lib/index.ts'
import { EventLoop, type Registration } from '../../lib/loop/index.ts'
import { native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { waitingBy } from '../support/waits.ts'
import { replaceWatcher } from './replace-watcher.ts'
import { delivered, unexpected, until } from './turns.ts'

test('add() calls the handler with the mask, modify() changes the mask, remove() ends the calls', async () => {
  using loop = new EventLoop()
  const [near, far] = Socket.pair()
  const masks: number[] = []
  const registration = loop.add(near, EPOLLIN | EPOLLET, events => masks.push(events))
  far.send('x')
  await until(() => masks.length > 0)
  registration.modify(EPOLLOUT | EPOLLET)
  await until(() => masks.length > 1)
  registration.remove()
  far.send('y')
  await delivered(loop)
  assert.deepEqual(masks, [EPOLLIN, EPOLLOUT])
  near.close()
  far.close()
})

test('add() accepts a number, a signed mask and an object with an fd', async () => {
  using loop = new EventLoop()
  using first = new EventFd(1)
  using second = new EventFd(1)
  const seen: string[] = []
  loop.add(first.fileno(), EPOLLIN | (EPOLLET | 0), () => seen.push('number'))
  loop.add({ fd: second.fileno() }, EPOLLIN | EPOLLET, () => seen.push('fd'))
  await delivered(loop)
  assert.deepEqual(seen, ['number', 'fd'])
})

test('a descriptor that is already ready when it is added is reported, and only once if edge-triggered', async () => {
  using loop = new EventLoop()
  using event = new EventFd(1)
  let calls = 0
  loop.add(event, EPOLLIN | EPOLLET, () => calls++)
  await delivered(loop)
  await delivered(loop)
  assert.equal(calls, 1)
})

test('if more descriptors are ready than a batch holds, each handler is called once', async () => {
  using loop = new EventLoop()
  const events = Array.from({ length: 700 }, () => new EventFd(1))
  const calls = new Array<number>(events.length).fill(0)
  for (const [i, event] of events.entries()) {
    loop.add(event, EPOLLIN | EPOLLET, () => calls[i]!++)
  }
  await delivered(loop)
  assert.deepEqual(calls, new Array(events.length).fill(1))
  for (const event of events) event.close()
})

test('if a number is reused, an event of the old descriptor does not reach the new registration', async () => {
  using loop = new EventLoop()
  using first = new EventFd(1)
  const stale = new EventFd(1)
  using fresh = new EventFd(0)
  const number = stale.fileno()
  const old = { registration: null as Registration | null }
  let freshCalls = 0
  loop.add(first, EPOLLIN | EPOLLET, () => {
    old.registration!.remove()
    stale.close()
    assert.equal(native.dup3(fresh.fileno(), number, 0), number)
    loop.add(number, EPOLLIN | EPOLLET, () => freshCalls++)
  })
  old.registration = loop.add(stale, EPOLLIN | EPOLLET, unexpected)
  await until(() => loop.dropped > 0)
  await delivered(loop)
  assert.deepEqual([freshCalls, loop.dropped], [0, 1])
  fresh.write(1)
  await until(() => freshCalls > 0)
  assert.deepEqual([freshCalls, loop.dropped], [1, 1])
  native.close(number)
})

test('if a handler removes a registration, its event in the same batch is dropped and counted', async () => {
  using loop = new EventLoop()
  using first = new EventFd(1)
  using second = new EventFd(1)
  const later: Registration[] = []
  loop.add(first, EPOLLIN | EPOLLET, () => later[0]!.remove())
  later.push(loop.add(second, EPOLLIN | EPOLLET, unexpected))
  await delivered(loop)
  assert.equal(loop.dropped, 1)
})

test('if a handler replaces a registration, its event reaches neither the old nor the new one', async () => {
  using loop = new EventLoop()
  using first = new EventFd(1)
  using second = new EventFd(1)
  const later: Registration[] = []
  const seen: string[] = []
  loop.add(first, EPOLLIN | EPOLLET, () => {
    later[0]!.remove()
    loop.add(second, EPOLLIN | EPOLLET, () => seen.push(`dropped ${loop.dropped}`))
  })
  later.push(loop.add(second, EPOLLIN | EPOLLET, unexpected))
  await delivered(loop)
  await delivered(loop)
  assert.deepEqual(seen, ['dropped 1'], 'only the event of its own registration, after the stale')
})

test('a handler may remove itself and be added again, a thousand times', async () => {
  using loop = new EventLoop()
  using event = new EventFd(1)
  let calls = 0
  const done = new Promise<void>(resolve => {
    function again(): void {
      const registration = loop.add(event, EPOLLIN, () => {
        registration.remove()
        if (++calls === 1000) resolve()
        else again()
      })
    }
    again()
  })
  await done
  assert.deepEqual([calls, loop.dropped], [1000, 0])
})

test('an EPOLLONESHOT handler is called once, and once more after each modify()', async () => {
  using loop = new EventLoop()
  using event = new EventFd(1)
  let calls = 0
  const registration = loop.add(event, EPOLLIN | EPOLLONESHOT, () => calls++)
  await delivered(loop)
  await delivered(loop)
  assert.equal(calls, 1)
  registration.modify(EPOLLIN | EPOLLONESHOT)
  await delivered(loop)
  await delivered(loop)
  assert.equal(calls, 2)
})

test('if epoll refuses a descriptor, add() throws and leaves the loop unchanged', async () => {
  using loop = new EventLoop()
  using event = new EventFd(1)
  using file = File.open('/proc/self/exe')
  let calls = 0
  loop.add(event, EPOLLIN | EPOLLET, () => calls++)
  const refused: [number, string][] = [
    [event.fileno(), 'EEXIST'],
    [file.fileno(), 'EPERM'],
    [2 ** 20, 'EBADF'],
  ]
  for (const [fd, code] of refused) {
    assert.throws(() => loop.add(fd, EPOLLIN, unexpected), { name: 'SystemError', code })
  }
  await delivered(loop)
  assert.deepEqual([calls, loop.dropped], [1, 0])
})

test('a loop and a watched set refuse a regular file without starting a thread', () => {
  waitingBy('nested', () => {
    using loop = new EventLoop()
    using epoll = new Epoll()
    using event = new EventFd()
    using file = File.open('/proc/self/exe')
    using watcher = epoll.watch(unexpected)
    loop.add(event, EPOLLIN, unexpected)
    const threads = readdirSync('/proc/self/task')
    const descriptors = openDescriptors()
    assert.throws(() => loop.add(file, EPOLLIN, unexpected), { code: 'EPERM' })
    assert.throws(() => epoll.register(file, EPOLLIN), { code: 'EPERM' })
    assert.deepEqual(readdirSync('/proc/self/task'), threads)
    assert.deepEqual(openDescriptors(), descriptors)
    assert.equal(watcher.closed, false)
  })
})

test('if add() cannot start a thread, it removes the registration again', t => {
  waitingBy('nested', () => {
    using loop = new EventLoop()
    using epoll = new Epoll()
    using watcher = epoll.watch(unexpected)
    using file = File.open('/proc/self/mounts')
    replaceWatcher(t, { open: () => -12 }, { times: 2 }, 'ThreadWatcher')
    assert.throws(() => loop.add(file, EPOLLPRI, unexpected), { code: 'ENOMEM' })
    assert.throws(() => epoll.register(file, EPOLLPRI), { code: 'ENOMEM' })
    assert.deepEqual(epoll.interest(), [])
    loop.add(file, EPOLLPRI, unexpected).remove()
    assert.equal(watcher.closed, false)
  })
})

test('a slot is reused after unregister() and after a refused attach(), so the loop does not grow', () => {
  using loop = new EventLoop()
  using first = new EventFd()
  using second = new EventFd()
  const handler = { onEvents: unexpected }
  const slot = loop.attach(first.fileno(), EPOLLIN, handler)
  const other = loop.attach(second.fileno(), EPOLLIN, handler)
  for (let i = 0; i < 100; i++) {
    loop.unregister(slot, first.fileno())
    assert.throws(() => loop.attach(second.fileno(), EPOLLIN, handler), { code: 'EEXIST' })
    assert.equal(loop.attach(first.fileno(), EPOLLIN, handler), slot)
  }
  assert.notEqual(slot, other)
})

test('the first remove() of a closed descriptor throws, and a second one does nothing', async () => {
  using loop = new EventLoop()
  const event = new EventFd(1)
  const registration = loop.add(event, EPOLLIN, unexpected)
  event.close()
  assert.throws(() => registration.remove(), { name: 'SystemError', code: 'EBADF' })
  registration.remove()
  assert.throws(() => registration.modify(EPOLLIN), /was removed: call add\(\) again/)
  await delivered(loop)
})

test('a stale registration of a closed descriptor does not affect the next registration of its number', async () => {
  using loop = new EventLoop()
  using event = new EventFd(0)
  const closed = new EventFd(0)
  const number = closed.fileno()
  const stale = loop.add(closed, EPOLLIN, unexpected)
  closed.close()
  assert.equal(native.dup3(event.fileno(), number, 0), number)
  const masks: number[] = []
  const fresh = loop.add(number, EPOLLIN | EPOLLET, events => masks.push(events))
  assert.throws(() => stale.modify(EPOLLOUT), { name: 'SystemError', code: 'ENOENT' })
  assert.throws(() => stale.remove(), { name: 'SystemError', code: 'ENOENT' })
  stale.remove()
  event.write(1)
  await until(() => masks.length > 0)
  fresh.modify(EPOLLOUT | EPOLLET)
  await until(() => masks.length > 1)
  fresh.remove()
  assert.deepEqual([masks, loop.dropped], [[EPOLLIN, EPOLLOUT], 0])
  native.close(number)
})
