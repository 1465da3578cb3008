import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { EPOLLIN, EventFd, MSG_MORE, SHUT_WR, SO_SNDBUF, SOL_SOCKET } from '../../lib/index.ts'
import { EventLoop } from '../../lib/loop/index.ts'
import { Output } from '../../lib/net/output.ts'
import { tcpBytesOf } from '../../lib/net/tcp-bytes.ts'
import { EAGAIN, EINTR, native } from '../../lib/sys/index.ts'
import { delivered, until } from '../loop/turns.ts'
import { uncaughtIn } from '../support/uncaught.ts'
import { closeWithReset, ending, inject, pattern, receive, Stage, tcpPair } from './stage.ts'

const megabyte = 1048576

test('start() reads what is there already, later data comes by the loop', async () => {
  using stage = new Stage()
  stage.peer.send('before')
  assert.deepEqual(stage.told, [])
  stage.connection.start()
  await until(() => stage.told.length > 0)
  assert.equal(stage.received.toString(), 'before')
  stage.peer.send(' after')
  await until(() => stage.told.length > 1)
  assert.equal(stage.received.toString(), 'before after')
})

test('a connection that was never started can be closed', () => {
  using stage = new Stage()
  stage.connection.close()
  assert.deepEqual([stage.told, stage.errors], [['close'], [null]])
})

test('the end is not lost after a short read, whenever the peer sends and closes', async () => {
  for (const moment of ['before start()', 'after start()', 'while in the loop'] as const) {
    using stage = new Stage()
    const act = () => {
      stage.peer.send('ten bytes.')
      stage.peer.close()
    }
    if (moment === 'before start()') act()
    stage.connection.start()
    if (moment === 'while in the loop') await delivered(stage.loop)
    if (moment !== 'before start()') act()
    await until(() => stage.told.includes('end'))
    assert.deepEqual(
      [stage.received.toString(), stage.told],
      ['ten bytes.', ['data', 'end']],
      moment,
    )
  }
})

test('the end is told once, though readiness goes on coming', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  stage.peer.shutdown(SHUT_WR)
  await until(() => stage.told.includes('end'))
  stage.connection.write(pattern(4 * megabyte))
  await receive(stage.peer, 4 * megabyte)
  await until(() => stage.told.includes('drain'))
  assert.deepEqual(stage.told, ['end', 'drain'])
})

test('a peer that has shut down writing still gets the answer, and then the end', async () => {
  using stage = new Stage(
    {
      onEnd(connection) {
        connection.write(Buffer.from('answer'))
        connection.end()
      },
    },
    { pair: tcpPair() },
  )
  stage.connection.start()
  stage.peer.send('question')
  stage.peer.shutdown(SHUT_WR)
  const [how, bytes] = await ending(stage.peer)
  assert.deepEqual([how, bytes.toString()], ['end', 'answer'])
  assert.deepEqual([stage.told, stage.errors], [['data', 'end', 'close'], [null]])
})

test('a long stream arrives whole and in order', async () => {
  using stage = new Stage()
  stage.connection.start()
  const sent = pattern(3 * megabyte + 17)
  for (let at = 0; at < sent.length; await setImmediate()) {
    at += stage.peer.send(sent, { offset: at }) ?? 0
  }
  stage.peer.shutdown(SHUT_WR)
  await until(() => stage.told.includes('end'))
  assert.ok(stage.received.equals(sent))
})

test('what the kernel does not take waits and arrives in order, though the peer reads slowly', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  native.setsockopt(stage.connection.fd, SOL_SOCKET, SO_SNDBUF, new Uint8Array([0, 16, 0, 0]))
  stage.connection.start()
  const sent = pattern(megabyte)
  for (let at = 0; at < sent.length; at += megabyte / 4) {
    stage.connection.write(sent, at, at + megabyte / 4)
  }
  assert.deepEqual([stage.connection.draining, stage.told], [true, []])
  assert.ok((await receive(stage.peer, megabyte, 3000)).equals(sent))
  await until(() => !stage.connection.draining)
  assert.deepEqual(stage.told, ['drain'])
})

