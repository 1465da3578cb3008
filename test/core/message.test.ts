// Datagrams and control messages.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_INET6,
  AF_UNIX,
  type ControlMessageLike,
  EPOLLERR,
  Epoll,
  EventFd,
  IPPROTO_IP,
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_PEEK,
  MSG_TRUNC,
  SCM_CREDENTIALS,
  SCM_RIGHTS,
  SO_PEERCRED,
  SOCK_DGRAM,
  SOL_SOCKET,
  Socket,
  TCP_INFO,
} from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { connected, directory, families } from './sockets.ts'

const IP_RECVERR = 11
const SO_PASSCRED = 16
const local = { host: '127.0.0.1', port: 0 }

function datagrams(domain?: number, address: Parameters<Socket['bind']>[0] = local): Socket {
  const socket = new Socket({ ...(domain !== undefined && { domain }), type: SOCK_DGRAM })
  socket.bind(address)
  return socket
}

function rightsOf(...fds: number[]): ControlMessageLike {
  return [SOL_SOCKET, SCM_RIGHTS, Buffer.from(Int32Array.of(...fds).buffer)]
}

test('recvfrom() returns the datagram and its sender, whom sendto() answers', () => {
  using server = datagrams()
  using client = datagrams()
  assert.equal(server.recvfrom(100), null)
  assert.equal(client.sendto('héllo', server.getsockname()), 6)
  const [data, address] = server.recvfrom(100)!
  assert.equal(data.toString(), 'héllo')
  assert.deepEqual(address, client.getsockname())
  server.sendto('hi', address!)
  assert.deepEqual(client.recvfrom(100), [Buffer.from('hi'), server.getsockname()])
})

test('an empty datagram is data, not an end', () => {
  using server = datagrams()
  using client = datagrams()
  client.sendto('', server.getsockname())
  assert.deepEqual(server.recvfrom(100), [Buffer.alloc(0), client.getsockname()])
  assert.equal(server.recvfrom(100), null)
})

if (families['IPv6'] !== undefined)
  test('IPv6 datagrams carry IPv6 addresses', () => {
    using server = datagrams(AF_INET6, { host: '::1', port: 0 })
    using client = datagrams(AF_INET6, { host: '::1', port: 0 })
    client.sendto('x', server.getsockname())
    assert.deepEqual(server.recvfrom(10)?.[1], client.getsockname())
  })

test('the sender of a unix datagram has its path, its abstract name, or no address', () => {
  using server = datagrams(AF_UNIX, { path: `${directory}/server` })
  const names = [`${directory}/client`, `\0epollet-${process.pid}-client`]
  for (const path of names) {
    using client = datagrams(AF_UNIX, { path })
    client.sendto('x', { path: `${directory}/server` })
    assert.deepEqual(server.recvfrom(10)?.[1], { path })
  }
  using unnamed = new Socket({ domain: AF_UNIX, type: SOCK_DGRAM })
  unnamed.sendto('x', { path: `${directory}/server` })
  assert.equal(server.recvfrom(10)?.[1], null)
})

test('MSG_TRUNC tells the full length of a datagram, and MSG_PEEK leaves it', () => {
  using server = datagrams()
  using client = datagrams()
  client.sendto('0123456789', server.getsockname())
  const buffer = new Uint8Array(4)
  assert.equal(server.recvInto(buffer, 0, 4, MSG_TRUNC | MSG_PEEK), 10)
  assert.equal(Buffer.from(buffer).toString(), '0123')
  const [data, , flags] = server.recvmsg(4)!
  assert.deepEqual([data.toString(), flags], ['0123', MSG_TRUNC])
  client.sendto('0123456789', server.getsockname())
  const [all] = server.recvfrom(4, MSG_TRUNC)!
  assert.equal(all.length, 4, 'the view never exceeds its buffer')
})

test('sendto() names the address in its error', () => {
  using socket = datagrams()
  const address = { host: '127.0.0.1', port: 9 }
  const data = Buffer.alloc(70_000)
  assert.throws(() => socket.sendto(data, address), { code: 'EMSGSIZE' })
  assert.throws(() => socket.sendto(data, address), /127\.0\.0\.1/)
})

test('SCM_RIGHTS passes descriptors, which arrive close-on-exec', () => {
  const [a, b] = Socket.pair()
  using one = new EventFd(1)
  using two = new EventFd(2)
  assert.equal(a.sendmsg(['fd', 's'], [rightsOf(one.fileno(), two.fileno())]), 3)
  const [data, control, flags, address] = b.recvmsg(10, 64)!
  assert.deepEqual([data.toString(), flags, address], ['fds', 0, null])
  assert.equal(control.length, 1)
  const [level, type, rights] = control[0]!
  assert.deepEqual([level, type, rights.length], [SOL_SOCKET, SCM_RIGHTS, 8])
  for (const [i, value] of [1n, 2n].entries()) {
    const fd = rights.readInt32LE(4 * i)
    assert.equal(native.fcntl(fd, 1, 0), 1) // F_GETFD: FD_CLOEXEC
    using received = EventFd.fromfd(fd)
    assert.equal(received.read(), value)
  }
  a.close()
  b.close()
})

