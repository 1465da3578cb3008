// Epoll.watch().
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Watcher } from '../../lib/core/index.ts'
import { EPOLLET, EPOLLIN, EPOLLOUT, Epoll, EventFd, Pipe } from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'
import { worker } from '../support/worker.ts'
import { child } from './child.ts'

function watched(epoll: Epoll): Promise<[data: number, events: number][]> {
  return new Promise(resolve => {
    const watcher = epoll.watch((events, count) => {
      watcher.close()
      resolve(Array.from({ length: count }, (_, i) => [events.data(i), events.mask(i)]))
    })
  })
}

/** Waits for a few turns of Node's loop, in which libuv polls at least twice. */
async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await setImmediate()
}

test('the listener of watch() is called from Node’s loop with the ready events', async () => {
  using epoll = new Epoll()
  using pipe = new Pipe()
  epoll.register(pipe.reader, EPOLLIN)
  epoll.register(pipe.writer, EPOLLOUT, 77)
  pipe.writer.write('x')
  const seen = await watched(epoll)
  assert.deepEqual(
    seen.sort(),
    [
      [pipe.reader.fileno(), EPOLLIN],
      [77, EPOLLOUT],
    ].sort(),
  )
})

test('the listener is not called before watch() returns', () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  let calls = 0
  epoll.watch(() => calls++).close()
  assert.equal(calls, 0)
})

test('each call to a listener has its own async context', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const storage = new AsyncLocalStorage<string>()
  const stores: unknown[] = []
  const listener = (): void => {
    stores.push(storage.getStore())
    storage.enterWith('of the call before')
    if (stores.length === 3) event.read()
  }
  const watcher = storage.run('of who began', () => epoll.watch(listener))
  while (stores.length < 3) await setImmediate()
  watcher.close()
  assert.deepEqual(stores, [undefined, undefined, undefined])
})

test('watch() reports level-triggered readiness as long as it lasts', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const counts: number[] = []
  const watcher = epoll.watch((_, count) => {
    counts.push(count)
    if (counts.length === 3) event.read()
  })
  while (counts.length < 3) await setImmediate()
  await turns()
  assert.deepEqual(counts, [1, 1, 1])
  watcher.close()
})

test('watch() reports each edge once', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN | EPOLLET)
  let calls = 0
  const watcher = epoll.watch(() => calls++)
  await turns()
  assert.equal(calls, 1)
  event.write(1)
  await turns()
  assert.equal(calls, 2)
  watcher.close()
})

test('a second watch() throws EEXIST until the first watcher is closed', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const first = epoll.watch(() => {})
  assert.throws(() => epoll.watch(() => {}), { code: 'EEXIST', name: 'SystemError' })
  first.close()
  assert.equal((await watched(epoll)).length, 1)
})

test('watch() through two objects of one descriptor throws EEXIST', () => {
  using epoll = new Epoll()
  using same = Epoll.fromfd(epoll.fileno(), { owns: false })
  const watcher = epoll.watch(() => {})
  assert.throws(() => same.watch(() => {}), { code: 'EEXIST' })
  watcher.close()
})

test('a watcher is closed by its own close() or its epoll’s, and its `closed` is then true', async () => {
  const epoll = new Epoll()
  const first = epoll.watch(() => assert.fail('it is closed'))
  assert(first instanceof Watcher)
  assert.equal(first.closed, false)
  first.close()
  first.close()
  first[Symbol.dispose]()
  assert.equal(first.closed, true)
  const second = epoll.watch(() => assert.fail('it is closed'))
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  epoll.close()
  assert.equal(second.closed, true)
  assert.equal(second.ref(), second)
  assert.equal(second.unref(), second)
  await turns()
})

test('an epoll may be closed in its own listener', async () => {
  const epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  let calls = 0
  epoll.watch(() => {
    calls++
    epoll.close()
  })
  await turns()
  assert.equal(calls, 1)
})

