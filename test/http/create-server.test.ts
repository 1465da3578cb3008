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
  type ServerOptions,
  type ServerResponse,
} from '../../lib/http/index.ts'
import { uncaughtIn } from '../support/uncaught.ts'
import { type Client, client, talk, undated } from './client.ts'

function serving(handler: ServerHandler, options?: ServerOptions): HttpServer & { port: number } {
  const server = createServer(handler, options)
  return Object.assign(server, server.listen({ port: 0 }))
}

function request(line: string, ...rest: string[]): string {
  return [`${line} HTTP/1.1`, 'Host: a', ...rest].join('\r\n')
}

function get(target: string, ...fields: string[]): string {
  return request(`GET ${target}`, ...fields, '', '')
}

/** Until the server has seen what its clients did: it runs on this very loop. */
async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate()
}

/** A promise that is kept from outside. */
function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(keep => {
    resolve = keep
  })
  return { promise, resolve }
}

/** What the server sends to a body that is given whole. */
function answer(body: string, status = '200 OK', close = false): string {
  const end = close ? 'Connection: close\r\n' : ''
  return `HTTP/1.1 ${status}\r\nDate: -\r\nContent-Length: ${body.length}\r\n${end}\r\n${body}`
}

const echo: ServerHandler = ({ method, target, body }, response) =>
  response.end(`${method} ${target} ${body}`)

