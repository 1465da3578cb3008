import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mock, test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { AddressCounts } from '../../lib/http/address-counts.ts'
import { DateLine } from '../../lib/http/date-line.ts'
import {
  Answer,
  HttpServer,
  KEEP,
  type RequestHandler,
  type ServerOptions,
} from '../../lib/http/index.ts'
import { droppedBodyBytesMax, headBytesMax, targetBytesMax } from '../../lib/http/limits.ts'
import { Socket } from '../../lib/index.ts'
import { AF_INET, AF_INET6, addressBytes, encodeAddress } from '../../lib/sys/index.ts'
import { pass } from '../support/clock.ts'
import { client, talk, undated } from './client.ts'

const say: RequestHandler = (request, responder) => {
  if (request.path === '/throw') throw new Error('the handler is broken')
  responder.text(200, `${request.method} ${request.target}`)
}

function serving(options?: ServerOptions, handler = say): HttpServer & { port: number } {
  const server = new HttpServer(handler, options)
  return Object.assign(server, server.listen({ port: 0 }))
}

function get(target: string, ...fields: string[]): string {
  return [`GET ${target} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n')
}

/** What `say` answers, but for the date. */
function answer(body: string, connection = ''): string {
  return [
    'HTTP/1.1 200 OK',
    'Date: -',
    'Content-Type: text/plain; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    `Content-Length: ${body.length}`,
    ...(connection === '' ? [] : [`Connection: ${connection}`]),
    '',
    body,
  ].join('\r\n')
}

function refusal(line: string): string {
  return answer(`${line}\n`, 'close').replace('200 OK', line)
}

/** Until the server has seen what its clients did: it runs on this very loop. */
async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate()
}

const exchanges: [name: string, sent: string, received: string][] = [
  ['GET', get('/hello?you'), answer('GET /hello?you')],
  [
    'HEAD without its body',
    'HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n',
    answer('HEAD /hello').replace(/HEAD \/hello$/, ''),
  ],
  ['two requests on one connection', get('/1') + get('/2'), answer('GET /1') + answer('GET /2')],
  [
    'nothing behind Connection: close',
    get('/1', 'Connection: close') + get('/2'),
    answer('GET /1', 'close'),
  ],
  [
    'nothing behind close in a list',
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

test('HttpServer says nothing back of a request that it refuses', async () => {
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

test('HttpServer answers 50 requests of one write in their order', async () => {
  using server = serving()
  const numbers = Array.from({ length: 50 }, (_, i) => i)
  const received = await talk(server.port, numbers.map(i => get(`/${i}`)).join(''))
  assert.equal(undated(received), numbers.map(i => answer(`GET /${i}`)).join(''))
})

test('HttpServer answers pipelined requests whose answers are more than the client takes at once', async () => {
  const body = 'x'.repeat(100_000)
  using server = serving({}, (_, responder) => responder.text(200, body))
  await using peer = await client(server.port)
  peer.socket.pause()
  peer.socket.end(get('/').repeat(100))
  await settled(() => server.connections === 1)
  peer.socket.resume()
  assert.equal(undated((await peer.rest()).toString()), answer(body).repeat(100))
})

test('HttpServer gives the same bytes to requests that come in two pieces, wherever they are cut', async () => {
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

test('HttpServer drops a body of 64 KiB, and takes none of it for a request', async () => {
  using server = serving()
  const body = get('/smuggled').repeat(3000).slice(0, droppedBodyBytesMax)
  const sent = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}${get('/next')}`
  assert.equal(undated(await talk(server.port, sent)), answer('POST /') + answer('GET /next'))
})

const bodies: [name: string, field: string, start?: string][] = [
  ['a longer body', `Content-Length: ${droppedBodyBytesMax + 1}`],
  ['a body of 8 PB', 'Content-Length: 9007199254740991'],
  [
    'a longer chunked body',
    'Transfer-Encoding: chunked',
    `${(droppedBodyBytesMax + 1).toString(16)}\r\n`,
  ],
  ['a chunked body that waits for 100', 'Transfer-Encoding: chunked\r\nExpect: 100-continue'],
  ['a body that waits for 100', 'Content-Length: 5\r\nExpect: 100-continue'],
]

