// The CPU time of a request grows at most in proportion to its length.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { mulberry32 } from '../http/random.ts'
import { CostStage, complaintAbout } from './cost-stage.ts'
import { type Costly, costly } from './costly.ts'

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_261_130)
const stage = new CostStage()
before(() => stage.start())
after(() => stage[Symbol.asyncDispose]())

function get(what: string, server: Costly['server'], path: string, more: (room: number) => string) {
  const plain = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`
  const of = (bytes: number) => `${plain.slice(0, -2)}${more(bytes - plain.length)}\r\n\r\n`
  return { what, server, plain, of }
}

const blanks = (count: number) => ' '.repeat(Math.max(1, Math.floor(count)))

/** Requests that once took seconds to answer. */
const known: Costly[] = [
  get('a Range of blanks around a dash', 'files', '/a.txt', room => {
    const third = blanks(Math.min(room, 4000) / 3)
    return `Range: bytes=${third}-${third}${third}x`
  }),
  get('two conditions with blanks in them', 'files', '/a.txt', room => {
    const half = blanks(room / 2 - 25)
    return `If-None-Match: a${half}b\r\nIf-None-Match: a${half}b`
  }),
  get('blanks in a field, for the fallback', 'files', '/gone', room => `X: a${blanks(room - 9)}b`),
  get('blanks in a field, for a handler', 'made', '/', room => `X: a${blanks(room - 9)}b`),
  get(
    'blanks in a field, before the guard of the lab',
    'lab',
    '/lab/api/session',
    room => `X: a${blanks(room - 9)}b`,
  ),
  get('64 parts of a large file', 'files', '/big.bin', () => {
    const ranges = Array.from({ length: 64 }, (_, i) => `${i * 4000}-${i * 4000 + 9}`)
    return `Range: bytes=${ranges.join(',')}`
  }),
  ...['%61', '%2e', '%c3%a9'].map((name): Costly => {
    const line = (path: string) =>
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`
    const of = (bytes: number) =>
      line(`/${`${name}/`.repeat(Math.min(8000, bytes - 100) / (name.length + 1))}`)
    return { what: `a path of names that are ${name}`, server: 'files', plain: line('/'), of }
  }),
]

for (const request of known) {
  test(`the cost of ${request.what} grows at most in proportion to its length`, async () => {
    assert.equal(await complaintAbout(stage, request), null)
  })
}

test('the cost of forty random requests grows at most in proportion to their length', async () => {
  const random = mulberry32(seed)
  for (let i = 0; i < 40; i++) {
    assert.equal(await complaintAbout(stage, costly(random)), null, `seed ${seed}, number ${i}`)
  }
})
