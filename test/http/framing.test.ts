// Finds the end of a request's body.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { answers, get, lastAnswer, page, Stand, siteOfPages } from '../support/stand.ts'
import { post, reading } from './body-server.ts'
import { client } from './client.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())

const chunkedPost = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'

async function isRefused(bytes: string, statuses: number | number[]): Promise<void> {
  using stand = new Stand(site)
  const { status } = await lastAnswer(stand.port, bytes + get('/smuggled'))
  assert.ok([statuses].flat().includes(status), `${status}, expected ${statuses}`)
  assert.deepEqual(stand.errors, [])
  assert.equal((await answers(stand.port, get('/'), 1))[0]?.status, 200)
}

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
    test(`${name} of ${method} is answered with 400, and the connection is closed`, () =>
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
  test(`'Transfer-Encoding: ${coding}' is refused, and the connection is closed`, () =>
    isRefused(post([`Transfer-Encoding: ${coding}`], '0\r\n\r\n'), [400, 501]))
}

test('two Transfer-Encodings are answered with 400, and the connection is closed', () =>
  isRefused(post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), 400))

test('Transfer-Encoding in HTTP/1.0 is answered with 400, and the connection is closed', () =>
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
  ['a space after the size', '5 \r\nhello\r\n0\r\n\r\n'],
  ['a tab after the size', '5\t;a\r\nhello\r\n0\r\n\r\n'],
  ['no size', '\r\nhello\r\n0\r\n\r\n'],
  ['a size that is not a number', 'g\r\nhello\r\n0\r\n\r\n'],
  ['a bare CR after the size', '5\rhello\r\n0\r\n\r\n'],
  ['a bare LF after the size', '5\nhello\r\n0\r\n\r\n'],
  ['a bare LF after the data', '5\r\nhello\n0\r\n\r\n'],
  ['a bare CR after the data', '5\r\nhello\r0\r\n\r\n'],
  ['no line end after the data', '5\r\nhello0\r\n\r\n'],
  ['data longer than its size', '4\r\nhello\r\n0\r\n\r\n'],
  ['data shorter than its size', '6\r\nhello\r\n0\r\n\r\n'],
  ['an extension without a name', '5;\r\nhello\r\n0\r\n\r\n'],
  ['a size of 17 digits', '10000000000000005\r\nhello\r\n0\r\n\r\n'],
  ['a size beyond 2^64', 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  ['a long extension', `5;${'a'.repeat(5000)}\r\nhello\r\n0\r\n\r\n`],
  ['an LF in an extension', '5;a\nb\r\nhello\r\n0\r\n\r\n'],
  ['a bare LF at the end', '5\r\nhello\r\n0\r\n\n'],
  ['a bare LF after the last size', '5\r\nhello\r\n0\n\r\n'],
  ['a trailer without a colon', '0\r\nX\r\n\r\n'],
  ['a trailer with a space before the colon', '0\r\nX : y\r\n\r\n'],
  ['a folded trailer', '0\r\nX: y\r\n z\r\n\r\n'],
]

for (const [name, body] of chunkFaults) {
  test(`${name} in a chunked body is answered with 400, and the connection is closed`, () =>
    isRefused(chunkedPost + body, 400))
}

for (const body of [
  '0\r\n\r\n',
  '000\r\n\r\n',
  'A\r\n0123456789\r\n0\r\n\r\n',
  '1;a=b;c="d"\r\nx\r\n0\r\n\r\n',
]) {
  test(`the chunked body ${JSON.stringify(body)} is read to its end and not beyond`, async () => {
    using stand = new Stand(site)
    assert.equal((await answers(stand.port, chunkedPost + body, 1))[0]?.status, 405)
  })
}

for (const method of ['GET', 'HEAD']) {
  const smuggled = get('/smuggled')
  test(`the body of ${method} is skipped and never parsed as a request`, async () => {
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

  test(`${method} with a longer body is answered, and the connection is closed`, async () => {
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

test('a refused body gets no 100, and the connection is closed', async () => {
  using stand = new Stand(site)
  for (const field of ['Content-Length: 5', 'Transfer-Encoding: chunked']) {
    const { status } = await lastAnswer(stand.port, post([field, 'Expect: 100-continue']))
    assert.equal(status, 405)
  }
})

test('a body that is too long gets 413 and no 100, and the connection is closed', async () => {
  using server = reading({ bodyBytesMax: 10 })
  const { status } = await lastAnswer(
    server.port,
    post(['Content-Length: 11', 'Expect: 100-continue']),
  )
  assert.equal(status, 413)
})

test('a body that the server reads gets a 100, but never in HTTP/1.0', async () => {
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
  test(`'Expect: ${value}' is answered with 417`, () =>
    isRefused(get('/', `Expect: ${value}`), 417))
}
