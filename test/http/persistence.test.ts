// Whether a connection stays open after an answer, and which request each answer belongs to.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { answers, get, lastAnswer, page, Stand, siteOfPages } from '../support/stand.ts'
import { client, talk, undated } from './client.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())

const chunkedPost = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'

test('HTTP/1.1 keeps the connection open, and the answer has no Connection field', async () => {
  using stand = new Stand(site)
  for (const { status, fields } of await answers(stand.port, get('/') + get('/'), 2)) {
    assert.deepEqual([status, fields.get('connection')], [200, undefined])
  }
})

for (const value of ['keep-alive', 'closed', 'x-close', 'close-x', 'TE', ',', '"close"']) {
  test(`HTTP/1.1 with 'Connection: ${value}' keeps the connection open`, async () => {
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
  test(`'${fields.join("' and '")}' closes the connection, and the answer has Connection: close`, async () => {
    using stand = new Stand(site)
    const answer = await lastAnswer(stand.port, get('/', ...fields) + get('/smuggled'))
    assert.deepEqual([answer.status, answer.body.toString()], [200, page])
  })
}

test('HTTP/1.0 closes the connection, and the answer has Connection: close', async () => {
  using stand = new Stand(site)
  assert.equal((await lastAnswer(stand.port, 'GET / HTTP/1.0\r\n\r\n')).status, 200)
  const both = 'GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n'
  assert.equal((await lastAnswer(stand.port, both)).status, 200)
})

test('HTTP/1.0 with keep-alive keeps the connection open, and the answer has Connection: keep-alive', async () => {
  using stand = new Stand(site)
  const [answer] = await answers(
    stand.port,
    'GET / HTTP/1.0\r\nConnection: x, Keep-Alive\r\n\r\n',
    1,
  )
  assert.deepEqual([answer?.status, answer?.fields.get('connection')], [200, 'keep-alive'])
})

test('100 requests in one write get 100 answers in order', async () => {
  using stand = new Stand(site)
  const targets = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? '/' : `/missing-${i}`))
  const all = await answers(stand.port, targets.map(target => get(target)).join(''), 100)
  assert.deepEqual(
    all.map(({ status }) => status),
    targets.map(target => (target === '/' ? 200 : 404)),
  )
})

test('requests that are cut in two at any byte get the same answers', async () => {
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

test('an empty line before a request or between two is skipped', async () => {
  using stand = new Stand(site)
  const all = await answers(stand.port, `\r\n${get('/')}\r\n${get('/')}\r\n`, 2)
  assert.deepEqual(
    all.map(({ status }) => status),
    [200, 200],
  )
})

test('a connection that sends only an empty line is closed without an answer', async () => {
  using stand = new Stand(site)
  assert.equal(await talk(stand.port, '\r\n'), '')
  assert.equal(await talk(stand.port, '\r'), '')
  assert.equal(await talk(stand.port, ''), '')
})
