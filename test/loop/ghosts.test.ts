// Ghosts: descriptors that were closed before they were removed, while a duplicate is open.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { EPOLLET, EPOLLIN, EPOLLONESHOT, EventFd, Pipe } from '../../lib/index.ts'
import { EventLoop } from '../../lib/loop/index.ts'
import { EMFILE, interestOf, native } from '../../lib/sys/index.ts'
import { waitingBy, waits } from '../support/waits.ts'
import { child } from './child.ts'
import { delivered, unexpected, until } from './turns.ts'

/** Adds a ghost that is always ready. */
function haunt(t: TestContext, loop: EventLoop): void {
  const event = new EventFd(1)
  const double = native.dup(event.fileno())
  const registration = loop.add(event, EPOLLIN, unexpected)
  event.close()
  assert.throws(() => registration.remove(), { code: 'EBADF' })
  t.after(() => native.close(double))
}

function listed(loop: EventLoop): number[] {
  return interestOf(loop.fileno())
    .map(({ fd }) => fd)
    .toSorted()
}

for (const wait of waits) {
  // The first registration decides how the loop waits.
  const loopOf = (): EventLoop =>
    waitingBy(wait, () => {
      const loop = new EventLoop()
      using event = new EventFd()
      loop.add(event, EPOLLIN, unexpected).remove()
      return loop
    })

  test(`${wait}: the loop replaces its epoll to get rid of a ghost, increments rebuilds, and keeps its descriptor number`, async t => {
    using loop = loopOf()
    const number = loop.fileno()
    haunt(t, loop)
    await until(() => loop.rebuilds === 1)
    await delivered(loop)
    const { dropped } = loop
    await setTimeout(20)
    assert.deepEqual([loop.dropped, loop.rebuilds, loop.fileno()], [dropped, 1, number])
    assert.deepEqual(listed(loop), [])
  })

  for (const [what, reused] of [
    ['closed', false],
    ['reused for another file', true],
  ] as const) {
    for (const [how, of] of [
      ['an object', (event: EventFd) => event],
      ['a number', (event: EventFd) => event.fileno()],
    ] as const) {
      test(`${wait}: ${how} that is ${what} without remove() does not keep the loop busy`, async t => {
        using loop = loopOf()
        const event = new EventFd(1)
        const number = event.fileno()
        const double = native.dup(number)
        t.after(() => native.close(double))
        const registration = loop.add(of(event), EPOLLIN, () => {})
        event.close()
        using other = reused ? new EventFd() : null
        if (other !== null) assert.equal(other.fileno(), number)
        await until(() => loop.rebuilds === 1)
        await delivered(loop)
        const { dropped } = loop
        await setTimeout(20)
        assert.equal(loop.dropped, dropped, 'the loop is at rest')
        assert.deepEqual(listed(loop), [])
        assert.throws(() => registration.remove(), { code: 'ENOENT' })
      })
    }
  }

  test(`${wait}: events of a descriptor whose object was detached are still reported`, async t => {
    using loop = loopOf()
    using pipe = new Pipe()
    let calls = 0
    const registration = loop.add(pipe.reader, EPOLLIN, () => calls++)
    const number = pipe.reader.detach()
    t.after(() => native.close(number))
    pipe.writer.write('x')
    await until(() => calls > 600)
    assert.equal(loop.rebuilds, 0)
    registration.remove()
  })

  test(`${wait}: registrations keep their masks, data and edges when the epoll is replaced`, async t => {
    using loop = loopOf()
    using level = new Pipe()
    using edge = new Pipe()
    using spent = new EventFd(1)
    const seen: string[] = []
    loop.add(level.reader, EPOLLIN, () => {
      seen.push('level')
      level.reader.read(9)
    })
    loop.add(edge.reader, EPOLLIN | EPOLLET, () => seen.push('edge'))
    const once = loop.add(spent, EPOLLIN | EPOLLONESHOT, () => seen.push('spent'))
    await until(() => seen.includes('spent'))
    haunt(t, loop)
    haunt(t, loop)
    await until(() => loop.rebuilds === 1)
    level.writer.write('x')
    edge.writer.write('x')
    await until(() => seen.includes('level') && seen.includes('edge'))
    await delivered(loop)
    assert.deepEqual(
      seen.toSorted(),
      ['edge', 'level', 'spent'],
      'the disarmed registration stays disarmed',
    )
    once.modify(EPOLLIN | EPOLLONESHOT)
    await until(() => seen.filter(name => name === 'spent').length === 2)
    once.remove()
    assert.deepEqual(listed(loop), [level.reader.fileno(), edge.reader.fileno()].toSorted())
  })

  test(`${wait}: no edge is lost when the epoll is replaced`, async t => {
    using loop = loopOf()
    const pipes = Array.from({ length: 300 }, () => new Pipe())
    const calls = new Array<number>(pipes.length).fill(0)
    for (const [i, pipe] of pipes.entries())
      loop.add(pipe.reader, EPOLLIN | EPOLLET, () => calls[i]!++)
    haunt(t, loop)
    let next = 0
    while (loop.rebuilds === 0 || next < pipes.length) {
      if (next < pipes.length) pipes[next++]!.writer.write('x')
      await setImmediate()
    }
    await delivered(loop)
    assert.ok(calls.every(count => count >= 1))
    for (const pipe of pipes) pipe.close()
  })

  test(`${wait}: a ghost is removed even if its number has a new registration`, async t => {
    using loop = loopOf()
    using event = new EventFd(0)
    const stale = new EventFd(1)
    const double = native.dup(stale.fileno())
    const fd = stale.fileno()
    loop.add(stale, EPOLLIN, unexpected)
    stale.close()
    assert.equal(native.dup3(event.fileno(), fd, 0), fd)
    let calls = 0
    loop.add(fd, EPOLLIN | EPOLLET, () => calls++)
    await until(() => loop.rebuilds === 1)
    assert.equal(calls, 0)
    event.write(1)
    await until(() => calls === 1)
    assert.deepEqual(listed(loop), [fd])
    t.after(() => [fd, double].map(number => native.close(number)))
  })
}

