// Offsets in a file that need more than 32 bits.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { after, test } from 'node:test'
import { client } from '../http/client.ts'
import { Site } from '../static/site.ts'
import { Raw, settled } from '../support/raw-client.ts'
import { get, Stand } from '../support/stand.ts'

const sizeBytes = 5 * 2 ** 30
const site = new Site()
mkdirSync(site.path(''), { recursive: true })
const file = openSync(site.path('huge'), 'w')
ftruncateSync(file, sizeBytes)
for (const [text, at] of [
  ['2147483648', 2 ** 31 - 5],
  ['4294967296', 2 ** 32 - 5],
  ['the end', sizeBytes - 7],
] as const) {
  writeSync(file, text, at)
}
closeSync(file)
after(() => site[Symbol.dispose]())

for (const [range, contentRange, body] of [
  [`${2 ** 32 - 5}-${2 ** 32 + 4}`, `${2 ** 32 - 5}-${2 ** 32 + 4}`, '4294967296'],
  [`${2 ** 32}-${2 ** 32 + 4}`, `${2 ** 32}-${2 ** 32 + 4}`, '67296'],
  [`${2 ** 32 - 1}-${2 ** 32}`, `${2 ** 32 - 1}-${2 ** 32}`, '96'],
  [`${2 ** 31 - 5}-${2 ** 31 + 4}`, `${2 ** 31 - 5}-${2 ** 31 + 4}`, '2147483648'],
  [`${sizeBytes - 7}-`, `${sizeBytes - 7}-${sizeBytes - 1}`, 'the end'],
  ['-7', `${sizeBytes - 7}-${sizeBytes - 1}`, 'the end'],
  [`${sizeBytes - 3}-${2 ** 53}`, `${sizeBytes - 3}-${sizeBytes - 1}`, 'end'],
] as const) {
  test(`bytes=${range} of a file of 5 GiB returns the right bytes`, async () => {
    using stand = new Stand(site)
    await using peer = await client(stand.port)
    const answer = await peer.get('/huge', `Range: bytes=${range}`)
    assert.equal(answer.status, 206)
    assert.equal(answer.fields.get('content-range'), `bytes ${contentRange}/${sizeBytes}`)
    assert.equal(answer.body.toString(), body)
  })
}

test('several ranges around 2^32 arrive as the parts of one answer', async () => {
  using stand = new Stand(site)
  await using peer = await client(stand.port)
  const range = `Range: bytes=${2 ** 31 - 5}-${2 ** 31 + 4},${2 ** 32 - 5}-${2 ** 32 + 4},-7`
  const { status, body } = await peer.get('/huge', range)
  assert.equal(status, 206)
  assert.deepEqual(
    body.toString().match(/\r\n\r\n.*\r\n/g),
    ['2147483648', '4294967296', 'the end'].map(text => `\r\n\r\n${text}\r\n`),
  )
})

test('a range beyond the end of a file of 5 GiB gets 416, and the connection stays open', async () => {
  using stand = new Stand(site)
  await using peer = await client(stand.port)
  for (const range of [`${sizeBytes}-`, `${2 ** 53}-`]) {
    const answer = await peer.get('/huge', `Range: bytes=${range}`)
    assert.equal(answer.status, 416)
    assert.equal(answer.fields.get('content-range'), `bytes */${sizeBytes}`)
  }
  assert.equal((await peer.get('/huge', 'Range: bytes=0-0')).status, 206)
})

test('GET and HEAD send the exact length of a file of 5 GiB', async () => {
  using stand = new Stand(site)
  await using peer = await client(stand.port)
  peer.send(get('/huge').replace('GET', 'HEAD'))
  const head = await peer.answer({ toHead: true })
  assert.equal(head.fields.get('content-length'), String(sizeBytes))
})

test('the answer for a file of 5 GiB continues past 2^32', async () => {
  using stand = new Stand(site)
  const first = 2 ** 32 - 8_000_000
  using peer = new Raw(stand.port)
  await peer.send(get('/huge', `Range: bytes=${first}-${2 ** 32 + 7_999_999}`, 'Connection: close'))
  assert.equal(await peer.readToEnd(), 'end')
  const body = peer.received.subarray(peer.received.indexOf('\r\n\r\n') + 4)
  assert.equal(body.length, 16_000_000)
  assert.equal(body.toString('latin1', 8_000_000 - 5, 8_000_000 + 5), '4294967296')
  await settled(() => stand.server.connections === 0)
})
