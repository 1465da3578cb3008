import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { constants } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { EPOLLIN, EventFd, Socket, type SystemError } from '../../lib/index.ts'
import { type AcceptHandler, Acceptor, EventLoop } from '../../lib/loop/index.ts'
import {
  EAGAIN,
  ECONNABORTED,
  EINTR,
  EMFILE,
  EPROTO,
  F_GETFD,
  F_GETFL,
  native,
} from '../../lib/sys/index.ts'
import { ending } from '../net/stage.ts'
import { child } from './child.ts'
import { delivered, until } from './turns.ts'

/**
 * A listener and its clients. Records accepted connections and errors. Everything is closed at the end of the scope.
 */
class Door implements AcceptHandler {
  readonly loop = new EventLoop()
  readonly listener: Acceptor
  readonly accepted: number[] = []
  readonly errors: SystemError[] = []
  readonly #socket = new Socket()
  readonly #clients: Socket[] = []
  readonly #hook: (door: Door) => void

  constructor(hook: (door: Door) => void = () => {}) {
    this.#hook = hook
    this.#socket.bind({ host: '127.0.0.1', port: 0 })
    this.#socket.listen()
    this.listener = new Acceptor(this.loop, this.#socket, this)
  }

  /** Connects clients, which then wait in the kernel's queue. */
  knock(times = 1): Socket[] {
    for (let i = 0; i < times; i++) {
      const client = new Socket({ blocking: true })
      client.connect(this.#socket.getsockname())
      this.#clients.push(client)
    }
    return this.#clients.slice(-times)
  }

  onConnection(fd: number): void {
    this.accepted.push(fd)
    this.#hook(this)
  }
  onAcceptError(error: SystemError): void {
    this.errors.push(error)
    this.#hook(this)
  }

  [Symbol.dispose](): void {
    this.listener.close()
    for (const fd of this.accepted) native.close(fd)
    for (const client of this.#clients) client.close()
    this.loop.close()
  }
}

/** Makes accept4 return the results of the plan first, and counts its calls. */
function injectAccept(t: TestContext, plan: number[]): { calls: () => number } {
  const accept4 = native.accept4
  const { mock } = t.mock.method(native, 'accept4', (...values: Parameters<typeof accept4>) => {
    return plan.shift() ?? accept4(...values)
  })
  return { calls: () => mock.callCount() }
}

test('all waiting clients are accepted after one edge', async t => {
  using door = new Door()
  const accept = t.mock.method(native, 'accept4')
  door.knock(200)
  assert.equal(door.accepted.length, 0)
  await until(() => door.accepted.length === 200)
  await delivered(door.loop)
  assert.equal(accept.mock.callCount(), 201)
  assert.equal(accept.mock.calls.at(-1)!.result, EAGAIN)
  door.knock()
  await until(() => door.accepted.length === 201)
  assert.deepEqual(door.errors, [])
})

test('other handlers get to run after every 64 accepted clients', async () => {
  using door = new Door()
  using ready = new EventFd(1)
  const seen: number[] = []
  door.knock(150)
  door.loop.add(ready, EPOLLIN, () => seen.push(door.accepted.length))
  await until(() => seen.at(-1) === 150)
  const growth = seen.map((count, i) => count - (seen[i - 1] ?? 0)).filter(count => count > 0)
  assert.equal(
    growth.reduce((sum, count) => sum + count),
    150,
  )
  // Between two calls to this handler, two budgets can be spent: one by an event, and one by a deferred call.
  assert.ok(Math.max(...growth) <= 128 && growth.length >= 2, `${growth}`)
})

test('edges that arrive while accepting is deferred do not cause more accepts per turn', async t => {
  using door = new Door()
  using ready = new EventFd(1)
  const { calls } = injectAccept(t, new Array<number>(1000).fill(EINTR))
  const seen: number[] = []
  door.loop.add(ready, EPOLLIN, () => {
    if (seen.push(calls()) < 10) door.knock()
  })
  await until(() => door.accepted.length === 9)
  const growth = seen.map((count, i) => count - (seen[i - 1] ?? 0))
  // After the first edge, two budgets can be spent: its own and that of the deferred call.
  assert.ok(Math.max(...growth) <= 128, `${growth}`)
})

test('if descriptors run out, edges that arrive while accepting is deferred start only one retry timer', async t => {
  let timers: number | undefined
  using door = new Door(({ errors, loop }) => {
    if (errors.length === 1) loop.defer(() => (timers ??= after.mock.callCount()))
  })
  const after = t.mock.method(door.loop, 'after')
  using ready = new EventFd(1)
  injectAccept(t, [...new Array<number>(400).fill(EINTR), ...new Array<number>(20).fill(EMFILE)])
  let knocks = 0
  door.loop.add(ready, EPOLLIN, () => {
    if (knocks++ < 10) door.knock()
  })
  await until(() => timers !== undefined)
  assert.equal(timers, 1)
  await until(() => door.accepted.length === 10)
  assert.equal(door.errors.length, 1)
})

test('an accepted descriptor is non-blocking and close-on-exec', async () => {
  using door = new Door()
  door.knock()
  await until(() => door.accepted.length === 1)
  const [fd] = door.accepted
  const { O_NONBLOCK } = constants
  const FD_CLOEXEC = 1
  assert.equal(native.fcntl(fd!, F_GETFD, 0), FD_CLOEXEC)
  assert.equal(native.fcntl(fd!, F_GETFL, 0) & O_NONBLOCK, O_NONBLOCK)
})

test('accepting continues after aborted connections and signals', async t => {
  using door = new Door()
  const { calls } = injectAccept(t, [ECONNABORTED, EINTR, EPROTO, EINTR])
  door.knock()
  await until(() => door.accepted.length === 1)
  assert.deepEqual([door.errors, calls()], [[], 6])
})

test('after EMFILE, accepting continues immediately if makeRoom() closes a descriptor', async t => {
  using door = new Door()
  let spare = 2
  Object.assign(door, { makeRoom: () => spare-- > 0 })
  const { calls } = injectAccept(t, [EMFILE, EMFILE])
  door.knock()
  await until(() => door.accepted.length === 1)
  assert.deepEqual([calls(), spare, door.errors], [4, 0, []])
})

test('after EMFILE, accepting is retried every 100 ms, and the error is reported once', async t => {
  using door = new Door()
  const plan = new Array<number>(3).fill(EMFILE)
  const { calls } = injectAccept(t, plan)
  const start = performance.now()
  door.knock(3)
  await until(() => door.errors.length > 0)
  door.knock()
  await until(() => door.accepted.length === 4)
  // There are three refusals with a wait after each; Node's timers have a resolution of a millisecond.
  assert.ok(performance.now() - start >= 3 * 99)
  assert.equal(calls(), 3 + 4 + 1)
  assert.deepEqual(
    door.errors.map(error => error.code),
    ['EMFILE'],
  )
  assert.equal(door.errors[0]!.syscall, 'accept4')
  plan.push(EMFILE)
  door.knock()
  await until(() => door.accepted.length === 5)
  assert.equal(door.errors.length, 2, 'a new shortage is reported again')
})

test('when descriptors run out, waiting clients are accepted as soon as some are free', async () => {
  const { lines, stderr } = await child(
    `const { Acceptor } = loops
     const socket = new Socket()
     socket.bind({ host: '127.0.0.1', port: 0 })
     socket.listen()
     const clients = Array.from({ length: 10 }, () => new Socket({ blocking: true }))
     for (const client of clients) client.connect(socket.getsockname())
     let calls = 0
     let accepted = 0
     const { accept4 } = native
     native.accept4 = (...values) => { calls++; return accept4(...values) }
     const loop = new EventLoop()
     const listener = new Acceptor(loop, socket, {
       onConnection(fd) {
         native.close(fd)
         if (++accepted === clients.length) finish()
       },
       onAcceptError(error) {
         console.log(error.code)
         setTimeout(() => {
           console.log(accepted, calls >= 2 && calls <= 4)
           for (const event of events) event.close()
         }, 250)
       },
     })
     const events = []
     try { for (;;) events.push(new EventFd()) } catch (error) { console.log('full', error.code) }
     function finish() {
       console.log('accepted', accepted)
       listener.close()
       for (const client of clients) client.close()
     }`,
    { descriptors: 128 },
  )
  assert.deepEqual(
    { lines, stderr },
    { lines: ['full EMFILE', 'EMFILE', '0 true', 'accepted 10'], stderr: '' },
  )
})

test('after an exception in a handler, the other clients are accepted without another edge', async () => {
  const { lines, stderr, status } = await child(
    `const socket = new Socket()
     socket.bind({ host: '127.0.0.1', port: 0 })
     socket.listen()
     const clients = Array.from({ length: 5 }, () => new Socket({ blocking: true }))
     for (const client of clients) client.connect(socket.getsockname())
     process.on('uncaughtException', error => console.log('uncaught', error.message))
     const loop = new EventLoop()
     let accepted = 0
     const listener = new loops.Acceptor(loop, socket, {
       onConnection(fd) {
         native.close(fd)
         console.log('accepted', ++accepted)
         if (accepted === clients.length) listener.close()
         if (accepted % 2 === 1) throw new Error('of ' + accepted)
       },
       onAcceptError() {},
     })`,
  )
  assert.deepEqual({ stderr, status }, { stderr: '', status: 0 })
  assert.deepEqual(lines, [
    'accepted 1',
    'uncaught of 1',
    'accepted 2',
    'accepted 3',
    'uncaught of 3',
    'accepted 4',
    'accepted 5',
    'uncaught of 5',
  ])
})

test('once onConnection closes the loop, no further client is accepted, even at the end of the budget', async () => {
  for (const last of [3, 64]) {
    using door = new Door(({ accepted, loop }) => {
      if (accepted.length === last) loop.close()
    })
    door.knock(70)
    await until(() => door.loop.closed)
    await setImmediate()
    assert.deepEqual([door.accepted.length, door.errors], [last, []])
  }
})

test('after close() in onConnection, no further client is accepted, and waiting clients are reset', async () => {
  using door = new Door(({ listener }) => listener.close())
  const clients = door.knock(5)
  for (const client of clients) client.setblocking(false)
  await until(() => door.accepted.length > 0)
  await delivered(door.loop)
  assert.deepEqual([door.accepted.length, door.listener.closed], [1, true])
  door.listener.close()
  for (const client of clients.slice(1)) assert.equal((await ending(client))[0], 'ECONNRESET')
})

test('after close() in onAcceptError or before a retry, accept4 is not called again', async t => {
  for (const moment of ['in the callback', 'later'] as const) {
    using door = new Door(({ listener }) => {
      if (moment === 'in the callback') listener.close()
    })
    const { calls } = injectAccept(t, new Array<number>(100).fill(EMFILE))
    door.knock()
    await until(() => door.errors.length > 0)
    door.listener.close()
    await setTimeout(150)
    assert.deepEqual([calls(), door.accepted], [1, []])
    t.mock.restoreAll()
  }
})

test('after close() while accepting is deferred, no further client is accepted', async () => {
  using door = new Door(({ accepted, loop, listener }) => {
    if (accepted.length === 64) loop.defer(() => listener.close())
  })
  door.knock(100)
  await until(() => door.listener.closed)
  await setImmediate()
  assert.equal(door.accepted.length, 64)
})

test('a listener does not own a socket that epoll refuses', () => {
  using loop = new EventLoop()
  using socket = new Socket()
  const registration = loop.add(socket, 0, () => {})
  const handler = { onConnection() {}, onAcceptError() {} }
  assert.throws(() => new Acceptor(loop, socket, handler), { code: 'EEXIST' })
  registration.remove()
})
