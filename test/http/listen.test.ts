// The addresses and descriptors that an HttpServer listens on.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { HttpServer, type ListenAddress } from '../../lib/http/index.ts'
import { AF_UNIX, EPOLLIN, EventLoop, SO_REUSEPORT, SOL_SOCKET, Socket } from '../../lib/index.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { talk } from './client.ts'
import { get } from './echo-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'epollet-listen-'))
after(() => rmSync(folder, { recursive: true }))

function serverOf(text: string): HttpServer {
  return new HttpServer((request, responder) => responder.text(200, `${text} ${request.path}`))
}

function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n') + 4)
}

function overUnix(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new Socket({ domain: AF_UNIX })
    client.connect({ path })
    client.send(get('/a', 'Connection: close'))
    let text = ''
    const loop = new EventLoop()
    loop.add(client, EPOLLIN, () => {
      const data = client.recv(10_000)
      if (data !== null && data.length > 0) {
        text += data
        return
      }
      loop.close()
      client.close()
      if (text === '') reject(new Error('no answer'))
      else resolve(bodyOf(text))
    })
  })
}

for (const [what, path] of [
  ['a path', join(folder, 'socket')],
  ['an abstract name', `\0epollet-listen-${process.pid}`],
]) {
  test(`listen() takes ${what} of a unix socket, and returns it`, async () => {
    using server = serverOf('unix')
    assert.deepEqual(server.listen({ path: path! }), { path })
    assert.equal(await overUnix(path!), 'unix /a')
    using other = serverOf('other')
    assert.throws(() => other.listen({ path: path! }), { code: 'EADDRINUSE' })
  })
}

test('clients of a unix socket are counted together by connectionsPerAddressMax, and have no address', async () => {
  const seen: [string, number][] = []
  using server = new HttpServer((request, responder) => {
    seen.push([request.remoteAddress, request.remotePort])
    responder.text(200, 'x')
  })
  const path = join(folder, 'peers')
  server.listen({ path })
  await overUnix(path)
  assert.deepEqual(seen, [['', 0]])
})

test('listen() takes a listening descriptor, makes it non-blocking and owns it', async () => {
  const socket = new Socket({ blocking: true })
  socket.bind({ host: '127.0.0.1', port: 0 })
  socket.listen()
  const address = socket.getsockname() as { host: string; port: number }
  const server = serverOf('given')
  const fd = socket.detach()
  assert.deepEqual(server.listen({ fd }), address)
  assert.equal(bodyOf(await talk(address.port, get('/b', 'Connection: close'))), 'given /b')
  server.close()
  assert.throws(() => Socket.fromfd(fd), { code: 'EBADF' })
})

test('a descriptor that cannot be listened on stays the caller’s', () => {
  using socket = new Socket()
  using server = serverOf('none')
  assert.throws(() => server.listen({ fd: socket.fileno() }), /a socket that is listening/)
  assert.throws(() => server.listen({ fd: 1_000_000 }), { code: 'EBADF' })
  assert.equal(socket.getblocking(), false)
  assert.equal(typeof socket.getsockopt(SOL_SOCKET, SO_REUSEPORT), 'number')
})

test('servers share a port with reusePort, and the kernel distributes their connections', async () => {
  using first = serverOf('first')
  using second = serverOf('second')
  const { port } = first.listen({ port: 0, reusePort: true })
  second.listen({ port, reusePort: true })
  using third = serverOf('third')
  assert.throws(() => third.listen({ port }), { code: 'EADDRINUSE' })
  const seen = new Set<string>()
  for (let i = 0; i < 200 && seen.size < 2; i++)
    seen.add(bodyOf(await talk(port, get('/', 'Connection: close'))))
  assert.deepEqual([...seen].sort(), ['first /', 'second /'])
})

test('a closed server of a shared descriptor leaves the other one listening', async () => {
  const socket = new Socket()
  socket.bind({ host: '127.0.0.1', port: 0 })
  socket.listen()
  const { port } = socket.getsockname() as { port: number }
  const { native } = await import('../../lib/sys/index.ts')
  const copy = native.dup(socket.fileno())
  const first = serverOf('first')
  first.listen({ fd: socket.detach() })
  first.close()
  using second = serverOf('second')
  second.listen({ fd: copy })
  assert.equal(bodyOf(await talk(port, get('/', 'Connection: close'))), 'second /')
})

const wrong: [address: object, error: typeof TypeError | typeof RangeError][] = [
  [{ port: 0, backlog: -1 }, RangeError],
  [{ port: 0, backlog: '5' }, TypeError],
  [{ port: 0, reusePort: 1 }, TypeError],
  [{ port: 0, path: 'x' }, TypeError],
  [{ path: '' }, TypeError],
  [{ path: 5 }, TypeError],
  [{ path: 'x'.repeat(200) }, RangeError],
  [{ path: 'x', reusePort: true }, TypeError],
  [{ fd: -1 }, RangeError],
  [{ fd: '3' }, TypeError],
  [{ fd: 3, port: 0 }, TypeError],
]
for (const [address, error] of wrong) {
  test(`listen(${JSON.stringify(address).slice(0, 60)}) throws ${error.name}, and leaves nothing open`, () => {
    using server = serverOf('none')
    const before = openDescriptors().length
    assert.throws(() => server.listen(address as ListenAddress), error)
    assert.equal(openDescriptors().length, before)
  })
}

test('a backlog of 0 still accepts', async () => {
  using server = serverOf('small')
  const { port } = server.listen({ port: 0, backlog: 0 })
  assert.equal(bodyOf(await talk(port, get('/', 'Connection: close'))), 'small /')
})

const http = new URL('../../dist/http/index.js', import.meta.url).href

test('processes share one listening socket that their parent passes to each', async () => {
  const socket = new Socket({ blocking: true })
  socket.bind({ host: '127.0.0.1', port: 0 })
  socket.listen()
  const { port } = socket.getsockname() as { port: number }
  const program = `
    import { HttpServer } from '${http}'
    const server = new HttpServer((_request, responder) => responder.text(200, String(process.pid)))
    server.listen({ fd: 4 })
    process.send('ready')
    process.on('message', () => { server.close(); process.disconnect() })`
  const children = [0, 1].map(() =>
    fork('-', {
      execArgv: ['--input-type=module', '-e', program],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', socket.fileno()],
    }),
  )
  await Promise.all(children.map(child => once(child, 'message')))
  socket.close()
  const seen = new Set<string>()
  for (let i = 0; i < 20; i++) seen.add(bodyOf(await talk(port, get('/', 'Connection: close'))))
  const pids = children.map(({ pid }) => String(pid))
  for (const pid of seen) assert.ok(pids.includes(pid))
  const last = children.pop()!
  last.send('close')
  await once(last, 'exit')
  assert.equal(bodyOf(await talk(port, get('/', 'Connection: close'))), pids[0])
  children[0]!.send('close')
  await once(children[0]!, 'exit')
})