const later: ServerHandler = async (request, response) => {
  await setImmediate()
  await echo(request, response)
}

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
      'the last of three that closes',
      get('/1') + get('/2', 'Connection: close') + get('/3'),
      answer('GET /1 ') + answer('GET /2 ', '200 OK', true),
    ],
  ]
  for (const [what, sent, received] of exchanges) {
    test(`createServer() answers ${what} ${name}, whole or split at any byte`, async () => {
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

test('createServer() says 100 Continue before it reads a body, and not when the body is there', async () => {
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

test('createServer() never says 100 to HTTP/1.0', async () => {
  using server = serving(echo)
  const head = 'POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n'
  assert.equal(
    undated(await talk(server.port, `${head}hello`)),
    answer('POST / hello', '200 OK', true),
  )
})

test('createServer() refuses a body above its limit with 413, before it comes and without 100', async () => {
  using server = serving(() => assert.fail('nobody is asked'), { bodyBytesMax: 10 })
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

test('createServer() answers 408 to a body that stands still', async () => {
  using server = serving(echo, { bodyTimeoutMs: 1 })
  await using peer = await client(server.port)
  peer.send(request('POST /', 'Content-Length: 5', '', 'he'))
  assert.equal((await peer.answer()).status, 408)
})

test('write() sends a chunked body, and the next request is answered behind it', async () => {
  using server = serving(async (request, response) => {
    if (request.path === '/2') return response.end('two')
    response.write('one')
    await setImmediate()
    response.write('')
    response.write(Buffer.from('!'))
    response.end('?')
  })
  const chunks =
    'HTTP/1.1 200 OK\r\nDate: -\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n1\r\n!\r\n1\r\n?\r\n0\r\n\r\n'
  await using peer = await client(server.port)
  peer.send(get('/1') + get('/2', 'Connection: close'))
  assert.equal(undated((await peer.rest()).toString()), chunks + answer('two', '200 OK', true))
})

test('write() sends as many bytes as a Content-Length says, and resets what would be another count', async () => {
  const errors: string[] = []
  const handler: ServerHandler = async (request, response) => {
    response.setHeader('Content-Length', 5)
    response.write('hel')
    await begun.promise
    if (request.path === '/right') response.end('lo')
    else if (request.path === '/long') response.end('lo!')
    else response.end()
  }
  let begun = signal()
  using server = serving(handler, { onError: error => errors.push(error.message) })
  for (const target of ['/long', '/short', '/right']) {
    await using peer = await client(server.port)
    begun = signal()
    peer.send(get(target))
    await once(peer.socket, 'data')
    begun.resolve()
    if (target === '/right') assert.equal((await peer.answer()).body.toString(), 'hello')
    else await assert.rejects(peer.rest(), { code: 'ECONNRESET' })
  }
  assert.equal(errors.length, 2)
  for (const message of errors) assert.match(message, /the Content-Length of 5 that was set/)
})

test('a stream to HTTP/1.0 ends with the connection', async () => {
  using server = serving((_request, response) => {
    response.write('a')
    response.end('b')
  })
  const text = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'
  assert.equal(
    undated(await talk(server.port, text + text)),
    'HTTP/1.1 200 OK\r\nDate: -\r\nConnection: close\r\n\r\nab',
  )
})

test('HEAD gets the head of a stream, and the next answer', async () => {
  using server = serving((request, response) => {
    response.write('a')
    response.end(request.method)
  })
  const received = undated(await talk(server.port, `${request('HEAD /', '', '')}${get('/')}`))
  const head = 'HTTP/1.1 200 OK\r\nDate: -\r\nTransfer-Encoding: chunked\r\n\r\n'
  assert.equal(received, `${head}${head}1\r\na\r\n3\r\nGET\r\n0\r\n\r\n`)
})

test('server-sent events reach the client one by one, and its going is told', async () => {
  let stream: ServerResponse | undefined
  using server = serving((_request, response) => {
    stream = response.setHeader('Content-Type', 'text/event-stream')
    response.write(': begin\n\n')
  })
  const peer = await client(server.port)
  peer.send(get('/events'))
  for (let i = 0; i < 3; i++) {
    const [data] = await once(peer.socket, 'data')
    if (i > 0) assert.equal(`${data}`, `9\r\ndata: ${i}\n\n\r\n`)
    stream?.write(`data: ${i + 1}\n\n`)
  }
  assert.equal(stream?.signal.aborted, false)
  const gone = once(stream!.signal, 'abort')
  await peer[Symbol.asyncDispose]()
  await gone
  assert.equal(await stream!.ready(), false)
  assert.equal(stream!.write('nobody reads this'), false)
})

test('a slow reader makes write() false and ready() wait, so that its handler makes no more than it takes', async () => {
  const piece = Buffer.alloc(65536, 'x')
  let written = 0
  const total = 400
  using server = serving(async (_request, response) => {
    for (let i = 0; i < total; i++) {
      written += piece.length
      if (!response.write(piece)) assert.ok(await response.ready())
    }
    response.end()
  })
  await using peer = await client(server.port)
  peer.socket.pause()
  peer.send(get('/', 'Connection: close'))
  let last = -1
  while (written !== last) {
    last = written
    for (let i = 0; i < 100; i++) await setImmediate()
  }
  assert.ok(written < total * piece.length, `the handler was held back after ${written} bytes`)
  peer.socket.resume()
  const received = await peer.rest()
  assert.ok(received.length > total * piece.length)
})

test('a handler that writes on though its client takes nothing has its connection reset', async () => {
  let wasReset: ServerResponse | undefined
  using server = serving((_request, response) => {
    wasReset = response
    const piece = Buffer.alloc(1_048_576)
    for (let i = 0; i < 64 && !response.signal.aborted; i++) response.write(piece)
  })
  await using peer = await client(server.port)
  peer.socket.pause()
  peer.send(get('/'))
  while (wasReset?.signal.aborted !== true) await setImmediate()
  await new Promise<void>(resolve =>
    server.connections === 0 ? resolve() : globalThis.setImmediate(resolve),
  )
  assert.equal(server.connections, 0)
})

for (const [name, handler] of [
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  [
    'rejects',
    async () => {
      await setImmediate()
      throw new Error('broken')
    },
  ],
] as [string, ServerHandler][]) {
  test(`a handler that ${name} is a 500, and the server goes on`, async () => {
    const errors: string[] = []
    using server = serving(handler, { onError: error => errors.push(error.message) })
    for (let i = 0; i < 2; i++) {
      assert.match(
        await talk(server.port, get('/1') + get('/2')),
        /^HTTP\/1\.1 500 .*\r\nConnection: close\r\n.*500 Internal Server Error\n$/s,
      )
    }
    assert.deepEqual(errors, ['broken', 'broken'])
  })
}

test('a handler that throws after its head is out has its connection reset', async () => {
  const errors: string[] = []
  const read = signal()
  using server = serving(
    async (_request, response) => {
      response.write('half')
      await read.promise
      throw new Error('broken')
    },
    { onError: error => errors.push(error.message) },
  )
  await using peer = await client(server.port)
  peer.send(get('/'))
  await once(peer.socket, 'data')
  read.resolve()
  await assert.rejects(peer.rest(), { code: 'ECONNRESET' })
  assert.deepEqual(errors, ['broken'])
})

test('a handler that throws after its answer harms nobody, and is told', async () => {
  const errors: string[] = []
  using server = serving(
    (request, response) => {
      response.end(request.path)
      throw new Error('broken')
    },
    { onError: error => errors.push(error.message) },
  )
  assert.equal(undated(await talk(server.port, get('/1') + get('/2'))), answer('/1') + answer('/2'))
  assert.deepEqual(errors, ['broken', 'broken'])
})

test('a response says what is wrong with status, fields and order', async () => {
  const checks: [what: () => void, message: RegExp][] = []
  using server = serving((_request, response) => {
    const set = (name: string, value: string) => () => response.setHeader(name, value)
    checks.push([set('X', 'a\r\nb: c'), /value of X/], [set('a b', 'c'), /token/])
    checks.push(
      [set('Transfer-Encoding', 'chunked'), /does not set/],
      [set('Content-Length', 'x'), /Content-Length/],
    )
    checks.push([
      () => {
        response.status = 100
      },
      /from 200 to 599/,
    ])
    checks.push([() => response.write(5 as never), /a string or a Uint8Array/])
    for (const [what, message] of checks) assert.throws(what, message)
    response.setHeader('X', 1).setHeader('x', 2).end('done')
    assert.throws(() => response.setHeader('X', 'late'), /has been sent/)
    assert.throws(() => response.write('late'), /has ended/)
    assert.throws(() => response.end(), /has ended/)
  })
  assert.equal(
    undated(await talk(server.port, get('/'))),
    'HTTP/1.1 200 OK\r\nDate: -\r\nx: 2\r\nContent-Length: 4\r\n\r\ndone',
  )
  assert.equal(checks.length, 6)
})

test('204 and 304 have no body and no length', async () => {
  using server = serving((request, response) => {
    response.status = Number(request.path.slice(1))
    response.end()
  })
  const received = undated(await talk(server.port, get('/204') + get('/304')))
  assert.equal(
    received,
    'HTTP/1.1 204 No Content\r\nDate: -\r\n\r\nHTTP/1.1 304 Not Modified\r\nDate: -\r\n\r\n',
  )
})

test('a client that sends on while its answer is made is read up to a limit, and answered in order', async () => {
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

test('drain() waits for an answer that is being made, and says close in it', async () => {
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

test('an answer to one client that another client brings about leaves both whole', async () => {
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

test('a client whose late answer another one brings about, and who sends at that moment, is read as it is', async () => {
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
    // In one turn, so that both are in one batch of events.
    waker.send(get('/wake', 'Authorization: secret'))
    sleeper.send(request('POST /b', 'Content-Length: 2', '', 'h'))
    assert.equal((await sleeper.answer()).body.toString(), 'woken')
    sleeper.send('i')
    assert.equal((await waker.answer()).body.toString(), '/wake')
    assert.equal((await sleeper.answer()).body.toString(), '/b')
  }
  assert.deepEqual(seen.slice(0, 3), [`GET ${long} `, 'GET /wake ', 'POST /b hi'])
})

test('a piece may be changed as soon as write() has returned', async () => {
  using server = serving((_request, response) => {
    const piece = Buffer.alloc(70_000, 'a')
    response.setHeader('Content-Length', 2 * piece.length)
    response.write(piece)
    response.write(piece.fill('b'))
    piece.fill('c')
    response.end()
  })
  await using peer = await client(server.port)
  const { body } = await peer.get('/')
  assert.ok(body.toString() === `${'a'.repeat(70_000)}${'b'.repeat(70_000)}`)
})

test('a body that begins while earlier answers wait has its time, and its client leaves nothing behind', async () => {
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
  test(`a client that ends its side gets the whole answer, ${begins ? 'half way' : 'before it begins'}`, async () => {
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

test('a client that is reset after it had ended its side is gone at once', async () => {
  const told = signal()
  using server = serving((_request, response) => {
    response.signal.addEventListener('abort', told.resolve)
  })
  const peer = await client(server.port)
  peer.send(get('/'))
  peer.socket.end()
  await told.promise
  peer.socket.resetAndDestroy()
  await settled(() => server.connections === 0)
})

test('an answer that nobody makes ends some time after its client has ended its side', async () => {
  using server = serving(() => {}, { writeTimeoutMs: 50 })
  await using peer = await client(server.port)
  peer.send(get('/'))
  await settled(() => server.connections === 1)
  peer.socket.end()
  await settled(() => server.connections === 0)
})

test('later() of HttpServer: a second answer throws, and does not reach the next request', async () => {
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

test('a log that throws harms nobody, and is told', async () => {
  const errors: string[] = []
  using server = serving(later, {
    log: () => assert.fail('the log is broken'),
    onError: error => errors.push(error.message),
  })
  const received = undated(await talk(server.port, get('/1') + get('/22')))
  assert.equal(received, answer('GET /1 ') + answer('GET /22 '))
  assert.deepEqual(errors, ['the log is broken', 'the log is broken'])
})

test('an onError that throws is an uncaught exception, and the connections go on', async () => {
  const handler: ServerHandler = (request, response) => {
    if (request.path === '/bad') throw new Error('the handler is broken')
    response.end('good')
  }
  const messages = await uncaughtIn(async () => {
    using server = serving(handler, { onError: () => assert.fail('onError is broken') })
    assert.match(await talk(server.port, get('/bad')), /^HTTP\/1\.1 500 /)
    assert.match(await talk(server.port, get('/good')), /good$/)
    await setImmediate()
  })
  assert.deepEqual(messages, ['onError is broken'])
})

test('the log of a refused body has its request, and nothing of the body', async () => {
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

test('an answer with Connection: close reaches a client that sends its dropped body later', async () => {
  const big = 'x'.repeat(1_500_000)
  using server = new HttpServer((_request, responder) => responder.text(200, big))
  const { port } = server.listen({ port: 0 })
  await using peer = await client(port)
  peer.send(request('POST /', 'Connection: close', 'Content-Length: 60000', '', ''))
  await once(peer.socket, 'data')
  peer.send('y'.repeat(60_000))
  assert.equal((await peer.answer()).body.length, big.length)
})

test('a stream that is never full lets other clients have their turn', async () => {
  const piece = 'x'.repeat(1024)
  let others = 0
  using server = serving(async (request, response) => {
    if (request.path === '/other') {
      others++
      return response.end()
    }
    while (others < 3) {
      response.write(piece)
      assert.ok(await response.ready())
    }
    response.end()
  })
  await using streams = await client(server.port)
  await using other = await client(server.port)
  streams.send(get('/', 'Connection: close'))
  for (let i = 0; i < 3; i++) assert.equal((await other.get('/other')).status, 200)
  assert.match((await streams.rest()).toString(), /\r\n0\r\n\r\n$/)
})

for (const value of ['0x5', '5e0', ' 5', '+5', '', '-1', '1.5']) {
  test(`a Content-Length of '${value}' is refused where it is set`, async () => {
    using server = serving((_request, response) => {
      assert.throws(() => response.setHeader('Content-Length', value), /Content-Length/)
      response.end('right')
    })
    await using peer = await client(server.port)
    assert.equal((await peer.get('/')).fields.get('content-length'), '5')
  })
}

test('appendHeader() sends a field twice, setHeader() once', async () => {
  using server = serving((_request, response) => {
    response.setHeader('Set-Cookie', 'x').setHeader('Set-Cookie', 'a=1')
    response.appendHeader('Set-Cookie', 'b=2').end()
  })
  const received = await talk(server.port, get('/'))
  assert.match(received, /\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/)
  assert.doesNotMatch(received, /Cookie: x/)
})

test('CONNECT reaches no handler, in any form', async () => {
  using server = serving(() => assert.fail('nobody is asked'))
  for (const target of ['/x', 'a:80', 'http://a/']) {
    assert.match(await talk(server.port, request(`CONNECT ${target}`, '', '')), /^HTTP\/1\.1 501 /)
  }
})

test('a stream to a status without a body is a 500', async () => {
  using server = serving(
    (_request, response) => {
      response.status = 204
      response.write('junk')
    },
    { onError: () => {} },
  )
  for (const version of ['1.0', '1.1']) {
    const text = `GET / HTTP/${version}\r\nHost: a\r\n\r\n`
    assert.match(await talk(server.port, text), /^HTTP\/1\.1 500 /)
  }
})

test('host is that of the absolute form, else of the Host field', async () => {
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

test('drain() lets a request whose body is coming have its answer', async () => {
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

test('drain() in a handler lets what others have sent in the same turn have its answer', async () => {
  const answered: string[] = []
  using server = new HttpServer((request, responder) => {
    if (request.path === '/2') void server.drain()
    answered.push(request.path)
    responder.text(200, request.path)
  })
  const { port } = server.listen({ port: 0 })
  const peers = await Promise.all(['1', '2', '3', '4'].map(() => client(port)))
  for (const peer of peers) assert.equal((await peer.get('/first')).status, 200)
  // All at once, in one turn of this very loop.
  for (const [i, peer] of peers.entries()) peer.send(get(`/${i + 1}`))
  for (const [i, peer] of peers.entries()) {
    assert.equal((await peer.answer()).body.toString(), `/${i + 1}`)
    assert.equal((await peer.rest()).length, 0)
    await peer[Symbol.asyncDispose]()
  }
  assert.deepEqual(answered.slice(4).sort(), ['/1', '/2', '/3', '/4'])
})

test('a connection whose request has come is not sent away for a new one', async () => {
  using server = serving(echo, { connectionsMax: 5 })
  const peers = await Promise.all(Array.from({ length: 30 }, () => client(server.port)))
  for (const peer of peers) peer.send(get('/'))
  const statuses = await Promise.all(peers.map(async peer => (await peer.answer()).status))
  assert.ok(statuses.every(status => status === 200 || status === 503))
  assert.ok(statuses.filter(status => status === 200).length >= 5)
  for (const peer of peers) await peer[Symbol.asyncDispose]()
})

test('a server that is closed in the middle of a turn keeps no other server from what has come', async () => {
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

test('requestHandler() answers beside other handlers, and only the bodies that are chosen are read', async () => {
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
  assert.deepEqual(chosen, ['/echo', '/echo2', '/'], 'a request without a body is not asked about')
  peer.send(post('/echo', 'x'.repeat(11)))
  assert.equal((await peer.answer()).status, 413)
  assert.match((await talk(port, request('CONNECT a:1', '', ''))).slice(0, 40), / 405 /)
})

test('a choice of bodies that throws is told, and its body is dropped', async () => {
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

test('requestHandler() refuses what is no function', () => {
  assert.throws(() => requestHandler({} as ServerHandler), TypeError)
})

for (const [name, thrown] of [
  ['an object without a prototype', Object.create(null)],
  ['an object whose toString throws', { toString: () => assert.fail('asked') }],
  ['nothing', undefined],
  ['an error whose message is none', Object.assign(new Error(), { message: 1, stack: null })],
] as const)
  test(`a handler that throws ${name} is answered with 500, and the server goes on`, async () => {
    const warned = once(process, 'warning')
    using server = serving(async request => {
      if (request.path === '/throws') throw thrown
    })
    await using peer = await client(server.port)
    assert.equal((await peer.get('/throws')).status, 500)
    await warned
    await using other = await client(server.port)
    assert.equal((await other.get('/throws')).status, 500)
  })

for (const [status, set, body, expected] of [
  [204, null, '', 'HTTP/1.1 204 No Content\r\nDate: -\r\n\r\n'],
  [204, 0, undefined, 'HTTP/1.1 204 No Content\r\nDate: -\r\n\r\n'],
  [304, null, '', 'HTTP/1.1 304 Not Modified\r\nDate: -\r\n\r\n'],
  [304, 5, undefined, 'HTTP/1.1 304 Not Modified\r\nDate: -\r\nContent-Length: 5\r\n\r\n'],
  [205, null, '', 'HTTP/1.1 205 Reset Content\r\nDate: -\r\nContent-Length: 0\r\n\r\n'],
] as const)
  test(`a ${status} with ${set === null ? 'no length' : `a length of ${set}`} and ${body === '' ? 'an empty body' : 'no body'} is sent as RFC 9110 has it`, async () => {
    using server = serving((_request, response) => {
      response.status = status
      if (set !== null) response.setHeader('Content-Length', set)
      response.end(body)
    })
    assert.equal(undated(await talk(server.port, get('/'))), expected)
  })

test('a 205 has no content', async () => {
  const errors: Error[] = []
  const handler: ServerHandler = (_request, response) => {
    response.status = 205
    response.end('x')
  }
  using server = serving(handler, { onError: error => errors.push(error) })
  assert.match(await talk(server.port, get('/')), /^HTTP\/1\.1 500 /)
  assert.match(errors[0]!.message, /the status is 205/)
})

test('a piece above the limit that is the last one arrives whole; one more after it ends the stream, which is told', async () => {
  const errors: Error[] = []
  const piece = Buffer.alloc(20 * 2 ** 20, 'x')
  using server = serving(
    ({ path }, response) => {
      response.write(piece)
      if (path === '/more') response.write('y')
      response.end()
    },
    { onError: error => errors.push(error) },
  )
  const received = await talk(server.port, get('/'))
  assert.ok(received.endsWith('x\r\n0\r\n\r\n') && received.length > piece.length)
  assert.deepEqual(errors, [])
  await using peer = await client(server.port)
  peer.send(get('/more'))
  // Node may take the reset for an end.
  const rest = await peer.rest().catch(() => Buffer.alloc(0))
  assert.ok(rest.length < piece.length)
  assert.match(`${errors[0]}`, /more was written than the client takes/)
})

test('HEAD of a stream without an end is answered, its handler is told, and the next request is read', async () => {
  const told: boolean[] = []
  using server = serving(async (_request, response) => {
    response.write('data: 1\n\n')
    told.push(response.signal.aborted, await response.ready())
  })
  const head = 'HTTP/1.1 200 OK\r\nDate: -\r\nTransfer-Encoding: chunked\r\n\r\n'
  const twice = `${request('HEAD /', '', '')}${request('HEAD /', '', '')}`
  assert.equal(undated(await talk(server.port, twice)), head + head)
  assert.deepEqual(told.toSorted(), [false, false, true, true])
})

test('listen() refuses an empty host: all addresses are 0.0.0.0', () => {
  using server = createServer(() => {})
  assert.throws(() => server.listen({ host: '', port: 0 }), TypeError)
})

const pieces: [what: string, step: (response: ServerResponse) => void][] = [
  ['writes nothing', () => {}],
  ['writes what is empty', response => response.write('')],
  ['writes a byte each time', response => response.write('x')],
]

for (const [what, step] of pieces) {
  test(`a handler that waits for room again and again, and ${what}, lets others have their turn`, async () => {
    let turns = 0
    let isOver = false
    using server = serving(async ({ path }, response) => {
      if (path === '/other') return response.end('other')
      while (!isOver && (await response.ready())) {
        step(response)
        if (++turns > 100_000) isOver = true
      }
      response.end()
    })
    await using greedy = await client(server.port)
    greedy.send(get('/greedy'))
    await settled(() => turns > 0)
    const other = await talk(server.port, get('/other', 'Connection: close'))
    assert.match(other, /\r\n\r\nother$/)
    assert.ok(!isOver && turns < 100_000, `${turns} turns before another client had its answer`)
    isOver = true
  })
}

test('ready() that is asked for again after the client has gone lets others have their turn', async () => {
  let isAsked = false
  let gone = 0
  using server = serving(async (_request, response) => {
    isAsked = true
    while (gone < 1000) if (!(await response.ready())) gone++
  })
  const leaver = await client(server.port)
  leaver.send(get('/'))
  await settled(() => isAsked)
  leaver.socket.resetAndDestroy()
  await settled(() => gone > 0)
  assert.ok(gone < 1000)
  await settled(() => gone === 1000)
})

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

function withHostile(name: string): Error {
  return Object.defineProperty(new Error('x'), name, {
    get() {
      throw new Error('looked at')
    },
  })
}

const odd: [what: string, thrown: unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 7],
  ['a symbol', Symbol('s')],
  ['an object without a prototype', Object.create(null)],
  ['a Proxy that is revoked', revoked({})],
  ['a Proxy of an Error that is revoked', revoked(new Error('x'))],
  ['a Proxy of a function that is revoked', revoked(() => {})],
  ['an object that holds such a Proxy', { inner: revoked({}) }],
  ['an Error whose message throws', withHostile('message')],
  ['an Error whose stack throws', withHostile('stack')],
  ['an Error whose cause is such a Proxy', new Error('x', { cause: revoked({}) })],
  ['an Error whose message is an object', Object.assign(new Error('x'), { message: {} })],
  // biome-ignore lint/suspicious/noThenProperty: this is what is tested
  ['what looks like a promise', { then: () => {} }],
]

for (const [what, thrown] of odd) {
  test(`a handler that throws ${what} is answered with 500, and the server goes on`, async () => {
    const errors: unknown[] = []
    const handler: ServerHandler = ({ path }, response) => {
      if (path === '/now') throw thrown
      return path === '/late' ? Promise.reject(thrown) : response.end('fine')
    }
    using server = serving(handler, { onError: error => errors.push(error) })
    for (const path of ['/now', '/late']) {
      const failed = await talk(server.port, get(path, 'Connection: close'))
      assert.match(failed, /^HTTP\/1\.1 500 /)
    }
    assert.match(await talk(server.port, get('/', 'Connection: close')), /fine$/)
    assert.equal(errors.length, 2)
  })
}

const listeners: [what: string, add: (signal: AbortSignal, throws: () => unknown) => void][] = [
  ['throws', (signal, throws) => signal.addEventListener('abort', () => throws())],
  ['rejects', (signal, throws) => signal.addEventListener('abort', async () => throws())],
  ['is an object', (signal, throws) => signal.addEventListener('abort', { handleEvent: throws })],
  [
    'is onabort',
    (signal, throws) => {
      signal.onabort = throws
    },
  ],
  ['is there once', (signal, throws) => signal.addEventListener('abort', throws, { once: true })],
]

for (const [what, add] of listeners) {
  test(`a listener of the signal that ${what} ends neither the process nor the others' calls`, async () => {
    const calls: string[] = []
    const errors: Error[] = []
    const uncaught = await uncaughtIn(async () => {
      using server = serving(
        async (_request, response) => {
          add(response.signal, () => {
            calls.push('thrown')
            throw new Error('of a listener')
          })
          response.signal.addEventListener('abort', () => calls.push('other'))
          await once(response.signal, 'abort')
        },
        { onError: error => errors.push(error) },
      )
      const leaver = await client(server.port)
      leaver.send(get('/'))
      await setImmediate()
      await leaver[Symbol.asyncDispose]()
      await settled(() => calls.length === 2 && errors.length > 0)
    })
    assert.deepEqual(uncaught, [])
    assert.deepEqual(calls.sort(), ['other', 'thrown'])
    assert.equal(errors[0]!.message, 'of a listener')
  })
}

test('a listener of the signal that was removed is not called, and one that was added twice is called once', async () => {
  const calls: string[] = []
  using server = serving(async (_request, response) => {
    const [one, two] = [() => calls.push('one'), () => calls.push('two')]
    for (const listener of [one, two, two]) response.signal.addEventListener('abort', listener)
    response.signal.removeEventListener('abort', one)
    await once(response.signal, 'abort')
    calls.push('end')
  })
  const leaver = await client(server.port)
  leaver.send(get('/'))
  await setImmediate()
  await leaver[Symbol.asyncDispose]()
  await settled(() => calls.includes('end'))
  assert.deepEqual(calls, ['two', 'end'])
})

test('a signal that is asked for after the client has gone is aborted', async () => {
  const gone = signal()
  let isAsked = false
  let isAborted: boolean | undefined
  using server = serving(async (_request, response) => {
    isAsked = true
    await gone.promise
    while (await response.ready()) await setImmediate()
    isAborted = response.signal.aborted
  })
  const leaver = await client(server.port)
  leaver.send(get('/'))
  await settled(() => isAsked)
  // A client that only ends its side is waited for: it may still be reading.
  leaver.socket.resetAndDestroy()
  gone.resolve()
  await settled(() => isAborted !== undefined)
  assert.equal(isAborted, true)
})
