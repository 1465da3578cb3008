import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CLOCK_BOOTTIME,
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  EPOLLIN,
  Epoll,
  TimerFd,
} from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'

function expired(timer: TimerFd): bigint | null {
  using epoll = new Epoll()
  epoll.register(timer, EPOLLIN)
  assert.equal(epoll.poll(60_000).length, 1)
  return timer.read()
}

for (const clock of [CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME]) {
  test(`a timer of clock ${clock} expires once`, () => {
    using timer = new TimerFd(clock)
    assert.equal(timer.read(), null)
    timer.set({ initialMs: 0.01 })
    assert.equal(expired(timer), 1n)
    assert.equal(timer.read(), null)
  })
}

test('a timer does not expire before its time', () => {
  using timer = new TimerFd()
  const start = performance.now()
  timer.set({ initialMs: 2.5 })
  expired(timer)
  assert.ok(performance.now() - start >= 2.5)
})

test('a timer with an interval counts its expirations until they are read', () => {
  using timer = new TimerFd()
  timer.set({ initialMs: 0.001, intervalMs: 0.5 })
  const start = performance.now()
  while (performance.now() - start < 5);
  assert.ok((timer.read() ?? 0n) >= 5n)
  assert.ok((expired(timer) ?? 0n) >= 1n)
})

test('an initial time of 0 disarms the timer, even with an interval', t => {
  using timer = new TimerFd()
  timer.set({ initialMs: 0.001, intervalMs: 0.001 })
  expired(timer)
  const settime = t.mock.method(native, 'timerfdSettime')
  timer.set({ initialMs: 0, intervalMs: 0.001 })
  assert.equal(timer.read(), null) // earlier expirations are dropped as well
  assert.deepEqual(settime.mock.calls[0]?.arguments, [timer.fileno(), 0, 0, 1000])
})

test('set() converts milliseconds to nanoseconds, rounded up', t => {
  using timer = new TimerFd()
  const settime = t.mock.method(native, 'timerfdSettime')
  const rows: [initialMs: number, initialNs: number][] = [
    [1, 1_000_000],
    [0.25, 250_000],
    [1e-9, 1],
    [-0, 0],
    [9_007_199_254, 9_007_199_254_000_000],
  ]
  for (const [initialMs, initialNs] of rows) {
    timer.set({ initialMs })
    assert.equal(Number(settime.mock.calls.at(-1)?.arguments[2]) + 0, initialNs)
  }
  assert.throws(() => timer.set({ initialMs: 9_007_199_255 }), RangeError)
  assert.throws(() => timer.set({ initialMs: -1 }), RangeError)
})

test('new TimerFd() throws EINVAL for an unknown clock', () => {
  assert.throws(() => new TimerFd(99), { code: 'EINVAL', syscall: 'timerfd_create' })
})
