import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentRange, type Range, rangesOf } from '../../lib/http/semantics/range.ts'
import { below, mulberry32, pick } from './random.ts'

type Wanted = null | 'unsatisfiable' | [first: number, last: number][]

const many = (count: number, member: (index: number) => string): string =>
  `bytes=${Array.from({ length: count }, (_, index) => member(index)).join(',')}`
const safe = Number.MAX_SAFE_INTEGER

const rows: [value: string, sizeBytes: number, wanted: Wanted][] = [
  ['bytes=0-4', 9, [[0, 4]]],
  ['bytes=0-0', 9, [[0, 0]]],
  ['bytes=8-8', 9, [[8, 8]]],
  ['bytes=3-', 9, [[3, 8]]],
  ['bytes=0-', 9, [[0, 8]]],
  ['bytes=-3', 9, [[6, 8]]],
  ['bytes=-9', 9, [[0, 8]]],
  ['bytes=-10', 9, [[0, 8]]],
  ['bytes=-99999999999999999999999', 9, [[0, 8]]],
  ['bytes=2-50', 9, [[2, 8]]],
  ['bytes=0-8', 9, [[0, 8]]],
  ['bytes=0-9', 9, [[0, 8]]],
  ['bytes=0-0', 1, [[0, 0]]],
  ['bytes=00002-0004', 9, [[2, 4]]],
  ['Bytes=0-4', 9, [[0, 4]]],
  ['BYTES=0-4', 9, [[0, 4]]],
  ['bytes= 0-4 ', 9, [[0, 4]]],
  ['bytes=\t0-4 \t', 9, [[0, 4]]],
  [
    'bytes= ,\t0-1 ,\t5-6\t, ',
    9,
    [
      [0, 1],
      [5, 6],
    ],
  ],
  ['bytes=,0-4,', 9, [[0, 4]]],

  // Another unit or a malformed value: the whole file is sent.
  ['', 9, null],
  ['asdf', 9, null],
  ['0', 9, null],
  ['bytes', 9, null],
  ['bytes=', 9, null],
  ['bytes= ', 9, null],
  ['bytes=,', 9, null],
  ['bytes= , ,\t', 9, null],
  ['items=0-4', 9, null],
  ['byte=0-4', 9, null],
  ['bytess=0-4', 9, null],
  ['bytes =0-4', 9, null],
  [' bytes=0-4', 9, null],
  ['=0-4', 9, null],
  ['0-4', 9, null],
  ['0, bytes=0-3', 9, null],

  // Unsatisfiable.
  ['bytes=9-50', 9, 'unsatisfiable'],
  ['bytes=9-', 9, 'unsatisfiable'],
  ['bytes=9-9', 9, 'unsatisfiable'],
  ['bytes=-0', 9, 'unsatisfiable'],
  ['bytes=20-10', 99, 'unsatisfiable'],
  ['bytes=--6', 9, 'unsatisfiable'],
  ['bytes=0--', 9, 'unsatisfiable'],
  ['bytes=-2-3', 9, 'unsatisfiable'],
  ['bytes=2-3-', 9, 'unsatisfiable'],
  ['bytes=10', 99, 'unsatisfiable'],
  ['bytes=a-', 9, 'unsatisfiable'],
  ['bytes=0-a', 9, 'unsatisfiable'],
  ['bytes=0x1-2', 9, 'unsatisfiable'],
  ['bytes=1e0-2', 9, 'unsatisfiable'],
  ['bytes=+1-2', 9, 'unsatisfiable'],
  ['bytes=1.0-2', 9, 'unsatisfiable'],
  ['bytes=1 2-3', 9, 'unsatisfiable'],
  ['bytes=0 -4', 9, 'unsatisfiable'],
  ['bytes=0- 4', 9, 'unsatisfiable'],
  ['bytes=0\t-\t4', 9, 'unsatisfiable'],
  ['bytes=- 4', 9, 'unsatisfiable'],
  [`bytes=${' '.repeat(1362)}-${' '.repeat(2724)}x`, 9, 'unsatisfiable'],
  ['bytes=\xa01-2', 9, 'unsatisfiable'],
  ['bytes=٣-٤', 9, 'unsatisfiable'],
  ['bytes=-', 9, 'unsatisfiable'],
  ['bytes= - ', 9, 'unsatisfiable'],
  ['bytes==0-4', 9, 'unsatisfiable'],
  ['bytes=0-4;1-2', 9, 'unsatisfiable'],
  ['bytes=9-, 20-10, -0', 9, 'unsatisfiable'],

  // Malformed or missing members are ignored.
  ['bytes=0-3, 0', 9, [[0, 3]]],
  ['bytes=0-3, 5 - 6', 9, [[0, 3]]],
  ['bytes=0-3, bytes=5-6', 9, [[0, 3]]],
  ['bytes=20-10, 0-1', 99, [[0, 1]]],
  ['bytes=100-200, 0-1, -0', 99, [[0, 1]]],
  ['bytes=--, 5-6, asdf', 9, [[5, 6]]],

  // Several.
  [
    'bytes=0-0,-2',
    11,
    [
      [0, 0],
      [9, 10],
    ],
  ],
  [
    'bytes=0-1,5-8',
    11,
    [
      [0, 1],
      [5, 8],
    ],
  ],
  [
    'bytes=0-1,5-',
    11,
    [
      [0, 1],
      [5, 10],
    ],
  ],
  [
    'bytes=0-1,97-98',
    100,
    [
      [0, 1],
      [97, 98],
    ],
  ],
  [
    'bytes= 9-10 ,, 0-1 ,',
    100,
    [
      [9, 10],
      [0, 1],
    ],
  ],

  // Adjacent ranges, overlapping ranges and ranges with a gap of one byte are joined.
  ['bytes=1-2,3-5', 9, [[1, 5]]],
  ['bytes=3-5,1-2', 9, [[1, 5]]],
  ['bytes=1-4,3-6', 20, [[1, 6]]],
  ['bytes=1-8,3-4', 20, [[1, 8]]],
  ['bytes=3-4,3-4', 20, [[3, 4]]],
  ['bytes=0-1,3-4', 6, [[0, 4]]],
  ['bytes=1-1,3-', 9, [[1, 8]]],
  [
    'bytes=0-1,4-5',
    9,
    [
      [0, 1],
      [4, 5],
    ],
  ],
  [many(12, index => `${index}-${index + 1}`), 1000, [[0, 12]]],
  ['bytes=1-2,2-3,3-4,4-5,5-6,6-7,7-8,8-9,0-1', 1000, [[0, 9]]],
  ['bytes=9-10,8-9,7-8,6-7,5-6,4-5,3-4,2-3,1-2,0-1', 1000, [[0, 10]]],

  // A joined range takes the place of its first member.
  [
    'bytes=50-59,10-19,55-69,15-29',
    100,
    [
      [50, 69],
      [10, 29],
    ],
  ],
  [
    'bytes=5-6,20-30,0-10',
    100,
    [
      [0, 10],
      [20, 30],
    ],
  ],
  [
    'bytes=20-30,0-10,5-6',
    100,
    [
      [20, 30],
      [0, 10],
    ],
  ],

  // Together, the ranges have more bytes than the file.
  ['bytes=0-,1-,2-,3-,4-', 11, null],
  ['bytes=0-,0-', 11, null],
  ['bytes=0-,-1', 11, null],
  ['bytes=0-5,5-10', 11, null],
  ['bytes=0-5,6-10', 11, [[0, 10]]],
  ['bytes=0-5,6-100', 11, [[0, 10]]],
  [many(1000, () => '0-'), 1_000_000, null],
  [many(60, () => '0-'), 1_000_000, null],

  // Too many.
  [
    many(64, index => `${index * 10}-${index * 10}`),
    1000,
    Array.from({ length: 64 }, (_, index) => [index * 10, index * 10]),
  ],
  [many(65, index => `${index * 10}-${index * 10}`), 1000, null],
  [many(65, index => `${index}-${index}`), 1000, [[0, 64]]],
  [many(66, index => `${index}-${index}`), 1000, null],
  [`bytes=${','.repeat(64)}0-1`, 1000, [[0, 1]]],
  [`bytes=${','.repeat(65)}0-1`, 1000, null],
  [`bytes=${'0'.repeat(4087)}0-1`, 1000, [[0, 1]]],
  [`bytes=${'0'.repeat(4088)}0-1`, 1000, null],

  // All ranges are outside the file.
  ['bytes=0-', 0, null],
  ['bytes=0-0', 0, null],
  ['bytes=-1', 0, null],
  ['bytes=-0', 0, null],
  ['bytes=20-10', 0, null],

  // Large.
  ['bytes=2147483647-2147483648', 2 ** 31 + 2048, [[2147483647, 2147483648]]],
  ['bytes=4294967295-4294968318', 4294969344, [[4294967295, 4294968318]]],
  ['bytes=4294967296-4294968319', 4294969344, [[4294967296, 4294968319]]],
  ['bytes=-4294967297', 4294969344, [[2047, 4294969343]]],
  ['bytes=0-18446744073709551616', 9, [[0, 8]]],
  ['bytes=4294967296-', 9, 'unsatisfiable'],
  ['bytes=18446744073709551616-', 9, 'unsatisfiable'],
  ['bytes=18446744073709551616-18446744073709551617', safe, 'unsatisfiable'],
  [`bytes=${safe - 1}-`, safe, [[safe - 1, safe - 1]]],
  [`bytes=${safe - 1}-${safe}`, safe, [[safe - 1, safe - 1]]],
  [`bytes=${safe}-`, safe, 'unsatisfiable'],
  ['bytes=9007199254740993-', safe, 'unsatisfiable'],
  ['bytes=0-9007199254740993', safe, [[0, safe - 1]]],
  ['bytes=-9007199254740993', safe, [[0, safe - 1]]],
  [`bytes=-${safe - 1}`, safe, [[1, safe - 1]]],
  ['bytes=0-,0-', safe, null],
  [`bytes=0-${2 ** 52},${2 ** 52 + 1}-`, safe, [[0, safe - 1]]],
  [`bytes=0-${2 ** 52},${2 ** 52}-`, safe, null],
  [`bytes=${'9'.repeat(4000)}-`, safe, 'unsatisfiable'],
  [`bytes=0-${'9'.repeat(4000)}`, safe, [[0, safe - 1]]],
  [`bytes=-${'9'.repeat(4000)}`, safe, [[0, safe - 1]]],
]

