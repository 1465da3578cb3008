import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { HttpServer, type ServerOptions } from '../../lib/http/index.ts'
import { droppedBodyBytesMax, headBytesMax, targetBytesMax } from '../../lib/http/limits.ts'
import { client, talk, undated } from './client.ts'
import { answer, get, refusal, say, serving, settled } from './text-server.ts'

const exchanges: [name: string, sent: string, received: string][] = [
  ['GET', get('/hello?you'), answer('GET /hello?you')],
  [
    'HEAD without its body',
    'HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n',
    answer('HEAD /hello').replace(/HEAD \/hello$/, ''),
  ],
  ['two requests on one connection', get('/1') + get('/2'), answer('GET /1') + answer('GET /2')],
  [
    'nothing after Connection: close',
    get('/1', 'Connection: close') + get('/2'),
    answer('GET /1', 'close'),
  ],
  [
    'nothing after close in a list',
    get('/1', 'Connection: x, close,') + get('/2'),
    answer('GET /1', 'close'),
  ],
  ['one request of HTTP/1.0', `GET / HTTP/1.0\r\n\r\n${get('/2')}`, answer('GET /', 'close')],
  [
    'HTTP/1.0 that asks for keep-alive',
    `GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n${get('/2')}`,
    answer('GET /', 'keep-alive') + answer('GET /2'),
  ],
  ['nothing to nothing', '', ''],
  ['nothing to an empty line', '\r\n', ''],
  ['nothing to half a request', 'GET / HTTP/1.1\r\nHost', ''],
  [
    'what was right before what was wrong',
    `${get('/1')}bad\r\n\r\n${get('/2')}`,
    answer('GET /1') + refusal('400 Bad Request'),
  ],
  ['400', 'GET /\r\n\r\n', refusal('400 Bad Request')],
  [
    '405 to CONNECT',
    'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
    refusal('405 Method Not Allowed').replace(
      'Connection:',
      'Allow: GET, HEAD, OPTIONS\r\nConnection:',
    ),
  ],
  ['414', get(`/${'a'.repeat(targetBytesMax)}`), refusal('414 URI Too Long')],
  ['417', get('/', 'Expect: more'), refusal('417 Expectation Failed')],
  [
    '431',
    get('/', `X: ${'a'.repeat(headBytesMax)}`),
    refusal('431 Request Header Fields Too Large'),
  ],
  ['501 to a coding', get('/', 'Transfer-Encoding: gzip'), refusal('501 Not Implemented')],
  ['505', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', refusal('505 HTTP Version Not Supported')],
]

for (const [name, sent, received] of exchanges) {
  test(`HttpServer answers ${name}`, async () => {
    using server = serving()
    assert.equal(undated(await talk(server.port, sent)), received)
  })
}

test('a refusal contains nothing from the refused request', async () => {
  using server = serving({ onError: () => {} })
  const marker = 'reflected'
  for (const text of [
    get(`/<${marker}>`),
    get('/', `${marker} : x`),
    get('/', `Expect: ${marker}`),
    get('/', `Transfer-Encoding: ${marker}`),
    `${marker.toUpperCase()}\r\n\r\n`,
    `GET / ${marker}\r\n\r\n`,
    get('/throw', `User-Agent: ${marker}`),
  ]) {
    const received = await talk(server.port, text)
    assert.match(received, /^HTTP\/1\.1 [45]/)
    assert.doesNotMatch(received, /reflected/i)
  }
})

test('HttpServer answers 50 requests in one write in order', async () => {
  using server = serving()
  const numbers = Array.from({ length: 50 }, (_, i) => i)
  const received = await talk(server.port, numbers.map(i => get(`/${i}`)).join(''))
  assert.equal(undated(received), numbers.map(i => answer(`GET /${i}`)).join(''))
})

test('HttpServer answers pipelined requests whose answers do not fit into the socket buffer', async () => {
  const body = 'x'.repeat(100_000)
  using server = serving({}, (_, responder) => responder.text(200, body))
  await using peer = await client(server.port)
  peer.socket.pause()
  peer.socket.end(get('/').repeat(100))
  await settled(() => server.connections === 1)
  peer.socket.resume()
  assert.equal(undated((await peer.rest()).toString()), answer(body).repeat(100))
})

test('HttpServer answers requests in the same way wherever they are cut in two', async () => {
  using server = serving()
  const body = 'GET /no HTTP/1.1\r\n\r\n'
  const sent = `\r\n${get('/1', 'X: y')}POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}${get('/3')}`
  const expected = answer('GET /1') + answer('POST /2') + answer('GET /3')
  for (let at = 1; at < sent.length; at++) {
    await using peer = await client(server.port)
    peer.socket.setNoDelay()
    await new Promise(resolve => peer.socket.write(sent.slice(0, at), resolve))
    await setImmediate()
    await setImmediate()
    peer.socket.end(sent.slice(at))
    assert.equal(undated((await peer.rest()).toString()), expected, `cut at ${at}`)
  }
})

test('HttpServer skips a body of 64 KiB, and parses none of it as a request', async () => {
  using server = serving()
  const body = get('/smuggled').repeat(3000).slice(0, droppedBodyBytesMax)
  const sent = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}${get('/next')}`
  assert.equal(undated(await talk(server.port, sent)), answer('POST /') + answer('GET /next'))
})

test('HttpServer closes the connection after requestsMax requests', async () => {
  using server = serving({ requestsMax: 2 })
  const received = undated(await talk(server.port, get('/').repeat(3)))
  assert.equal(received, answer('GET /') + answer('GET /', 'close'))
})

test('drain() closes idle connections immediately, finishes the running answer, and accepts no new connections', async () => {
  const body = 'x'.repeat(16_000_000)
  let started = false
  using server = serving({}, (request, responder) => {
    started ||= request.path === '/big'
    responder.text(200, started ? body : 'small')
  })
  await using idle = await client(server.port)
  await idle.get('/')
  await using running = await client(server.port)
  running.socket.pause()
  running.send(get('/big'))
  await settled(() => started)
  let drained = false
  const done = server.drain().then(() => {
    drained = true
  })
  assert.equal((await idle.rest()).length, 0)
  await assert.rejects(client(server.port), { code: 'ECONNREFUSED' })
  assert.equal(drained, false)
  running.socket.resume()
  assert.equal((await running.answer()).body.length, body.length)
  assert.equal((await running.rest()).length, 0)
  await done
  assert.equal(server.connections, 0)
})

test('drain() without connections resolves immediately', async () => {
  using server = serving()
  await server.drain()
})

test('HttpServer closes a connection that its client resets in the middle of an answer', async () => {
  const body = 'x'.repeat(16_000_000)
  using server = serving({}, (_, responder) => responder.text(200, body))
  {
    await using peer = await client(server.port)
    peer.socket.once('data', () => peer.socket.resetAndDestroy())
    peer.send(get('/'))
    await once(peer.socket, 'close')
  }
  await settled(() => server.connections === 0)
})

test('new HttpServer() throws for an invalid limit', () => {
  for (const value of [0, -1, 1.5, Number.NaN, 2 ** 31]) {
    assert.throws(() => new HttpServer(say, { headTimeoutMs: value }), RangeError)
  }
})

test('listen() throws EADDRINUSE for an address in use, and leaves nothing open', () => {
  using server = serving()
  using other = new HttpServer(say)
  assert.throws(() => other.listen({ port: server.port }), { code: 'EADDRINUSE' })
  assert.throws(() => server.listen({ port: 0 }), /listening already/)
})

test('listen() throws for an invalid address and on a closed server', () => {
  using server = new HttpServer(say)
  const listen = server.listen.bind(server) as (address?: unknown) => void
  for (const address of [undefined, null, {}, { port: '1' }, { port: 0, host: 5 }, 80]) {
    assert.throws(() => listen(address), TypeError)
  }
  for (const address of [
    { port: -1 },
    { port: 65536 },
    { port: Number.NaN },
    { port: 0, host: 'a' },
  ]) {
    assert.throws(() => listen(address), RangeError)
  }
  server.close()
  assert.throws(() => listen({ port: 0 }), { code: 'ERR_CLOSED' })
})

test('new HttpServer() throws for an unknown option', () => {
  assert.throws(() => new HttpServer(say, { idleTimeout: 5 } as ServerOptions), {
    name: 'TypeError',
    message: /options: expected some of log, .*idleTimeoutMs.*, got 'idleTimeout'/,
  })
})

test('a second drain() returns the promise of the first', async () => {
  using server = serving()
  await using peer = await client(server.port)
  assert.equal((await peer.get('/')).status, 200)
  const first = server.drain()
  assert.equal(server.drain(), first)
  await first
})
