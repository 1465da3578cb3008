// The public Listener.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Address, EventFd, EventLoop, Listener, Socket } from '../../lib/index.ts'
import { EMFILE, native } from '../../lib/sys/index.ts'
import { child } from './child.ts'
import { until } from './turns.ts'

function listening(): [Socket, { host: string; port: number }] {
  const socket = new Socket({ blocking: true })
  socket.bind({ host: '127.0.0.1', port: 0 })
  socket.listen()
  return [socket, socket.getsockname() as { host: string; port: number }]
}

function connectedTo(address: Address): Socket {
  const client = new Socket({ blocking: true })
  client.connect(address)
  return client
}

test('a listener passes each connection, non-blocking, with its peer’s address', async () => {
  using loop = new EventLoop()
  const [socket, address] = listening()
  const accepted: [Socket, Address][] = []
  using listener = new Listener(loop, socket, {
    onConnection: (connection, peer) => accepted.push([connection, peer]),
  })
  const clients = [0, 1, 2].map(() => connectedTo(address))
  await until(() => accepted.length === 3)
  assert.deepEqual(
    accepted.map(([, peer]) => peer),
    clients.map(client => client.getsockname()),
  )
  for (const [connection] of accepted) {
    assert.equal(connection.getblocking(), false)
    assert.equal(connection.recv(1), null)
    connection.close()
  }
  for (const client of clients) client.close()
  listener.close()
  assert.equal(listener.closed, true)
  assert.equal(socket.closed, true)
})

test('when descriptors run out, the listener reports it once, does not spin, and accepts later', async t => {
  using loop = new EventLoop()
  const [socket, address] = listening()
  const errors: string[] = []
  let connections = 0
  using _listener = new Listener(loop, socket, {
    onConnection: connection => {
      connections++
      connection.close()
    },
    onError: error => errors.push(error.code),
  })
  const accept4 = t.mock.method(native, 'accept4', () => EMFILE)
  using client = connectedTo(address)
  await until(() => accept4.mock.callCount() >= 3)
  assert.deepEqual(errors, ['EMFILE'])
  assert.ok(accept4.mock.callCount() < 10)
  t.mock.restoreAll()
  await until(() => connections === 1)
  assert.equal(client.closed, false)
})

test('without onError, the process is warned', async () => {
  const { stderr, status } = await child(`
    const loop = new EventLoop()
    const socket = new Socket()
    socket.bind({ host: '127.0.0.1', port: 0 })
    socket.listen()
    const address = socket.getsockname()
    new epollet.Listener(loop, socket, { onConnection() {} })
    native.accept4 = () => -24
    new Socket().connect(address)
    process.on('warning', () => loop.close())`)
  assert.equal(status, 0)
  assert.match(stderr, /EpolletWarning: EMFILE/)
})

test('wrong arguments are TypeErrors, and the socket stays the caller’s', () => {
  using loop = new EventLoop()
  const [socket] = listening()
  using own = socket
  using idle = new Socket()
  using counter = new EventFd()
  const onConnection = () => {}
  const wrong: [unknown, unknown, unknown][] = [
    [null, own, { onConnection }],
    [loop, counter, { onConnection }],
    [loop, idle, { onConnection }],
    [loop, own, {}],
    [loop, own, { onConnection, onerror() {} }],
    [loop, own, { onConnection, onError: 5 }],
  ]
  for (const args of wrong)
    assert.throws(() => new Listener(...(args as [never, never, never])), TypeError)
  assert.equal(own.closed, false)
})
