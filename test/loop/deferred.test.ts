import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { EPOLLET, EPOLLIN, EventFd } from '../../lib/index.ts'
import { EventLoop } from '../../lib/loop/index.ts'
import { unexpected, until } from './turns.ts'

test('add(), after() and defer() refuse wrong arguments', () => {
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

test('a deferred call runs at the end of the turn, before the loop waits again', async () => {
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

test('calls deferred outside a handler run soon after defer() returns, in order', async () => {
  using loop = new EventLoop()
  const seen: number[] = []
  for (const i of [1, 2, 3]) loop.defer(() => seen.push(i))
  assert.deepEqual(seen, [])
  await until(() => seen.length > 0)
  assert.deepEqual(seen, [1, 2, 3])
})

test('a call deferred by a deferred call runs in the next turn, after the events of that turn', async () => {
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

test("a call that always defers itself does not block Node's timers", async () => {
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

test('timers run once, not before their time, in the order of their times', async () => {
  using loop = new EventLoop()
  const seen: string[] = []
  const start = performance.now()
  loop.after(30, () => seen.push('late'))
  loop.after(10, () => seen.push('early'))
  loop.after(0, () => seen.push('now'))
  await until(() => seen.length === 3)
  // Node's timers have a resolution of a millisecond.
  assert.ok(performance.now() - start >= 29)
  assert.deepEqual(seen, ['now', 'early', 'late'])
})

test('a cancelled timer does not run, and later timers still do', async () => {
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

test('nowMs is constant within a batch and advances between batches', async () => {
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