test('an epoll may be closed while an asynchronous listener runs', async () => {
  const epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  let calls = 0
  let finish = (): void => {}
  epoll.watch(() => {
    calls++
    return new Promise<void>(resolve => {
      finish = resolve
    })
  })
  await turns()
  epoll.close()
  finish()
  await turns()
  assert.equal(calls, 1)
})

test('a listener may close its watcher and start another', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const second = new Promise<number>(resolve => {
    const watcher = epoll.watch(() => {
      watcher.close()
      resolve(watched(epoll).then(batch => batch.length))
    })
  })
  assert.equal(await second, 1)
})

test('a listener may register, unregister and poll', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  using late = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const seen: number[] = []
  const done = new Promise<void>(resolve => {
    const watcher = epoll.watch((events, count) => {
      for (let i = 0; i < count; i++) seen.push(events.data(i))
      if (seen.length > 1) {
        watcher.close()
        resolve()
        return
      }
      epoll.unregister(event)
      epoll.register(late, EPOLLIN)
      assert.equal(epoll.poll(0).length, 1)
      assert.equal(events.data(0), event.fileno(), 'the batch is not that of poll()')
    })
  })
  await done
  assert.deepEqual(seen, [event.fileno(), late.fileno()])
})

test('until a listener’s promise resolves, it gets no further batch and the loop does not spin', async t => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const wait = t.mock.method(native, 'epollWait')
  let calls = 0
  let finish = (): void => {}
  const watcher = epoll.watch(() => {
    calls++
    return new Promise<void>(resolve => {
      finish = resolve
    })
  })
  await turns()
  await turns()
  assert.deepEqual([calls, wait.mock.callCount()], [1, 1])
  finish()
  await turns()
  assert.deepEqual([calls, wait.mock.callCount()], [2, 2])
  watcher.close()
})

test('a process stays alive while it watches', async () => {
  const { status, stdout } = await child(`
    import { EPOLLIN, Epoll, TimerFd } from 'epollet'
    const epoll = new Epoll()
    const timer = new TimerFd()
    timer.set({ initialMs: 50 })
    epoll.register(timer, EPOLLIN)
    const watcher = epoll.watch(() => {
      console.log('called')
      watcher.close()
    })`)
  assert.deepEqual([status, stdout], [0, 'called\n'])
})

for (const [name, code] of Object.entries({
  'is unref’d': 'epoll.watch(() => {}).unref()',
  'is closed': 'epoll.watch(() => {}).close()',
  'is unref’d while its listener runs': 'epoll.watch(async () => {}).unref(); event.write(1)',
})) {
  test(`a process ends if its watcher ${name}`, async () => {
    const { status } = await child(`
      import { EPOLLET, EPOLLIN, Epoll, EventFd } from 'epollet'
      const epoll = new Epoll()
      const event = new EventFd()
      epoll.register(event, EPOLLIN | EPOLLET)
      ${code}`)
    assert.equal(status, 0)
  })
}

test('ref() after unref() keeps the process alive again', async () => {
  const { stdout } = await child(`
    import { EPOLLIN, Epoll, TimerFd } from 'epollet'
    const epoll = new Epoll()
    const timer = new TimerFd()
    timer.set({ initialMs: 50 })
    epoll.register(timer, EPOLLIN)
    const watcher = epoll.watch(() => {
      console.log('called')
      watcher.close()
    })
    watcher.unref().ref()`)
  assert.equal(stdout, 'called\n')
})

test('an epoll can be watched in a worker, which may end while it watches', async () => {
  const thread = worker(`
    const epoll = new epollet.Epoll()
    const event = new epollet.EventFd(1)
    epoll.register(event, epollet.EPOLLIN | epollet.EPOLLET)
    return new Promise(resolve => epoll.watch((_, count) => resolve(count)))`)
  const [count] = await once(thread, 'message')
  assert.equal(count, 1)
  assert.equal(await thread.terminate(), 1)
})
