// Where a message ends and whether a connection goes on: what clients rely on, and attackers try.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { HttpServer, type ServerOptions } from '../../lib/http/index.ts'
import {
  answers,
  endsWithAnswer,
  get,
  lastAnswer,
  page,
  Stand,
  siteOfPages,
} from '../support/stand.ts'
import { type Answer, client, talk, undated } from './client.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())

const chunkedPost = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'

function post(fields: string[], body = ''): string {
  return ['POST / HTTP/1.1', 'Host: a', ...fields, '', body].join('\r\n')
}

/** A server whose handler gets its requests' bodies. */
function reading(options: ServerOptions = {}): HttpServer & { port: number } {
  const server = new HttpServer(
    (request, responder) => responder.text(200, `${request.body.length} bytes`),
    { readsBodies: true, ...options },
  )
  return Object.assign(server, server.listen({ port: 0 }))
}

async function isRefused(bytes: string, statuses: number | number[]): Promise<void> {
  using stand = new Stand(site)
  const { status } = await lastAnswer(stand.port, bytes + get('/smuggled'))
  assert.ok([statuses].flat().includes(status), `${status}, expected ${statuses}`)
  assert.deepEqual(stand.errors, [])
  assert.equal((await answers(stand.port, get('/'), 1))[0]?.status, 200)
}

test('26: HTTP/1.1 keeps the connection, and the answer says nothing of it', async () => {
  using stand = new Stand(site)
  for (const { status, fields } of await answers(stand.port, get('/') + get('/'), 2)) {
    assert.deepEqual([status, fields.get('connection')], [200, undefined])
  }
})

for (const value of ['keep-alive', 'closed', 'x-close', 'close-x', 'TE', ',', '"close"']) {
  test(`26: HTTP/1.1 with 'Connection: ${value}' keeps the connection`, async () => {
    using stand = new Stand(site)
    const [answer] = await answers(stand.port, get('/', `Connection: ${value}`), 1)
    assert.deepEqual([answer?.status, answer?.fields.get('connection')], [200, undefined])
  })
}

for (const fields of [
  ['Connection: close'],
  ['Connection: CLOSE'],
  ['Connection: ,close'],
  ['Connection: close,,TE'],
  ['Connection: TE , close\t'],
  ['Connection: keep-alive, close'],
  ['Connection: TE', 'Connection: close'],
  ['connection:close', 'Connection: keep-alive'],
]) {
  test(`26: '${fields.join("' and '")}' closes, and the answer says so`, async () => {
    using stand = new Stand(site)
    const answer = await lastAnswer(stand.port, get('/', ...fields) + get('/smuggled'))
    assert.deepEqual([answer.status, answer.body.toString()], [200, page])
  })
}

test('26: HTTP/1.0 closes, and the answer says so', async () => {
  using stand = new Stand(site)
  assert.equal((await lastAnswer(stand.port, 'GET / HTTP/1.0\r\n\r\n')).status, 200)
  const both = 'GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n'
  assert.equal((await lastAnswer(stand.port, both)).status, 200)
})

test('26: HTTP/1.0 that asks for keep-alive is told that it gets it', async () => {
  using stand = new Stand(site)
  const [answer] = await answers(
    stand.port,
    'GET / HTTP/1.0\r\nConnection: x, Keep-Alive\r\n\r\n',
    1,
  )
  assert.deepEqual([answer?.status, answer?.fields.get('connection')], [200, 'keep-alive'])
})

test('27: 100 requests of one write get 100 answers, in their order', async () => {
  using stand = new Stand(site)
  const targets = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? '/' : `/missing-${i}`))
  const all = await answers(stand.port, targets.map(target => get(target)).join(''), 100)
  assert.deepEqual(
    all.map(({ status }) => status),
    targets.map(target => (target === '/' ? 200 : 404)),
  )
})

