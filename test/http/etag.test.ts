import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEntityTag, namesTag, sameStrongly, sameWeakly } from '../../lib/http/semantics/etag.ts'

const texts: [text: string, isTag: boolean][] = [
  ['"a"', true],
  ['""', true],
  ['"*"', true],
  ['W/"a"', true],
  ['"a,b"', true],
  ['"a\\b"', true],
  ['"!#~"', true],
  ['"\x80\xff"', true],
  ['', false],
  ['a', false],
  ['*', false],
  ['"', false],
  ['"a', false],
  ['a"', false],
  ['"a"b"', false],
  ['"a b"', false],
  ['"a\tb"', false],
  ['"\x7f"', false],
  ['"\n"', false],
  ['"a"\n', false],
  ['w/"a"', false],
  ['W"a"', false],
  ['W/ "a"', false],
  ['W/a', false],
  [' "a"', false],
  ['"a" ', false],
  ['"a", "b"', false],
  ["'a'", false],
]

for (const [text, isTag] of texts) {
  test(`isEntityTag() returns ${isTag} for ${JSON.stringify(text)}`, () => {
    assert.equal(isEntityTag(text), isTag)
  })
}

// The table of RFC 9110 section 8.8.3.2.
const comparisons: [one: string, other: string, strongly: boolean, weakly: boolean][] = [
  ['W/"1"', 'W/"1"', false, true],
  ['W/"1"', 'W/"2"', false, false],
  ['W/"1"', '"1"', false, true],
  ['"1"', 'W/"1"', false, true],
  ['"1"', '"1"', true, true],
  ['"1"', '"2"', false, false],
  ['"W/1"', '"1"', false, false],
  ['"a"', '"A"', false, false],
]

for (const [one, other, strongly, weakly] of comparisons) {
  test(`${one} and ${other} ${strongly ? 'match' : 'do not match'} strongly, and ${weakly ? 'match' : 'do not match'} weakly`, () => {
    assert.equal(sameStrongly(one, other), strongly)
    assert.equal(sameWeakly(one, other), weakly)
  })
}

const lists: [value: string, etag: string | null, strongly: boolean, weakly: boolean][] = [
  ['"a"', '"a"', true, true],
  ['"b"', '"a"', false, false],
  ['W/"a"', '"a"', false, true],
  ['"a"', 'W/"a"', false, true],
  ['W/"a"', 'W/"a"', false, true],
  ['  "a"\t', '"a"', true, true],
  ['"b", "a"', '"a"', true, true],
  ['"b","a"', '"a"', true, true],
  ['"b" , "a"', '"a"', true, true],
  ['"b",, ,,\t,  ,  "a"', '"a"', true, true],
  [',"a",', '"a"', true, true],
  ['W/"b", "a", W/"a"', '"a"', true, true],
  ['W/"b", W/"a"', '"a"', false, true],
  ['"a,b"', '"a,b"', true, true],
  ['"a,b"', '"a"', false, false],
  ['"x, "a", y"', '"a"', false, false],
  ['"b", "a", "broken', '"a"', true, true],
  ['"b", broken, "a"', '"a"', false, false],
  ['"broken, "a"', '"a"', false, false],
  ['"b" "a"', '"a"', false, false],
  ['"b""a"', '"a"', false, false],
  ['"a"b', '"a"', false, false],
  ['a', '"a"', false, false],
  ['"a', '"a"', false, false],
  ['a"', '"a"', false, false],
  ['w/"a"', '"a"', false, false],
  ['', '"a"', false, false],
  [' , ,', '"a"', false, false],
  ['""', '""', true, true],
  ['*', '"a"', true, true],
  [' *\t', '"a"', true, true],
  ['*', 'W/"a"', true, true],
  ['*', null, true, true],
  ['"*"', '"a"', false, false],
  ['"*"', '"*"', true, true],
  ['*, "b"', '"a"', false, false],
  ['"b", *', '"a"', false, false],
  ['**', '"a"', false, false],
  ['"*', '"a"', false, false],
  ['"a"', null, false, false],
]

for (const [value, etag, strongly, weakly] of lists) {
  test(`namesTag() of ${JSON.stringify(value)} for ${etag} returns ${strongly} strongly and ${weakly} weakly`, () => {
    assert.equal(namesTag(value, etag, sameStrongly), strongly)
    assert.equal(namesTag(value, etag, sameWeakly), weakly)
  })
}

test('namesTag() finds the last of many tags each time it is called', () => {
  const many = Array.from({ length: 2000 }, (_, index) => `"${index}"`).join(', ')
  for (let i = 0; i < 2; i++) {
    assert.equal(namesTag(many, '"1999"', sameStrongly), true)
    assert.equal(namesTag(many, '"2000"', sameStrongly), false)
  }
})

const hostile: [name: string, value: string][] = [
  ['spaces', ' '.repeat(16_000)],
  ['commas', ','.repeat(16_000)],
  ['quotes', '"'.repeat(16_000)],
  ['an open tag', `"${'a'.repeat(16_000)}`],
  ['spaces after a tag', `"a"${' '.repeat(16_000)}x`],
]

for (const [name, value] of hostile) {
  test(`namesTag() reads 16,000 characters of ${name} in linear time`, () => {
    const startMs = performance.now()
    for (let i = 0; i < 10; i++) assert.equal(namesTag(value, '"b"', sameWeakly), false)
    // In quadratic time it would take 2.5 billion steps.
    assert.ok(performance.now() - startMs < 1000)
  })
}
