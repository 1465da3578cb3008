import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  acceptedEncodings,
  type Encoding,
  encodingSuffixes,
  encodingsFor,
} from '../../lib/static/encoding.ts'

const all: Encoding[] = ['gzip', 'br', 'zstd']

/** The encodings that each header accepts, best first. */
const orders: [header: string | undefined, accepted: string][] = [
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip, deflate, br, zstd', 'br zstd gzip identity'],
  ['zstd,gzip,br', 'br zstd gzip identity'],
  ['deflate, compress', 'identity'],
  ['gzip;q=1.0, br;q=0.5', 'gzip br identity'],
  ['br;q=0.2, zstd;q=0.9, gzip;q=0.5', 'zstd gzip br identity'],
  ['gzip;q=0.001', 'gzip identity'],
  ['GZIP, Br', 'br gzip identity'],
  ['  br\t;\tq=0.5 ,gzip ', 'gzip br identity'],
  ['br;q=0', 'identity'],
  ['br;q=0.000, gzip', 'gzip identity'],
  ['gzip; Q=0', 'identity'],
  ['*', 'br zstd gzip identity'],
  ['*;q=0', ''],
  ['gzip, *;q=0', 'gzip'],
  ['gzip;q=0, *', 'br zstd identity'],
  ['*;q=0.5, gzip;q=1', 'gzip br zstd identity'],
  ['identity', 'identity'],
  ['identity;q=0', ''],
  ['identity;q=0, gzip;q=0.1', 'gzip'],
  ['identity;q=0, *', 'br zstd gzip'],
  ['*;q=0, identity;q=0.1', 'identity'],
  ['identity;q=0.5, gzip;q=0.2', 'identity gzip'],
  ['identity, gzip', 'gzip identity'],
  ['x-gzip', 'gzip identity'],
  ['br;q=0,X-GZIP;q=0.5', 'gzip identity'],
  ['x-gzip;q=0, *', 'br zstd identity'],
  ['x-gzipped, ax-gzip', 'identity'],
  // An invalid Accept-Encoding must not prevent a client from getting the file.
  ['gzip;q=-1', 'identity'],
  ['gzip;q=-1, br', 'br identity'],
  ['gzip;q=abc', 'identity'],
  ['gzip;q=NaN', 'identity'],
  [',,;q=0,"', 'identity'],
  ['gzip br', 'identity'],
  ['gzip;q="', 'gzip identity'],
  ['=', 'identity'],
  ['gzip;__proto__=1', 'gzip identity'],
  ['constructor, __proto__, toString', 'identity'],
  ['\u00ff', 'identity'],
]

for (const [header, accepted] of orders) {
  test(`acceptedEncodings(${JSON.stringify(header)}) returns '${accepted}'`, () => {
    assert.equal(acceptedEncodings(header).join(' '), accepted)
    assert.equal(acceptedEncodings(header).join(' '), accepted, 'from the cache')
  })
}

const choices: [header: string | undefined, available: Encoding[], encoding: Encoding | null][] = [
  [undefined, all, 'identity'],
  ['br, gzip', all, 'br'],
  ['br, gzip', ['gzip'], 'gzip'],
  ['br, gzip', ['gzip', 'identity'], 'gzip'],
  ['br, gzip', [], 'identity'],
  ['gzip, br;q=0.9', all, 'gzip'],
  ['br;q=0', ['br'], 'identity'],
  ['identity;q=0, br', ['br'], 'br'],
  ['identity;q=0, br', ['gzip'], null],
  ['identity;q=0', all, null],
  ['*;q=0', all, null],
]

for (const [header, available, encoding] of choices) {
  const name = `encodingsFor(${JSON.stringify(header)}, [${available}]) returns ${encoding}`
  test(name, () => assert.equal(encodingsFor(header, available), encoding))
}

test('acceptedEncodings() ignores a header of more than 256 characters', () => {
  assert.deepEqual(acceptedEncodings(`br,${'a,'.repeat(126)}`), ['br', 'identity'])
  assert.deepEqual(acceptedEncodings(`br,${'a,'.repeat(127)}`), ['identity'])
})

test('acceptedEncodings() caches the results for 64 headers, and drops the oldest for a new one', () => {
  const header = (i: number) => `br;q=0.5, x${i}`
  const first = acceptedEncodings(header(0))
  for (let i = 1; i < 64; i++) acceptedEncodings(header(i))
  assert.equal(acceptedEncodings(header(0)), first)
  acceptedEncodings(header(64))
  assert.notEqual(acceptedEncodings(header(0)), first)
  assert.deepEqual(acceptedEncodings(header(0)), first)
})

test('encodingSuffixes contains the usual suffixes of compressed files', () => {
  assert.deepEqual(encodingSuffixes, { br: '.br', zstd: '.zst', gzip: '.gz' })
})
