// Answers that are given after the handler has returned.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { HttpServer, type ServerResponse } from '../../lib/http/index.ts'
import { type Client, client } from './client.ts'
import { get, request, serving, settled, signal } from './echo-server.ts'

test("a handler can answer another client's request, and all answers arrive complete", async () => {
  let waiting: ServerResponse | undefined
  using server = serving((request, response) => {
    if (request.path === '/wait') waiting = response
    else {
      waiting?.end('woken')
      waiting = undefined
      response.end(request.target)
    }
  })
  await using sleeper = await client(server.port)
  await using waker = await client(server.port)
  for (let i = 0; i < 20; i++) {
    sleeper.send(`${get('/wait')}${get('/behind')}`)
    while (waiting === undefined) await setImmediate()
    waker.send(get(`/1?${i}`) + get('/2') + get('/3'))
    const received = [await waker.answer(), await waker.answer(), await waker.answer()]
    assert.deepEqual(
      received.map(({ body }) => body.toString()),
      [`/1?${i}`, '/2', '/3'],
    )
    assert.equal((await sleeper.answer()).body.toString(), 'woken')
    assert.equal((await sleeper.answer()).body.toString(), '/behind')
  }
})

test('bytes that a client sends while another handler answers it are read correctly', async () => {
  let waiting: ServerResponse | undefined
  const seen: string[] = []
  using server = serving((request, response) => {
    seen.push(`${request.method} ${request.target} ${request.body}`)
    if (request.path.startsWith('/wait')) waiting = response
    else {
      waiting?.end('woken')
      waiting = undefined
      response.end(request.target)
    }
  })
  await using sleeper = await client(server.port)
  await using waker = await client(server.port)
  const long = `/wait${'x'.repeat(200)}`
  for (let i = 0; i < 20; i++) {
    sleeper.send(get(long))
    while (waiting === undefined) await setImmediate()
    // Both requests are sent in one turn, so that they arrive in one batch of events.
    waker.send(get('/wake', 'Authorization: secret'))
    sleeper.send(request('POST /b', 'Content-Length: 2', '', 'h'))
    assert.equal((await sleeper.answer()).body.toString(), 'woken')
    sleeper.send('i')
    assert.equal((await waker.answer()).body.toString(), '/wake')
    assert.equal((await sleeper.answer()).body.toString(), '/b')
  }
  assert.deepEqual(seen.slice(0, 3), [`GET ${long} `, 'GET /wake ', 'POST /b hi'])
})

test('the deadline of a body starts once the earlier answers have been sent, and no connection stays open', async () => {
  const big = Buffer.alloc(100_000)
  using server = serving((_request, response) => response.end(big), { bodyTimeoutMs: 100 })
  const clients: Client[] = []
  for (let count = 1; count <= 60; count++) {
    const peer = await client(server.port)
    clients.push(peer)
    peer.socket.pause()
    const body = request('POST /', 'Content-Length: 10', '', 'abc')
    peer.socket.end(get('/').repeat(count) + body)
  }
  for (let i = 0; i < 50; i++) await setImmediate()
  for (const peer of clients) peer.socket.resume()
  await Promise.all(clients.map(peer => peer.rest()))
  await settled(() => server.connections === 0)
})

for (const begins of [false, true]) {
  test(`a client that ends its side ${begins ? 'during' : 'before'} the answer gets the whole answer`, async () => {
    const ended = signal()
    using server = serving(async (_request, response) => {
      if (begins) response.write('one ')
      response.signal.addEventListener('abort', ended.resolve)
      await ended.promise
      response.end('two')
    })
    await using peer = await client(server.port)
    peer.send(request('GET /', 'Connection: close', '', ''))
    if (begins) await once(peer.socket, 'data')
    peer.socket.end()
    assert.match((await peer.rest()).toString(), /two(\r\n0\r\n\r\n)?$/)
  })
}

test('a reset after the client has ended its side closes the connection immediately', async () => {
  const aborted = signal()
  using server = serving((_request, response) => {
    response.signal.addEventListener('abort', aborted.resolve)
  })
  const peer = await client(server.port)
  peer.send(get('/'))
  peer.socket.end()
  await aborted.promise
  peer.socket.resetAndDestroy()
  await settled(() => server.connections === 0)
})

test('if the handler never answers, the connection is closed after writeTimeoutMs once its client has ended its side', async () => {
  using server = serving(() => {}, { writeTimeoutMs: 50 })
  await using peer = await client(server.port)
  peer.send(get('/'))
  await settled(() => server.connections === 1)
  peer.socket.end()
  await settled(() => server.connections === 0)
})

test('a second answer through later() throws, and is not sent as the answer to the next request', async () => {
  const messages: string[] = []
  using server = new HttpServer((request, responder) => {
    const late = responder.later()
    const { path } = request
    globalThis.setImmediate(() => {
      late.text(200, path)
      for (const again of [() => late.text(200, 'again'), () => responder.text(200, 'again')]) {
        assert.throws(again, (error: Error) => messages.push(error.message) > 0)
      }
    })
  })
  const { port } = server.listen({ port: 0 })
  await using peer = await client(port)
  peer.send(get('/1') + get('/2'))
  assert.equal((await peer.answer()).body.toString(), '/1')
  assert.equal((await peer.answer()).body.toString(), '/2')
  assert.equal(messages.length, 4)
})

test('write() and finish() of an answer that has not begun throw, and it can still be given', async () => {
  const messages: string[] = []
  using server = new HttpServer((_request, responder) => {
    const late = responder.later()
    for (const early of [() => late.write(Buffer.from('a')), () => late.finish()])
      assert.throws(early, (error: Error) => messages.push(error.message) > 0)
    late.text(200, 'whole')
  })
  const { port } = server.listen({ port: 0 })
  await using peer = await client(port)
  peer.send(get('/'))
  assert.equal((await peer.answer()).body.toString(), 'whole')
  assert.equal(messages.length, 2)
})
