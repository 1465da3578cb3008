// Sockets of each address family, connected for a test.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { after } from 'node:test'
import { type Address, AF_INET, AF_INET6, AF_UNIX, Socket, select } from '../../lib/index.ts'

export const directory = mkdtempSync(`${tmpdir()}/epollet-socket-`)
writeFileSync(`${directory}/file`, 'hello, world')
after(() => rmSync(directory, { recursive: true }))

export interface Family {
  domain: number
  address: Address
}
export const families: Record<string, Family> = {
  IPv4: { domain: AF_INET, address: { host: '127.0.0.1', port: 0 } },
  unix: { domain: AF_UNIX, address: { path: `${directory}/socket` } },
  abstract: { domain: AF_UNIX, address: { path: `\0epollet-${process.pid}` } },
}
const hasIpv6 = Object.values(networkInterfaces()).some(infos =>
  infos?.some(info => info.address === '::1'),
)
if (hasIpv6) families['IPv6'] = { domain: AF_INET6, address: { host: '::1', port: 0 } }

export function listening({ domain, address }: Family): Socket {
  const server = new Socket({ domain })
  server.bind(address)
  server.listen()
  return server
}

export interface Connected extends Disposable {
  client: Socket
  connection: Socket
  from: Address
}

export function connected(family: Family = families['IPv4']!): Connected {
  using server = listening(family)
  const client = new Socket({ domain: family.domain, blocking: true })
  assert.equal(client.connect(server.getsockname()), true)
  client.setblocking(false)
  select([server], [], [])
  const [connection, from] = server.accept()!
  const close = () => {
    client.close()
    connection.close()
  }
  return { client, connection, from, [Symbol.dispose]: close }
}

/** Waits for data and returns it as text. */
export function received(socket: Socket, size = 65536): string {
  select([socket], [], [])
  return String(socket.recv(size))
}