test('what waits is a copy: the caller may use its memory again', async () => {
  using stage = new Stage()
  stage.connection.start()
  const sent = pattern(megabyte)
  const memory = Buffer.from(sent)
  stage.connection.write(memory)
  memory.fill(0)
  assert.ok((await receive(stage.peer, megabyte)).equals(sent))
})

test('write() of nothing changes nothing, also while something waits', async () => {
  using stage = new Stage()
  stage.connection.start()
  const sent = pattern(megabyte)
  stage.connection.write(new Uint8Array(0))
  stage.connection.write(sent)
  stage.connection.write(new Uint8Array(0))
  stage.connection.write(sent, 5, 5)
  stage.connection.write(Buffer.from('!'))
  const bytes = await receive(stage.peer, megabyte + 1)
  assert.ok(bytes.equals(Buffer.concat([sent, Buffer.from('!')])))
  await until(() => !stage.connection.draining)
  assert.deepEqual(stage.told, ['drain'])
})

test('cork() and uncork() send several writes in one call', async t => {
  using stage = new Stage()
  stage.connection.start()
  const send = t.mock.method(native, 'send')
  stage.connection.cork()
  for (const piece of ['one ', 'two ', 'three ', '']) stage.connection.write(Buffer.from(piece))
  stage.connection.write(Buffer.from('[four]'), 1, 5)
  assert.equal(send.mock.callCount(), 0)
  stage.connection.uncork()
  assert.equal(send.mock.callCount(), 1)
  assert.equal((await receive(stage.peer, 18)).toString(), 'one two three four')
  stage.connection.write(Buffer.from('!'))
  assert.equal(send.mock.callCount(), 2, 'uncorked, each write is a call again')
})

test('a kept piece alone between cork() and uncork() copies nothing, and nothing sends nothing', t => {
  using stage = new Stage()
  const send = t.mock.method(native, 'send')
  const piece = Buffer.from('alone')
  stage.connection.cork()
  stage.connection.uncork()
  stage.connection.uncork()
  assert.equal(send.mock.callCount(), 0)
  stage.connection.cork()
  stage.connection.write(piece, 0, piece.length, true)
  stage.connection.uncork()
  assert.equal(send.mock.calls[0]!.arguments[1], piece)
})

for (const sizeBytes of [10, 40_000, 70_000]) {
  test(`write() of ${sizeBytes} bytes while corked sends what they were when it was called`, async () => {
    using stage = new Stage({}, { pair: tcpPair() })
    const piece = Buffer.alloc(sizeBytes)
    stage.connection.cork()
    for (const letter of 'abc') stage.connection.write(piece.fill(letter))
    piece.fill('d')
    stage.connection.uncork()
    const received = (await receive(stage.peer, 3 * sizeBytes)).toString()
    assert.ok(received === [...'abc'].map(letter => letter.repeat(sizeBytes)).join(''))
  })
}

test('two connections that are corked at once do not mix their bytes', async () => {
  using one = new Stage()
  using other = new Stage()
  one.connection.cork()
  one.connection.write(Buffer.from('one '))
  other.connection.cork()
  for (const text of ['two ', 'three ']) other.connection.write(Buffer.from(text))
  one.connection.write(Buffer.from('four'))
  other.connection.uncork()
  one.connection.uncork()
  assert.equal((await receive(one.peer, 8)).toString(), 'one four')
  assert.equal((await receive(other.peer, 10)).toString(), 'two three ')
})

test('many small pieces that wait share blocks of memory', () => {
  const output = new Output()
  const piece = Buffer.from('x')
  for (let i = 0; i < 100_000; i++) output.addBytes(piece, 0, 1)
  let parts = 0
  let bytes = 0
  for (; !output.empty; parts++) {
    bytes += output.first.end - output.first.offset
    output.advance(output.first.end - output.first.offset)
  }
  assert.equal(bytes, 100_000)
  assert.ok(parts < 10)
  assert.equal(output.bytes, 0)
})

