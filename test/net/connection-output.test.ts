import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MSG_MORE, SO_SNDBUF, SOL_SOCKET } from '../../lib/index.ts'
import { Output } from '../../lib/net/output.ts'
import { native } from '../../lib/sys/index.ts'
import { until } from '../loop/turns.ts'
import { ending, pattern, receive, Stage, tcpPair } from './stage.ts'

const megabyte = 1048576

test('output that the socket cannot take yet is queued and arrives in order', async () => {
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

test('queued output is a copy, so the caller may reuse its memory', async () => {
  using stage = new Stage()
  stage.connection.start()
  const sent = pattern(megabyte)
  const memory = Buffer.from(sent)
  stage.connection.write(memory)
  memory.fill(0)
  assert.ok((await receive(stage.peer, megabyte)).equals(sent))
})

test('write() of no bytes does nothing, even while output is queued', async () => {
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

test('writes between cork() and uncork() are sent with one system call', async t => {
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
  assert.equal(send.mock.callCount(), 2, 'without a cork each write is a system call')
})

test('a single piece between cork() and uncork() is not copied if the caller lets the connection keep its memory', t => {
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
  test(`write() of ${sizeBytes} bytes while corked copies them, so the caller may reuse the memory`, async () => {
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

test('two corked connections do not mix their bytes', async () => {
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

test('small pieces of queued output share memory blocks', () => {
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

test('corked output larger than the gather buffer is sent with MSG_MORE, except for the last piece', async t => {
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

test('end() while corked sends the gathered output, and a later uncork() sends nothing', async () => {
  using stage = new Stage()
  stage.connection.cork()
  stage.connection.write(Buffer.from('last '))
  stage.connection.write(Buffer.from('words'))
  stage.connection.end()
  stage.connection.uncork()
  const [how, bytes] = await ending(stage.peer)
  assert.deepEqual([how, bytes.toString(), stage.errors], ['end', 'last words', [null]])
})

test('end() sends the queued output first, and later writes are dropped', async () => {
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