for (const [name, field, start = ''] of bodies) {
  test(`HttpServer closes after its answer to ${name}, which the client can read while it sends`, async () => {
    using server = serving()
    await using peer = await client(server.port)
    peer.send(
      `POST / HTTP/1.1\r\nHost: a\r\n${field}\r\n\r\n${start}${get('/smuggled').repeat(8000)}`,
    )
    assert.equal(undated((await peer.rest()).toString()), answer('POST /', 'close'))
    peer.socket.end()
    await settled(() => server.connections === 0)
  })
}

for (const [status, begin] of [
  [414, `GET /${'a'.repeat(targetBytesMax)}`],
  [431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(headBytesMax)}`],
] as const) {
  test(`HttpServer lets a client read its ${status} though it goes on sending`, async () => {
    using server = serving()
    await using peer = await client(server.port)
    peer.send(begin)
    for (let i = 0; i < 8; i++) {
      await setImmediate()
      peer.send('a'.repeat(50_000))
    }
    assert.match((await peer.rest()).toString(), new RegExp(`^HTTP/1\\.1 ${status} `))
  })
}

test('HttpServer answers 408 to a head that does not come, though its bytes drip', async () => {
  using server = serving({ headTimeoutMs: 100 })
  await using peer = await client(server.port)
  const drip = setInterval(() => peer.send('a'), 20)
  peer.send('GET / HTTP/1.1\r\nX: ')
  assert.equal(undated((await peer.rest()).toString()), refusal('408 Request Timeout'))
  clearInterval(drip)
})

test('HttpServer answers 408 to the head behind an answer that the client was slow to take', async () => {
  const body = 'x'.repeat(16_000_000)
  using server = serving({ headTimeoutMs: 100 }, (_, responder) => responder.text(200, body))
  await using peer = await client(server.port)
  peer.socket.pause()
  peer.send(`${get('/')}GET /`)
  await setTimeout(500)
  peer.socket.resume()
  assert.equal((await peer.answer()).body.length, body.length)
  assert.equal(undated((await peer.rest()).toString()), refusal('408 Request Timeout'))
})

test('HttpServer closes a connection on which nothing comes, and one that is idle, without a word', async () => {
  using server = serving({ headTimeoutMs: 100, idleTimeoutMs: 200 })
  await using silent = await client(server.port)
  await using idle = await client(server.port)
  assert.equal((await idle.get('/')).status, 200)
  assert.equal((await silent.rest()).length, 0)
  assert.equal((await idle.rest()).length, 0)
  assert.equal(server.connections, 0)
})

test('HttpServer resets a client that takes nothing of its answer', async () => {
  const body = 'x'.repeat(16_000_000)
  using server = serving({ writeTimeoutMs: 200 }, (_, responder) => responder.text(200, body))
  using peer = new Socket({ blocking: true })
  peer.connect({ host: '127.0.0.1', port: server.port })
  peer.send(get('/'))
  await settled(() => server.connections === 1)
  while (server.connections > 0) await setTimeout(20)
  assert.throws(
    () => {
      while (peer.recv(65536)?.length !== 0);
    },
    { code: 'ECONNRESET' },
  )
})

test('HttpServer sends an idle connection away for a new one beyond connectionsMax', async () => {
  using server = serving({ connectionsMax: 2 })
  await using waiting = await client(server.port)
  await using idle = await client(server.port)
  waiting.send('GET / ')
  assert.equal((await idle.get('/')).status, 200)
  await using third = await client(server.port)
  assert.equal((await third.get('/')).status, 200)
  assert.equal((await idle.rest()).length, 0)
  waiting.send('HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.equal((await waiting.answer()).status, 200)
})

test('HttpServer answers 503 beyond connectionsMax where none is idle, and serves again when one has gone', async () => {
  using server = serving({ connectionsMax: 1 })
  {
    await using first = await client(server.port)
    assert.equal((await first.get('/')).status, 200)
    first.send(`${get('/1')}GET /`)
    assert.equal((await first.answer()).status, 200)
    await using second = await client(server.port)
    const refused = await second.answer()
    assert.equal(refused.status, 503)
    assert.equal(refused.fields.get('retry-after'), '1')
    assert.equal(refused.fields.get('connection'), 'close')
    assert.equal((await second.rest()).length, 0)
    first.send(' HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.equal((await first.answer()).status, 200)
  }
  await settled(() => server.connections === 0)
  await using third = await client(server.port)
  assert.equal((await third.get('/')).status, 200)
})

test('HttpServer closes after as many requests as requestsMax', async () => {
  using server = serving({ requestsMax: 2 })
  const received = undated(await talk(server.port, get('/').repeat(3)))
  assert.equal(received, answer('GET /') + answer('GET /', 'close'))
})

test('HttpServer answers 500 for a handler that throws, and goes on', async () => {
  const errors: Error[] = []
  using server = serving({ onError: error => errors.push(error) })
  const received = undated(await talk(server.port, get('/throw') + get('/2')))
  const body = '500 Internal Server Error\n'
  assert.equal(received, answer(body, 'close').replace('200 OK', '500 Internal Server Error'))
  assert.deepEqual(
    errors.map(error => error.message),
    ['the handler is broken'],
  )
  assert.equal(undated(await talk(server.port, get('/'))), answer('GET /'))
})

test('HttpServer answers 500 for a handler that does not answer', async () => {
  const errors: Error[] = []
  using server = serving({ onError: error => errors.push(error) }, () => {})
  assert.match(await talk(server.port, get('/')), /^HTTP\/1\.1 500 /)
  assert.equal(errors.length, 1)
})

test('HttpServer answers once for a handler that throws after its answer, and closes', async () => {
  const errors: Error[] = []
  using server = serving({ onError: error => errors.push(error) }, (request, responder) => {
    say(request, responder)
    throw new Error('too late')
  })
  assert.equal(undated(await talk(server.port, get('/1') + get('/2'))), answer('GET /1'))
  assert.deepEqual(
    errors.map(error => error.message),
    ['too late'],
  )
})

test('HttpServer tells of an error by a warning when nobody else asked for it', async () => {
  using server = serving()
  const warned = once(process, 'warning')
  await talk(server.port, get('/throw'))
  const [warning] = await warned
  assert.equal(warning.name, 'EpolletWarning')
  assert.equal(warning.message, 'the handler is broken')
})

test('drain() closes idle connections at once, finishes the answer that is running, and accepts nobody', async () => {
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

test('drain() of a server that nobody is connected to is done', async () => {
  using server = serving()
  await server.drain()
})

test('HttpServer forgets a client that resets its connection in the middle of an answer', async () => {
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

test('HttpServer calls the log once for each answer, with an empty method where none was read', async () => {
  const lines: unknown[] = []
  using server = serving({
    onError: () => {},
    log: (request, status, bodyBytes) => lines.push([request.method, status, bodyBytes]),
  })
  await talk(server.port, `${get('/a')}HEAD / HTTP/1.1\r\nHost: a\r\n\r\n${get('/throw')}`)
  await talk(server.port, 'bad\r\n\r\n')
  assert.deepEqual(lines, [
    ['GET', 200, 6],
    ['HEAD', 200, 0],
    ['GET', 500, 26],
    ['', 400, 16],
  ])
})

test('HttpServer refuses a limit that is none', () => {
  for (const value of [0, -1, 1.5, Number.NaN, 2 ** 31]) {
    assert.throws(() => new HttpServer(say, { headTimeoutMs: value }), RangeError)
  }
})

test('listen() says which address is taken, and leaves nothing open', () => {
  using server = serving()
  using other = new HttpServer(say)
  assert.throws(() => other.listen({ port: server.port }), { code: 'EADDRINUSE' })
  assert.throws(() => server.listen({ port: 0 }), /listening already/)
})

test('DateLine is made anew when the second changes, and not before', t => {
  mock.timers.enable({ apis: ['Date'], now: Date.UTC(2024, 1, 29, 23, 59, 59, 900) })
  t.after(() => mock.timers.reset())
  const date = new DateLine()
  date.update(5000)
  const { second } = date
  assert.equal(date.bytes.toString(), 'Thu, 29 Feb 2024 23:59:59 GMT')
  mock.timers.tick(99)
  date.update(5099)
  assert.equal(date.second, second)
  mock.timers.tick(1)
  date.update(5100)
  assert.equal(date.bytes.toString(), 'Fri, 01 Mar 2024 00:00:00 GMT')
  assert.equal(date.second, second + 1)
})

test('HttpServer gives an answer the date of its own second', async () => {
  using server = serving()
  await using peer = await client(server.port)
  const dates: number[] = []
  for (let i = 0; i < 2; i++) {
    const before = Math.floor(Date.now() / 1000)
    const { fields } = await peer.get('/')
    const date = Date.parse(fields.get('date')!) / 1000
    assert.ok(before <= date && date <= Date.now() / 1000)
    dates.push(date)
    pass(1050)
  }
  assert.ok(dates[0]! < dates[1]!)
})

test('HttpServer answers 400 to a chunked body that breaks its grammar, and reads nothing of it as a request', async () => {
  using server = serving()
  const text = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n${get('/2')}`
  assert.equal(undated(await talk(server.port, text)), refusal('400 Bad Request'))
})