test('events of registrations that are removed during a batch do not count as ghosts', async () => {
  using loop = new EventLoop()
  for (let round = 0; round < 40; round++) {
    const events = Array.from({ length: 20 }, () => new EventFd(1))
    const all = events.map(event =>
      loop.add(event, EPOLLIN, () => {
        for (const registration of all) registration.remove()
      }),
    )
    await delivered(loop)
    for (const event of events) event.close()
  }
  assert.deepEqual([loop.rebuilds, loop.dropped > 100], [0, true])
})

test('if no new epoll can be created, the loop continues and tries again', async t => {
  using loop = new EventLoop()
  const create = t.mock.method(native, 'epollCreate1', () => EMFILE)
  haunt(t, loop)
  await until(() => create.mock.callCount() === 2)
  await delivered(loop)
  assert.equal(loop.rebuilds, 0)
  create.mock.restore()
  await until(() => loop.rebuilds === 1)
})

for (const place of ['the main thread', 'a worker'])
  test(`ghosts cause only one warning for all loops of ${place}`, async () => {
    const { lines, stderr, status } = await child(`
    import { isMainThread, Worker } from 'node:worker_threads'
    if (isMainThread && ${place === 'a worker'}) {
      new Worker(process.execArgv.at(-1), { eval: true, execArgv: ['--input-type=module'] })
    } else for (let i = 0; i < 3; i++) {
      const loop = new EventLoop()
      const event = new EventFd(1)
      native.dup(event.fileno())
      const registration = loop.add(event, EPOLLIN, () => {})
      event.close()
      try { registration.remove() } catch {}
      while (loop.rebuilds === 0) await new Promise(setImmediate)
      console.log(loop.rebuilds)
      loop.close()
    }`)
    assert.deepEqual([lines, status], [['1', '1', '1'], 0])
    assert.equal(stderr.match(/EpolletWarning/g)?.length, 1, stderr)
    assert.match(
      stderr,
      /was closed before .+, while a duplicate .+Call remove\(\) before close\(\)/,
    )
  })