test('a cork larger than the gather buffer says MSG_MORE but for the last piece', async t => {
  for (const [sizeBytes, calls] of [
    [40_000, 5],
    [30_000, 3],
    [70_000, 5],
  ] as const) {
    using stage = new Stage({}, { pair: tcpPair() })
    const send = t.mock.method(native, 'send')
    const sent = pattern(5 * sizeBytes)
    stage.connection.cork()
    for (let i = 0; i < 5; i++)
      stage.connection.write(sent, i * sizeBytes, (i + 1) * sizeBytes, true)
    stage.connection.uncork()
    const flags = send.mock.calls.map(call => call.arguments[4])
    assert.deepEqual(flags, [...new Array<number>(calls - 1).fill(MSG_MORE), 0])
    assert.ok((await receive(stage.peer, sent.length)).equals(sent))
    send.mock.restore()
  }
})

test('end() while corked sends what was gathered, and uncork() after it nothing', async () => {
  using stage = new Stage()
  stage.connection.cork()
  stage.connection.write(Buffer.from('last '))
  stage.connection.write(Buffer.from('words'))
  stage.connection.end()
  stage.connection.uncork()
  const [how, bytes] = await ending(stage.peer)
  assert.deepEqual([how, bytes.toString(), stage.errors], ['end', 'last words', [null]])
})

test('end() sends what waits first; what is written after it is not sent', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  const sent = pattern(8 * megabyte)
  stage.connection.write(sent)
  stage.connection.end()
  stage.connection.end()
  stage.connection.write(Buffer.from('too late'))
  assert.equal(stage.connection.closed, false)
  const [how, bytes] = await ending(stage.peer)
  assert.deepEqual([how, bytes.equals(sent)], ['end', true])
  assert.deepEqual([stage.told, stage.errors], [['close'], [null]])
})

test('reading stops while too much output waits, and goes on when it is gone', async t => {
  using stage = new Stage()
  stage.connection.start()
  const recv = t.mock.method(native, 'recv')
  stage.connection.write(pattern(megabyte))
  assert.equal(stage.connection.full, true)
  stage.peer.send('more')
  stage.peer.shutdown(SHUT_WR)
  await delivered(stage.loop)
  assert.deepEqual([stage.told, recv.mock.callCount()], [[], 0])
  await receive(stage.peer, megabyte - 1000)
  await receive(stage.peer, 1000)
  await until(() => stage.told.includes('end'))
  await until(() => stage.told.includes('drain'))
  assert.equal(stage.received.toString(), 'more')
})

test('a protocol that answers more than is read is not called again before it has drained', async () => {
  let full = 0
  using stage = new Stage({
    onData(connection) {
      if (connection.full) full++
      connection.write(pattern(300_000))
    },
  })
  stage.connection.start()
  for (let i = 0; i < 3; i++) {
    stage.peer.send('x')
    await delivered(stage.loop)
  }
  const bytes = receive(stage.peer, 600_000)
  await until(() => stage.received.length === 3)
  await bytes
  assert.equal(full, 0)
})

test('a peer that sends without end does not starve another', async t => {
  using loop = new EventLoop()
  using greedy = new Stage({}, { loop })
  using modest = new Stage({}, { loop })
  const greedyFd = greedy.connection.fd
  const recv = native.recv
  let reads = 0
  t.mock.method(native, 'recv', (...values: Parameters<typeof recv>) => {
    if (values[0] !== greedyFd) return recv(...values)
    reads++
    return values[3]
  })
  modest.connection.start()
  greedy.connection.start()
  assert.equal(reads, 4)
  modest.peer.send('please')
  await until(() => modest.told.length > 0)
  await setTimeout(1)
  const gaps: number[] = []
  using ready = new EventFd(1)
  let last = reads
  loop.add(ready, EPOLLIN, () => {
    gaps.push(reads - last)
    last = reads
  })
  await until(() => gaps.length > 20)
  assert.equal(Math.max(...gaps.slice(1)), 4, 'its budget for each turn')
})

/** Until the kernel has moved all that there is room for: it goes on for a while after a write. */
async function settled(fd: number): Promise<void> {
  let ackedBytes = -1
  let turns = 0
  await until(() => {
    const now = tcpBytesOf(fd)!.ackedBytes
    turns = now === ackedBytes ? turns + 1 : 0
    ackedBytes = now
    return turns > 200
  })
}

