// A client's address is taken from accept4(2), without another system call.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createServer, HttpServer, type Request, type ServerRequest } from '../../lib/http/index.ts'
import { AF_INET, AF_INET6, SO_LINGER, SOL_SOCKET, Socket } from '../../lib/index.ts'
import { networkOf, Peer } from '../../lib/net/index.ts'
import { AF_UNIX, addressBytes, encodeAddress, native } from '../../lib/sys/index.ts'

type Asked = Pick<Request | ServerRequest, 'remoteAddress' | 'remotePort'>

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const lingerReset = new Uint8Array(new Int32Array([1, 0]).buffer)

function sockaddr(family: number, host: string, port: number): Uint8Array {
  const bytes = new Uint8Array(addressBytes)
  encodeAddress({ host, port }, family, bytes)
  return bytes
}

const addresses: [family: number, host: string, port: number, network: string | number][] = [
  [AF_INET, '127.0.0.1', 1, 0x7f000001],
  [AF_INET, '192.0.2.255', 65535, 0xc00002ff | 0],
  [AF_INET, '255.255.255.255', 80, -1],
  [AF_INET, '0.0.0.0', 8080, 0],
  [AF_INET6, '2001:db8:1:2:3::4', 65535, '20010db800010002/64'],
  [AF_INET6, '::ffff:192.0.2.255', 1, 0xc00002ff | 0],
  [AF_INET6, '::1', 1, '0/64'],
  [AF_INET6, 'fe80::1%1', 1, 'fe80000000000000/64'],
]

for (const [family, host, port, network] of addresses) {
  test(`${host} and its port are decoded from the address that accept4(2) wrote`, () => {
    const bytes = sockaddr(family, host, port)
    const { remoteAddress, remotePort } = new Peer(bytes)
    assert.deepEqual([remoteAddress, remotePort], [host, port])
    assert.equal(networkOf(bytes), network)
  })
}

test('a client on a unix socket has neither address nor port', () => {
  const bytes = new Uint8Array(addressBytes)
  encodeAddress({ path: '/a' }, AF_UNIX, bytes)
  const { remoteAddress, remotePort } = new Peer(bytes)
  assert.deepEqual([remoteAddress, remotePort, networkOf(bytes)], ['', 0, ''])
})

/** Servers of both kinds; each records the client addresses that its handler sees. */
const kinds: [name: string, open: (seen: Asked[]) => HttpServer][] = [
  [
    'HttpServer',
    seen =>
      new HttpServer((request, responder) => {
        const { remoteAddress, remotePort } = request
        seen.push({ remoteAddress, remotePort })
        responder.text(200, 'x')
      }),
  ],
  [
    'createServer()',
    seen =>
      createServer(({ remoteAddress, remotePort }, response) => {
        seen.push({ remoteAddress, remotePort })
        response.end('x')
      }),
  ],
]

for (const [name, open] of kinds) {
  for (const [family, listens, asks, isSeen] of [
    [AF_INET, '127.0.0.1', '127.0.0.1', '127.0.0.1'],
    [AF_INET6, '::1', '::1', '::1'],
    [AF_INET, '::', '127.0.0.1', '::ffff:127.0.0.1'],
  ] as const) {
    test(`${name} on ${listens} knows the address of a client at ${asks} that resets immediately, without another system call`, async t => {
      const getpeername = t.mock.method(native, 'getpeername')
      const seen: Asked[] = []
      using server = open(seen)
      const { port } = server.listen({ host: listens, port: 0 })
      const ports: number[] = []
      for (let i = 0; i < 3; i++) {
        using peer = new Socket({ domain: family, blocking: true })
        peer.connect({ host: asks, port })
        ports.push((peer.getsockname() as { port: number }).port)
        peer.send(get.repeat(2))
        peer.setsockopt(SOL_SOCKET, SO_LINGER, lingerReset)
      }
      while (seen.length < 3 || server.connections > 0) await setImmediate()
      assert.deepEqual(new Set(seen.map(({ remoteAddress }) => remoteAddress)), new Set([isSeen]))
      assert.deepEqual(new Set(seen.map(({ remotePort }) => remotePort)), new Set(ports))
      assert.equal(getpeername.mock.callCount(), 0)
    })
  }
}

test("a request knows its client's address after the client has left", async () => {
  let answer: () => Asked = () => assert.fail()
  using server = new HttpServer((_, responder) => {
    const { request } = responder.later()
    answer = () => request
  })
  const { port } = server.listen({ port: 0 })
  let own: unknown
  {
    using peer = new Socket({ blocking: true })
    peer.connect({ host: '127.0.0.1', port })
    own = peer.getsockname()
    peer.send(get)
    while (server.connections === 0) await setImmediate()
    await setImmediate()
    peer.setsockopt(SOL_SOCKET, SO_LINGER, lingerReset)
  }
  while (server.connections > 0) await setImmediate()
  const { remoteAddress, remotePort } = answer()
  assert.deepEqual({ host: remoteAddress, port: remotePort }, own)
})
