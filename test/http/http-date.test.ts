import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatHttpDate, parseHttpDate } from '../../lib/http/semantics/http-date.ts'
import { below, mulberry32, pick } from './random.ts'

const example = 784_111_777
const now = (): number => Date.UTC(2026, 5, 15, 12)

const dates: [text: string, seconds: number][] = [
  ['Sun, 06 Nov 1994 08:49:37 GMT', example],
  ['Sunday, 06-Nov-94 08:49:37 GMT', example],
  ['Sun Nov  6 08:49:37 1994', example],
  ['Sun Nov 06 08:49:37 1994', example],
  ['Wed Nov 16 08:49:37 1994', example + 10 * 86_400],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Wed, 31 Dec 1969 23:59:59 GMT', -1],
  ['Mon, 29 Feb 2016 23:59:59 GMT', 1_456_790_399],
  ['Tue, 29 Feb 2000 00:00:00 GMT', 951_782_400],
  ['Sat, 31 Dec 2016 23:59:60 GMT', 1_483_228_800],
  ['Tue, 19 Jan 2038 03:14:08 GMT', 2 ** 31],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 253_402_300_799],
  ['Sat, 01 Jan 0000 00:00:00 GMT', -62_167_219_200],
  // A wrong day of the week is accepted, as RFC 9110 asks.
  ['Mon, 06 Nov 1994 08:49:37 GMT', example],
  // A two-digit year is in the future if that is at most fifty years away, otherwise in the past.
  ['Monday, 15-Jun-76 12:00:00 GMT', Date.UTC(2076, 5, 15, 12) / 1000],
  ['Tuesday, 15-Jun-76 12:00:01 GMT', Date.UTC(1976, 5, 15, 12, 0, 1) / 1000],
  ['Wednesday, 14-Jun-76 23:59:59 GMT', Date.UTC(2076, 5, 14, 23, 59, 59) / 1000],
  ['Friday, 01-Jan-77 00:00:00 GMT', Date.UTC(1977, 0, 1) / 1000],
  ['Saturday, 01-Jan-00 00:00:00 GMT', Date.UTC(2000, 0, 1) / 1000],
  ['Sunday, 31-Dec-99 00:00:00 GMT', Date.UTC(1999, 11, 31) / 1000],
  ['Tuesday, 29-Feb-00 00:00:00 GMT', Date.UTC(2000, 1, 29) / 1000],
]

for (const [text, seconds] of dates) {
  test(`parseHttpDate() reads ${text}`, () => {
    assert.equal(parseHttpDate(text, now), seconds)
  })
}

