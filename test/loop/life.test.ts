// The end of an EventLoop.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { constants } from 'node:os'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  ClosedError,
  EPOLLET,
  EPOLLIN,
  EventFd,
  maskNames,
  Pipe,
  SystemError,
} from '../../lib/index.ts'
import { EventLoop } from '../../lib/loop/index.ts'
import { EMFILE, interestOf, native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { replaceWatcher } from './replace-watcher.ts'
import { unexpected, until } from './turns.ts'

test('after close() in a handler, no other handler of the batch and no timer runs', async () => {
  const loop = new EventLoop()
  using first = new EventFd(1)
  using second = new EventFd(1)
  let calls = 0
  loop.add(first, EPOLLIN | EPOLLET, () => {
    calls++
    loop.defer(unexpected)
    loop.after(1, unexpected)
    loop.close()
  })
  loop.add(second, EPOLLIN | EPOLLET, unexpected)
  await until(() => calls > 0)
  await setTimeout(5)
  assert.deepEqual([calls, loop.closed], [1, true])
})

test('close() in a deferred call or a timer cancels all others', async () => {
  for (const begin of ['defer', 'after'] as const) {
    const loop = new EventLoop()
    const schedule = (call: () => void) =>
      begin === 'defer' ? loop.defer(call) : loop.after(1, call)
    schedule(() => loop.close())
    schedule(unexpected)
    await until(() => loop.closed)
    await setTimeout(5)
  }
})

test('close() leaves descriptors open and may be called twice; later calls throw ClosedError', () => {
  const loop = new EventLoop()
  using event = new EventFd(1)
  const registration = loop.add(event, EPOLLIN, unexpected)
  loop.close()
  loop.close()
  assert.equal(event.read(), 1n)
  assert.throws(() => loop.add(event, EPOLLIN, unexpected), ClosedError)
  assert.throws(() => loop.after(1, unexpected), ClosedError)
  assert.throws(() => loop.defer(unexpected), ClosedError)
  assert.throws(() => registration.modify(EPOLLIN), ClosedError)
  registration.remove()
  loop.ref().unref()
})

test('ref() and unref() after close() do nothing', t => {
  const told: string[] = []
  const watcher = {
    open: () => 0,
    start: () => 0,
    ref: () => told.push('ref'),
    unref: () => told.push('unref'),
    close: () => told.push('close'),
  }
  replaceWatcher(t, watcher)
  const loop = new EventLoop()
  using event = new EventFd()
  loop.add(event, EPOLLIN, unexpected)
  loop.unref().ref()
  loop.close()
  const before = [...told]
  loop.unref().ref()
  assert.equal(before.at(-1), 'close')
  assert.deepEqual(told, before)
})

const refusing = { open: () => 0, start: () => -constants.errno.ENOMEM, unref() {}, close() {} }
for (const [refusal, watcher, syscall] of [
  ['a handle', { open: () => -constants.errno.ENOMEM }, 'uv_poll_init'],
  ['to start one', refusing, 'uv_poll_start'],
] as const)
  test(`if Node’s loop refuses ${refusal}, add() throws and leaves the loop unchanged`, async t => {
    replaceWatcher(t, watcher, { times: 1 })
    using loop = new EventLoop()
    using event = new EventFd(1)
    assert.throws(() => loop.add(event, EPOLLIN, unexpected), { syscall, code: 'ENOMEM' })
    let calls = 0
    loop.add(event, EPOLLIN | EPOLLET, () => calls++)
    await until(() => calls > 0)
    assert.equal(loop.dropped, 0)
  })

test('two hundred closed loops leave no descriptor open', async () => {
  using event = new EventFd(1)
  const before = openDescriptors()
  for (let i = 0; i < 200; i++) {
    const loop = new EventLoop()
    await new Promise<void>(resolve => {
      loop.add(event, EPOLLIN | EPOLLET, () => resolve())
    })
    loop.close()
  }
  assert.deepEqual(openDescriptors(), before)
})

test('two loops can watch one descriptor, and both get its events', async () => {
  using one = new EventLoop()
  using two = new EventLoop()
  using pipe = new Pipe()
  const seen: string[] = []
  one.add(pipe.reader, EPOLLIN | EPOLLET, () => seen.push('one'))
  two.add(pipe.reader, EPOLLIN | EPOLLET, () => seen.push('two'))
  pipe.writer.write('x')
  await until(() => seen.length === 2)
  assert.deepEqual(seen.toSorted(), ['one', 'two'])
})

test('new EventLoop() throws if no epoll can be created', t => {
  t.mock.method(native, 'epollCreate1', () => EMFILE)
  assert.throws(
    () => new EventLoop(),
    (error: unknown) => {
      return error instanceof SystemError && error.code === 'EMFILE'
    },
  )
})

test('an observer sees the events of each wait before the handlers, until it is removed', async () => {
  using loop = new EventLoop()
  using pipe = new Pipe()
  assert.equal(loop.observer, null)
  const seen: string[] = []
  loop.add(pipe.reader, EPOLLIN | EPOLLET, () => seen.push('handler'))
  loop.observer = (events, count) => {
    seen.push(count === 0 ? 'nothing' : `${count}: ${maskNames(events.mask(0))}`)
  }
  pipe.writer.write('x')
  await until(() => seen.includes('nothing'))
  assert.deepEqual(seen, ['1: EPOLLIN', 'handler', 'nothing'])
  const [entry] = interestOf(loop.fileno())
  assert.equal(entry?.fd, pipe.reader.fileno())
  loop.observer = null
  pipe.writer.write('x')
  await until(() => seen.length > 3)
  assert.deepEqual(seen.slice(3), ['handler'])
  loop.close()
  assert.throws(() => loop.fileno(), ClosedError)
})