function pairs(ranges: ReturnType<typeof rangesOf>): Wanted {
  if (ranges === null || ranges === 'unsatisfiable') return ranges
  return ranges.map(({ first, last }) => [first, last])
}

for (const [value, sizeBytes, wanted] of rows) {
  const shown = value.length > 60 ? `${value.slice(0, 60)}... (${value.length})` : value
  test(`rangesOf() reads ${JSON.stringify(shown)} of ${sizeBytes} bytes`, () => {
    assert.deepEqual(pairs(rangesOf(value, sizeBytes)), wanted)
  })
}

test('contentRange() returns the part and the size of the file, or only the size', () => {
  assert.equal(contentRange({ first: 2, last: 5 }, 9), 'bytes 2-5/9')
  assert.equal(contentRange({ first: 0, last: safe - 1 }, safe), `bytes 0-${safe - 1}/${safe}`)
  assert.equal(contentRange(null, 9), 'bytes */9')
  assert.equal(contentRange(null, 0), 'bytes */0')
})

// Ranges are compared with a model that marks bytes one by one.

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_260_102)

/** The bytes that one member covers. */
function bytesOf(member: string, sizeBytes: number): number[] {
  const [from, to, ...more] = member.split('-')
  const good = more.length === 0 && [from, to].every(text => /^\d*$/.test(text ?? 'none'))
  if (!good || `${from}${to}` === '') return []
  const indexes = Array.from({ length: sizeBytes }, (_, index) => index)
  if (from === '') return indexes.filter(index => index >= sizeBytes - Number(to))
  if (to === '') return indexes.filter(index => index >= Number(from))
  return indexes.filter(index => index >= Number(from) && index <= Number(to))
}

