// A descriptor is closed before it is removed from a server's loop, while a duplicate keeps its file open.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createServer } from '../../lib/http/index.ts'
import { EPOLLIN, EventFd } from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'

test('a server gets rid of a ghost registration that makes its loop spin, and its connections stay open', async () => {
  const server = createServer((_, response) => response.end('hello'))
  const { port } = server.listen({ port: 0 })
  const client = connect(port, '127.0.0.1')
  const get = async (): Promise<string> => {
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    return String(await once(client, 'data'))
  }
  assert.match(await get(), /hello$/)
  const event = new EventFd(1)
  const double = native.dup(event.fileno())
  const registration = server.loop.add(event, EPOLLIN, () => {})
  event.close()
  assert.throws(() => registration.remove(), { code: 'EBADF' })
  while (server.loop.rebuilds === 0) await setImmediate()
  assert.match(await get(), /hello$/)
  const other = connect(port, '127.0.0.1')
  other.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.match(String(await once(other, 'data')), /hello$/)
  other.destroy()
  client.destroy()
  native.close(double)
  server.close()
})
