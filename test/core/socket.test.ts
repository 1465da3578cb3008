import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { after, test } from 'node:test'
import {
  type Address,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  Epoll,
  EventFd,
  File,
  IPPROTO_TCP,
  MSG_DONTWAIT,
  MSG_MORE,
  MSG_OOB,
  MSG_PEEK,
  MSG_WAITALL,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SO_ERROR,
  SO_LINGER,
  SO_PEERCRED,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
  select,
  TCP_INFO,
  TCP_NODELAY,
} from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'

const EINTR = -4
const directory = mkdtempSync(`${tmpdir()}/epollet-socket-`)
writeFileSync(`${directory}/file`, 'hello, world')
after(() => rmSync(directory, { recursive: true }))

interface Family {
  domain: number
  address: Address
}
const families: Record<string, Family> = {
  IPv4: { domain: AF_INET, address: { host: '127.0.0.1', port: 0 } },
  unix: { domain: AF_UNIX, address: { path: `${directory}/socket` } },
  abstract: { domain: AF_UNIX, address: { path: `\0epollet-${process.pid}` } },
}
const hasIpv6 = Object.values(networkInterfaces()).some(infos =>
  infos?.some(info => info.address === '::1'),
)
if (hasIpv6) families['IPv6'] = { domain: AF_INET6, address: { host: '::1', port: 0 } }

function listening({ domain, address }: Family): Socket {
  const server = new Socket({ domain })
  server.bind(address)
  server.listen()
  return server
}

interface Connected extends Disposable {
  client: Socket
  connection: Socket
  from: Address
}

function connected(family: Family = families['IPv4']!): Connected {
  using server = listening(family)
  const client = new Socket({ domain: family.domain, blocking: true })
  assert.equal(client.connect(server.getsockname()), true)
  client.setblocking(false)
  select([server], [], [])
  const [connection, from] = server.accept()!
  const close = () => {
    client.close()
    connection.close()
  }
  return { client, connection, from, [Symbol.dispose]: close }
}

/** What is there once something is. */
function received(socket: Socket, size = 65536): string {
  select([socket], [], [])
  return String(socket.recv(size))
}