test('HttpServer drops a chunked body, split at any byte, and answers the request behind it', async () => {
  using server = serving()
  const text = `POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n${get('/2')}`
  const expected = answer('POST /1') + answer('GET /2')
  assert.equal(undated(await talk(server.port, text)), expected)
  for (let at = 1; at < text.length; at++) {
    await using peer = await client(server.port)
    peer.send(text.slice(0, at))
    await setImmediate()
    peer.socket.end(text.slice(at))
    assert.equal(undated((await peer.rest()).toString()), expected)
  }
})

test('a second answer to one request throws, and nothing of it is sent', async () => {
  const errors: Error[] = []
  using server = serving({ onError: error => errors.push(error) }, (request, responder) => {
    say(request, responder)
    assert.throws(() => responder.text(500, 'again'), /answer each one once/)
  })
  assert.equal(
    undated(await talk(server.port, get('/1') + get('/2'))),
    answer('GET /1') + answer('GET /2'),
  )
  assert.deepEqual(errors, [])
})

test('header() finds any field in any case, and fields() all of them', async () => {
  const seen: unknown[] = []
  using server = serving({}, (request, responder) => {
    seen.push(request.header('X-Any'), request.header('HOST'), request.header('none'))
    seen.push(request.fields())
    responder.text(204, '')
  })
  assert.equal(
    undated(await talk(server.port, get('/', 'x-any: 1', 'X-ANY: 2'))),
    'HTTP/1.1 204 No Content\r\nDate: -\r\n\r\n',
  )
  const fields = [
    ['host', 'a'],
    ['x-any', '1'],
    ['x-any', '2'],
  ]
  assert.deepEqual(seen, ['1, 2', 'a', undefined, fields])
})

