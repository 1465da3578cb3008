// Thousands of mutated requests, each on its own connection to a file server, whole or in pieces. For hundreds of them,
// the answers to the whole request and to its pieces must be equal. parser.test.ts parses all 100,000 without sockets.
// EPOLLET_SEED=N starts with another seed; EPOLLET_ENDLESS=1 continues until one fails.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { undated } from '../http/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { settled } from '../support/raw-client.ts'
import { answers, get, page, Stand, siteOfPages, write } from '../support/stand.ts'
import { below, cutsOf, mulberry32, mutant, seed } from './mutants.ts'

const connections = 10_000
const compared = 500
const atOnce = 64
const deadlineMs = 30_000
const endless = process.env['EPOLLET_ENDLESS'] !== undefined

const site = siteOfPages()
mkdirSync(site.path('sub'))
write(site, 'page.html', page)
write(site, 'page.html.gz', 'not really')
write(site, 'sub/file', page)
after(() => site[Symbol.dispose]())

interface Sent {
  bytes: Buffer
  cuts: readonly number[]
  /** Whether the client resets the connection as soon as it has sent everything. */
  resets: boolean
}

/** Returns everything that is received until the connection closes; throws if the server hangs. */
function exchange(port: number, { bytes, cuts, resets }: Sent): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const received: Buffer[] = []
    socket.setTimeout(deadlineMs, () => {
      reject(new Error('the server neither answered nor closed the connection'))
      socket.destroy()
    })
    socket.on('data', data => received.push(data))
    // A server may reset a client that keeps sending after a refusal; the bytes received before the reset are used.
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(received).toString('latin1')))
    socket.on('connect', async () => {
      let from = 0
      for (const cut of cuts) {
        if (!socket.destroyed) socket.write(bytes.subarray(from, cut))
        from = cut
        if (cuts.length > 1) await turns(2)
      }
      if (resets) socket.resetAndDestroy()
      else if (!socket.destroyed) socket.end()
    })
  })
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await setImmediate()
}

/** Runs a fixed number of clients concurrently; when one ends, the next starts. */
async function each(count: number, once: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) await once(next++)
  }
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane))
  for (const result of lanes) if (result.status === 'rejected') throw result.reason
}

function describe(i: number, round: number, { bytes, cuts }: Sent): string {
  return `EPOLLET_SEED=${seed + round}, mutant ${i}, cut at ${cuts}: ${JSON.stringify(bytes.toString('latin1'))}`
}

/** Removes dates and boundaries, which differ between answers. */
function fixed(text: string): string {
  return undated(text).replace(/(boundary=|--)[0-9a-f]{32}/g, '$1-')
}

async function attack(stand: Stand, round: number): Promise<void> {
  const random = mulberry32(seed + round)
  const all = Array.from({ length: connections }, (): Sent => {
    const bytes = mutant(random)
    const cuts = below(random, 2) === 0 ? [bytes.length] : cutsOf(random, bytes.length)
    return { bytes, cuts, resets: below(random, 8) === 0 }
  })
  let answered = 0
  await each(connections, async i => {
    const sent = all[i]!
    try {
      const text = await exchange(stand.port, sent)
      assert.match(text.slice(0, 16), /^($|HTTP\/1\.1 [2345]\d\d )/)
      if (text !== '') answered++
    } catch (error) {
      throw new Error(describe(i, round, sent), { cause: error })
    }
  })
  assert.ok(answered > connections / 2, `only ${answered} were answered`)
}

test(`after ${connections} mutants a server has nothing left open and still answers`, async t => {
  for (let round = 0; round === 0 || endless; round++) {
    using stand = new Stand(site, {}, { listing: true, cachedFilesMax: 0 })
    await answers(stand.port, get('/'), 1)
    await settled(() => stand.server.connections === 0)
    const before = openDescriptors().length
    await attack(stand, round)
    await settled(() => stand.server.connections === 0)
    assert.equal(openDescriptors().length, before, `EPOLLET_SEED=${seed + round}`)
    assert.deepEqual([stand.errors, stand.warnings], [[], []], `EPOLLET_SEED=${seed + round}`)
    assert.equal((await answers(stand.port, get('/'), 1))[0]?.status, 200)
    t.diagnostic(`seed ${seed + round}: ${connections} connections`)
  }
})

test(`${compared} mutants get the same answers whether sent whole or in pieces`, async () => {
  using stand = new Stand(site)
  const random = mulberry32(seed ^ 0x5eed)
  const all = Array.from({ length: compared }, () => {
    const bytes = mutant(random)
    return { bytes, cuts: cutsOf(random, bytes.length), resets: false }
  })
  await each(compared, async i => {
    const pieces = all[i]!
    const whole = { ...pieces, cuts: [pieces.bytes.length] }
    const expected = fixed(await exchange(stand.port, whole))
    assert.equal(fixed(await exchange(stand.port, pieces)), expected, describe(i, 0, pieces))
  })
})