for (const [name, family] of Object.entries(families)) {
  test(`${name}: a connection carries bytes both ways, and both ends know their addresses`, () => {
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

  test(`${name}: accept() is null while nobody is there`, () => {
    using server = listening(family)
    assert.equal(server.accept(), null)
    rmSync(`${directory}/socket`, { force: true })
  })

  test(`${name}: connect() where nobody listens is an error that says where`, () => {
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

  test(`${name}: bind() to an address in use is EADDRINUSE`, () => {
    using server = listening(family)
    using second = new Socket({ domain: family.domain })
    assert.throws(() => second.bind(server.getsockname()), { code: 'EADDRINUSE', syscall: 'bind' })
    rmSync(`${directory}/socket`, { force: true })
  })
}

test('an abstract name may hold a NUL, also at its end', () => {
  const path = `\0epollet\0${process.pid}\0`
  using server = listening({ domain: AF_UNIX, address: { path } })
  assert.deepEqual(server.getsockname(), { path })
})

test('bind() to an empty path finds an abstract name that is free', () => {
  using server = listening({ domain: AF_UNIX, address: { path: '' } })
  const { path } = server.getsockname() as { path: string }
  assert.match(path, /^\0[0-9a-f]{5}$/)
  using client = new Socket({ domain: AF_UNIX })
  assert.equal(client.connect({ path }), true)
  using lost = new Socket({ domain: AF_UNIX })
  assert.throws(() => lost.connect({ path: '' }), { code: 'EINVAL' })
})

test('bind() without a host is every interface', () => {
  using server = listening({ domain: AF_INET, address: { port: 0 } as Address })
  const { host, port } = server.getsockname() as { host: string; port: number }
  assert.equal(host, '0.0.0.0')
  using client = new Socket({ blocking: true })
  client.connect({ host: '127.0.0.1', port })
})

test('connect() without a wait is in progress, and EPOLLOUT with SO_ERROR 0 says that it is done', () => {
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

test('connect() without a wait that is refused says so in SO_ERROR, once', () => {
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

test('connect() twice is EISCONN, and getpeername() of nobody is ENOTCONN', () => {
  using pair = connected()
  assert.throws(() => pair.client.connect(pair.connection.getsockname()), { code: 'EISCONN' })
  using alone = new Socket()
  assert.throws(() => alone.getpeername(), { code: 'ENOTCONN', syscall: 'getpeername' })
  assert.throws(() => alone.send('x'), { code: 'EPIPE', syscall: 'send' })
  assert.throws(() => alone.recv(1), { code: 'ENOTCONN', syscall: 'recv' })
})

test('an interrupted connect() is in progress', t => {
  using client = new Socket()
  t.mock.method(native, 'connect', () => EINTR)
  assert.equal(client.connect({ host: '127.0.0.1', port: 9 }), false)
})

test('listen() and accept() of the wrong socket are the kernel’s errors', () => {
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

test('accept() goes on after a signal, and reports EMFILE and ECONNABORTED', t => {
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

test('recv() is null while nothing is there, and empty at the end', () => {
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

test('recv() with MSG_PEEK leaves what it shows, and MSG_OOB takes urgent data', () => {
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

test('recv() of a blocking socket waits, with MSG_WAITALL for all of it', () => {
  using pair = connected()
  const { client, connection } = pair
  connection.setblocking(true)
  client.send('abc')
  assert.equal(connection.recv(3, MSG_WAITALL)?.toString(), 'abc')
  connection.setblocking(false)
  assert.equal(connection.recv(3), null)
})

test('recv() gives memory of its own each time', () => {
  using pair = connected()
  pair.client.send('ab')
  const first = received(pair.connection, 1)
  const second = received(pair.connection, 1)
  assert.deepEqual([first, second], ['a', 'b'])
})

test('recvInto() writes into the part that is given and nowhere else', () => {
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

test('send() sends a part of a string by its bytes', () => {
  using pair = connected()
  const { client, connection } = pair
  assert.equal(client.send('客户端', { offset: 3, length: 3 }), 3)
  assert.equal(received(connection), '户')
  assert.equal(client.send(new Uint8Array([1, 2, 3]), { offset: 3 }), 0)
  assert.throws(() => client.send('客', { offset: 4 }), { name: 'RangeError', message: /^offset/ })
  assert.throws(() => client.send('客', { length: 4 }), { name: 'RangeError', message: /^length/ })
})

test('send() takes a part of what does not fit, then null, and all of it arrives in the end', () => {
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

test('send() to an end that is gone is EPIPE, and no signal ends the process', () => {
  const [left, right] = Socket.pair()
  right.close()
  assert.throws(() => left.send('x'), { code: 'EPIPE', errno: -32, syscall: 'send' })
  left.close()
})

test('a reset is ECONNRESET', () => {
  using pair = connected()
  const { client, connection } = pair
  client.setsockopt(SOL_SOCKET, SO_LINGER, new Uint8Array(new Int32Array([1, 0]).buffer))
  client.close()
  select([connection], [], [])
  assert.throws(() => connection.recv(1), { code: 'ECONNRESET', syscall: 'recv' })
})

test('MSG_MORE holds bytes back until the rest is there', () => {
  using pair = connected()
  const { client, connection } = pair
  client.send('head', { flags: MSG_MORE })
  assert.equal(connection.recv(10), null)
  client.send(' body')
  assert.equal(received(connection), 'head body')
})

test('send(), recv() and sendfile() go on after a signal', t => {
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

test('sendfile() sends a part of a file, and 0 beyond its end', () => {
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

test('sendfile() is null when the socket is full, and an error when its end is gone', () => {
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

const TCP_CONGESTION = 13

test('setsockopt() and getsockopt() carry an int', () => {
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

test('getsockopt() with a length gives the bytes of a struct, as many as the kernel has', () => {
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

test('getsockopt() of a struct without a length is a RangeError, and so is a length that is none', () => {
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
      message: /^length: expected how many bytes/,
    })
  }
  for (const length of [0, -1, 8193, 2 ** 31, Number.NaN, 0.5])
    assert.throws(() => socket.getsockopt(SOL_SOCKET, SO_LINGER, length), RangeError)
  assert.throws(() => socket.setsockopt(SOL_SOCKET, SO_LINGER, 1), {
    code: 'EINVAL',
    message: /setsockopt level 1 name 13 fd \d+$/,
  })
})

test('a new Socket is what it was asked to be', () => {
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

test('setblocking() sets and clears O_NONBLOCK and nothing else', () => {
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

test('fromfd() takes over a socket with its family, and refuses what is none', () => {
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

test('pair() is two connected unix sockets, non-blocking', () => {
  const [left, right] = Socket.pair()
  assert.equal(left.getsockopt(SOL_SOCKET, SO_DOMAIN), AF_UNIX)
  assert.deepEqual(left.getpeername(), { path: '' })
  assert.equal(left.recv(1), null)
  left.send('x')
  assert.equal(right.recv(9)?.toString(), 'x')
  left.close()
  right.close()
})

test('an epoll tells a listener that somebody is there, until accept() has taken all', () => {
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
