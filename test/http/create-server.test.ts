import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import {
  createServer,
  HttpServer,
  requestHandler,
  type ServerHandler,
} from '../../lib/http/index.ts'
import { client, talk, undated } from './client.ts'
import { answer, echo, get, later, request, serving, settled } from './echo-server.ts'

for (const [name, handler] of [
  ['at once', echo],
  ['later', later],
] as const) {
  const chunked = 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x\r\n!\r\n0\r\nX: y\r\n\r\n'
  const exchanges: [name: string, sent: string, received: string][] = [
    ['a GET', get('/a?b'), answer('GET /a?b ')],
    ['a HEAD', request('HEAD /', '', ''), answer('HEAD / ').replace(/HEAD \/ $/, '')],
    [
      'three of one write',
      get('/1') + get('/2') + get('/3'),
      ['1', '2', '3'].map(n => answer(`GET /${n} `)).join(''),
    ],
    [
      'a body',
      request('POST /', 'Content-Length: 5', '', 'hello') + get('/2'),
      answer('POST / hello') + answer('GET /2 '),
    ],
    [
      'a chunked body',
      request('POST /', chunked) + get('/2'),
      answer('POST / hello!') + answer('GET /2 '),
    ],
    [
      'an empty body',
      request('POST /', 'Content-Length: 0', '', get('/2')),
      answer('POST / ') + answer('GET /2 '),
    ],
    [
      'a body in a GET',
      request('GET /', 'Content-Length: 1', '', 'x') + get('/2'),
      answer('GET / x') + answer('GET /2 '),
    ],
    [
      'three requests of which the second closes',
      get('/1') + get('/2', 'Connection: close') + get('/3'),
      answer('GET /1 ') + answer('GET /2 ', '200 OK', true),
    ],
  ]
  for (const [what, sent, received] of exchanges) {
    test(`createServer() answers ${what} ${name}, whether whole or split at any byte`, async () => {
      using server = serving(handler)
      assert.equal(undated(await talk(server.port, sent)), received)
      for (let at = 1; at < sent.length; at++) {
        await using peer = await client(server.port)
        peer.send(sent.slice(0, at))
        await setImmediate()
        peer.socket.end(sent.slice(at))
        assert.equal(undated((await peer.rest()).toString()), received, `split at ${at}`)
      }
    })
  }
}

test('createServer() sends 100 Continue before it reads a body, unless the body has already arrived', async () => {
  using server = serving(echo)
  const head = request('POST /', 'Expect: 100-continue', 'Content-Length: 5', '', '')
  await using peer = await client(server.port)
  peer.send(head)
  await once(peer.socket, 'data')
  peer.send('hello')
  peer.socket.end()
  assert.equal(
    undated((await peer.rest()).toString()),
    `HTTP/1.1 100 Continue\r\n\r\n${answer('POST / hello')}`,
  )
  assert.equal(undated(await talk(server.port, `${head}hello`)), answer('POST / hello'))
})

test('createServer() never sends 100 to HTTP/1.0', async () => {
  using server = serving(echo)
  const head = 'POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n'
  assert.equal(
    undated(await talk(server.port, `${head}hello`)),
    answer('POST / hello', '200 OK', true),
  )
})

test('createServer() refuses a body above its limit with 413 before it arrives, and sends no 100', async () => {
  using server = serving(() => assert.fail('the handler must not be called'), { bodyBytesMax: 10 })
  for (const rest of [
    ['Content-Length: 11', '', ''],
    ['Content-Length: 11', 'Expect: 100-continue', '', ''],
    ['Transfer-Encoding: chunked', '', 'b', ''],
    ['Transfer-Encoding: chunked', '', 'a', '0123456789', '1', 'x', ''],
  ]) {
    const received = await talk(server.port, request('POST /', ...rest) + get('/smuggled'))
    assert.match(received, /^HTTP\/1\.1 413 Content Too Large\r\n/)
    assert.equal(received.match(/HTTP\/1\.1/g)?.length, 1)
    assert.match(received, /\r\nConnection: close\r\n/)
  }
})

test('createServer() answers 408 when a body stalls', async () => {
  using server = serving(echo, { bodyTimeoutMs: 1 })
  await using peer = await client(server.port)
  peer.send(request('POST /', 'Content-Length: 5', '', 'he'))
  assert.equal((await peer.answer()).status, 408)
})

