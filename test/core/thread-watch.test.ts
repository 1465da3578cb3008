// Watching with a waiting thread: no event is lost, the thread leaves no trace in the set, and it ends cleanly.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { EPOLLET, EPOLLIN, Epoll, EventFd, type Watcher } from '../../lib/index.ts'
import { EBADF, native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { waitingBy, waits } from '../support/waits.ts'
import { worker } from '../support/worker.ts'
import { child } from './child.ts'

const settleMs = 3000

function byThread(epoll: Epoll, listener: Parameters<Epoll['watch']>[0]): Watcher {
  return waitingBy('thread', () => epoll.watch(listener))
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5000
  while (!condition()) {
    assert.ok(Date.now() < end, String(condition))
    await setImmediate()
  }
}

/** Blocks this thread long enough for the waiting thread to take the ready events. */
function blocked(): void {
  const end = Date.now() + 50
  while (Date.now() < end);
}

test('the next poll() returns events that the thread took before its watcher was closed', () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN | EPOLLET)
  const watcher = byThread(epoll, () => assert.fail('it is closed'))
  blocked()
  watcher.close()
  assert.deepEqual(epoll.poll(0), [[event.fileno(), EPOLLIN]])
  assert.deepEqual(epoll.poll(0), [])
})

test('the next watcher gets events that the thread took before its watcher was closed', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN | EPOLLET)
  const first = byThread(epoll, () => assert.fail('it is closed'))
  blocked()
  first.close()
  let calls = 0
  epoll.watch(() => calls++)
  await until(() => calls === 1)
})

test('poll() of a watched set returns events that the thread took, and the listener does not get them', async () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN | EPOLLET)
  byThread(epoll, () => assert.fail('it was taken'))
  blocked()
  assert.equal(epoll.poll(0).length, 1)
  await setTimeout(10)
})

test('no edge is lost or reported twice while a thousand watchers are opened and closed', async () => {
  using epoll = new Epoll()
  using event = new EventFd()
  epoll.register(event, EPOLLIN | EPOLLET)
  let told = 0
  for (let i = 0; i < 1000; i++) {
    const watcher = byThread(epoll, () => told++)
    event.write(1)
    if (i % 2 === 0) await setImmediate()
    watcher.close()
    told += epoll.poll(0).length
    assert.equal(told, i + 1)
  }
})

test('a waiting thread adds no entry to the interest list, neither while it waits nor after it has stopped', async () => {
  using epoll = new Epoll()
  using event = new EventFd()
  epoll.register(event, EPOLLIN, 7)
  const before = epoll.interest()
  const watcher = byThread(epoll, () => {})
  await setTimeout(5)
  assert.deepEqual(epoll.interest(), before)
  watcher.close()
  assert.deepEqual(epoll.interest(), before)
  assert.deepEqual(epoll.poll(0), [])
})

test('leaving a for await loop and entering it again loses no events', async () => {
  using epoll = new Epoll()
  using event = new EventFd()
  epoll.register(event, EPOLLIN | EPOLLET)
  const iterators = Epoll.prototype[Symbol.asyncIterator]
  for (let i = 0; i < 100; i++) {
    event.write(1)
    for await (const batch of waitingBy('thread', () => iterators.call(epoll))) {
      assert.equal(batch.length, 1)
      break
    }
  }
})

for (const wait of waits) {
  test(`${wait}: 200 watched sets leave no descriptor open once they are closed`, async () => {
    const before = openDescriptors()
    using event = new EventFd(1)
    for (let i = 0; i < 200; i++) {
      const epoll = new Epoll()
      epoll.register(event, EPOLLIN)
      let calls = 0
      waitingBy(wait, () => epoll.watch(() => calls++))
      if (i % 3 === 0) await until(() => calls > 0)
      epoll.close()
    }
    event.close()
    await setImmediate()
    assert.deepEqual(openDescriptors(), before)
  })
}

test('closing the owner of a borrowed set closes its watcher without an error', async () => {
  const owner = new Epoll()
  const borrowed = Epoll.fromfd(owner.fileno(), { owns: false })
  using event = new EventFd()
  owner.register(event, EPOLLIN)
  const watcher = borrowed.watch(() => assert.fail('it is closed'))
  await setImmediate()
  owner.close()
  assert.equal(watcher.closed, true)
  borrowed.close()
})

const closings = {
  'closed elsewhere': 'native.close(epoll.fileno())',
  'closed elsewhere and reused by a file':
    'native.close(epoll.fileno()); native.dup3(event.fileno(), epoll.fileno(), 0)',
  'closed elsewhere and reused by an epoll':
    'native.close(epoll.fileno()); native.dup3(other.fileno(), epoll.fileno(), 0)',
}
for (const [name, close] of Object.entries(closings)) {
  for (const [how, path] of Object.entries({
    'a borrowed set': 'Epoll.fromfd(owner.fileno(), { owns: false })',
    'a set of a thread': '(process.env.EPOLLET_WATCH = "thread", owner)',
    'a nested set': 'owner',
  })) {
    // Only a waiting thread notices that the number now belongs to another epoll; a nested set can't.
    if (how === 'a nested set' && close.includes('other')) continue
    test(`watching ${how} whose number is ${name} fails with a SystemError, and does not abort the process`, async () => {
      const { status, signal, stdout } = await child(`
        import { EPOLLIN, Epoll, EventFd } from 'epollet'
        import { native } from '${new URL('../../dist/sys/index.js', import.meta.url).href}'
        const owner = new Epoll()
        const other = new Epoll()
        const event = new EventFd()
        owner.register(event, EPOLLIN)
        const epoll = ${path}
        process.on('uncaughtException', error => {
          console.log(error.name, watcher.closed)
          process.exit(0)
        })
        const watcher = epoll.watch(() => console.log('called'))
        ${close}
        setTimeout(() => event.write(1), 5)`)
      assert.deepEqual([status, signal, stdout], [0, null, 'SystemError true\n'])
    })
  }
}

