import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import {
  ClosedError,
  EPOLLET,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLPRI,
  Epoll,
  EventFd,
  File,
  maskNames,
  Pipe,
  Socket,
  SystemError,
} from '../../lib/index.ts'
import { EventLoop, type Registration } from '../../lib/loop/index.ts'
import { interestOf, native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { waitingBy } from '../support/waits.ts'
import { delivered, until } from './turns.ts'

function unexpected(): never {
  throw new Error('called for an event that is not its own')
}

/** The error that the loop gets for a handle of libuv's, or for a thread. */
function replaceWatcher(
  t: TestContext,
  watcher: object,
  options?: { times: number },
  name: 'Watcher' | 'ThreadWatcher' = 'Watcher',
): void {
  // No arrow function: it is called with `new`.
  function construct(): object {
    return watcher
  }
  t.mock.method(native, name, construct, options)
}

test('add() calls the handler with the mask, modify() changes the mask, remove() ends it', async () => {
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

test('add() takes a number, a signed mask and an object with an fd', async () => {
  using loop = new EventLoop()
  using first = new EventFd(1)
  using second = new EventFd(1)
  const seen: string[] = []
  loop.add(first.fileno(), EPOLLIN | (EPOLLET | 0), () => seen.push('number'))
  loop.add({ fd: second.fileno() }, EPOLLIN | EPOLLET, () => seen.push('fd'))
  await delivered(loop)
  assert.deepEqual(seen, ['number', 'fd'])
})

test('add() delivers readiness that was there before, once when edge-triggered', async () => {
  using loop = new EventLoop()
  using event = new EventFd(1)
  let calls = 0
  loop.add(event, EPOLLIN | EPOLLET, () => calls++)
  await delivered(loop)
  await delivered(loop)
  assert.equal(calls, 1)
})

test('more descriptors than a batch holds are all called, each once', async () => {
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

test('an event never reaches what was registered under a number that was closed and reused', async () => {
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

test('remove() holds for events of the same batch, which are counted as dropped', async () => {
  using loop = new EventLoop()
  using first = new EventFd(1)
  using second = new EventFd(1)
  const later: Registration[] = []
  loop.add(first, EPOLLIN | EPOLLET, () => later[0]!.remove())
  later.push(loop.add(second, EPOLLIN | EPOLLET, unexpected))
  await delivered(loop)
  assert.equal(loop.dropped, 1)
})

test('a handler that replaces another of its batch gives the event to neither', async () => {
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

test('EPOLLONESHOT calls once, and again after each modify()', async () => {
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

test('a refused add() leaves the loop as it was', async () => {
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

test('a regular file that is refused leaves no thread behind, in a loop and in a set that is watched', () => {
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

test('an add() for which there is no thread takes back what it registered', t => {
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

test('a slot is used again after remove() and after a refusal: the loop does not grow', () => {
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

test('remove() of a descriptor that was closed first says so, once', async () => {
  using loop = new EventLoop()
  const event = new EventFd(1)
  const registration = loop.add(event, EPOLLIN, unexpected)
  event.close()
  assert.throws(() => registration.remove(), { name: 'SystemError', code: 'EBADF' })
  registration.remove()
  assert.throws(() => registration.modify(EPOLLIN), /was removed: call add\(\) again/)
  await delivered(loop)
})

test('a registration whose descriptor was closed leaves the next one under its number alone', async () => {
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

test('add(), after() and defer() refuse what they cannot use', () => {
  using loop = new EventLoop()
  using event = new EventFd()
  const wrong: [() => unknown, ErrorConstructor][] = [
    [() => loop.add(-1, EPOLLIN, () => {}), RangeError],
    [() => loop.add('1' as unknown as number, EPOLLIN, () => {}), TypeError],
    [() => loop.add(event, Number.NaN, () => {}), RangeError],
    [() => loop.add(event, '1' as unknown as number, () => {}), TypeError],
    [() => loop.add(event, EPOLLIN, null as unknown as () => void), TypeError],
    [() => loop.after(-1, () => {}), RangeError],
    [() => loop.after(Number.NaN, () => {}), RangeError],
    [() => loop.after(2 ** 31, () => {}), RangeError],
    [() => loop.after(Number.POSITIVE_INFINITY, () => {}), RangeError],
    [() => loop.after('1' as unknown as number, () => {}), TypeError],
    [() => loop.after(1, undefined as unknown as () => void), TypeError],
    [() => loop.defer('call' as unknown as () => void), TypeError],
  ]
  for (const [call, kind] of wrong) assert.throws(call, kind, String(call))
  loop.add(event, EPOLLIN, () => {}).remove()
})

test('defer() calls at the end of the turn, before the loop waits again', async () => {
  using loop = new EventLoop()
  using event = new EventFd(1)
  const seen: string[] = []
  const registration = loop.add(event, EPOLLIN, () => {
    seen.push('event')
    if (seen.length > 3) return registration.remove()
    loop.defer(() => seen.push('deferred'))
  })
  await until(() => seen.length >= 5)
  assert.deepEqual(seen, ['event', 'deferred', 'event', 'deferred', 'event'])
})

test('defer() from outside calls soon, in order, and not before it returns', async () => {
  using loop = new EventLoop()
  const seen: number[] = []
  for (const i of [1, 2, 3]) loop.defer(() => seen.push(i))
  assert.deepEqual(seen, [])
  await until(() => seen.length > 0)
  assert.deepEqual(seen, [1, 2, 3])
})

test('defer() from a deferred call belongs to the next turn: events come in between', async () => {
  using loop = new EventLoop()
  using event = new EventFd(1)
  const seen: string[] = []
  const registration = loop.add(event, EPOLLIN, () => {
    if (seen.push('event') >= 4) return registration.remove()
    loop.defer(() => {
      seen.push('first')
      loop.defer(() => seen.push('second'))
    })
  })
  await until(() => seen.length >= 5)
  assert.deepEqual(seen.slice(0, 4), ['event', 'first', 'event', 'second'])
})

test('a call that defers itself for ever does not keep Node from its timers', async () => {
  using loop = new EventLoop()
  let calls = 0
  function again(): void {
    calls++
    loop.defer(again)
  }
  again()
  await setTimeout(5)
  await setImmediate()
  assert.ok(calls > 1)
})

test('after() calls once, after its time and not before, and in the order of the times', async () => {
  using loop = new EventLoop()
  const seen: string[] = []
  const start = performance.now()
  loop.after(30, () => seen.push('late'))
  loop.after(10, () => seen.push('early'))
  loop.after(0, () => seen.push('now'))
  await until(() => seen.length === 3)
  // Node's timers count whole milliseconds.
  assert.ok(performance.now() - start >= 29)
  assert.deepEqual(seen, ['now', 'early', 'late'])
})

test('cancel() means never, twice too, and a later timer still comes', async () => {
  using loop = new EventLoop()
  const cancelled = loop.after(0, unexpected)
  cancelled.cancel()
  cancelled.cancel()
  {
    using scoped = loop.after(0, unexpected)
    assert.ok(scoped)
  }
  await new Promise<void>(resolve => loop.after(1, resolve))
})

test('nowMs stands still within a batch and goes on between them', async () => {
  using loop = new EventLoop()
  using first = new EventFd(1)
  using second = new EventFd(1)
  const times: number[] = []
  function note(): void {
    times.push(loop.nowMs)
    const start = performance.now()
    while (performance.now() - start < 2);
  }
  loop.add(first, EPOLLIN | EPOLLET, note)
  loop.add(second, EPOLLIN | EPOLLET, note)
  await until(() => times.length === 2)
  assert.equal(times[0], times[1])
  assert.ok(loop.nowMs >= times[1]! + 4)
})

test('a descriptor that is always ready starves neither timers, promises nor setImmediate', async () => {
  using loop = new EventLoop()
  using event = new EventFd(1)
  let calls = 0
  const settled: number[] = []
  const registration = loop.add(event, EPOLLIN, () => {
    calls++
    void Promise.resolve().then(() => settled.push(calls))
  })
  await setTimeout(5)
  await setImmediate()
  const before = calls
  await setTimeout(5)
  assert.ok(before > 0 && calls > before)
  assert.ok(new Set(settled).size > 1, 'promises were settled between visits, not at the end')
  registration.remove()
})

test('close() in a handler ends its batch', async () => {
  const loop = new EventLoop()
  using first = new EventFd(1)
  using second = new EventFd(1)
  let calls = 0
  loop.add(first, EPOLLIN | EPOLLET, () => {
    calls++
    loop.defer(unexpected)
    loop.close()
  })
  loop.add(second, EPOLLIN | EPOLLET, unexpected)
  loop.after(1, unexpected)
  await until(() => calls > 0)
  await setTimeout(5)
  assert.deepEqual([calls, loop.closed], [1, true])
})

test('close() in a deferred call and in a timer forgets the others', async () => {
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

test('close() leaves the descriptors open, may be called twice, and everything else throws', () => {
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

test('ref() and unref() after close() touch nothing', t => {
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

test("an add() that Node's loop has no room for leaves the loop as it was", async t => {
  const ENOMEM = -12
  replaceWatcher(t, { open: () => ENOMEM }, { times: 1 })
  using loop = new EventLoop()
  using event = new EventFd(1)
  assert.throws(() => loop.add(event, EPOLLIN, unexpected), {
    syscall: 'uv_poll_init',
    code: 'ENOMEM',
  })
  let calls = 0
  loop.add(event, EPOLLIN | EPOLLET, () => calls++)
  await until(() => calls > 0)
  assert.equal(loop.dropped, 0)
})

test('two hundred loops that worked and were closed leave nothing open', async () => {
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

test('two loops share a descriptor, and each is told', async () => {
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

test('a loop whose epoll cannot be made says so', t => {
  t.mock.method(native, 'epollCreate1', () => -24)
  assert.throws(
    () => new EventLoop(),
    (error: unknown) => {
      return error instanceof SystemError && error.code === 'EMFILE'
    },
  )
})

test('an observer is told what each wait returned before a handler is called, and nothing once it is gone', async () => {
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
