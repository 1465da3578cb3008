// The X-ray: a server streams its own interest list and waits.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { HttpServer, requestHandler, type ServerOptions } from '../../lib/http/index.ts'
import { xrayBatchMs, xrayEntriesMax, xraysMax } from '../../lib/lab/limits.ts'
import { Xray } from '../../lib/lab/server/xray.ts'
import type { XrayCount, XrayEntry, XraySet, XrayWait } from '../../lib/lab/server/xray-events.ts'
import { EAGAIN, interestOf, native } from '../../lib/sys/index.ts'
import { type Client, client } from '../http/client.ts'
import { EventStream } from './event-stream.ts'

/** A server that streams its X-ray at /xray, and answers hello at other paths. */
function serving(
  options?: ServerOptions,
): { server: HttpServer; xray: Xray; port: number } & Disposable {
  const xray = new Xray()
  const show = requestHandler((request, response) => {
    response.setHeader('Content-Type', 'text/event-stream')
    return xray.serve(response, `${request.remoteAddress}:${request.remotePort}`)
  })
  const server = new HttpServer((request, responder) => {
    if (request.path === '/xray') show(request, responder)
    else responder.text(200, 'hello\n')
  }, options)
  const { port } = server.listen({ port: 0 })
  xray.watch(server.loop)
  const dispose = (): void => {
    xray.close()
    server.close()
  }
  return { server, xray, port, [Symbol.dispose]: dispose }
}

const addressOf = ({ socket }: Client): string => `127.0.0.1:${socket.localPort}`

test("the X-ray has the same entries as the kernel's interest list, and marks its own connection", async () => {
  using stage = serving()
  await using other = await client(stage.port)
  await other.get('/')
  await using stream = await EventStream.open(stage.port, '/xray')
  const own = `127.0.0.1:${stream.port}`
  const set: XraySet = await stream.first('set')
  const interest = interestOf(set.epoll)
  assert.deepEqual(
    set.entries.map(({ fd, data }) => [fd, data]),
    interest.map(({ fd, data }) => [fd, data.toString(16)]),
  )
  assert.deepEqual([set.pid, set.left], [process.pid, 0])
  const byAddress = new Map(set.entries.map(entry => [entry.address, entry]))
  const shapeOf = ({ kind, mask, own }: XrayEntry) => [kind, mask, own]
  assert.deepEqual(shapeOf(byAddress.get(`127.0.0.1:${stage.port}`)!), [
    'listener',
    ['IN', 'ERR', 'HUP', 'ET'],
    false,
  ])
  const mask = ['IN', 'ERR', 'HUP', 'RDHUP', 'ET']
  assert.deepEqual(shapeOf(byAddress.get(addressOf(other))!), ['connection', mask, false])
  assert.deepEqual(shapeOf(byAddress.get(own)!), ['connection', mask, true])
  assert.equal(set.entries.length, 3)
})

test('the X-ray shows the bytes that a client sent and received, and when it connected', async () => {
  using stage = serving()
  await using other = await client(stage.port)
  await other.get('/')
  await using stream = await EventStream.open(stage.port, '/xray')
  const isOther = ({ address }: XrayEntry) => address === addressOf(other)
  const first: XraySet = await stream.first('set')
  const before = first.entries.find(isOther)!
  const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
  assert.deepEqual([before.receivedBytes, before.sinceMs], [request.length, null])
  await using later = await client(stage.port)
  const isLater = ({ address }: XrayEntry) => address === addressOf(later)
  const { head, body } = await later.get('/')
  const second: XraySet = await stream.first('set', ({ entries }: XraySet) => {
    return entries.some(entry => isLater(entry) && entry.sentBytes === head.length + body.length)
  })
  const entry = second.entries.find(isLater)!
  assert.equal(entry.receivedBytes, request.length)
  assert.ok(entry.sinceMs! > 0 && entry.sinceMs! <= second.atMs, JSON.stringify(entry))
})

test('the X-ray sends each wait that returned events, with the addresses and masks of the events', async () => {
  using stage = serving()
  await using stream = await EventStream.open(stage.port, '/xray')
  await stream.first('set')
  const other = await client(stage.port)
  const address = addressOf(other)
  await other.get('/')
  await other.get('/')
  await stream.first('set', ({ entries }: XraySet) => entries.length === 3)
  await other[Symbol.asyncDispose]()
  const isOf = ({ events }: XrayWait) => events.some(event => event.address === address)
  const goes = ({ events }: XrayWait) =>
    events.some(event => event.address === address && event.mask.includes('RDHUP'))
  const accepting: XrayWait = await stream.first('wait', ({ events }: XrayWait) =>
    events.some(({ kind }) => kind === 'listener'),
  )
  assert.deepEqual([accepting.result, accepting.left], [1, 0])
  assert.equal(accepting.events[0]!.address, `127.0.0.1:${stage.port}`)
  // The first request is read right after accept, without a wait, so only the second one causes an event.
  const asking: XrayWait = await stream.first('wait', isOf)
  assert.deepEqual(asking.events[0]!.mask, ['IN'])
  await stream.first('wait', goes)
  const ofOthers = stream.events.filter(({ event, data }) => event === 'wait' && isOf(data))
  assert.equal(ofOthers.length, 2)
  const gone = await stream.first('set', ({ entries, atMs }: XraySet) => {
    return atMs > asking.atMs && !entries.some(entry => entry.address === address)
  })
  assert.equal(gone.entries.length, 2)
  const counts = stream.events.filter(({ event }) => event === 'count').map(({ data }) => data)
  const sum = (of: (count: XrayCount) => number) => counts.map(of).reduce((a, b) => a + b, 0)
  const waits = stream.events.filter(({ event }) => event === 'wait').length
  assert.equal(
    sum(count => count.waits - count.empty),
    waits,
  )
  assert.equal(
    sum(count => count.left),
    0,
  )
})