test('a peer that has stopped reading is reset when the write timeout is over', async () => {
  using stage = new Stage({}, { pair: tcpPair(), writeTimeoutMs: 60_000 })
  stage.connection.start()
  stage.connection.write(pattern(16 * megabyte))
  await settled(stage.connection.fd)
  const { nowMs } = stage.loop
  stage.connection.sweep(nowMs)
  stage.connection.sweep(nowMs + 59_000)
  assert.deepEqual(stage.told, [])
  stage.connection.sweep(nowMs + 60_000)
  assert.deepEqual(stage.told, ['close'])
  assert.match(String(stage.errors[0]), /the peer has stopped reading/)
  assert.equal((await ending(stage.peer))[0], 'ECONNRESET')
})

test('a write timeout begins again when the peer reads, not when more is written', async t => {
  const time = { nowMs: 1000 }
  t.mock.method(performance, 'now', () => time.nowMs)
  using stage = new Stage({}, { pair: tcpPair(), writeTimeoutMs: 100 })
  stage.connection.start()
  stage.connection.write(pattern(16 * megabyte))
  time.nowMs = 1090
  stage.connection.sweep(time.nowMs)
  const send = t.mock.method(native, 'send')
  await receive(stage.peer, 4 * megabyte)
  await until(() => send.mock.calls.at(-1)?.result === EAGAIN)
  await settled(stage.connection.fd)
  time.nowMs = 1150
  stage.connection.sweep(time.nowMs)
  stage.connection.write(Buffer.from('more'))
  time.nowMs = 1249
  stage.connection.sweep(time.nowMs)
  assert.deepEqual(stage.told, [])
  time.nowMs = 1250
  stage.connection.sweep(time.nowMs)
  assert.deepEqual(stage.told, ['close'])
})

test('a peer that reads too little for an edge of EPOLLOUT is not reset while it reads', () => {
  const pair = tcpPair()
  const fd = pair[0].fileno()
  const acked = (): number => tcpBytesOf(fd)!.ackedBytes
  using stage = new Stage({}, { pair, writeTimeoutMs: 100 })
  stage.connection.start()
  stage.connection.write(pattern(16 * megabyte))
  let { nowMs } = stage.loop
  for (let i = 0; i < 5; i++) {
    // The loop has no turn meanwhile, so no edge reaches the connection.
    for (const before = acked(); acked() === before; ) stage.peer.recv(megabyte / 16)
    nowMs += 90
    stage.connection.sweep(nowMs)
    assert.deepEqual(stage.told, [])
  }
  // What was on its way may be acknowledged late, once.
  stage.connection.sweep(nowMs + 100)
  stage.connection.sweep(nowMs + 200)
  assert.deepEqual(stage.told, ['close'])
})

test('a peer that has stopped reading is reset also after end() with linger', async () => {
  using stage = new Stage({}, { pair: tcpPair(), writeTimeoutMs: 1000 })
  stage.connection.start()
  stage.connection.write(pattern(16 * megabyte))
  stage.connection.end(true)
  stage.connection.sweep(stage.loop.nowMs + 1000)
  assert.match(String(stage.errors[0]), /the peer has stopped reading/)
  assert.equal((await ending(stage.peer))[0], 'ECONNRESET')
})

test('onExpire comes once when its time is over, and never for Infinity', () => {
  using stage = new Stage()
  stage.connection.sweep(Number.MAX_VALUE)
  stage.connection.expireAt(100)
  stage.connection.sweep(99.9)
  assert.deepEqual(stage.told, [])
  stage.connection.sweep(100)
  stage.connection.sweep(1000)
  assert.deepEqual(stage.told, ['expire'])
  stage.connection.expireAt(2000)
  stage.connection.expireAt(Number.POSITIVE_INFINITY)
  stage.connection.sweep(3000)
  assert.deepEqual(stage.told, ['expire'])
})

