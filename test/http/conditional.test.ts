import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type HeaderOf,
  ifRange,
  preconditions,
  type Validators,
} from '../../lib/http/semantics/conditional.ts'
import { formatHttpDate } from '../../lib/http/semantics/http-date.ts'

const lastModifiedS = Date.UTC(2024, 0, 1) / 1000
const now = (): number => Date.UTC(2026, 0, 1)
const nowS = now() / 1000
const date = (seconds: number): string => formatHttpDate(seconds)!

const same = date(lastModifiedS)
const older = date(lastModifiedS - 1)
const newer = date(lastModifiedS + 1)

const strong: Validators = { etag: '"a"', lastModifiedS }
const weak: Validators = { etag: 'W/"a"', lastModifiedS }
const dateOnly: Validators = { etag: null, lastModifiedS }
const tagOnly: Validators = { etag: '"a"', lastModifiedS: null }
const neither: Validators = { etag: null, lastModifiedS: null }

interface Fields {
  'if-match'?: string
  'if-none-match'?: string
  'if-modified-since'?: string
  'if-unmodified-since'?: string
  'if-range'?: string
}

function headerOf(fields: Fields): HeaderOf {
  return name => fields[name as keyof Fields]
}

/** The expected status for GET and HEAD, and for other methods. */
type Row = [fields: Fields, validators: Validators, read: 200 | 304 | 412, other: 200 | 412]

const match = 'if-match'
const noneMatch = 'if-none-match'
const modified = 'if-modified-since'
const unmodified = 'if-unmodified-since'

const rows: Row[] = [
  [{}, strong, 200, 200],
  [{}, neither, 200, 200],

  [{ [match]: '"a"' }, strong, 200, 200],
  [{ [match]: '*' }, strong, 200, 200],
  [{ [match]: '*' }, neither, 200, 200],
  [{ [match]: '"b", "a"' }, strong, 200, 200],
  [{ [match]: ' "foo",, "bar" ,' }, strong, 412, 412],
  [{ [match]: '"b"' }, strong, 412, 412],
  [{ [match]: 'W/"a"' }, strong, 412, 412],
  [{ [match]: '"a"' }, weak, 412, 412],
  [{ [match]: 'W/"a"' }, weak, 412, 412],
  [{ [match]: 'a' }, strong, 412, 412],
  [{ [match]: '' }, strong, 412, 412],
  [{ [match]: '"a"' }, dateOnly, 412, 412],

  [{ [unmodified]: same }, strong, 200, 200],
  [{ [unmodified]: newer }, strong, 200, 200],
  [{ [unmodified]: older }, strong, 412, 412],
  [{ [unmodified]: 'Sun, 06-Nov-94 08:49:37 GMT' }, strong, 200, 200],
  [{ [unmodified]: 'Sunday, 06-Nov-94 08:49:37 GMT' }, strong, 412, 412],
  [{ [unmodified]: 'foo' }, strong, 200, 200],
  [{ [unmodified]: '' }, strong, 200, 200],
  [{ [unmodified]: older }, tagOnly, 200, 200],
  // If-Match overrides If-Unmodified-Since.
  [{ [match]: '"a"', [unmodified]: older }, strong, 200, 200],
  [{ [match]: '"b"', [unmodified]: same }, strong, 412, 412],

  [{ [noneMatch]: '"a"' }, strong, 304, 412],
  [{ [noneMatch]: 'W/"a"' }, strong, 304, 412],
  [{ [noneMatch]: '"a"' }, weak, 304, 412],
  [{ [noneMatch]: '*' }, strong, 304, 412],
  [{ [noneMatch]: '*' }, neither, 304, 412],
  [{ [noneMatch]: '"*"' }, strong, 200, 200],
  [{ [noneMatch]: '"b"' }, strong, 200, 200],
  [{ [noneMatch]: 'W/"12345"' }, strong, 200, 200],
  [{ [noneMatch]: 'W/"12345", "a"' }, strong, 304, 412],
  [{ [noneMatch]: '"12345",, ,,  ,  "a"' }, strong, 304, 412],
  [{ [noneMatch]: '"1234", "a", "brokentrailing' }, strong, 304, 412],
  [{ [noneMatch]: 'a' }, strong, 200, 200],
  [{ [noneMatch]: '"a' }, strong, 200, 200],
  [{ [noneMatch]: 'a"' }, strong, 200, 200],
  [{ [noneMatch]: '' }, strong, 200, 200],
  [{ [noneMatch]: '"a"' }, dateOnly, 200, 200],

  [{ [modified]: same }, strong, 304, 200],
  [{ [modified]: newer }, strong, 304, 200],
  [{ [modified]: older }, strong, 200, 200],
  [{ [modified]: 'Monday, 01-Jan-24 00:00:00 GMT' }, strong, 304, 200],
  [{ [modified]: 'Mon Jan  1 00:00:00 2024' }, strong, 304, 200],
  [{ [modified]: '' }, strong, 200, 200],
  [{ [modified]: 'foobar' }, strong, 200, 200],
  [{ [modified]: `${newer}; foo` }, strong, 200, 200],
  [{ [modified]: `${same}, ${same}` }, strong, 200, 200],
  [{ [modified]: same }, dateOnly, 304, 200],
  [{ [modified]: same }, tagOnly, 200, 200],
  [{ [modified]: date(nowS) }, strong, 304, 200],
  [{ [modified]: date(nowS + 1) }, strong, 200, 200],
  [{ [modified]: date(nowS + 60) }, { etag: null, lastModifiedS: nowS + 60 }, 304, 200],
  [{ [modified]: date(nowS + 61) }, { etag: null, lastModifiedS: nowS + 60 }, 200, 200],
  [{ [modified]: same }, { ...strong, lastModified: same }, 304, 200],
  [{ [modified]: newer }, { ...strong, lastModified: same }, 304, 200],
  [{ [modified]: older }, { ...strong, lastModified: same }, 200, 200],

  // If-None-Match overrides If-Modified-Since.
  [{ [noneMatch]: '"a"', [modified]: older }, strong, 304, 412],
  [{ [noneMatch]: '"a"', [modified]: same }, strong, 304, 412],
  [{ [noneMatch]: '"a"', [modified]: `${same} foo` }, strong, 304, 412],
  [{ [noneMatch]: '"b"', [modified]: older }, strong, 200, 200],
  [{ [noneMatch]: '"b"', [modified]: same }, strong, 200, 200],
  [{ [noneMatch]: '', [modified]: same }, strong, 200, 200],
  [{ [noneMatch]: '"a"', [modified]: same }, dateOnly, 200, 200],

  // If-Match and If-Unmodified-Since are evaluated first.
  [{ [match]: '"a"', [noneMatch]: '"a"' }, strong, 304, 412],
  [{ [match]: '"b"', [noneMatch]: '"a"' }, strong, 412, 412],
  [{ [match]: '"a"', [modified]: same }, strong, 304, 200],
  [{ [match]: '"b"', [modified]: same }, strong, 412, 412],
  [{ [unmodified]: same, [noneMatch]: '"a"' }, strong, 304, 412],
  [{ [unmodified]: older, [noneMatch]: '"a"' }, strong, 412, 412],
  [{ [unmodified]: older, [modified]: same }, strong, 412, 412],
  [{ [unmodified]: 'foo', [modified]: same }, strong, 304, 200],
]