test('the loop is observed only while a stream is open', async () => {
  using stage = serving()
  const { loop } = stage.server
  assert.equal(loop.observer, null)
  const streams: EventStream[] = []
  for (let i = 0; i < xraysMax; i++) {
    assert.equal(stage.xray.full, false)
    streams.push(await EventStream.open(stage.port, '/xray'))
  }
  assert.equal(stage.xray.full, true)
  assert.notEqual(loop.observer, null)
  for (const stream of streams) {
    // Each stream marks its own connection, and lists those of the others.
    const isWhole = ({ entries }: XraySet) => entries.length === 1 + xraysMax
    const { entries }: XraySet = await stream.first('set', isWhole)
    assert.deepEqual(
      entries.filter(({ own }) => own).map(({ address }) => address),
      [`127.0.0.1:${stream.port}`],
    )
  }
  for (const stream of streams) await stream[Symbol.asyncDispose]()
  while (loop.observer !== null) await setTimeout(1)
  assert.equal(stage.xray.full, false)
  while (stage.server.connections > 0) await setTimeout(1)
})

test('close() ends the streams, so that the server can drain', async () => {
  using stage = serving()
  await using stream = await EventStream.open(stage.port, '/xray')
  await stream.first('set')
  stage.xray.close()
  await stream.end()
  assert.equal(stream.response.complete, true)
  await stage.server.drain()
})

test('an X-ray sends no update if only its own byte counts change', async () => {
  using stage = serving()
  await using stream = await EventStream.open(stage.port, '/xray')
  await stream.first('set')
  // Long enough for several updates.
  await setTimeout(1200)
  const names = stream.events.map(({ event }) => event)
  assert.deepEqual(
    names.filter(name => name !== 'count'),
    ['set'],
  )
  assert.ok(names.length <= 3, names.join())
})

test('nothing more is sent to a client that does not read, and it later gets the number of missed waits', async () => {
  using stage = serving({ outputHighWaterBytes: 1 })
  await using stream = await EventStream.open(stage.port, '/xray')
  const isOwn = ({ own }: XrayEntry) => own
  const isThere = ({ entries }: XraySet) => entries.some(isOwn)
  const set: XraySet = await stream.first('set', isThere)
  const { fd } = set.entries.find(isOwn)!
  await using peer = await client(stage.port)
  const { send } = native
  /** The sizes of refused sends. More than one size would mean that further events were added to the buffer. */
  const refused = new Set<number>()
  native.send = (...args) => {
    if (args[0] !== fd) return send(...args)
    refused.add(args[3])
    return EAGAIN
  }
  try {
    while (refused.size === 0) await peer.get('/')
    const firstMs = performance.now()
    // Long enough for several updates to the stream.
    while (performance.now() < firstMs + 5 * xrayBatchMs) await peer.get('/')
    assert.equal(refused.size, 1)
  } finally {
    native.send = send
  }
  // The kernel itself refused nothing, so it reports no OUT edge; this wakes the connection instead.
  stream.response.socket.write('GET')
  await stream.first('count', ({ waits, empty, left }: XrayCount) => left > waits - empty)
})

function many(context: TestContext, count: number, port: number): Promise<Client[]> {
  const clients: Promise<Client>[] = []
  for (let i = 0; i < count; i++) clients.push(client(port))
  context.after(async () => {
    for (const peer of await Promise.all(clients)) await peer[Symbol.asyncDispose]()
  })
  return Promise.all(clients)
}

test('a long list is truncated, and the number of omitted entries is sent', async context => {
  using stage = serving()
  const clients = await many(context, xrayEntriesMax + 20, stage.port)
  await Promise.all(clients.map(peer => peer.get('/')))
  await using stream = await EventStream.open(stage.port, '/xray')
  // The list also contains the listener and, a moment later, the stream's own connection.
  const set = await stream.first('set', ({ left }: XraySet) => left > 20 + 1)
  assert.equal(set.entries.length, xrayEntriesMax)
  assert.equal(set.left, 20 + 2)
})

test('the X-ray answers 500 if watch() was not called', async () => {
  const xray = new Xray()
  const handler = requestHandler((_request, response) => xray.serve(response, ''))
  const errors: string[] = []
  using server = new HttpServer(handler, { onError: ({ message }) => errors.push(message) })
  const { port } = server.listen({ port: 0 })
  await using peer = await client(port)
  assert.equal((await peer.get('/')).status, 500)
  assert.deepEqual(errors, ['call watch() before serve()'])
})