test('the log gets the start of a line that could not be read, and nothing of another client', async () => {
  const lines: string[] = []
  using server = serving({ log: request => lines.push(request.target) })
  await talk(server.port, get(`/${'x'.repeat(3000)}`))
  await talk(server.port, 'half')
  await talk(server.port, 'bad\r\nX: y\r\n\r\n')
  await talk(server.port, `${'B'.repeat(1000)}\x01`)
  assert.deepEqual(lines.slice(1), ['half', 'bad', 'B'.repeat(256)])
})

test('listen() refuses what is no address, and a closed server', () => {
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

test('HttpServer refuses an option that it does not know', () => {
  assert.throws(() => new HttpServer(say, { idleTimeout: 5 } as ServerOptions), {
    name: 'TypeError',
    message: /options: expected some of log, .*idleTimeoutMs.*, got 'idleTimeout'/,
  })
})

test('drain() twice gives one promise, which is kept', async () => {
  using server = serving()
  await using peer = await client(server.port)
  assert.equal((await peer.get('/')).status, 200)
  const first = server.drain()
  assert.equal(server.drain(), first)
  await first
})

const broken: [status: number, fields: [string, string][], body: string | null][] = [
  [200, [['X', 'a\r\nSet-Cookie: b']], null],
  [200, [['X', 'a\n']], null],
  [200, [['X', '\0']], null],
  [200, [['X', '☃']], null],
  [200, [['X:', 'a']], null],
  [200, [['X Y', 'a']], null],
  [200, [['', 'a']], null],
  [204, [['Content-Length', '0']], null],
  [304, [], 'body'],
  [204, [], ''],
  [199, [], null],
  [600, [], null],
  [Number.NaN, [], null],
]

for (const [status, fields, body] of broken) {
  test(`new Answer(${status}, ${JSON.stringify(fields)}, ${JSON.stringify(body)}) is refused`, () => {
    assert.throws(
      () => new Answer(status, fields, body === null ? null : Buffer.from(body), KEEP),
      RangeError,
    )
  })
}

for (const [name, host] of [
  ['an IPv4 socket', '127.0.0.1'],
  ['a socket of both families', '::'],
] as const) {
  test(`HttpServer answers 503 beyond connectionsPerAddressMax on ${name}, and others all the same`, async () => {
    using server = new HttpServer(say, { connectionsPerAddressMax: 2 })
    const { port } = server.listen({ host, port: 0 })
    const [address, other] = ['127.0.0.1', '127.0.0.2']
    const first = await client(port, address)
    await using second = await client(port, address)
    for (const peer of [first, second, first]) assert.equal((await peer.get('/')).status, 200)
    await using third = await client(port, address)
    const { status, fields } = await third.get('/')
    assert.deepEqual([status, fields.get('retry-after')], [503, '1'])
    await third.rest()
    await using elsewhere = await client(port, other)
    assert.equal((await elsewhere.get('/')).status, 200)
    await first[Symbol.asyncDispose]()
    while (server.connections > 2) await setImmediate()
    await using fourth = await client(port, address)
    assert.equal((await fourth.get('/')).status, 200)
  })
}

test('AddressCounts counts an IPv6 network of 64 bits as one, and an IPv4 address in either form', () => {
  const counts = new AddressCounts(1)
  const taken = (host: string): boolean => {
    const family = host.includes(':') ? AF_INET6 : AF_INET
    const peer = new Uint8Array(addressBytes)
    encodeAddress({ host, port: 1 }, family, peer)
    return counts.take(peer, {})
  }
  const rows: [host: string, isTaken: boolean][] = [
    ['2001:db8:1:2::1', true],
    ['2001:db8:1:2:ffff::1', false],
    ['2001:db8:1:3::1', true],
    ['192.0.2.1', true],
    ['::ffff:192.0.2.1', false],
    ['::ffff:192.0.2.2', true],
    ['192.0.2.2', false],
  ]
  assert.deepEqual(
    rows.map(([host]) => [host, taken(host)]),
    rows,
  )
})

for (const [name, bytes, status] of [
  ['a bad target', 'HEAD * HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['two hosts', 'HEAD / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
  ['an expectation', 'HEAD / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n', 417],
  ['another version', 'HEAD / HTTP/1.2\r\nHost: a\r\n\r\n', 505],
] as const) {
  test(`a HEAD request that is refused for ${name} gets no body`, async () => {
    using server = serving()
    const answer = await talk(server.port, bytes)
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
    assert.ok(answer.endsWith('\r\n\r\n'), answer)
  })
}
