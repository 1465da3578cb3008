// The duration of waits, and the effect of signals on them.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { EPOLLIN, Epoll, EventBuffer, EventFd, Poll, select, TimerFd } from '../../lib/index.ts'
import { EINTR, ENOSYS, EPERM, native } from '../../lib/sys/index.ts'
import { inWorker } from '../support/worker.ts'

const library = new URL('../../dist/index.js', import.meta.url).href

function elapsedMs(run: () => unknown): number {
  const start = performance.now()
  run()
  return performance.now() - start
}

test('fractions of a millisecond use epoll_pwait2, whole milliseconds epoll_wait', t => {
  using epoll = new Epoll()
  const wait = t.mock.method(native, 'epollWait')
  const pwait2 = t.mock.method(native, 'epollPwait2')
  const rows: [timeoutMs: number | null, call: 'epollWait' | 'epollPwait2', timeout: number][] = [
    [0, 'epollWait', 0],
    [1, 'epollWait', 1],
    [0.25, 'epollPwait2', 250_000],
    [1.5, 'epollPwait2', 1_500_000],
    [0.000_000_1, 'epollPwait2', 1],
  ]
  for (const [timeoutMs, call, timeout] of rows) {
    wait.mock.resetCalls()
    pwait2.mock.resetCalls()
    assert.deepEqual(epoll.poll(timeoutMs), [])
    const [used, other] = call === 'epollWait' ? [wait, pwait2] : [pwait2, wait]
    assert.equal(other.mock.callCount(), 0, `${timeoutMs}`)
    assert.deepEqual(
      used.mock.calls.map(({ arguments: [, , , last] }) => last),
      [timeout],
      `${timeoutMs}`,
    )
  }
})

test('waits with epoll_pwait2 return the same data and masks', () => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN, 2 ** 53 - 1)
  assert.deepEqual(epoll.poll(0.5), [[2 ** 53 - 1, EPOLLIN]])
  const events = new EventBuffer(3)
  assert.equal(epoll.wait(events, 0.5), 1)
  assert.deepEqual([events.data(0), events.mask(0)], [2 ** 53 - 1, EPOLLIN])
})

test('null, undefined and negative timeouts are passed to the kernel as -1', t => {
  using epoll = new Epoll()
  using event = new EventFd(1)
  epoll.register(event, EPOLLIN)
  const wait = t.mock.method(native, 'epollWait')
  const poll = new Poll()
  poll.register(event)
  const pollWait = t.mock.method(native, 'poll')
  const selectWait = t.mock.method(native, 'select')
  for (const timeoutMs of [undefined, null, -1, -0.5, -1e300, Number.NEGATIVE_INFINITY]) {
    assert.equal(epoll.poll(timeoutMs).length, 1)
    assert.equal(wait.mock.calls.at(-1)?.arguments[3], -1)
    poll.poll(timeoutMs)
    assert.equal(pollWait.mock.calls.at(-1)?.arguments[1], -1)
    select([event], [], [], timeoutMs)
    assert.ok((selectWait.mock.calls.at(-1)?.arguments[4] ?? 0) < 0)
  }
})

for (const [name, wait] of Object.entries({
  'Epoll.poll': (ms: number) => {
    using epoll = new Epoll()
    return epoll.poll(ms)
  },
  'Poll.poll': (ms: number) => new Poll().poll(ms),
  select: (ms: number) => select([], [], [], ms),
})) {
  test(`${name}() never returns before its timeout`, () => {
    for (const ms of [0, 0.3, 1, 2.5, 20]) assert.ok(elapsedMs(() => wait(ms)) >= ms, `${ms} ms`)
  })
}

test('a wait ends as soon as there is an event', () => {
  using epoll = new Epoll()
  using timer = new TimerFd()
  epoll.register(timer, EPOLLIN)
  timer.set({ initialMs: 5 })
  const ms = elapsedMs(() => assert.equal(epoll.poll(60_000).length, 1))
  assert.ok(ms >= 5 && ms < 30_000)
})

test('after a signal a wait continues for the remaining time', t => {
  using epoll = new Epoll()
  const wait = t.mock.method(native, 'epollPwait2')
  let interrupted = 0
  t.mock.method(native, 'epollWait', () => {
    interrupted++
    elapsedMs(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10))
    return EINTR
  })
  const ms = elapsedMs(() => assert.deepEqual(epoll.poll(30), []))
  assert.ok(ms >= 30, `${ms}`)
  assert.equal(interrupted, 1)
  const rest = wait.mock.calls[0]?.arguments[3] as number
  assert.ok(rest > 0 && rest <= 20_000_000, `${rest} ns of 30 ms are left after 10 ms`)
})

test('if a signal arrives just as the time is up, the last wait has a timeout of 0', t => {
  using epoll = new Epoll()
  const timeouts: number[] = []
  t.mock.method(native, 'epollWait', (...args: unknown[]) => {
    timeouts.push(args[3] as number)
    if (timeouts.length > 1) return 0
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    return EINTR
  })
  assert.deepEqual(epoll.poll(1), [])
  assert.deepEqual(timeouts, [1, 0])
})

