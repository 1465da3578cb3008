// Sockets: sending and receiving.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  File,
  MSG_DONTWAIT,
  MSG_MORE,
  MSG_OOB,
  MSG_PEEK,
  MSG_WAITALL,
  SHUT_WR,
  SO_LINGER,
  SOL_SOCKET,
  Socket,
  select,
} from '../../lib/index.ts'
import { EINTR, native } from '../../lib/sys/index.ts'
import { connected, directory, received } from './sockets.ts'

test('recv() returns null if there is no data yet, and an empty buffer at the end of the stream', () => {
  using pair = connected()
  const { client, connection } = pair
  assert.equal(connection.recv(10), null)
  client.send('abc')
  client.shutdown(SHUT_WR)
  assert.equal(received(connection, 2), 'ab')
  assert.equal(connection.recv(10)?.toString(), 'c')
  select([connection], [], [])
  assert.equal(connection.recv(10)?.length, 0)
  assert.equal(connection.recvInto(new Uint8Array(1)), 0)
})

test('recv() with MSG_PEEK leaves the data in the socket, and with MSG_OOB returns urgent data', () => {
  using pair = connected()
  const { client, connection } = pair
  client.send('abc')
  select([connection], [], [])
  assert.equal(connection.recv(2, MSG_PEEK)?.toString(), 'ab')
  assert.equal(connection.recv(3, MSG_DONTWAIT)?.toString(), 'abc')
  client.send('!', { flags: MSG_OOB })
  select([], [], [connection])
  assert.equal(connection.recv(1, MSG_OOB)?.toString(), '!')
})

test('recv() of a blocking socket with MSG_WAITALL waits for all requested bytes', () => {
  using pair = connected()
  const { client, connection } = pair
  connection.setblocking(true)
  client.send('abc')
  assert.equal(connection.recv(3, MSG_WAITALL)?.toString(), 'abc')
  connection.setblocking(false)
  assert.equal(connection.recv(3), null)
})

test('each recv() returns new memory', () => {
  using pair = connected()
  pair.client.send('ab')
  const first = received(pair.connection, 1)
  const second = received(pair.connection, 1)
  assert.deepEqual([first, second], ['a', 'b'])
})

test('recvInto() writes only to the given part of the buffer', () => {
  using pair = connected()
  const { client, connection } = pair
  client.send('abcdef')
  select([connection], [], [])
  const bytes = Buffer.alloc(6, '.')
  assert.equal(connection.recvInto(bytes, 2, 3), 3)
  assert.equal(bytes.toString(), '..abc.')
  assert.equal(connection.recvInto(bytes, 4), 2)
  assert.equal(bytes.toString(), '..abde')
  assert.equal(connection.recvInto(bytes.subarray(0, 1)), 1)
  assert.equal(bytes.toString(), 'f.abde')
  assert.equal(connection.recvInto(bytes), null)
})

test('the offset and the length of send() count bytes, even for a string', () => {
  using pair = connected()
  const { client, connection } = pair
  assert.equal(client.send('客户端', { offset: 3, length: 3 }), 3)
  assert.equal(received(connection), '户')
  assert.equal(client.send(new Uint8Array([1, 2, 3]), { offset: 3 }), 0)
  assert.throws(() => client.send('客', { offset: 4 }), { name: 'RangeError', message: /^offset/ })
  assert.throws(() => client.send('客', { length: 4 }), { name: 'RangeError', message: /^length/ })
})

test('send() to a full socket sends part of the data, then returns null; after EPOLLOUT it sends the rest', () => {
  const [left, right] = Socket.pair()
  const much = Buffer.alloc(1_000_000, 'abcdefg')
  let sent = 0
  const parts: Buffer[] = []
  let full = 0
  while (sent < much.length) {
    const count = left.send(much, { offset: sent })
    sent += count ?? 0
    if (count !== null) continue
    full++
    for (let part = right.recv(100_000); part !== null; part = right.recv(100_000)) parts.push(part)
  }
  left.close()
  for (let part = right.recv(100_000); part?.length; part = right.recv(100_000)) parts.push(part)
  assert.ok(full > 0)
  assert.ok(Buffer.concat(parts).equals(much))
  right.close()
})

test('send() to a closed peer throws EPIPE, and SIGPIPE does not end the process', () => {
  const [left, right] = Socket.pair()
  right.close()
  assert.throws(() => left.send('x'), { code: 'EPIPE', errno: -32, syscall: 'send' })
  left.close()
})

test('recv() throws ECONNRESET after a reset', () => {
  using pair = connected()
  const { client, connection } = pair
  client.setsockopt(SOL_SOCKET, SO_LINGER, new Uint8Array(new Int32Array([1, 0]).buffer))
  client.close()
  select([connection], [], [])
  assert.throws(() => connection.recv(1), { code: 'ECONNRESET', syscall: 'recv' })
})

test('bytes sent with MSG_MORE wait for the next send()', () => {
  using pair = connected()
  const { client, connection } = pair
  client.send('head', { flags: MSG_MORE })
  assert.equal(connection.recv(10), null)
  client.send(' body')
  assert.equal(received(connection), 'head body')
})

test('send(), recv() and sendfile() continue after a signal', t => {
  using pair = connected()
  using file = File.open(`${directory}/file`)
  const { client, connection } = pair
  let signals = 0
  for (const name of ['send', 'recv', 'sendfile'] as const) {
    const real = native[name] as (...args: number[]) => number
    const interrupted = (...args: number[]) => (signals-- > 0 ? EINTR : real(...args))
    t.mock.method(native, name, interrupted as never)
  }
  signals = 2
  assert.equal(client.send('x'), 1)
  select([connection], [], [])
  signals = 2
  assert.equal(connection.recv(1)?.toString(), 'x')
  signals = 2
  assert.equal(client.sendfile(file, 0, 5), 5)
  assert.equal(received(connection), 'hello')
})

test('sendfile() sends part of a file and returns 0 beyond its end', () => {
  using pair = connected()
  const { client, connection } = pair
  using file = File.open(`${directory}/file`)
  assert.equal(client.sendfile(file, 7, 3), 3)
  assert.equal(received(connection), 'wor')
  assert.equal(client.sendfile(file.fileno(), 0, 2 ** 53 - 1), 12)
  assert.equal(received(connection), 'hello, world')
  assert.equal(client.sendfile({ fd: file.fileno() }, 12, 1), 0)
  assert.equal(client.sendfile(file, 2 ** 40, 1), 0)
  assert.equal(client.sendfile(file, 0, 0), 0)
})

test('sendfile() returns null if the socket is full, and throws if the peer is closed', () => {
  const [left, right] = Socket.pair()
  using exe = File.open('/proc/self/exe')
  let sent = 0
  for (
    let count = left.sendfile(exe, 0, 1e6);
    count !== null;
    count = left.sendfile(exe, sent, 1e6)
  )
    sent += count
  assert.ok(sent > 0)
  right.close()
  assert.throws(() => left.sendfile(exe, 0, 1), {
    code: 'EPIPE',
    syscall: 'sendfile',
    message: new RegExp(`fd ${exe.fileno()} to fd ${left.fileno()}$`),
  })
  assert.throws(() => left.sendfile(2 ** 31 - 1, 0, 1), { code: 'EBADF' })
  left.close()
})
