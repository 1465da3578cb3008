// Clients that get no complete answer are counted, reported and logged.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import {
  type Drop,
  HttpServer,
  type LateResponder,
  type RequestHandler,
  type ServerOptions,
} from '../../lib/http/index.ts'
import { dropLinesPerSecondMax } from '../../lib/http/limits.ts'
import { SO_LINGER, SOL_SOCKET, Socket } from '../../lib/index.ts'
import { client, talk } from './client.ts'

const get = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n'
const post = 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab'
const body = 'x'.repeat(16_000_000)
const none = { refused: 0, timeout: 0, aborted: 0 }
const lingerReset = new Uint8Array(new Int32Array([1, 0]).buffer)
const say: RequestHandler = (_, responder) => responder.text(200, 'x')

/** A server and everything that it reports about its clients. */
class Served {
  readonly drops: Drop[] = []
  readonly lines: [line: string, status: number, bodyBytes: number][] = []
  readonly addresses = new Set<string>()
  readonly errors: string[] = []
  readonly server: HttpServer
  readonly port: number

  constructor(handler: RequestHandler, options: ServerOptions = {}) {
    this.server = new HttpServer(handler, {
      log: (request, status, bodyBytes) => {
        this.lines.push([request.line, status, bodyBytes])
        this.addresses.add(request.remoteAddress)
      },
      onDrop: drop => this.drops.push(drop),
      onError: ({ message }) => this.errors.push(message),
      ...options,
    })
    this.port = this.server.listen({ port: 0 }).port
  }

  [Symbol.dispose](): void {
    this.server.close()
  }
}

class Peer {
  readonly #socket = new Socket({ blocking: true })

  constructor(port: number, bytes: string) {
    this.#socket.connect({ host: '127.0.0.1', port })
    this.#socket.send(bytes)
  }

