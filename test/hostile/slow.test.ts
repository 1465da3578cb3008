// Slow clients must not delay other clients.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { client } from '../http/client.ts'
import { bodyOf, Raw, settled } from '../support/raw-client.ts'
import { get, page, Stand, siteOfPages, write } from '../support/stand.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())

function percentile(sorted: readonly number[], share: number): string {
  return sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2)
}

test('a GET is answered while 1,000 heads arrive byte by byte', async t => {
  const clients = 1000
  using stand = new Stand(site)
  const slow = Array.from({ length: clients }, () => new Raw(stand.port))
  for (const peer of slow) await peer.send('GET / HTTP/1.1\r\nHost: a\r\nX: ')
  await settled(() => stand.server.connections === clients)
  let at = 0
  let dripping = true
  const drip = (async () => {
    while (dripping) {
      for (let i = 0; i < 20; i++) await slow[at++ % clients]!.send('x')
      await setImmediate()
    }
  })()
  await using peer = await client(stand.port)
  const timesMs: number[] = []
  for (let i = 0; i < 500; i++) {
    const startMs = performance.now()
    assert.equal((await peer.get('/')).body.toString(), page)
    timesMs.push(performance.now() - startMs)
  }
  dripping = false
  await drip
  assert.ok(at >= clients, 'each of them has sent a byte meanwhile')
  assert.equal(stand.server.connections, clients + 1)
  timesMs.sort((a, b) => a - b)
  t.diagnostic(`p50 ${percentile(timesMs, 0.5)} ms, p99 ${percentile(timesMs, 0.99)} ms`)
  for (const one of slow) {
    await one.send('\r\n\r\n')
    await one.readTo('HTTP/1.1 200 '.length)
    assert.match(one.received.toString(), /^HTTP\/1\.1 200 /)
    one.socket.close()
  }
  await settled(() => stand.server.connections === 1)
})

test('a client that reads one byte at a time gets its file, and other clients are answered in the meantime', async () => {
  const sizeBytes = 16_000_000
  const content = Buffer.alloc(sizeBytes)
  for (let i = 0; i < sizeBytes; i += 4) content.writeUInt32LE(i, i)
  write(site, 'content', content)
  using stand = new Stand(site)
  using slow = new Raw(stand.port, 65536)
  await slow.send(get('/content', 'Connection: close'))
  let loaded = false
  const reader = (async () => {
    while (!loaded) {
      slow.read(1)
      await setImmediate()
    }
  })()
  const load = async (i: number): Promise<void> => {
    await using peer = await client(stand.port)
    for (let j = 0; j < 100; j++) {
      if (i % 4 !== 0) assert.equal((await peer.get('/')).body.toString(), page)
      else if (j % 10 === 0) {
        const { body } = await peer.get('/content', 'Range: bytes=1000000-1999999')
        assert.ok(body.equals(content.subarray(1_000_000, 2_000_000)))
      }
    }
  }
  await Promise.all(Array.from({ length: 20 }, (_, i) => load(i)))
  loaded = true
  await reader
  assert.ok(slow.count > 100 && slow.count < sizeBytes / 2, `${slow.count} bytes meanwhile`)
  assert.equal(await slow.readToEnd(), 'end')
  assert.ok(bodyOf(slow.received).equals(content))
})