test('end() with linger lets a peer that goes on sending read the whole answer', async () => {
  using stage = new Stage(
    {
      onData(connection) {
        connection.write(Buffer.from('enough'))
        connection.end(true)
      },
    },
    { pair: tcpPair() },
  )
  stage.connection.start()
  for (let i = 0; i < 20; i++) {
    stage.peer.send(pattern(10_000))
    await delivered(stage.loop)
  }
  const [how, bytes] = await ending(stage.peer)
  assert.deepEqual([how, bytes.toString()], ['end', 'enough'])
  assert.deepEqual(stage.told, ['data'], 'what came later was dropped')
  stage.peer.close()
  await until(() => stage.connection.closed)
  assert.deepEqual(stage.errors, [null])
})

test('lingering is over after a second, or a megabyte', async () => {
  for (const limit of ['second', 'megabyte'] as const) {
    using stage = new Stage({}, { pair: tcpPair() })
    stage.connection.start()
    stage.connection.end(true)
    await delivered(stage.loop)
    assert.equal(stage.connection.closed, false)
    if (limit === 'second') stage.connection.sweep(stage.loop.nowMs + 1001)
    else {
      for (let left = 2 * megabyte; left > 0 && !stage.connection.closed; await setImmediate()) {
        left -= stage.peer.send(pattern(65536)) ?? 0
      }
    }
    assert.deepEqual([stage.told, stage.errors], [['close'], [null]], limit)
  }
})

test('end() with linger after the peer has ended closes at once', () => {
  using stage = new Stage()
  stage.peer.close()
  stage.connection.start()
  stage.connection.end(true)
  assert.deepEqual(stage.told, ['end', 'close'])
})

test('reset() shows the peer a reset, close() an end', async () => {
  for (const [verb, how] of [
    ['reset', 'ECONNRESET'],
    ['close', 'end'],
  ] as const) {
    using stage = new Stage({}, { pair: tcpPair() })
    stage.connection.start()
    stage.connection[verb]()
    stage.connection[verb]()
    assert.equal((await ending(stage.peer))[0], how)
    assert.deepEqual([stage.told, stage.errors], [['close'], [null]])
  }
})

test('a reset by the peer is told once, with the errno', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  closeWithReset(stage.peer)
  await until(() => stage.connection.closed)
  await setImmediate()
  assert.deepEqual([stage.told, stage.ending], [['close'], 'ECONNRESET recv'])
})

test('a reset by the peer is told also while reading is stopped', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  stage.connection.write(pattern(16 * megabyte))
  closeWithReset(stage.peer)
  await until(() => stage.connection.closed)
  assert.deepEqual(stage.told, ['close'])
  assert.match(stage.ending, /^(ECONNRESET|EPIPE) /)
})

test('a write to a peer that is gone is told once, and no write after it does anything', async () => {
  using stage = new Stage()
  stage.peer.close()
  stage.connection.write(Buffer.from('anyone?'))
  stage.connection.write(Buffer.from('no'))
  stage.connection.cork()
  stage.connection.write(Buffer.from('one'))
  stage.connection.uncork()
  stage.connection.end()
  stage.connection.reset()
  assert.deepEqual([stage.told, stage.ending], [['close'], 'EPIPE send'])
})

test('close() in a callback is the last that is heard', async () => {
  const hooks = ['onData', 'onEnd', 'onDrain', 'onExpire'] as const
  for (const hook of hooks) {
    using stage = new Stage({ [hook]: (connection: { close(): void }) => connection.close() })
    stage.peer.send('data')
    if (hook === 'onDrain') stage.connection.write(pattern(megabyte))
    stage.connection.expireAt(hook === 'onExpire' ? 1 : Number.POSITIVE_INFINITY)
    stage.connection.start()
    stage.connection.sweep(2)
    if (hook === 'onDrain') await receive(stage.peer, megabyte)
    else stage.peer.shutdown(SHUT_WR)
    await until(() => stage.connection.closed)
    await delivered(stage.loop)
    const name = hook.slice(2).toLowerCase()
    assert.equal(stage.told.indexOf('close'), stage.told.length - 1, hook)
    assert.equal(stage.told.at(-2), name)
    assert.deepEqual(stage.errors, [null])
  }
})