test('while a client waits for an answer, its further requests are read only up to a limit, and are later answered in order', async () => {
  const resolvers: (() => void)[] = []
  using server = serving(async (request, response) => {
    if (request.path === '/first') await new Promise<void>(resolve => resolvers.push(resolve))
    response.end(request.path)
  })
  await using peer = await client(server.port)
  const count = 5000
  peer.send(get('/first') + get('/next', `X: ${'x'.repeat(1000)}`).repeat(count))
  for (let i = 0; i < 200; i++) await setImmediate()
  assert.ok(peer.socket.writableLength > 0, 'the rest waits on the client')
  resolvers[0]?.()
  assert.equal((await peer.answer()).body.toString(), '/first')
  for (let i = 0; i < count; i++) assert.equal((await peer.answer()).body.toString(), '/next')
})

test('drain() waits for a late answer and sends it with Connection: close', async () => {
  let finish = () => {}
  using server = serving(async (_request, response) => {
    await new Promise<void>(resolve => {
      finish = resolve
    })
    response.end('done')
  })
  await using peer = await client(server.port)
  peer.send(get('/'))
  while (server.connections === 0) await setImmediate()
  for (let i = 0; i < 10; i++) await setImmediate()
  const drained = server.drain()
  finish()
  const { fields, body } = await peer.answer()
  assert.equal(fields.get('connection'), 'close')
  assert.equal(body.toString(), 'done')
  await drained
})

test('when a body is refused, the log gets the request but nothing from the body', async () => {
  const lines: string[] = []
  using server = serving(echo, {
    bodyBytesMax: 10,
    bodyTimeoutMs: 1,
    log: (request, status) => lines.push(`${request.method} ${request.target} ${status}`),
  })
  await talk(server.port, request('POST /a', 'Transfer-Encoding: chunked', '', 'secret=1', ''))
  await talk(server.port, request('POST /b', 'Content-Length: 11', '', 'secret=2'))
  await using peer = await client(server.port)
  peer.send(request('POST /c', 'Content-Length: 5', '', 'sec'))
  assert.equal((await peer.answer()).status, 408)
  assert.deepEqual(lines, ['POST /a 400', 'POST /b 413', 'POST /c 408'])
})

test('an answer with Connection: close arrives complete even if the client sends its unread body later', async () => {
  const big = 'x'.repeat(1_500_000)
  using server = new HttpServer((_request, responder) => responder.text(200, big))
  const { port } = server.listen({ port: 0 })
  await using peer = await client(port)
  peer.send(request('POST /', 'Connection: close', 'Content-Length: 60000', '', ''))
  await once(peer.socket, 'data')
  peer.send('y'.repeat(60_000))
  assert.equal((await peer.answer()).body.length, big.length)
})

test('CONNECT never reaches the handler', async () => {
  using server = serving(() => assert.fail('the handler must not be called'))
  for (const target of ['/x', 'a:80', 'http://a/']) {
    assert.match(await talk(server.port, request(`CONNECT ${target}`, '', '')), /^HTTP\/1\.1 501 /)
  }
})

test('request.host is the host of the absolute form, otherwise the Host field', async () => {
  using server = serving((request, response) => response.end(request.host))
  for (const [text, host] of [
    [get('/'), 'a'],
    [get('http://b:1/'), 'b:1'],
    [get('https://[::1]/?x'), '[::1]'],
    ['GET / HTTP/1.0\r\n\r\n', ''],
  ] as const) {
    assert.ok((await talk(server.port, text)).endsWith(`\r\n\r\n${host}`))
  }
})

test('drain() answers a request whose body is still arriving', async () => {
  using server = serving(echo)
  await using peer = await client(server.port)
  peer.send(request('POST /', 'Content-Length: 5', '', 'he'))
  await settled(() => server.connections === 1)
  for (let i = 0; i < 10; i++) await setImmediate()
  const drained = server.drain()
  peer.send('llo')
  const { body, fields } = await peer.answer()
  assert.equal(body.toString(), 'POST / hello')
  assert.equal(fields.get('connection'), 'close')
  await drained
  assert.throws(() => server.listen({ port: 0 }), /draining/)
})

test('drain() in a handler still answers requests that arrived in the same turn', async () => {
  const answered: string[] = []
  using server = new HttpServer((request, responder) => {
    if (request.path === '/2') void server.drain()
    answered.push(request.path)
    responder.text(200, request.path)
  })
  const { port } = server.listen({ port: 0 })
  const peers = await Promise.all(['1', '2', '3', '4'].map(() => client(port)))
  for (const peer of peers) assert.equal((await peer.get('/first')).status, 200)
  // All requests arrive in one turn of this loop.
  for (const [i, peer] of peers.entries()) peer.send(get(`/${i + 1}`))
  for (const [i, peer] of peers.entries()) {
    assert.equal((await peer.answer()).body.toString(), `/${i + 1}`)
    assert.equal((await peer.rest()).length, 0)
    await peer[Symbol.asyncDispose]()
  }
  assert.deepEqual(answered.slice(4).sort(), ['/1', '/2', '/3', '/4'])
})

