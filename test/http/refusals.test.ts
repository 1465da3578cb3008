// Answers to refused requests.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import {
  answers,
  endsWithAnswer,
  get,
  lastAnswer,
  page,
  Stand,
  siteOfPages,
} from '../support/stand.ts'
import { post, reading } from './body-server.ts'
import { type Answer, client } from './client.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())

const chunkedPost = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'

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
  test(`${name} is answered with ${status}, and a client that keeps sending can read the answer`, async () => {
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

test('requests just within the limits are answered', async () => {
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
      // Once this answer arrives, the incomplete request has reached the server too.
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
  test(`a ${status} answer is plain text with a length, closes the connection, and repeats nothing from the request`, async () => {
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
  test(`an upgrade to ${name} is ignored`, async () => {
    using stand = new Stand(site)
    const [answer] = await answers(stand.port, get('/', ...fields), 1)
    assert.deepEqual([answer?.status, answer?.body.toString()], [200, page])
    assert.equal(answer?.fields.has('upgrade'), false)
  })
}

test('trailers are ignored, whatever they contain', async () => {
  using stand = new Stand(site)
  const trailers =
    'Content-Length: 999\r\nHost: b\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n'
  const body = `5\r\nhello\r\n0\r\n${trailers}\r\n`
  const [answer] = await answers(stand.port, chunkedPost + body, 1)
  assert.deepEqual([answer?.status, answer?.fields.get('connection')], [405, undefined])
})