test('27: requests that are cut in two at any byte get the same answers as the whole ones', async () => {
  using stand = new Stand(site)
  const chunks = '3\r\nGET\r\n0\r\n\r\n'
  const sent = `\r\n${get('/', 'Range: bytes=0-3')}${chunkedPost}${chunks}${get('/missing')}`
  const whole = undated(await talk(stand.port, sent))
  assert.deepEqual(whole.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 206', 'HTTP/1.1 405', 'HTTP/1.1 404'])
  for (let at = 1; at < sent.length; at++) {
    await using peer = await client(stand.port)
    peer.socket.setNoDelay()
    await new Promise(resolve => peer.socket.write(sent.slice(0, at), resolve))
    await setImmediate()
    peer.socket.end(sent.slice(at))
    assert.equal(undated((await peer.rest()).toString()), whole, `cut at ${at}`)
  }
})

test('27: an empty line before a request is passed over, also between two', async () => {
  using stand = new Stand(site)
  const all = await answers(stand.port, `\r\n${get('/')}\r\n${get('/')}\r\n`, 2)
  assert.deepEqual(
    all.map(({ status }) => status),
    [200, 200],
  )
})

test('27: nothing but an empty line and the end is closed without a word', async () => {
  using stand = new Stand(site)
  assert.equal(await talk(stand.port, '\r\n'), '')
  assert.equal(await talk(stand.port, '\r'), '')
  assert.equal(await talk(stand.port, ''), '')
})

for (const host of [
  '',
  'a, b',
  'a,b',
  'a b',
  'user@a',
  'user:secret@a',
  'a/b',
  'a?b',
  'a:1.2',
  ':80',
  'a:123456',
  'a:80:80',
  'a:-1',
  'a:x',
  '[::1',
  '::1]',
  '[::1]x',
  '[]',
  '.',
  'a\\b',
  'a\u00e4',
  'a%00b',
]) {
  test(`28: 'Host: ${host}' is 400, and the connection is closed`, () =>
    isRefused(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 400))
  test(`28: 'Host: ${host}' is 400 in HTTP/1.0 too`, () =>
    isRefused(`GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`, 400))
}

for (const [name, fields] of [
  ['no Host', ''],
  ['the same Host twice', 'Host: a\r\nHost: a\r\n'],
  ['two different Hosts', 'Host: a\r\nX: y\r\nhost: b\r\n'],
] as const) {
  test(`28: ${name} in HTTP/1.1 is 400, and the connection is closed`, () =>
    isRefused(`GET / HTTP/1.1\r\n${fields}\r\n`, 400))
}

for (const host of ['name.:88', '[::1]:80', '[::1]', 'EXAMPLE.org', '127.0.0.1:65535', 'a:', '_']) {
  test(`28: 'Host: ${host}' is fine`, async () => {
    using stand = new Stand(site)
    const [answer] = await answers(stand.port, `GET / HTTP/1.1\r\nHost:  ${host} \r\n\r\n`, 1)
    assert.equal(answer?.status, 200)
  })
}

test('28: HTTP/1.0 needs no Host', async () => {
  using stand = new Stand(site)
  assert.equal((await lastAnswer(stand.port, 'GET / HTTP/1.0\r\n\r\n')).status, 200)
})

const malformed: [name: string, bytes: string][] = [
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n'],
  ['a tab before the colon', 'GET / HTTP/1.1\r\nHost: a\r\nX\t: y\r\n\r\n'],
  ['a folded line', 'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n'],
  ['a folded line with a tab', 'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz: z\r\n\r\n'],
  ['a space behind the first line', 'GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n'],
  ['a field without a colon', 'GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n'],
  ['a field without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n'],
  ['a name that is no token', 'GET / HTTP/1.1\r\nHost: a\r\nX(y): z\r\n\r\n'],
  ['a name with a control character', 'GET / HTTP/1.1\r\nHost: a\r\nX\x01: z\r\n\r\n'],
  ['a name beyond ASCII', 'GET / HTTP/1.1\r\nHost: a\r\nX\u00e4: z\r\n\r\n'],
  ['a NUL in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
  ['a CR in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n'],
  ['an LF in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n'],
  ['an ESC in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\x1b[2J\r\n\r\n'],
  ['a DEL in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\x7f\r\n\r\n'],
  ['lines that end with LF alone', 'GET / HTTP/1.1\nHost: a\n\n'],
  ['a first line that ends with LF alone', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
  ['a last line that ends with LF alone', 'GET / HTTP/1.1\r\nHost: a\r\n\n'],
  ['two CRs', 'GET / HTTP/1.1\r\nHost: a\r\r\n\r\n'],
  ['a tab behind the method', 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a tab behind the target', 'GET /\tHTTP/1.1\r\nHost: a\r\n\r\n'],
  ['two spaces behind the method', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['two spaces behind the target', 'GET /  HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a space behind the version', 'GET / HTTP/1.1 \r\nHost: a\r\n\r\n'],
  ['a space before the method', ' GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a space in the target', 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an LF before the method', '\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'],
]

for (const [name, bytes] of malformed) {
  test(`29: ${name}: 400, and the connection is closed`, () => isRefused(bytes, 400))
}

for (const [version, status] of [
  ['HTTP/9.9', 505],
  ['HTTP/2.0', 505],
  ['HTTP/0.9', 505],
  ['HTTP/1', 400],
  ['HTTP/1.', 400],
  ['HTTP/01.01', 400],
  ['HTTP/1.10', 400],
  ['HTTP/1.1x', 400],
  ['HTTP/1,1', 400],
  ['HTTP/x.y', 400],
  ['HTTP/+1.1', 400],
  ['http/1.1', 400],
  ['Http/1.1', 400],
  ['HTTP 1.1', 400],
  ['ICE/1.0', 400],
  ['RTSP/1.0', 400],
  ['HTTPS/1.1', 400],
] as const) {
  test(`30: ${version} is ${status}, and the connection is closed`, () =>
    isRefused(`GET / ${version}\r\nHost: a\r\n\r\n`, status))
}

test('30: a request without a version is 400, and the connection is closed', async () => {
  await isRefused('GET /\r\n', 400)
  await isRefused('GET / \r\n', 400)
  await isRefused('GET\r\n', 400)
})

test('30: the preface of HTTP/2 is refused, and the connection is closed', () =>
  isRefused('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505]))

const lengths: [name: string, fields: string[]][] = [
  ['two different Content-Lengths', ['Content-Length: 5', 'Content-Length: 6']],
  ['the same Content-Length twice', ['Content-Length: 5', 'content-length: 5']],
  ['a list of Content-Lengths', ['Content-Length: 5, 5']],
  ['a negative Content-Length', ['Content-Length: -5']],
  ['a Content-Length with a sign', ['Content-Length: +5']],
  ['an empty Content-Length', ['Content-Length:']],
  ['a hexadecimal Content-Length', ['Content-Length: 0x5']],
  ['a Content-Length with a fraction', ['Content-Length: 5.0']],
  ['a Content-Length with an exponent', ['Content-Length: 5e0']],
  ['a Content-Length in words', ['Content-Length: five']],
  ['a Content-Length with a space', ['Content-Length: 1 5']],
  ['a Content-Length beyond 2^63', ['Content-Length: 9223372036854775813']],
  ['a Content-Length beyond 2^64', ['Content-Length: 18446744073709551621']],
  ['a Content-Length beyond any number', [`Content-Length: ${'9'.repeat(400)}`]],
  ['Content-Length and Transfer-Encoding', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
  ['Transfer-Encoding and Content-Length', ['Transfer-Encoding: chunked', 'Content-Length: 5']],
]

for (const [name, fields] of lengths) {
  for (const method of ['GET', 'POST']) {
    test(`31: ${name} of ${method}: 400, and the connection is closed`, () =>
      isRefused(post(fields, '0\r\n\r\n').replace('POST', method), 400))
  }
}

for (const coding of [
  'gzip',
  'identity',
  'gzip, chunked',
  'chunked, gzip',
  'chunked, chunked',
  'chunked,',
  ',chunked',
  'chunked;a=b',
  '"chunked"',
  'xchunked',
  'chunked x',
  'x chunked',
  '',
]) {
  test(`31: 'Transfer-Encoding: ${coding}' is refused, and the connection is closed`, () =>
    isRefused(post([`Transfer-Encoding: ${coding}`], '0\r\n\r\n'), [400, 501]))
}

test('31: two Transfer-Encodings are 400, and the connection is closed', () =>
  isRefused(post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), 400))

test('31: Transfer-Encoding in HTTP/1.0 is 400, and the connection is closed', () =>
  isRefused(
    'POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ))

const chunkFaults: [name: string, body: string][] = [
  ['a size in 0x notation', '0x5\r\nhello\r\n0\r\n\r\n'],
  ['an underscore in the size', '0_5\r\nhello\r\n0\r\n\r\n'],
  ['a sign before the size', '+5\r\nhello\r\n0\r\n\r\n'],
  ['a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
  ['a space before the size', ' 5\r\nhello\r\n0\r\n\r\n'],
  ['a space behind the size', '5 \r\nhello\r\n0\r\n\r\n'],
  ['a tab behind the size', '5\t;a\r\nhello\r\n0\r\n\r\n'],
  ['no size', '\r\nhello\r\n0\r\n\r\n'],
  ['a size that is no number', 'g\r\nhello\r\n0\r\n\r\n'],
  ['a bare CR behind the size', '5\rhello\r\n0\r\n\r\n'],
  ['a bare LF behind the size', '5\nhello\r\n0\r\n\r\n'],
  ['a bare LF behind the data', '5\r\nhello\n0\r\n\r\n'],
  ['a bare CR behind the data', '5\r\nhello\r0\r\n\r\n'],
  ['no line end behind the data', '5\r\nhello0\r\n\r\n'],
  ['data longer than its size', '4\r\nhello\r\n0\r\n\r\n'],
  ['data shorter than its size', '6\r\nhello\r\n0\r\n\r\n'],
  ['an extension without a name', '5;\r\nhello\r\n0\r\n\r\n'],
  ['a size of 17 digits', '10000000000000005\r\nhello\r\n0\r\n\r\n'],
  ['a size beyond 2^64', 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  ['a long extension', `5;${'a'.repeat(5000)}\r\nhello\r\n0\r\n\r\n`],
  ['an LF in an extension', '5;a\nb\r\nhello\r\n0\r\n\r\n'],
  ['a bare LF at the end', '5\r\nhello\r\n0\r\n\n'],
  ['a bare LF behind the last size', '5\r\nhello\r\n0\n\r\n'],
  ['a trailer without a colon', '0\r\nX\r\n\r\n'],
  ['a trailer with a space before the colon', '0\r\nX : y\r\n\r\n'],
  ['a folded trailer', '0\r\nX: y\r\n z\r\n\r\n'],
]

for (const [name, body] of chunkFaults) {
  test(`31: ${name} in a chunked body: 400, and the connection is closed`, () =>
    isRefused(chunkedPost + body, 400))
}

for (const body of [
  '0\r\n\r\n',
  '000\r\n\r\n',
  'A\r\n0123456789\r\n0\r\n\r\n',
  '1;a=b;c="d"\r\nx\r\n0\r\n\r\n',
]) {
  test(`31: the chunked body ${JSON.stringify(body)} is right, and ends where it ends`, async () => {
    using stand = new Stand(site)
    assert.equal((await answers(stand.port, chunkedPost + body, 1))[0]?.status, 405)
  })
}

for (const method of ['GET', 'HEAD']) {
  const smuggled = get('/smuggled')
  test(`32: the body of ${method} is dropped, and never taken for a request`, async () => {
    using stand = new Stand(site)
    await using peer = await client(stand.port)
    const length = `Content-Length: ${smuggled.length}`
    peer.send([`${method} / HTTP/1.1`, 'Host: a', length, '', smuggled].join('\r\n'))
    assert.equal((await peer.answer({ toHead: method === 'HEAD' })).status, 200)
    peer.send(
      [`${method} / HTTP/1.1`, 'Host: a', 'Transfer-Encoding: chunked', '', ''].join('\r\n'),
    )
    peer.send(`${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`)
    assert.equal((await peer.answer({ toHead: method === 'HEAD' })).status, 200)
    assert.equal((await peer.get('/')).body.toString(), page)
  })

  test(`32: ${method} with a longer body is answered, and the connection is closed`, async () => {
    using stand = new Stand(site)
    await using peer = await client(stand.port)
    const body = smuggled.repeat(4000)
    peer.send(
      [`${method} / HTTP/1.1`, 'Host: a', `Content-Length: ${body.length}`, '', body].join('\r\n'),
    )
    const answer = await peer.answer({ toHead: method === 'HEAD' })
    assert.deepEqual([answer.status, answer.fields.get('connection')], [200, 'close'])
    assert.equal((await peer.rest()).length, 0)
  })
}

test('32: a body that is refused gets no 100, and the connection is closed', async () => {
  using stand = new Stand(site)
  for (const field of ['Content-Length: 5', 'Transfer-Encoding: chunked']) {
    const { status } = await lastAnswer(stand.port, post([field, 'Expect: 100-continue']))
    assert.equal(status, 405)
  }
})

test('32: a body that is too long gets 413 and no 100, and the connection is closed', async () => {
  using server = reading({ bodyBytesMax: 10 })
  const { status } = await lastAnswer(
    server.port,
    post(['Content-Length: 11', 'Expect: 100-continue']),
  )
  assert.equal(status, 413)
})

test('32: a body that is wanted gets its 100, but never of an HTTP/1.0 client', async () => {
  using server = reading()
  const fields = ['Content-Length: 5', 'Expect: 100-Continue']
  await using modern = await client(server.port)
  modern.send(post(fields))
  await new Promise(resolve => modern.socket.once('data', resolve))
  modern.socket.end('hello')
  const all = (await modern.rest()).toString()
  assert.match(all, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n(?:.*\r\n)+5 bytes$/)

  await using old = await client(server.port)
  old.send(post(fields).replace('HTTP/1.1', 'HTTP/1.0'))
  await setImmediate()
  await setImmediate()
  old.send('hello')
  assert.equal((await old.answer()).body.toString(), '5 bytes')
})

for (const value of ['200-ok', '100-continue, x', '']) {
  test(`32: 'Expect: ${value}' is 417`, () => isRefused(get('/', `Expect: ${value}`), 417))
}

const tooMuch: [name: string, status: number, begin: string][] = [
  ['a target beyond 8 KiB', 414, `GET /${'a'.repeat(8192)}`],
  ['a field beyond 16 KiB', 431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(16384)}`],
  ['a name of a field beyond 16 KiB', 431, `GET / HTTP/1.1\r\nHost: a\r\n${'a'.repeat(16384)}`],
  [
    'fields beyond 16 KiB together',
    431,
    `GET / HTTP/1.1\r\nHost: a\r\n${`X: ${'a'.repeat(1000)}\r\n`.repeat(17)}`,
  ],
  ['more than 100 fields', 431, `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(100)}`],
]

for (const [name, status, begin] of tooMuch) {
  test(`33: ${name}: ${status}, closed, and the client that goes on sending reads it`, async () => {
    using stand = new Stand(site)
    await using peer = await client(stand.port)
    peer.send(begin)
    for (let i = 0; i < 8; i++) {
      peer.send('X: aaaaaaaa\r\n'.repeat(4000))
      await setImmediate()
    }
    assert.equal((await endsWithAnswer(peer)).status, status)
  })
}

test('33: what is just within the limits is no error', async () => {
  using stand = new Stand(site)
  const target = `/?${'a'.repeat(8190)}`
  const [long, many] = await answers(
    stand.port,
    get(target, `X: ${'a'.repeat(7000)}`) + get('/', ...Array(99).fill('X: y')),
    2,
  )
  assert.deepEqual([long?.status, many?.status], [200, 200])
})

const marker = 'reflected'
const errors: [status: number, ask: () => Promise<Answer>][] = [
  [400, () => refusal(get('/', `${marker} : x`))],
  [
    408,
    async () => {
      using stand = new Stand(site, { headTimeoutMs: 1 })
      return await lastAnswer(stand.port, `GET /${marker}`)
    },
  ],
  [
    413,
    async () => {
      using server = reading({ bodyBytesMax: 1 })
      return await lastAnswer(server.port, post(['Content-Length: 9'], marker))
    },
  ],
  [414, () => refusal(get(`/${marker.repeat(1000)}`))],
  [431, () => refusal(get('/', `X: ${marker.repeat(2000)}`))],
  [501, () => refusal(post([`Transfer-Encoding: ${marker}`]))],
  [
    503,
    async () => {
      using stand = new Stand(site, { connectionsMax: 1 })
      await using first = await client(stand.port)
      // With the answer it is sure that the half request behind it has come too.
      first.send(`${get('/')}GET /`)
      await first.answer()
      await using second = await client(stand.port)
      return await endsWithAnswer(second)
    },
  ],
  [505, () => refusal(`GET /${marker} HTTP/2.0\r\nHost: ${marker}\r\n\r\n`)],
]

async function refusal(bytes: string): Promise<Answer> {
  using stand = new Stand(site)
  return await lastAnswer(stand.port, bytes)
}

for (const [status, ask] of errors) {
  test(`34: ${status} is a plain text of a known length, closes, and says nothing back`, async () => {
    const answer = await ask()
    assert.equal(answer.status, status)
    assert.equal(answer.fields.get('content-type'), 'text/plain; charset=utf-8')
    assert.equal(Number(answer.fields.get('content-length')), answer.body.length)
    assert.ok(answer.body.length > 0)
    assert.doesNotMatch(answer.head + answer.body, new RegExp(marker, 'i'))
  })
}

for (const [name, fields] of [
  [
    'HTTP/2',
    [
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
    ],
  ],
  [
    'a WebSocket',
    [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ],
  ],
] as const) {
  test(`35: an upgrade to ${name} is ignored`, async () => {
    using stand = new Stand(site)
    const [answer] = await answers(stand.port, get('/', ...fields), 1)
    assert.deepEqual([answer?.status, answer?.body.toString()], [200, page])
    assert.equal(answer?.fields.has('upgrade'), false)
  })
}

test('35: trailers are ignored, whatever they say', async () => {
  using stand = new Stand(site)
  const trailers =
    'Content-Length: 999\r\nHost: b\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n'
  const body = `5\r\nhello\r\n0\r\n${trailers}\r\n`
  const [answer] = await answers(stand.port, chunkedPost + body, 1)
  assert.deepEqual([answer?.status, answer?.fields.get('connection')], [405, undefined])
})
