// Connections to peers that read slowly, do not read, or never stop sending.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { EPOLLIN, EventFd, SHUT_WR } from '../../lib/index.ts'
import { EventLoop } from '../../lib/loop/index.ts'
import { tcpBytesOf } from '../../lib/net/tcp-bytes.ts'
import { EAGAIN, native } from '../../lib/sys/index.ts'
import { delivered, until } from '../loop/turns.ts'
import { ending, pattern, receive, Stage, tcpPair } from './stage.ts'

const megabyte = 1048576

/** Waits until the kernel transfers no more bytes, which takes a while after a write. */
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

test('reading stops while too much output is queued, and continues when the output is sent', async t => {
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

test('onData is not called while the queued answers exceed the output limit', async () => {
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

test('a peer that never stops sending does not starve another connection', async t => {
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
  assert.equal(Math.max(...gaps.slice(1)), 4, 'reads per turn')
})

test('the connection of a peer that stops reading is reset after the write timeout', async () => {
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

test('the write timeout restarts when the peer reads, but not when more is written', async t => {
  const time = { nowMs: 1000 }
  t.mock.method(performance, 'now', () => time.nowMs)
  using stage = new Stage({}, { pair: tcpPair(), writeTimeoutMs: 100 })
  stage.connection.start()
  stage.connection.write(pattern(16 * megabyte))
  time.nowMs = 1090
  stage.connection.sweep(time.nowMs)
  // The connection may notice progress at the next event or at the next sweep; the time is the same for both.
  time.nowMs = 1150
  const send = t.mock.method(native, 'send')
  await receive(stage.peer, 4 * megabyte)
  await until(() => send.mock.calls.at(-1)?.result === EAGAIN)
  await settled(stage.connection.fd)
  stage.connection.sweep(time.nowMs)
  stage.connection.write(Buffer.from('more'))
  time.nowMs = 1249
  stage.connection.sweep(time.nowMs)
  assert.deepEqual(stage.told, [])
  time.nowMs = 1250
  stage.connection.sweep(time.nowMs)
  assert.deepEqual(stage.told, ['close'])
})

test('the connection of a peer that reads too slowly to cause EPOLLOUT is not reset while the peer keeps reading', () => {
  const pair = tcpPair()
  const fd = pair[0].fileno()
  const acked = (): number => tcpBytesOf(fd)!.ackedBytes
  using stage = new Stage({}, { pair, writeTimeoutMs: 100 })
  stage.connection.start()
  stage.connection.write(pattern(16 * megabyte))
  let { nowMs } = stage.loop
  for (let i = 0; i < 5; i++) {
    // The loop does not run here, so no edge reaches the connection.
    for (const before = acked(); acked() === before; ) stage.peer.recv(megabyte / 16)
    nowMs += 90
    stage.connection.sweep(nowMs)
    assert.deepEqual(stage.told, [])
  }
  // Bytes in flight may still be acknowledged after the last read, which restarts the timeout once.
  stage.connection.sweep(nowMs + 100)
  stage.connection.sweep(nowMs + 200)
  assert.deepEqual(stage.told, ['close'])
})

test('the connection of a peer that stops reading is reset even after end() with linger', async () => {
  using stage = new Stage({}, { pair: tcpPair(), writeTimeoutMs: 1000 })
  stage.connection.start()
  stage.connection.write(pattern(16 * megabyte))
  stage.connection.end(true)
  stage.connection.sweep(stage.loop.nowMs + 1000)
  assert.match(String(stage.errors[0]), /the peer has stopped reading/)
  assert.equal((await ending(stage.peer))[0], 'ECONNRESET')
})

test('onExpire is called once when its time is reached, and never if the time is Infinity', () => {
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

test('after end() with linger a peer that is still sending can read the whole answer', async () => {
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
  assert.deepEqual(stage.told, ['data'], 'later data is dropped')
  stage.peer.close()
  await until(() => stage.connection.closed)
  assert.deepEqual(stage.errors, [null])
})

test('a lingering connection is closed after a second or a megabyte', async () => {
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

test('end() with linger closes the connection immediately if the peer has ended its stream', () => {
  using stage = new Stage()
  stage.peer.close()
  stage.connection.start()
  stage.connection.end(true)
  assert.deepEqual(stage.told, ['end', 'close'])
})