test('a watcher fails with a SystemError if its number is closed while the listener’s promise is pending', async () => {
  const { status, signal, stdout } = await child(`
    import { EPOLLIN, Epoll, EventFd } from 'epollet'
    import { native } from '${new URL('../../dist/sys/index.js', import.meta.url).href}'
    const epoll = new Epoll()
    const event = new EventFd(1)
    epoll.register(event, EPOLLIN)
    process.on('uncaughtException', error => {
      console.log(error.name, watcher.closed)
      process.exit(0)
    })
    const watcher = epoll.watch(async () => {
      native.close(epoll.fileno())
      await new Promise(setImmediate)
    })`)
  assert.deepEqual([status, signal, stdout], [0, null, 'SystemError true\n'])
})

test('a process and a worker can end while a thread waits', async () => {
  const source = `
    const epoll = new epollet.Epoll()
    epoll.register(new epollet.EventFd(), epollet.EPOLLIN)
    process.env.EPOLLET_WATCH = 'thread'
    epoll.watch(() => {})
    new epollet.Epoll().watch(async () => {})
    parentPort.postMessage('watching')
    return new Promise(() => {})`
  const before = openDescriptors()
  const thread = worker(source)
  await once(thread, 'message')
  const start = performance.now()
  await thread.terminate()
  assert.ok(performance.now() - start < settleMs)
  assert.equal(openDescriptors().length, before.length)
  for (const end of ['process.exit(3)', 'process.exitCode = 3; watcher.unref()']) {
    const { status, signal, stderr } = await child(
      `import { Epoll } from 'epollet'
       const watcher = new Epoll().watch(() => {})
       ${end}`,
      [],
      { EPOLLET_WATCH: 'thread' },
    )
    assert.deepEqual([status, signal, stderr], [3, null, ''])
  }
})

test("EPOLLET_WATCH must be 'thread' or empty", () => {
  using epoll = new Epoll()
  process.env['EPOLLET_WATCH'] = 'threads'
  try {
    assert.throws(() => epoll.watch(() => {}), /EPOLLET_WATCH: expected 'thread' or nothing/)
  } finally {
    delete process.env['EPOLLET_WATCH']
  }
  assert.equal(native.close(2 ** 20), EBADF)
})

for (const wait of waits) {
  test(`${wait}: registered objects are not garbage-collected`, async () => {
    const { status, stdout } = await child(
      `
      import { setTimeout } from 'node:timers/promises'
      import { EPOLLET, EPOLLIN, Epoll, EventFd, EventLoop, TimerFd } from 'epollet'
      const due = initialMs => {
        const timer = new TimerFd()
        timer.set({ initialMs })
        return timer
      }
      const loop = new EventLoop()
      const epoll = new Epoll()
      const begin = () => {
        loop.add(due(200), EPOLLIN | EPOLLET, () => (console.log('loop'), loop.close()))
        epoll.register(due(210), EPOLLIN | EPOLLET)
        epoll.watch(() => (console.log('epoll'), epoll.close()))
      }
      begin()
      for (let i = 0; i < 30; i++) {
        gc()
        await setTimeout(2)
      }`,
      ['--expose-gc'],
      { EPOLLET_WATCH: wait === 'thread' ? wait : '' },
    )
    assert.deepEqual([status, stdout], [0, 'loop\nepoll\n'])
  })

  test(`${wait}: removed and closed objects are garbage-collected`, async () => {
    const { status, stdout } = await child(
      `
      import { setImmediate } from 'node:timers/promises'
      import { EPOLLIN, Epoll, EventFd, EventLoop } from 'epollet'
      const loop = new EventLoop()
      const closed = new EventLoop()
      const epoll = new Epoll()
      const begin = () => {
        const events = [new EventFd(), new EventFd(), new EventFd()]
        loop.add(events[0], EPOLLIN, () => {}).remove()
        closed.add(events[1], EPOLLIN, () => {})
        closed.close()
        epoll.register(events[2], EPOLLIN)
        epoll.unregister(events[2])
        for (const event of events) event.close()
        return events.map(event => new WeakRef(event))
      }
      const refs = begin()
      for (let i = 0; i < 20; i++) {
        gc()
        await setImmediate()
      }
      console.log(refs.map(ref => ref.deref() === undefined))`,
      ['--expose-gc'],
      { EPOLLET_WATCH: wait === 'thread' ? wait : '' },
    )
    assert.deepEqual([status, stdout], [0, '[ true, true, true ]\n'])
  })
}