test('a connection that a handler of the same batch closed is not called, nor is its successor', async () => {
  using loop = new EventLoop()
  using late = new Stage({}, { loop })
  using first = new Stage({ onData: () => late.connection.close() }, { loop })
  first.connection.start()
  late.connection.start()
  first.peer.send('x')
  late.peer.send('y')
  await delivered(loop)
  assert.deepEqual([first.told, late.told], [['data'], ['close']])
})

test('what several connections have received in one turn is handed over when all of it is there', async t => {
  using loop = new EventLoop()
  const order: string[] = []
  const onData = (_: unknown, text: string) => order.push(text)
  const stages = ['a', 'b', 'c'].map(() => new Stage({ onData }, { loop }))
  for (const { connection } of stages) connection.start()
  const { recv } = native
  t.mock.method(native, 'recv', (...values: Parameters<typeof recv>) => {
    order.push('recv')
    return recv(...values)
  })
  for (const [i, { peer }] of stages.entries()) peer.send('abc'[i]!)
  await delivered(loop)
  assert.deepEqual(order, ['recv', 'recv', 'recv', 'a', 'b', 'c'])
  for (const stage of stages) stage[Symbol.dispose]()
})

test('a protocol that throws keeps nobody else from what was received', async () => {
  using loop = new EventLoop()
  const messages = await uncaughtIn(async () => {
    using first = new Stage({ onData: () => assert.fail('broken') }, { loop })
    using second = new Stage({}, { loop })
    for (const { connection } of [first, second]) connection.start()
    for (const { peer } of [first, second]) peer.send('x')
    await until(() => second.told.length > 0)
    assert.deepEqual(second.told, ['data'])
  })
  assert.deepEqual(messages, ['broken'])
})

test('interrupted, refused and short system calls change nothing of what arrives', async t => {
  const sent = pattern(100_000)
  const plans = [[EINTR, EINTR], [EAGAIN], [1, EINTR, 2, EAGAIN, EINTR, 3], [EINTR, EAGAIN, 1, 1]]
  for (const plan of plans) {
    using stage = new Stage()
    inject(t, 'send', stage.connection.fd, [...plan])
    stage.connection.write(sent, 0, 50_000)
    stage.connection.write(sent, 50_000)
    assert.ok((await receive(stage.peer, sent.length)).equals(sent), `send ${plan}`)
    t.mock.restoreAll()
  }
  // A refusal only before epoll is asked: one that the kernel did not make has no edge after it.
  for (const plan of [[EINTR, EINTR], [EAGAIN], [1, EINTR, 2, EINTR, 3], [EINTR, EAGAIN, 1, 1]]) {
    using stage = new Stage()
    inject(t, 'recv', stage.connection.fd, [...plan])
    stage.peer.send(sent)
    stage.peer.close()
    stage.connection.start()
    await until(() => stage.told.includes('end'))
    assert.ok(stage.received.equals(sent), `recv ${plan}`)
    t.mock.restoreAll()
  }
})

test('any other answer of the kernel ends the connection with its errno and system call', t => {
  for (const [name, errno, code] of [
    ['recv', -104, 'ECONNRESET recv'],
    ['recv', -110, 'ETIMEDOUT recv'],
    ['recv', -12, 'ENOMEM recv'],
    ['send', -32, 'EPIPE send'],
    ['send', -104, 'ECONNRESET send'],
    ['send', -105, 'ENOBUFS send'],
  ] as const) {
    using stage = new Stage()
    inject(t, name, stage.connection.fd, [errno])
    stage.connection.write(Buffer.from('x'))
    stage.connection.start()
    assert.deepEqual([stage.told, stage.ending], [['close'], code])
    t.mock.restoreAll()
  }
})

test('a connection that epoll refuses is closed with the error', t => {
  using stage = new Stage()
  t.mock.method(native, 'epollCtl', () => -28)
  stage.connection.start()
  assert.deepEqual([stage.told, stage.ending], [['close'], 'ENOSPC epoll_ctl'])
})