test('descriptors for which there is no room are closed by the kernel, and MSG_CTRUNC says so', () => {
  const [a, b] = Socket.pair()
  using counter = new EventFd()
  const before = openDescriptors().length
  a.sendmsg(['x'], [rightsOf(counter.fileno())])
  const [, control, flags] = b.recvmsg(1, 0)!
  assert.deepEqual([control, flags & MSG_CTRUNC], [[], MSG_CTRUNC])
  a.sendmsg(['x'], [rightsOf(counter.fileno(), counter.fileno(), counter.fileno())])
  const [, some, more] = b.recvmsg(1, 24)!
  assert.equal(more & MSG_CTRUNC, MSG_CTRUNC)
  const fds = some.flatMap(([, , data]) => [...new Int32Array(new Uint8Array(data).buffer)])
  for (const fd of fds) EventFd.fromfd(fd).close()
  assert.equal(openDescriptors().length, before)
  a.close()
  b.close()
})

test('SCM_CREDENTIALS names the sender', () => {
  const [a, b] = Socket.pair()
  b.setsockopt(SOL_SOCKET, SO_PASSCRED, 1)
  a.send('x')
  const [, control] = b.recvmsg(1, 64)!
  const [level, type, data] = control[0]!
  assert.deepEqual([level, type], [SOL_SOCKET, SCM_CREDENTIALS])
  assert.deepEqual([...new Int32Array(new Uint8Array(data).buffer)].slice(0, 1), [process.pid])
  assert.equal(b.getsockopt(SOL_SOCKET, SO_PEERCRED, 12).readInt32LE(), process.pid)
  a.close()
  b.close()
})

test('the error queue of a datagram socket tells which address refused', () => {
  using epoll = new Epoll()
  using socket = new Socket({ type: SOCK_DGRAM })
  socket.setsockopt(IPPROTO_IP, IP_RECVERR, 1)
  using closed = datagrams()
  const address = closed.getsockname()
  closed.close()
  epoll.register(socket, 0)
  socket.sendto('lost', address)
  const [[, events]] = epoll.poll(1000) as [[number, number]]
  assert.equal(events & EPOLLERR, EPOLLERR)
  assert.throws(() => socket.recv(100, MSG_DONTWAIT), { code: 'ECONNREFUSED' })
  const [data, control, , from] = socket.recvmsg(100, 200, MSG_ERRQUEUE)!
  assert.equal(data.toString(), 'lost')
  assert.deepEqual(from, address)
  const [level, type, error] = control[0]!
  assert.deepEqual([level, type], [IPPROTO_IP, IP_RECVERR])
  assert.equal(error.readUInt32LE(), 111) // ee_errno: ECONNREFUSED
  assert.equal(socket.recvmsg(100, 200, MSG_ERRQUEUE), null)
})

test('control messages are written one after the other, each aligned', () => {
  const [a, b] = Socket.pair()
  b.setsockopt(SOL_SOCKET, SO_PASSCRED, 1)
  using counter = new EventFd(5)
  a.sendmsg(['x'], [rightsOf(counter.fileno())])
  const [, control] = b.recvmsg(1, 256)!
  assert.deepEqual(control.map(([, type]) => type).sort(), [SCM_RIGHTS, SCM_CREDENTIALS])
  const [, , rights] = control.find(([, type]) => type === SCM_RIGHTS)!
  EventFd.fromfd(rights.readInt32LE()).close()
  assert.throws(
    () => a.sendmsg(['x'], [[SOL_SOCKET, SCM_RIGHTS, Buffer.alloc(70_000)]]),
    /at most 65536 bytes/,
  )
  a.close()
  b.close()
})

test('getsockopt() with a length returns the bytes of a struct', () => {
  using pair = connected()
  const info = pair.client.getsockopt(6, TCP_INFO, 256)
  assert.equal(info[0], 1) // tcpi_state: TCP_ESTABLISHED
})

test('sendmsg() with an address sends a datagram', () => {
  using server = datagrams()
  using client = datagrams()
  assert.equal(client.sendmsg(['a', Buffer.from('b')], [], 0, server.getsockname()), 2)
  assert.deepEqual(server.recvmsg(10), [Buffer.from('ab'), [], 0, client.getsockname()])
})