test('after a signal a wait without a timeout continues', t => {
  using epoll = new Epoll()
  const answers = [EINTR, EINTR, 0]
  const wait = t.mock.method(native, 'epollWait', () => answers.shift() as number)
  assert.deepEqual(epoll.poll(), [])
  assert.deepEqual(
    wait.mock.calls.map(call => (call.arguments as unknown[])[3]),
    [-1, -1, -1],
  )
})

test("with onSignal: 'return', a wait that a signal interrupts returns an empty list", t => {
  using epoll = new Epoll({ onSignal: 'return' })
  const wait = t.mock.method(native, 'epollWait', () => EINTR)
  const pwait2 = t.mock.method(native, 'epollPwait2', () => EINTR)
  assert.deepEqual(epoll.poll(), [])
  assert.deepEqual(epoll.poll(1000), [])
  assert.equal(epoll.wait(new EventBuffer(1), 1000), 0)
  assert.equal(wait.mock.callCount(), 3)
  assert.deepEqual(epoll.poll(0.5), [])
  assert.equal(pwait2.mock.callCount(), 1)
})

test('Poll and select() repeat an interrupted call with the same arguments', t => {
  using event = new EventFd(1)
  const poll = new Poll()
  poll.register(event)
  const { poll: realPoll, select: realSelect } = native
  let signals = 2
  t.mock.method(native, 'poll', (...args: Parameters<typeof realPoll>) =>
    signals-- > 0 ? EINTR : realPoll(...args),
  )
  assert.equal(poll.poll(1000).length, 1)
  signals = 2
  t.mock.method(native, 'select', (...args: Parameters<typeof realSelect>) => {
    if (signals-- <= 0) return realSelect(...args)
    for (const set of args.slice(1, 4) as Uint8Array[]) set.fill(0xff) // the sets are unspecified after an error
    return EINTR
  })
  assert.deepEqual(select([event], [], [event], 1000), [[event], [], []])
})

async function signalled(onSignal: string, timeoutMs: number): Promise<string[]> {
  const code = `
    import { Epoll } from ${JSON.stringify(library)}
    process.on('SIGUSR2', () => console.log('handler'))
    const epoll = new Epoll({ onSignal: ${JSON.stringify(onSignal)} })
    console.log('ready')
    const start = performance.now()
    const { length } = epoll.poll(${timeoutMs})
    console.log(length + ' events ' + (performance.now() - start >= ${timeoutMs}))
    setImmediate(() => setImmediate(() => process.exit()))`
  const args = ['--input-type=module', '-e', code]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    if (output === '') sendUntilOver()
    output += text
  })
  // The child can't report that it is asleep, so it gets the signal repeatedly.
  const sendUntilOver = () => {
    const timer = setInterval(() => child.kill('SIGUSR2'), 10)
    child.once('exit', () => clearInterval(timer))
  }
  await once(child, 'close')
  return output
    .trim()
    .split('\n')
    .filter((line, i, all) => line !== all[i - 1])
}

test("a real signal ends a wait with onSignal: 'return', and then its handler runs", async () => {
  assert.deepEqual(await signalled('return', 60_000), ['ready', '0 events false', 'handler'])
})

test('a real signal does not shorten a wait, and its handler runs afterwards', async () => {
  assert.deepEqual(await signalled('retry', 150), ['ready', '0 events true', 'handler'])
})

test('in a worker, whose waits are split into slices, a wait still lasts for its whole timeout or until an event', async () => {
  const result = await inWorker<[number, number, number]>(`
    const start = performance.now()
    const epoll = new epollet.Epoll()
    const none = epoll.poll(300.5).length
      const first = performance.now() - start
      const timer = new epollet.TimerFd()
      timer.set({ initialMs: 300 })
      epoll.register(timer, epollet.EPOLLIN)
      const one = epoll.poll().length
      timer.close()
      epoll.close()
      return [none, first, one]`)
  assert.equal(result[0], 0)
  assert.ok(result[1] >= 300.5)
  assert.equal(result[2], 1)
})

// These run in workers, because after a refusal the module no longer uses epoll_pwait2.
for (const refusal of [ENOSYS, EPERM]) {
  test(`without epoll_pwait2 (${refusal}) a fraction is rounded up, and epoll_pwait2 is not tried again`, async () => {
    const code = `
      const { native } = await import(${JSON.stringify(new URL('../../dist/sys/index.js', import.meta.url).href)})
      const calls = []
      native.epollPwait2 = () => { calls.push('epoll_pwait2'); return ${refusal} }
      const { epollWait } = native
      native.epollWait = (...args) => { calls.push(args[3]); return epollWait(...args) }
      const epoll = new epollet.Epoll()
      for (const ms of [0.1, 1.000001, 2, 0]) epoll.poll(ms)
      epoll.close()
      return calls`
    assert.deepEqual(await inWorker(code), ['epoll_pwait2', 1, 2, 2, 0])
  })
}

test('any other error of epoll_pwait2 is thrown', t => {
  using epoll = new Epoll()
  t.mock.method(native, 'epollPwait2', () => -22)
  assert.throws(() => epoll.poll(0.5), { code: 'EINVAL', syscall: 'epoll_wait' })
})
