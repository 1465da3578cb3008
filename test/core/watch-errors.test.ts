// Epoll.watch() with listeners that throw or reject.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EPOLLIN, Epoll, EventFd } from '../../lib/index.ts'
import { child } from './child.ts'

test('an exception in a listener emits uncaughtException, and watching continues', async () => {
  const { status, stdout } = await child(`
    import { EPOLLIN, Epoll, EventFd } from 'epollet'
    const epoll = new Epoll()
    const event = new EventFd(1)
    epoll.register(event, EPOLLIN)
    process.on('uncaughtException', error => console.log(error.message))
    let calls = 0
    epoll.watch(() => {
      if (++calls === 3) {
        epoll.close()
        event.close()
      }
      throw new Error('call ' + calls)
    })`)
  assert.deepEqual([status, stdout.trim().split('\n')], [0, ['call 1', 'call 2', 'call 3']])
})

test('without an uncaughtException handler, an exception in a listener ends the process with a stack trace', async () => {
  const { status, stderr } = await child(`
    import { EPOLLIN, Epoll, EventFd } from 'epollet'
    const epoll = new Epoll()
    const event = new EventFd(1)
    epoll.register(event, EPOLLIN)
    epoll.watch(function listener() { throw new TypeError('of mine') })`)
  assert.notEqual(status, 0)
  assert.match(stderr, /TypeError: of mine\n\s+at .*listener/)
})

test('if a listener’s promise rejects, unhandledRejection is emitted and watching continues', async () => {
  const { status, stdout } = await child(`
    import { EPOLLIN, Epoll, EventFd } from 'epollet'
    const epoll = new Epoll()
    const event = new EventFd(1)
    epoll.register(event, EPOLLIN)
    process.on('unhandledRejection', error => console.log(error.message))
    let calls = 0
    epoll.watch(async () => {
      if (++calls === 2) {
        epoll.close()
        event.close()
      }
      throw new Error('call ' + calls)
    })`)
  assert.deepEqual([status, stdout.trim().split('\n')], [0, ['call 1', 'call 2']])
})

test('promises and nextTick run after each call to the listener', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const order: string[] = []
  const done = new Promise<void>(resolve => {
    const watcher = epoll.watch(() => {
      order.push('listener')
      process.nextTick(() => order.push('tick'))
      void Promise.resolve().then(() => order.push('promise'))
      if (order.length > 3) {
        watcher.close()
        resolve()
      }
    })
  })
  await done
  assert.deepEqual(order.slice(0, 4), ['listener', 'tick', 'promise', 'listener'])
})

test('if the number was closed elsewhere, the watcher fails with EBADF and is closed', async () => {
  const { status, stdout } = await child(`
    import { EPOLLIN, Epoll, EventFd } from 'epollet'
    import { native } from '${new URL('../../dist/sys/index.js', import.meta.url).href}'
    const epoll = new Epoll()
    const event = new EventFd(1)
    epoll.register(event, EPOLLIN)
    process.on('uncaughtException', error => console.log(error.code, watcher.closed))
    native.epollWait = () => -9
    const watcher = epoll.watch(() => console.log('called'))`)
  assert.deepEqual([status, stdout.trim()], [0, 'EBADF true'])
})

test('watch() throws if the wait cannot start, and can be called again', async () => {
  const { status, stdout } = await child(`
    import { EPOLLIN, Epoll, EventFd } from 'epollet'
    import { native } from '${new URL('../../dist/sys/index.js', import.meta.url).href}'
    const epoll = new Epoll()
    const event = new EventFd(1)
    epoll.register(event, EPOLLIN)
    const { Watcher } = native
    native.Watcher = function () {
      return { open: () => 0, start: () => -12, stop() {}, ref() {}, unref() {}, close() {} }
    }
    try { epoll.watch(() => {}) } catch (error) { console.log(error.code) }
    native.Watcher = Watcher
    const watcher = epoll.watch(() => {
      watcher.close()
      console.log('called')
    })`)
  assert.deepEqual([status, stdout.trim()], [0, 'ENOMEM\ncalled'])
})
