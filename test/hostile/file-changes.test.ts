// A large file that changes while it is sent to a slow client.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { after, test } from 'node:test'
import { Site } from '../static/site.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { bodyOf, Raw, settled } from '../support/raw-client.ts'
import { answers, get, Stand, write } from '../support/stand.ts'

const sizeBytes = 32_000_000
const old = Buffer.alloc(sizeBytes)
for (let i = 0; i < sizeBytes; i += 4) old.writeUInt32LE(i, i)

const site = new Site()
mkdirSync(site.path(''), { recursive: true })
write(site, 'index.html', '<p>a page\n')
after(() => site[Symbol.dispose]())
const path = site.path('file')

/** Requests the file, reads the head and a little more, changes the file, and reads the rest. */
async function received(
  stand: Stand,
  change: () => void,
  fields: readonly string[] = [],
): Promise<Raw> {
  write(site, 'file', old)
  // The times are whole seconds, so that they can be restored exactly.
  utimesSync(path, 1_700_000_000, 1_700_000_000)
  const peer = new Raw(stand.port, 65536)
  await peer.send(get('/file', ...fields) + get('/', 'Connection: close'))
  await peer.readTo(10_000)
  change()
  await peer.readToEnd()
  return peer
}

function resize(length: number): void {
  truncateSync(path, length)
}

function writeAt(name: string, position: number): void {
  const fd = openSync(name, 'r+')
  writeSync(fd, 'x', position)
  closeSync(fd)
}

async function leavesNothing(stand: Stand, before: number): Promise<void> {
  await settled(() => stand.server.connections === 0)
  assert.equal(openDescriptors().length, before)
  assert.equal((await answers(stand.port, get('/'), 1))[0]?.status, 200)
}

const others: [name: string, change: () => void][] = [
  ['grows', () => appendFileSync(path, Buffer.alloc(1_000_000, 'x'))],
  ['is unlinked', () => rmSync(path)],
  [
    'is replaced',
    () => {
      writeFileSync(`${path}.new`, 'new')
      renameSync(`${path}.new`, path)
    },
  ],
  ['is renamed', () => renameSync(path, `${path}.away`)],
  [
    'is unlinked and made again',
    () => {
      rmSync(path)
      writeFileSync(path, Buffer.alloc(sizeBytes, 'x'))
    },
  ],
  ['loses its read permission', () => chmodSync(path, 0)],
  ['loses its folder', () => renameSync(site.path(''), `${site.outside}/moved`)],
]

for (const [name, change] of others) {
  test(`a file that ${name} while it is sent arrives complete, with its old content`, async () => {
    using stand = new Stand(site, {}, { cachedFilesMax: 0 })
    const before = openDescriptors().length
    using peer = await received(stand, change)
    assert.equal(peer.ending, 'end')
    const all = bodyOf(peer.received)
    assert.ok(all.subarray(0, sizeBytes).equals(old))
    assert.match(all.subarray(sizeBytes).toString('latin1'), /^HTTP\/1\.1 (200|404) /)
    assert.deepEqual([stand.errors, stand.warnings], [[], []])
    if (name === 'loses its folder') renameSync(`${site.outside}/moved`, site.path(''))
    peer.socket.close()
    await leavesNothing(stand, before)
  })
}

for (const leftBytes of [0, 1_000_000, 20_000_000]) {
  test(`a file that shrinks to ${leftBytes} bytes while it is sent causes a reset, sends nothing more, and is reported once`, async () => {
    using stand = new Stand(site, {}, { cachedFilesMax: 0 })
    const before = openDescriptors().length
    using peer = await received(stand, () => truncateSync(path, leftBytes))
    assert.equal(peer.ending, 'ECONNRESET')
    const body = bodyOf(peer.received)
    assert.ok(body.length < sizeBytes)
    assert.ok(!body.includes('HTTP/1.1'))
    peer.socket.close()
    await leavesNothing(stand, before)
    const said = [...stand.errors.map(String), ...stand.warnings]
    assert.equal(said.length, 1, `said: ${said}`)
    assert.match(said[0]!, /shrunk/)
  })
}

/** Changes that only the content distinguishes from appending. */
const rewrites: [name: string, change: () => void][] = [
  ['shrinks to the part already sent, and grows again', () => [0, sizeBytes].forEach(resize)],
  ['is written in place, and longer', () => writeFileSync(path, Buffer.alloc(40_000_000, 'x'))],
  ['is written in place', () => writeFileSync(path, Buffer.alloc(sizeBytes, 'x'))],
  ['has one byte written', () => writeAt(path, sizeBytes - 1)],
  [
    'is written in place, with its times put back',
    () => {
      const { atimeMs, mtimeMs } = statSync(path)
      writeAt(path, sizeBytes - 1)
      utimesSync(path, atimeMs / 1000, mtimeMs / 1000)
    },
  ],
]

for (const [name, change] of rewrites) {
  for (const fields of [[], ['Range: bytes=1-'], ['Range: bytes=0-0,100-']]) {
    test(`a file that ${name} while it is sent causes a reset and one report (${fields.join()})`, async () => {
      using stand = new Stand(site, {}, { cachedFilesMax: 0 })
      const before = openDescriptors().length
      using peer = await received(stand, change, fields)
      assert.equal(peer.ending, 'ECONNRESET')
      assert.ok(peer.received.length < sizeBytes)
      peer.socket.close()
      await leavesNothing(stand, before)
      const said = [...stand.errors.map(String), ...stand.warnings]
      assert.equal(said.length, 1, `said: ${said}`)
      assert.match(said[0]!, /"file" has changed while it was sent/)
    })
  }
}
