// A client resets its connection at different points of an answer.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openDescriptors } from '../support/descriptors.ts'
import { Raw, settled } from '../support/raw-client.ts'
import { answers, bigBytes, get, Stand, siteOfPages } from '../support/stand.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())

async function lengthOf(port: number, target: string): Promise<number> {
  using peer = new Raw(port)
  await peer.send(get(target, 'Connection: close'))
  assert.equal(await peer.readToEnd(), 'end')
  return peer.count
}

/** Resets the connection after a number of bytes of an answer, while another request waits. */
async function resetAt(stand: Stand, target: string, count: number): Promise<void> {
  const peer = new Raw(stand.port, 65536)
  await peer.send(get(target) + get(target))
  await peer.readTo(count)
  assert.equal(peer.count, count)
  peer.reset()
}

for (const [name, target, steps] of [
  ['each byte of a small answer', '/', null],
  ['40 places of a large answer', '/big', 40],
  ['each byte of a 404', '/missing', null],
] as const) {
  test(`a reset at ${name} leaves nothing open`, async () => {
    using stand = new Stand(site, {}, { cachedFilesMax: 0 })
    const length = await lengthOf(stand.port, target)
    assert.ok(target !== '/big' || length > bigBytes)
    await settled(() => stand.server.connections === 0)
    const before = openDescriptors().length
    const step = steps === null ? 1 : Math.floor(length / steps)
    for (let count = 0; count <= length; count += step) {
      await resetAt(stand, target, count)
      await settled(() => stand.server.connections === 0)
      assert.equal(openDescriptors().length, before, `at ${count}`)
    }
    assert.deepEqual([stand.errors, stand.warnings], [[], []])
    assert.equal((await answers(stand.port, get('/'), 1))[0]?.status, 200)
  })
}

test('many clients that reset at the same time leave nothing open', async () => {
  using stand = new Stand(site, {}, { cachedFilesMax: 0 })
  const before = openDescriptors().length
  const resets = Array.from({ length: 200 }, (_, i) => resetAt(stand, '/big', i * 997))
  await Promise.all(resets)
  await settled(() => stand.server.connections === 0)
  assert.equal(openDescriptors().length, before)
  assert.deepEqual([stand.errors, stand.warnings], [[], []])
  assert.equal((await answers(stand.port, get('/'), 1))[0]?.status, 200)
})
