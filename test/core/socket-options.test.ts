import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  IPPROTO_TCP,
  SO_LINGER,
  SO_PEERCRED,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SOL_SOCKET,
  Socket,
  TCP_INFO,
  TCP_NODELAY,
} from '../../lib/index.ts'
import { connected } from './sockets.ts'

const TCP_CONGESTION = 13

test('getsockopt() returns the int that setsockopt() set', () => {
  using socket = new Socket()
  for (const [level, name] of [
    [SOL_SOCKET, SO_REUSEADDR],
    [SOL_SOCKET, SO_REUSEPORT],
    [IPPROTO_TCP, TCP_NODELAY],
  ] as const) {
    assert.equal(socket.getsockopt(level, name), 0)
    socket.setsockopt(level, name, 1)
    assert.equal(socket.getsockopt(level, name), 1)
  }
  socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 8192)
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_SNDBUF), 16384) // socket(7): doubled
  const sndbuf = socket.getsockopt(SOL_SOCKET, SO_SNDBUF, 64)
  assert.deepEqual([...new Int32Array(new Uint8Array(sndbuf).buffer)], [16384])
})

test('getsockopt() with a length returns the bytes of a struct', () => {
  using pair = connected()
  const { client } = pair
  const linger = new Uint8Array(new Int32Array([1, 5]).buffer)
  client.setsockopt(SOL_SOCKET, SO_LINGER, linger)
  assert.deepEqual(client.getsockopt(SOL_SOCKET, SO_LINGER, 64), Buffer.from(linger))
  assert.deepEqual(client.getsockopt(SOL_SOCKET, SO_LINGER, 8), Buffer.from(linger))
  assert.deepEqual(client.getsockopt(SOL_SOCKET, SO_LINGER, 4), Buffer.from(linger.subarray(0, 4)))
  const info = client.getsockopt(IPPROTO_TCP, TCP_INFO, 8192)
  assert.ok(info.length > 100 && info.length < 1024)
  assert.equal(info[0], 1) // TCP_ESTABLISHED
  assert.equal(client.getsockopt(IPPROTO_TCP, TCP_INFO, 1).length, 1)
  const congestion = client.getsockopt(IPPROTO_TCP, TCP_CONGESTION, 16).toString('latin1')
  assert.match(congestion, /^[a-z]+\0+$/)
  const [left, right] = Socket.pair()
  const peer = left.getsockopt(SOL_SOCKET, SO_PEERCRED, 12)
  assert.equal(new Int32Array(new Uint8Array(peer).buffer)[0], process.pid)
  left.close()
  right.close()
})

test('getsockopt() throws for a struct option without a length, and for a wrong length', () => {
  using socket = new Socket()
  for (const [level, name] of [
    [SOL_SOCKET, SO_LINGER],
    [SOL_SOCKET, SO_PEERCRED],
    [SOL_SOCKET, SO_RCVTIMEO],
    [IPPROTO_TCP, TCP_INFO],
    [IPPROTO_TCP, TCP_CONGESTION],
  ] as const) {
    assert.throws(() => socket.getsockopt(level, name), {
      name: 'RangeError',
      message: /^length: expected the number of bytes/,
    })
  }
  for (const length of [0, -1, 8193, 2 ** 31, Number.NaN, 0.5])
    assert.throws(() => socket.getsockopt(SOL_SOCKET, SO_LINGER, length), RangeError)
  assert.throws(() => socket.setsockopt(SOL_SOCKET, SO_LINGER, 1), {
    code: 'EINVAL',
    message: /setsockopt level 1 name 13 fd \d+$/,
  })
})
