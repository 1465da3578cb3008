// Slow clients, connection limits, and files that change while they are sent.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { renameSync, truncateSync, writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { SHUT_WR } from '../../lib/index.ts'
import { EMFILE, native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { bodyOf, Raw, settled } from '../support/raw-client.ts'
import {
  answers,
  bigBytes,
  endsWithAnswer,
  get,
  lastAnswer,
  page,
  Stand,
  siteOfPages,
  write,
} from '../support/stand.ts'
import { client } from './client.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())

for (const begin of ['G', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nHost: a\r\n', '\r\nGET']) {
  test(`a head that stops after ${JSON.stringify(begin)} is answered with 408, and the connection is closed`, async () => {
    using stand = new Stand(site, { headTimeoutMs: 100 })
    assert.equal((await lastAnswer(stand.port, begin)).status, 408)
  })
}

test('a head whose bytes arrive too slowly is answered with 408', async () => {
  using stand = new Stand(site, { headTimeoutMs: 300 })
  await using peer = await client(stand.port)
  const drip = setInterval(() => peer.send('a'), 20)
  peer.send('GET / HTTP/1.1\r\nX: ')
  const { status } = await endsWithAnswer(peer)
  clearInterval(drip)
  assert.equal(status, 408)
})

test('the head of a second request has a deadline too', async () => {
  using stand = new Stand(site, { headTimeoutMs: 100, idleTimeoutMs: 60_000 })
  await using peer = await client(stand.port)
  peer.send(`${get('/')}GET /`)
  assert.equal((await peer.answer()).status, 200)
  assert.equal((await endsWithAnswer(peer)).status, 408)
})

test('a body that stalls is answered with 408, and the connection is closed', async () => {
  using stand = new Stand(site, { bodyTimeoutMs: 100 })
  const post = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel'
  assert.equal((await lastAnswer(stand.port, post)).status, 408)
})

test('a silent connection is closed without an answer', async () => {
  using stand = new Stand(site, { headTimeoutMs: 100 })
  await using peer = await client(stand.port)
  assert.equal((await peer.rest()).length, 0)
})

test('an idle connection is closed without an answer', async () => {
  using stand = new Stand(site, { idleTimeoutMs: 100 })
  await using peer = await client(stand.port)
  assert.equal((await peer.get('/')).status, 200)
  assert.equal((await peer.rest()).length, 0)
})

test('the connection of a client that reads none of its answer is reset', async () => {
  using stand = new Stand(site, { writeTimeoutMs: 200 })
  using peer = new Raw(stand.port, 65536)
  await peer.send(get('/big'))
  await settled(() => stand.server.connections === 1)
  while (stand.server.connections > 0) await setTimeout(20)
  assert.equal(await peer.readToEnd(), 'ECONNRESET')
  assert.ok(peer.count < bigBytes)
})

test('a client that reads slowly but steadily gets all of its answer', async () => {
  const writeTimeoutMs = 500
  using stand = new Stand(site, { writeTimeoutMs, idleTimeoutMs: 60_000 })
  using peer = new Raw(stand.port, 65536)
  await peer.send(get('/big', 'Connection: close'))
  const startMs = performance.now()
  // Each piece is large enough to cause a new edge-triggered event.
  while (peer.ending === '') {
    const next = peer.count + bigBytes / 10
    while (peer.count < next && peer.ending === '') await peer.readTo(next)
    if (peer.ending === '') await setTimeout(150)
  }
  assert.equal(peer.ending, 'end')
  assert.equal(bodyOf(peer.received).length, bigBytes)
  assert.ok(performance.now() - startMs > 2 * writeTimeoutMs, 'it was no slow reader')
})

test('a GET is answered while 1,000 other clients have sent incomplete heads, and those get 408', async () => {
  using stand = new Stand(site, { headTimeoutMs: 3000 })
  const slow = Array.from({ length: 1000 }, () => new Raw(stand.port))
  try {
    for (const peer of slow) await peer.send('GET / HTTP/1.1\r\nHo')
    await settled(() => stand.server.connections === 1000)
    assert.equal((await answers(stand.port, get('/').repeat(100), 100)).length, 100)
    for (const peer of slow) {
      assert.equal(await peer.readToEnd(), 'end')
      assert.match(peer.received.toString(), /^HTTP\/1\.1 408 /)
    }
  } finally {
    for (const peer of slow) peer.socket.close()
  }
  await settled(() => stand.server.connections === 0)
})

test('beyond connectionsMax an idle connection is closed to make room', async () => {
  using stand = new Stand(site, { connectionsMax: 2 })
  await using busy = await client(stand.port)
  await using idle = await client(stand.port)
  busy.send(`${get('/')}GET /`)
  assert.equal((await busy.answer()).status, 200)
  assert.equal((await idle.get('/')).status, 200)
  assert.equal((await answers(stand.port, get('/'), 1))[0]?.status, 200)
  assert.equal((await idle.rest()).length, 0)
  busy.send(' HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.equal((await busy.answer()).status, 200)
})

test('the oldest of several idle connections is closed to make room', async () => {
  using stand = new Stand(site, { connectionsMax: 3 })
  await using first = await client(stand.port)
  await first.get('/')
  await using second = await client(stand.port)
  await second.get('/')
  await using third = await client(stand.port)
  await third.get('/')
  await using fourth = await client(stand.port)
  assert.equal((await fourth.get('/')).status, 200)
  assert.equal((await first.rest()).length, 0)
  for (const peer of [second, third, fourth]) assert.equal((await peer.get('/')).status, 200)
})

test('beyond connectionsMax, if none is idle, a client gets 503 with Retry-After', async () => {
  using stand = new Stand(site, { connectionsMax: 1 })
  {
    using busy = new Raw(stand.port, 65536)
    await busy.send(get('/big'))
    await busy.readTo(1)
    for (let i = 0; i < 10; i++) {
      await using refused = await client(stand.port)
      // The first client sends nothing, so the kernel delivers its connection a second later.
      if (i > 0) refused.send(get('/'))
      const answer = await endsWithAnswer(refused)
      assert.equal(answer.status, 503)
      assert.match(answer.fields.get('retry-after') ?? '', /^[1-9]\d*$/)
    }
    await busy.readTo(bigBytes)
    assert.equal(busy.ending, '')
  }
  await settled(() => stand.server.connections === 0)
  assert.equal((await answers(stand.port, get('/'), 1))[0]?.status, 200)
})

test('a refused client that has already sent its request can read the answer', async () => {
  using stand = new Stand(site, { connectionsMax: 1 })
  using busy = new Raw(stand.port, 65536)
  await busy.send(get('/big'))
  await busy.readTo(1)
  for (let i = 0; i < 10; i++) {
    using refused = new Raw(stand.port)
    await refused.send(get('/'))
    await refused.readToEnd()
    assert.match(refused.received.toString(), /^HTTP\/1\.1 503 (?:.*\r\n)+busy\n$/)
  }
})

test('if descriptors for new connections run out, the server reports it once and recovers by itself', async t => {
  using stand = new Stand(site)
  const refused = t.mock.method(native, 'accept4', () => EMFILE)
  await using peer = await client(stand.port)
  peer.send(get('/'))
  while (refused.mock.callCount() < 3) await setTimeout(10)
  refused.mock.restore()
  assert.equal((await peer.answer()).body.toString(), page)
  assert.equal(stand.errors.length, 1)
  assert.match(stand.errors[0]?.message ?? '', /EMFILE/)
})

test('a file that shrinks while it is sent causes a reset, which is reported once', async () => {
  using stand = new Stand(site)
  write(site, 'shrinks', Buffer.alloc(bigBytes, 'a'))
  using peer = new Raw(stand.port, 65536)
  await peer.send(get('/shrinks') + get('/'))
  await peer.readTo(1000)
  truncateSync(site.path('shrinks'), 1000)
  assert.equal(await peer.readToEnd(), 'ECONNRESET')
  assert.ok(peer.count < bigBytes)
  assert.ok(!bodyOf(peer.received).includes('HTTP/1.1'), 'another answer')
  assert.equal(stand.errors.length + stand.warnings.length, 1)
})

test('a file that grows while it is sent arrives with the announced length', async () => {
  using stand = new Stand(site)
  write(site, 'grows', Buffer.alloc(bigBytes, 'a'))
  using peer = new Raw(stand.port, 65536)
  await peer.send(get('/grows') + get('/', 'Connection: close'))
  await peer.readTo(1000)
  writeFileSync(site.path('grows'), 'b'.repeat(1000), { flag: 'a' })
  assert.equal(await peer.readToEnd(), 'end')
  const all = bodyOf(peer.received)
  assert.ok(all.subarray(0, bigBytes).equals(Buffer.alloc(bigBytes, 'a')))
  assert.equal(bodyOf(all.subarray(bigBytes)).toString(), page)
})

test('a file that is replaced while it is sent arrives with its old content, and the next answer has the new one', async () => {
  using stand = new Stand(site)
  write(site, 'replaced', Buffer.alloc(bigBytes, 'a'))
  write(site, 'new', Buffer.alloc(bigBytes, 'b'))
  using peer = new Raw(stand.port, 65536)
  await peer.send(get('/replaced') + get('/replaced', 'Connection: close'))
  await peer.readTo(1000)
  renameSync(site.path('new'), site.path('replaced'))
  assert.equal(await peer.readToEnd(), 'end')
  const all = bodyOf(peer.received)
  assert.ok(all.subarray(0, bigBytes).equals(Buffer.alloc(bigBytes, 'a')))
  assert.ok(bodyOf(all.subarray(bigBytes)).equals(Buffer.alloc(bigBytes, 'b')))
})

for (const [how, leave] of [
  ['resets its connection', (peer: Raw) => peer.reset()],
  ['closes its connection', (peer: Raw) => peer.socket.close()],
] as const) {
  test(`a client that ${how} in the middle of a file leaves nothing open`, async () => {
    using stand = new Stand(site, {}, { cachedFilesMax: 0 })
    const sockets = openDescriptors().length
    for (let i = 0; i < 20; i++) {
      const peer = new Raw(stand.port, 65536)
      await peer.send(get('/big') + get('/'))
      await peer.readTo(1 + i * 10_000)
      leave(peer)
      await settled(() => stand.server.connections === 0)
      assert.equal(openDescriptors().length, sockets)
    }
    assert.deepEqual([stand.errors, stand.warnings], [[], []])
    assert.equal((await answers(stand.port, get('/'), 1))[0]?.status, 200)
  })
}

test('a client that ends its side gets the whole file', async () => {
  using stand = new Stand(site)
  using peer = new Raw(stand.port)
  await peer.send(get('/big'))
  peer.socket.shutdown(SHUT_WR)
  assert.equal(await peer.readToEnd(), 'end')
  assert.equal(bodyOf(peer.received).length, bigBytes)
})