test('parseHttpDate() reads the clock only for a two-digit year', () => {
  const years: [atYear: number, year: number][] = [
    [1990, 1994],
    [1943, 1894],
    [1944, 1994],
    [2044, 2094],
    [2043, 1994],
    [2096, 2094],
  ]
  for (const [atYear, year] of years) {
    const at = (): number => Date.UTC(atYear, 11, 31)
    const read = parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', at)
    assert.equal(read, Date.UTC(year, 10, 6, 8, 49, 37) / 1000, `in ${atYear}`)
  }
  const never = (): number => assert.fail('asked for the time')
  assert.equal(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT', never), example)
  assert.equal(parseHttpDate('Sun Nov  6 08:49:37 1994', never), example)
})

test('parseHttpDate() accepts 29 February in a century year that is a leap year', () => {
  const at = (): number => Date.UTC(2060, 0, 1)
  assert.equal(parseHttpDate('Tuesday, 29-Feb-00 00:00:00 GMT', at), Date.UTC(2000, 1, 29) / 1000)
})

const others = [
  '',
  ' ',
  'foobar',
  '0',
  '784111777',
  'this string is too long to be a valid timestamp',
  'Sun, 06 Nov 1994 08:49:37 GMT; foo',
  'Sun, 06 Nov 1994 08:49:37 GMT foo',
  'Sun, 06 Nov 1994 08:49:37 GMT ',
  'Sun, 06 Nov 1994 08:49:37 GMT\n',
  ' Sun, 06 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nov 1994 08:49:37 UTC',
  'Sun, 06 Nov 1994 08:49:37 +0000',
  'Sun, 06 Nov 1994 08:49:37 gmt',
  'Sun, 06 Nov 1994 08:49 GMT',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'Sun,  6 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 94 08:49:37 GMT',
  'Sun, 06 Nov 19940 08:49:37 GMT',
  'Sun, 06 Nov -994 08:49:37 GMT',
  'Sun, 06-Nov-1994 08:49:37 GMT',
  'Sun, 06 nov 1994 08:49:37 GMT',
  'SUN, 06 Nov 1994 08:49:37 GMT',
  'Son, 06 Nov 1994 08:49:37 GMT',
  'Sun, 06 Okt 1994 08:49:37 GMT',
  'Sunday, 06 Nov 1994 08:49:37 GMT',
  '06 Nov 1994 08:49:37 GMT',
  'Sun 06 Nov 1994 08:49:37 GMT',
  '1994-11-06T08:49:37Z',
  'Sun, 00 Nov 1994 08:49:37 GMT',
  'Sun, 31 Nov 1994 08:49:37 GMT',
  'Sun, 32 Dec 1994 08:49:37 GMT',
  'Sun, 99 Dec 1994 08:49:37 GMT',
  'Sun, 29 Feb 1994 08:49:37 GMT',
  'Sun, 29 Feb 1900 08:49:37 GMT',
  'Sun, 30 Feb 2016 08:49:37 GMT',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun, 06 Nov 1994 08:60:00 GMT',
  'Sun, 06 Nov 1994 08:49:61 GMT',
  'Sun, 06 Nov 1994 8:49:37 GMT',
  'Sun, ٠٦ Nov 1994 08:49:37 GMT',
  'Sun, 06-Nov-94 08:49:37 GMT',
  'Sunday, 06-Nov-94 08:49:37 GMT.',
  'Sunday, 31-Feb-94 08:49:37 GMT',
  'Sunday, 06-Nov-94 08:49:37',
  'Sun Nov 6 08:49:37 1994',
  'Sun Nov  6 08:49:37 1994 GMT',
  'Sun Nov  6 08:49:37 94',
  'Sun Nov 31 08:49:37 1994',
  'Sun, Nov  6 08:49:37 1994',
]

for (const text of others) {
  test(`parseHttpDate() refuses ${JSON.stringify(text)}`, () => {
    assert.equal(parseHttpDate(text, now), undefined)
  })
}

const formats: [seconds: number, text: string | undefined][] = [
  [example, 'Sun, 06 Nov 1994 08:49:37 GMT'],
  [0, 'Thu, 01 Jan 1970 00:00:00 GMT'],
  [-1, 'Wed, 31 Dec 1969 23:59:59 GMT'],
  [253_402_300_799, 'Fri, 31 Dec 9999 23:59:59 GMT'],
  [253_402_300_800, undefined],
  [-62_167_219_200, 'Sat, 01 Jan 0000 00:00:00 GMT'],
  [-62_167_219_201, undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
]

for (const [seconds, text] of formats) {
  test(`formatHttpDate() returns ${text} for ${seconds}`, () => {
    assert.equal(formatHttpDate(seconds), text)
  })
}

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_260_101)

test('parseHttpDate() reads the dates that formatHttpDate() writes', () => {
  const random = mulberry32(seed)
  for (let i = 0; i < 20_000; i++) {
    const seconds = below(random, 253_402_300_800 + 62_167_219_200) - 62_167_219_200
    const text = formatHttpDate(seconds)!
    assert.equal(text.length, 29, `seed ${seed}: ${text}`)
    assert.equal(parseHttpDate(text), seconds, `seed ${seed}: ${text}`)
  }
})

test('parseHttpDate() accepts or refuses a date with one changed character, and never throws', () => {
  const random = mulberry32(seed)
  const characters = [...'0123456789 ,:-GMTSunNovJ\n\xff']
  for (let i = 0; i < 20_000; i++) {
    const text = [...pick(random, dates)[0]]
    text[below(random, text.length)] = pick(random, characters)
    const seconds = parseHttpDate(text.join(''), now)
    const good = seconds === undefined || parseHttpDate(formatHttpDate(seconds)!) === seconds
    assert.ok(good, `seed ${seed}: ${text.join('')}`)
  }
})