/** The marked bytes as ranges; a gap of one byte does not end a range. */
function runsOf(marked: ReadonlySet<number>): Range[] {
  const runs: { first: number; last: number }[] = []
  for (const index of [...marked].sort((one, other) => one - other)) {
    const before = runs.at(-1)
    if (before !== undefined && index - before.last <= 2) before.last = index
    else runs.push({ first: index, last: index })
  }
  return runs
}

function naive(members: string[], sizeBytes: number): ReturnType<typeof rangesOf> {
  const asked = members.map(member => bytesOf(member, sizeBytes)).filter(bytes => bytes.length > 0)
  if (asked.length === 0) return 'unsatisfiable'
  if (asked.flat().length > sizeBytes) return null
  const runs = runsOf(new Set(asked.flat()))
  const place = ({ first, last }: Range): number =>
    asked.findIndex(([byte]) => byte! >= first && byte! <= last)
  return runs.length > 64 ? null : runs.sort((one, other) => place(one) - place(other))
}

test('rangesOf() returns exactly the bytes that its members cover, in the order of the members', () => {
  const random = mulberry32(seed)
  const outcomes = { whole: 0, unsatisfiable: 0, one: 0, several: 0 }
  for (let i = 0; i < 20_000; i++) {
    const sizeBytes = 1 + below(random, pick(random, [5, 30, 400]))
    const number = (): number => below(random, sizeBytes + 3)
    const short = (): string => {
      const first = number()
      return `${first}-${first + below(random, 4)}`
    }
    const forms = [short, short, short, () => `${number()}-${number()}`]
    const rare = [
      ...forms,
      () => `${number()}-`,
      () => `-${number()}`,
      () => pick(random, ['-', 'x', '1-2-3', '1 -2', '1- 2']),
    ]
    const length = 1 + below(random, pick(random, [1, 4, 40]))
    const from = pick(random, [forms.slice(0, 3), forms, rare])
    const members = Array.from({ length }, () => pick(random, from)())
    const value = `bytes=${members.join(pick(random, [',', ', ', ' ,, ']))}`
    if (value.split(',').length > 65) continue
    const found = rangesOf(value, sizeBytes)
    assert.deepEqual(found, naive(members, sizeBytes), `seed ${seed}, ${value} of ${sizeBytes}`)
    if (found === null) outcomes.whole++
    else if (found === 'unsatisfiable') outcomes.unsatisfiable++
    else outcomes[found.length === 1 ? 'one' : 'several']++
  }
  for (const [name, count] of Object.entries(outcomes)) assert.ok(count > 500, `${name}: ${count}`)
})

test('rangesOf() never throws or returns bytes beyond the file, whatever the value', () => {
  const random = mulberry32(seed)
  const pieces = [
    ...'0123456789-,=* \t"x',
    'bytes=',
    'bytes=0-',
    '-0',
    '99999999999999999999',
    '\0',
  ]
  for (let i = 0; i < 50_000; i++) {
    const sizeBytes = pick(random, [0, 1, 2, 100, 2 ** 32, safe])
    const text = Array.from({ length: below(random, 30) }, () => pick(random, pieces)).join('')
    const found = rangesOf(`${pick(random, ['', 'bytes='])}${text}`, sizeBytes)
    if (found === null || found === 'unsatisfiable') continue
    const inside = ({ first, last }: Range): boolean =>
      first >= 0 && first <= last && last < sizeBytes
    assert.ok(
      found.length >= 1 && found.length <= 16 && found.every(inside),
      `seed ${seed}: ${text}`,
    )
  }
})