test('a connection whose request has arrived is not closed to make room', async () => {
  using server = serving(echo, { connectionsMax: 5 })
  const peers = await Promise.all(Array.from({ length: 30 }, () => client(server.port)))
  for (const peer of peers) peer.send(get('/'))
  const statuses = await Promise.all(peers.map(async peer => (await peer.answer()).status))
  assert.ok(statuses.every(status => status === 200 || status === 503))
  assert.ok(statuses.filter(status => status === 200).length >= 5)
  for (const peer of peers) await peer[Symbol.asyncDispose]()
})

test('closing one server in the middle of a turn does not stop another from handling its requests', async () => {
  using other = serving(echo)
  const server = serving((request, response) => {
    if (request.path === '/stream') {
      response.signal.addEventListener('abort', () => server.close())
      response.write('x'.repeat(3_000_000))
    } else response.end('never')
  })
  const reader = await client(server.port)
  reader.socket.pause()
  reader.send(get('/stream'))
  const asking = await client(server.port)
  await settled(() => server.connections === 2 || server.connections === 1)
  await using elsewhere = await client(other.port)
  assert.equal((await elsewhere.get('/before')).status, 200)
  asking.send(get('/asked'))
  reader.socket.resetAndDestroy()
  await settled(() => server.connections === 0)
  for (let i = 0; i < 3; i++) assert.equal((await elsewhere.get('/after')).status, 200)
  await using late = await client(other.port)
  assert.equal((await late.get('/late')).status, 200)
  await asking[Symbol.asyncDispose]()
})

test('requestHandler() can be combined with other handlers, and readsBodies chooses the requests whose bodies are read', async () => {
  const echo = requestHandler((request, response) => {
    response.end(`${request.method} ${request.body} from ${request.remotePort}`)
  })
  const chosen: string[] = []
  using server = new HttpServer(
    (request, responder) => {
      if (request.path.startsWith('/echo')) echo(request, responder)
      else responder.text(200, `${request.body.length} bytes`)
    },
    {
      readsBodies: request => {
        chosen.push(request.path)
        return request.path === '/echo'
      },
      bodyBytesMax: 10,
    },
  )
  const { port } = server.listen({ port: 0 })
  await using peer = await client(port)
  const local = peer.socket.localPort
  const post = (target: string, body: string) =>
    `${request(`POST ${target}`, `Content-Length: ${body.length}`)}\r\n\r\n${body}`
  peer.send(
    get('/echo') + post('/echo', 'hello') + post('/echo2', 'hello') + post('/', 'x'.repeat(11)),
  )
  const bodies: string[] = []
  for (let i = 0; i < 4; i++) bodies.push((await peer.answer()).body.toString())
  assert.deepEqual(bodies, [
    `GET  from ${local}`,
    `POST hello from ${local}`,
    `POST  from ${local}`,
    '0 bytes',
  ])
  assert.deepEqual(
    chosen,
    ['/echo', '/echo2', '/'],
    'readsBodies is not called for a request without a body',
  )
  peer.send(post('/echo', 'x'.repeat(11)))
  assert.equal((await peer.answer()).status, 413)
  assert.match((await talk(port, request('CONNECT a:1', '', ''))).slice(0, 40), / 405 /)
})

test('an error that readsBodies throws is reported, and the body is skipped', async () => {
  const errors: string[] = []
  using server = new HttpServer((request, responder) => responder.text(200, `${request.body}`), {
    readsBodies: () => {
      throw new Error('undecided')
    },
    onError: ({ message }) => errors.push(message),
  })
  const { port } = server.listen({ port: 0 })
  await using peer = await client(port)
  peer.send(`${request('POST /', 'Content-Length: 5')}\r\n\r\nhello${get('/')}`)
  for (let i = 0; i < 2; i++) assert.equal((await peer.answer()).body.length, 0)
  assert.deepEqual(errors, ['undecided'])
})

test('requestHandler() throws TypeError for anything that is not a function', () => {
  assert.throws(() => requestHandler({} as ServerHandler), TypeError)
})

test('listen() throws for an empty host', () => {
  using server = createServer(() => {})
  assert.throws(() => server.listen({ host: '', port: 0 }), TypeError)
})
