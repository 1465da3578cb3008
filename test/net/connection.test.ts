import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { SHUT_WR } from '../../lib/index.ts'
import { EventLoop } from '../../lib/loop/index.ts'
import { EAGAIN, EINTR, native } from '../../lib/sys/index.ts'
import { delivered, until } from '../loop/turns.ts'
import { uncaughtIn } from '../support/uncaught.ts'
import { closeWithReset, ending, inject, pattern, receive, Stage, tcpPair } from './stage.ts'

const megabyte = 1048576

test('start() reads data that has already arrived, and the loop delivers later data', async () => {
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

test('onEnd is called after the last data, whether the peer sends and closes before or after start()', async () => {
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

test('onEnd is called once, even if more events follow', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  stage.peer.shutdown(SHUT_WR)
  await until(() => stage.told.includes('end'))
  stage.connection.write(pattern(4 * megabyte))
  await receive(stage.peer, 4 * megabyte)
  await until(() => stage.told.includes('drain'))
  assert.deepEqual(stage.told, ['end', 'drain'])
})

test('a peer that has shut down writing still gets the answer and the end of the stream', async () => {
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

test('a long stream arrives complete and in order', async () => {
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

test('after reset() the peer sees a reset, and after close() the end of the stream', async () => {
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

test('onClose reports a reset by the peer once, with its error code', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  closeWithReset(stage.peer)
  await until(() => stage.connection.closed)
  await setImmediate()
  assert.deepEqual([stage.told, stage.ending], [['close'], 'ECONNRESET recv'])
})

test('onClose reports a reset by the peer even while reading is stopped', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  stage.connection.write(pattern(16 * megabyte))
  closeWithReset(stage.peer)
  await until(() => stage.connection.closed)
  assert.deepEqual(stage.told, ['close'])
  assert.match(stage.ending, /^(ECONNRESET|EPIPE) /)
})

test('onClose reports a failed write once, and later writes do nothing', async () => {
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

test('after close() in a callback only onClose is called', async () => {
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

test('a connection that another handler of the same batch has closed gets no data', async () => {
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

test('all ready connections of a turn are read before the first onData', async t => {
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

test('if one connection’s onData throws, the other connections still get their data', async () => {
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

test('interrupted, refused and short system calls lose no data', async t => {
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
  // EAGAIN is injected only before epoll_ctl(), which reports the data again; after that, there would be no further
  // edge.
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

test('any other error closes the connection, and onClose gets the error code and the system call', t => {
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

test('if epoll refuses a connection, it is closed, and onClose gets the error', t => {
  using stage = new Stage()
  t.mock.method(native, 'epollCtl', () => -28)
  stage.connection.start()
  assert.deepEqual([stage.told, stage.ending], [['close'], 'ENOSPC epoll_ctl'])
})
