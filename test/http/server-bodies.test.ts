// Request bodies that HttpServer skips or refuses.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { droppedBodyBytesMax, headBytesMax, targetBytesMax } from '../../lib/http/limits.ts'
import { client, talk, undated } from './client.ts'
import { answer, get, refusal, serving, settled } from './text-server.ts'

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
  test(`HttpServer closes the connection after its answer to ${name}, and the client can read the answer while it is still sending`, async () => {
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
  test(`a client can read HttpServer's ${status} even if it keeps sending`, async () => {
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

test('HttpServer answers 400 to a malformed chunked body, and parses none of it as a request', async () => {
  using server = serving()
  const text = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n${get('/2')}`
  assert.equal(undated(await talk(server.port, text)), refusal('400 Bad Request'))
})

test('HttpServer skips a chunked body, split at any byte, and answers the next request', async () => {
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
