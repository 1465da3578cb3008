import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import {
  type Address,
  AF_INET,
  AF_UNIX,
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  Epoll,
  EventFd,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SO_ERROR,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
} from '../../lib/index.ts'
import { EINTR, native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { connected, directory, families, listening, received } from './sockets.ts'

for (const [name, family] of Object.entries(families)) {
  test(`${name}: a connection carries bytes both ways, and both ends return both addresses`, () => {
    using pair = connected(family)
    const { client, connection, from } = pair
    assert.equal(client.send('hello'), 5)
    assert.equal(received(connection), 'hello')
    connection.send('back')
    assert.equal(received(client), 'back')
    assert.deepEqual(from, client.getsockname())
    assert.deepEqual(connection.getpeername(), client.getsockname())
    assert.deepEqual(client.getpeername(), connection.getsockname())
    const { port, ...rest } = client.getpeername() as { port?: number }
    const { port: asked, ...expected } = family.address as { port?: number }
    assert.deepEqual(rest, expected)
    assert.equal((port ?? 0) > 0, asked !== undefined)
    rmSync(`${directory}/socket`, { force: true })
  })

  test(`${name}: accept() returns null if no client is waiting`, () => {
    using server = listening(family)
    assert.equal(server.accept(), null)
    rmSync(`${directory}/socket`, { force: true })
  })

  test(`${name}: connect() to an address without a listener throws an error that names the address`, () => {
    const server = listening(family)
    const address = server.getsockname()
    server.close()
    using client = new Socket({ domain: family.domain, blocking: true })
    assert.throws(() => client.connect(address), {
      name: 'SystemError',
      code: 'ECONNREFUSED',
      syscall: 'connect',
      message: new RegExp(`"(port|path)":.+ fd ${client.fileno()}$`),
    })
    rmSync(`${directory}/socket`, { force: true })
  })

  test(`${name}: bind() to an address in use throws EADDRINUSE`, () => {
    using server = listening(family)
    using second = new Socket({ domain: family.domain })
    assert.throws(() => second.bind(server.getsockname()), { code: 'EADDRINUSE', syscall: 'bind' })
    rmSync(`${directory}/socket`, { force: true })
  })
}

test('an abstract name may contain NUL, even at its end', () => {
  const path = `\0epollet\0${process.pid}\0`
  using server = listening({ domain: AF_UNIX, address: { path } })
  assert.deepEqual(server.getsockname(), { path })
})

test('bind() to an empty path chooses a free abstract name', () => {
  using server = listening({ domain: AF_UNIX, address: { path: '' } })
  const { path } = server.getsockname() as { path: string }
  assert.match(path, /^\0[0-9a-f]{5}$/)
  using client = new Socket({ domain: AF_UNIX })
  assert.equal(client.connect({ path }), true)
  using lost = new Socket({ domain: AF_UNIX })
  assert.throws(() => lost.connect({ path: '' }), { code: 'EINVAL' })
})

test('bind() without a host binds every interface', () => {
  using server = listening({ domain: AF_INET, address: { port: 0 } as Address })
  const { host, port } = server.getsockname() as { host: string; port: number }
  assert.equal(host, '0.0.0.0')
  using client = new Socket({ blocking: true })
  client.connect({ host: '127.0.0.1', port })
})

test('a non-blocking connect() completes with EPOLLOUT and an SO_ERROR of 0', () => {
  using server = listening(families['IPv4']!)
  using client = new Socket()
  using epoll = new Epoll()
  const now = client.connect(server.getsockname())
  epoll.register(client, EPOLLOUT)
  assert.deepEqual(epoll.poll(60_000), [[client.fileno(), EPOLLOUT]])
  assert.equal(client.getsockopt(SOL_SOCKET, SO_ERROR), 0)
  assert.equal(typeof now, 'boolean')
  client.getpeername()
})

test('SO_ERROR returns the error of a refused non-blocking connect() only once', () => {
  const server = listening(families['IPv4']!)
  const address = server.getsockname()
  server.close()
  using client = new Socket()
  using epoll = new Epoll()
  assert.equal(client.connect(address), false)
  epoll.register(client, EPOLLOUT)
  assert.deepEqual(epoll.poll(60_000), [[client.fileno(), EPOLLOUT | EPOLLERR | EPOLLHUP]])
  assert.equal(client.getsockopt(SOL_SOCKET, SO_ERROR), 111)
  assert.equal(client.getsockopt(SOL_SOCKET, SO_ERROR), 0)
})

test('connect() throws EISCONN on a connected socket; getpeername(), recv() and send() throw without a peer', () => {
  using pair = connected()
  assert.throws(() => pair.client.connect(pair.connection.getsockname()), { code: 'EISCONN' })
  using alone = new Socket()
  assert.throws(() => alone.getpeername(), { code: 'ENOTCONN', syscall: 'getpeername' })
  assert.throws(() => alone.send('x'), { code: 'EPIPE', syscall: 'send' })
  assert.throws(() => alone.recv(1), { code: 'ENOTCONN', syscall: 'recv' })
})

test('an interrupted connect() returns false, because the kernel continues it', t => {
  using client = new Socket()
  t.mock.method(native, 'connect', () => EINTR)
  assert.equal(client.connect({ host: '127.0.0.1', port: 9 }), false)
})

test('listen() and accept() throw the kernel’s error for unbound and datagram sockets', () => {
  using unbound = new Socket({ domain: AF_UNIX })
  assert.throws(() => unbound.listen(), { code: 'EINVAL', syscall: 'listen' })
  assert.throws(() => unbound.accept(), { code: 'EINVAL', syscall: 'accept4' })
  using datagrams = new Socket({ type: SOCK_DGRAM })
  assert.throws(() => datagrams.listen(1), { code: /ENOTSUP|EOPNOTSUPP/ })
})

test('accepted sockets are non-blocking and close-on-exec', () => {
  using pair = connected()
  assert.equal(pair.connection.recv(1), null)
  assert.equal(native.fcntl(pair.connection.fileno(), 1, 0), 1) // F_GETFD: FD_CLOEXEC
})

test('accept() continues after a signal, and throws EMFILE and ECONNABORTED', t => {
  using server = listening(families['IPv4']!)
  const answers = [EINTR, EINTR, -11]
  const accept4 = t.mock.method(native, 'accept4', () => answers.shift() as number)
  assert.equal(server.accept(), null)
  assert.equal(accept4.mock.callCount(), 3)
  for (const [answer, code] of [
    [-24, 'EMFILE'],
    [-103, 'ECONNABORTED'],
  ] as const) {
    answers.push(answer)
    assert.throws(() => server.accept(), { code, syscall: 'accept4' })
  }
})

test('shutdown() ends one direction', () => {
  using pair = connected()
  const { client, connection } = pair
  client.shutdown(SHUT_WR)
  assert.throws(() => client.send('x'), { code: 'EPIPE' })
  connection.send('still')
  assert.equal(received(client), 'still')
  client.shutdown(SHUT_RD)
  assert.equal(client.recv(1)?.length, 0)
  using alone = new Socket()
  assert.throws(() => alone.shutdown(SHUT_RDWR), { code: 'ENOTCONN', syscall: 'shutdown' })
})

test('a new Socket has the requested domain, type and mode', () => {
  for (const [domain, type] of [
    [AF_INET, SOCK_STREAM],
    [AF_INET, SOCK_DGRAM],
    [AF_UNIX, SOCK_SEQPACKET],
  ] as const) {
    using socket = new Socket({ domain, type })
    assert.equal(socket.getsockopt(SOL_SOCKET, SO_DOMAIN), domain)
    assert.equal(socket.getsockopt(SOL_SOCKET, SO_TYPE), type)
    assert.equal(socket.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 0)
  }
  assert.throws(() => new Socket({ domain: AF_INET, type: SOCK_SEQPACKET }), {
    name: 'SystemError',
  })
})

test('setblocking() changes only O_NONBLOCK', () => {
  using socket = new Socket()
  const flags = () => native.fcntl(socket.fileno(), 3, 0) // F_GETFL
  const before = flags()
  assert.equal(before & 0o4000, 0o4000)
  socket.setblocking(true)
  assert.equal(flags(), before & ~0o4000)
  socket.setblocking(true)
  socket.setblocking(false)
  assert.equal(flags(), before)
})

test("fromfd() keeps the socket's family and refuses other descriptors", () => {
  const before = openDescriptors()
  using server = listening(families['abstract']!)
  const taken = Socket.fromfd(server.detach())
  const address = taken.getsockname()
  assert.deepEqual(address, families['abstract']!.address)
  using client = new Socket({ domain: AF_UNIX })
  client.connect(address)
  taken.accept()?.[0].close()
  taken.close()
  client.close()
  using event = new EventFd()
  assert.throws(() => Socket.fromfd(event.fileno()), { code: 'ENOTSOCK', syscall: 'getsockopt' })
  assert.throws(() => Socket.fromfd(2 ** 31 - 1), { code: 'EBADF' })
  event.close()
  assert.deepEqual(openDescriptors(), before)
})

test('pair() returns two connected, non-blocking unix sockets', () => {
  const [left, right] = Socket.pair()
  assert.equal(left.getsockopt(SOL_SOCKET, SO_DOMAIN), AF_UNIX)
  assert.deepEqual(left.getpeername(), { path: '' })
  assert.equal(left.recv(1), null)
  left.send('x')
  assert.equal(right.recv(9)?.toString(), 'x')
  left.close()
  right.close()
})

test('an epoll reports a listener until all connections were accepted', () => {
  using server = listening(families['abstract']!)
  using epoll = new Epoll()
  epoll.register(server, EPOLLIN)
  const clients = [1, 2].map(() => new Socket({ domain: AF_UNIX }))
  for (const client of clients) client.connect(server.getsockname())
  assert.deepEqual(epoll.poll(0), [[server.fileno(), EPOLLIN]])
  server.accept()?.[0].close()
  assert.equal(epoll.poll(0).length, 1)
  server.accept()?.[0].close()
  assert.equal(epoll.poll(0).length, 0)
  for (const client of clients) client.close()
})