for (const [index, [fields, validators, read, other]] of rows.entries()) {
  const asked = `${index}: ${JSON.stringify(fields)} for ${JSON.stringify(validators)}`
  test(`preconditions() returns ${read} for GET and ${other} for other methods, row ${asked}`, () => {
    assert.equal(preconditions(headerOf(fields), true, validators, now), read)
    assert.equal(preconditions(headerOf(fields), false, validators, now), other)
  })
}

test('preconditions() reads the clock only if the date is newer than the file', () => {
  const never = (): number => assert.fail('asked for the time')
  for (const since of [older, same, 'foobar']) {
    preconditions(headerOf({ [modified]: since }), true, strong, never)
  }
  assert.throws(() => preconditions(headerOf({ [modified]: newer }), true, strong, never))
})

test("preconditions() uses the machine's clock by default", () => {
  const soon = date(Math.floor(Date.now() / 1000) + 3600)
  assert.equal(preconditions(headerOf({ [modified]: soon }), true, strong), 200)
  assert.equal(preconditions(headerOf({ [modified]: newer }), true, strong), 304)
})

const ranges: [validator: string | undefined, validators: Validators, honoured: boolean][] = [
  [undefined, strong, true],
  [undefined, neither, true],
  ['"a"', strong, true],
  ['"b"', strong, false],
  ['"0changed"', strong, false],
  ['W/"a"', strong, false],
  ['"a"', weak, false],
  ['W/"a"', weak, false],
  ['"a"', dateOnly, false],
  ['"a", "b"', strong, false],
  ['*', strong, false],
  ['a', strong, false],
  ['"a', strong, false],
  [same, strong, true],
  [same, dateOnly, true],
  [same, tagOnly, false],
  ['Monday, 01-Jan-24 00:00:00 GMT', strong, true],
  [older, strong, false],
  [newer, strong, false],
  [`${same} foo`, strong, false],
  [`${same}, ${same}`, strong, false],
  ['foo', strong, false],
  ['foo', tagOnly, false],
  ['foo', neither, false],
  ['', strong, false],
]

for (const [validator, validators, honoured] of ranges) {
  const asked = `${JSON.stringify(validator)} for ${JSON.stringify(validators)}`
  test(`ifRange() returns ${honoured} for ${asked}`, () => {
    const fields = validator === undefined ? {} : { 'if-range': validator }
    assert.equal(ifRange(headerOf(fields), validators, now), honoured)
  })
}