  get port(): number {
    return (this.#socket.getsockname() as { port: number }).port
  }

  reset(): void {
    this.#socket.setsockopt(SOL_SOCKET, SO_LINGER, lingerReset)
    this.#socket.close()
  }

  end(): void {
    this.#socket.close()
  }
}

/** Waits until the server, which runs on the same loop, has read all received bytes. */
async function read(): Promise<void> {
  for (let i = 0; i < 5; i++) await setImmediate()
}

test('a refused client is counted, reported with its address, and logged with its request', async () => {
  using served = new Served(say, { connectionsMax: 1 })
  await using first = await client(served.port)
  first.send('G')
  await read()
  await using second = await client(served.port)
  assert.equal((await second.get('/more')).status, 503)
  assert.deepEqual(served.drops, [
    { reason: 'refused', remoteAddress: '127.0.0.1', remotePort: second.socket.localPort },
  ])
  assert.deepEqual(served.server.drops, { ...none, refused: 1 })
  assert.deepEqual(served.lines, [['GET /more HTTP/1.1', 503, 5]])
  assert.deepEqual([...served.addresses], ['127.0.0.1'])
})

test('a client that is refused at connectionsPerAddressMax is reported and logged', async () => {
  using served = new Served(say, { connectionsPerAddressMax: 1 })
  await using first = await client(served.port)
  assert.equal((await first.get('/')).status, 200)
  await using second = await client(served.port)
  assert.equal((await second.get('/more')).status, 503)
  assert.deepEqual(served.server.drops, { ...none, refused: 1 })
  assert.deepEqual(served.lines[1], ['GET /more HTTP/1.1', 503, 5])
})

test('all refused clients are counted, but only a few are logged each second', async () => {
  using served = new Served(say, { connectionsMax: 1 })
  await using first = await client(served.port)
  first.send('G')
  await read()
  const count = 100
  const startMs = performance.now()
  for (let i = 0; i < count; i++) await talk(served.port, get)
  const seconds = Math.ceil((performance.now() - startMs) / 1000) + 1
  assert.deepEqual(served.server.drops, { ...none, refused: count })
  assert.equal(served.drops.length, count)
  assert.ok(served.lines.length >= dropLinesPerSecondMax)
  assert.ok(served.lines.length <= seconds * dropLinesPerSecondMax, `${served.lines.length} lines`)
})

const late: LateResponder[] = []
const cases: [
  name: string,
  handler: RequestHandler,
  sent: string,
  line: string,
  status: number,
  dropped: 'aborted' | null,
][] = [
  ['in the middle of a head', say, 'GET /a HTT', 'GET /a HTT', 400, 'aborted'],
  ['in the middle of a body', say, post, 'POST /a HTTP/1.1', 400, 'aborted'],
  [
    'before its answer',
    (_, responder) => void late.push(responder.later()),
    get,
    'GET /a HTTP/1.1',
    499,
    'aborted',
  ],
  [
    'in the middle of its answer',
    (_, responder) => responder.text(200, body),
    get,
    'GET /a HTTP/1.1',
    200,
    'aborted',
  ],
  ['after its answer', say, get, 'GET /a HTTP/1.1', 200, null],
]

for (const [name, handler, sent, line, status, dropped] of cases) {
  test(`a client that resets ${name} is logged once with ${status}`, async () => {
    using served = new Served(handler, { readsBodies: true })
    const peer = new Peer(served.port, sent)
    const { port } = peer
    while (served.server.connections === 0) await setImmediate()
    await read()
    peer.reset()
    while (served.server.connections > 0) await setImmediate()
    assert.deepEqual(
      served.lines.map(([line, status]) => [line, status]),
      [[line, status]],
    )
    assert.ok(served.lines[0]![2] < body.length)
    const drop = { reason: dropped, remoteAddress: '127.0.0.1', remotePort: port }
    assert.deepEqual(served.drops, dropped === null ? [] : [drop])
    assert.deepEqual(served.errors, [])
  })
}

for (const [name, sent, line] of [
  ['head', 'GET /a HTT', 'GET /a HTT'],
  ['body', post, 'POST /a HTTP/1.1'],
] as const) {
  test(`a client that ends its side in the middle of a ${name} is logged once with 400`, async () => {
    using served = new Served(say, { readsBodies: true })
    const peer = new Peer(served.port, sent)
    while (served.server.connections === 0) await setImmediate()
    await read()
    peer.end()
    while (served.server.connections > 0) await setImmediate()
    assert.deepEqual(served.lines, [[line, 400, 0]])
    assert.deepEqual(served.server.drops, { ...none, aborted: 1 })
  })
}

test('clients that send nothing or already have their answer do not count as dropped', async () => {
  using served = new Served(say, { headTimeoutMs: 100, idleTimeoutMs: 100 })
  await using idle = await client(served.port)
  await idle.get('/')
  await using silent = await client(served.port)
  assert.equal((await silent.rest()).length, 0)
  assert.equal((await idle.rest()).length, 0)
  new Peer(served.port, '').reset()
  new Peer(served.port, '').end()
  while (served.server.connections > 0) await setImmediate()
  assert.deepEqual([served.server.drops, served.lines.length], [none, 1])
})

for (const [name, sent, line] of [
  ['head', 'GET /a HTT', 'GET /a HTT'],
  ['body', post, 'POST /a HTTP/1.1'],
] as const) {
  test(`a ${name} that misses its deadline is logged once with 408, even if its client then resets`, async () => {
    const limits = { headTimeoutMs: 100, bodyTimeoutMs: 100 }
    using served = new Served(say, { ...limits, readsBodies: true })
    const peer = new Peer(served.port, sent)
    while (served.lines.length === 0) await setTimeout(20)
    peer.reset()
    while (served.server.connections > 0) await setImmediate()
    assert.deepEqual(
      served.lines.map(([line, status]) => [line, status]),
      [[line, 408]],
    )
    assert.deepEqual(served.server.drops, { ...none, timeout: 1 })
  })
}

test('a client that reads none of its answer is counted as a timeout', async () => {
  using served = new Served((_, responder) => responder.text(200, body), { writeTimeoutMs: 100 })
  const peer = new Peer(served.port, get)
  while (served.lines.length === 0) await setTimeout(20)
  peer.end()
  const [[line, status, bodyBytes] = []] = served.lines
  assert.deepEqual([line, status], ['GET /a HTTP/1.1', 200])
  assert.ok(bodyBytes! < body.length, `${bodyBytes}`)
  assert.deepEqual(served.server.drops, { ...none, timeout: 1 })
})

test('connections that the server closes do not count as dropped', async () => {
  using served = new Served((_, responder) => void late.push(responder.later()))
  const peers = [new Peer(served.port, get), new Peer(served.port, 'GET')]
  while (served.server.connections < 2) await setImmediate()
  await read()
  served.server.close()
  for (const peer of peers) peer.end()
  assert.deepEqual([served.server.drops, served.lines, served.errors], [none, [], []])
})
