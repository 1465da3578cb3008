import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { AddressCounts } from '../../lib/http/address-counts.ts'
import { HttpServer } from '../../lib/http/index.ts'
import { Socket } from '../../lib/index.ts'
import { AF_INET, AF_INET6, addressBytes, encodeAddress } from '../../lib/sys/index.ts'
import { client, undated } from './client.ts'
import { get, refusal, say, serving, settled } from './text-server.ts'

test('HttpServer answers 408 when the bytes of a head arrive too slowly', async () => {
  using server = serving({ headTimeoutMs: 100 })
  await using peer = await client(server.port)
  const drip = setInterval(() => peer.send('a'), 20)
  peer.send('GET / HTTP/1.1\r\nX: ')
  assert.equal(undated((await peer.rest()).toString()), refusal('408 Request Timeout'))
  clearInterval(drip)
})

test('HttpServer answers 408 when a head stalls after an answer that the client read slowly', async () => {
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

test('HttpServer closes silent and idle connections without an answer', async () => {
  using server = serving({ headTimeoutMs: 100, idleTimeoutMs: 200 })
  await using silent = await client(server.port)
  await using idle = await client(server.port)
  assert.equal((await idle.get('/')).status, 200)
  assert.equal((await silent.rest()).length, 0)
  assert.equal((await idle.rest()).length, 0)
  assert.equal(server.connections, 0)
})

test('HttpServer resets the connection of a client that reads none of its answer', async () => {
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

test('HttpServer closes an idle connection to make room beyond connectionsMax', async () => {
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

test('HttpServer answers 503 beyond connectionsMax if no connection is idle, and serves again once one is closed', async () => {
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

for (const [name, host] of [
  ['an IPv4 socket', '127.0.0.1'],
  ['a socket of both families', '::'],
] as const) {
  test(`HttpServer answers 503 beyond connectionsPerAddressMax on ${name}, and still serves other addresses`, async () => {
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

test('AddressCounts counts a whole IPv6 /64 network as one address, and both forms of an IPv4 address as one', () => {
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
