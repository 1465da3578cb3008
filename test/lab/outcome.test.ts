// Outcomes as text, and the patterns that match them.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Flag, matches, type NamedEvent } from '../../lib/lab/index.ts'
import { eventsText, maskText } from '../../lib/lab/language/outcome.ts'
import { flags } from '../../lib/lab/language/syntax.ts'

const expectations: readonly (readonly [
  pattern: string,
  yes: readonly string[],
  no: readonly string[],
])[] = [
  ['ok', ['ok'], ['', 'okay', 'OK', ' ok', 'nothing']],
  ['r:IN, w:OUT|ERR', ['r:IN, w:OUT|ERR'], ['r:IN', 'w:OUT|ERR, r:IN', 'r:IN, w:OUT|ERR|HUP']],
  ['r(closed):IN', ['r(closed):IN'], ['rclosed:IN', 'r:IN']],
  ['65536, then EAGAIN', ['65536, then EAGAIN'], ['65536', '65536, then 0']],
  ['a.c', ['a.c'], ['abc']],
  ['*', ['', 'ok', 'r:IN, w:OUT'], []],
  ['r:*', ['r:IN', 'r:', 'r:IN, w:OUT'], ['w:IN', 'r']],
  ['*, then EAGAIN', ['5, then EAGAIN'], ['5, then 0', 'EAGAIN']],
  ['a*b*c', ['abc', 'a-b-c', 'abbc', 'abcbc'], ['ac', 'acb', 'ab', 'a-c-b']],
  ['ab*ba', ['abba', 'ab-ba'], ['aba', 'ab', 'ba']],
  ['*ab*ab*', ['abab', '-ab-ab-'], ['ab', 'aab']],
  ['**', ['', 'x'], []],
  ['>1000', ['1001', '99999999'], ['1000', '1', '', 'EAGAIN', '1001, then EAGAIN', '-2000']],
  ['>x', ['>x'], ['5']],
  ['nothing or r:IN', ['nothing', 'r:IN'], ['nothing or r:IN', 'w:IN', '']],
  ['0 or >100 or E*', ['0', '101', 'EAGAIN'], ['1', '100', 'x']],
  ['', [''], ['ok']],
]

for (const [pattern, yes, no] of expectations) {
  test(`'${pattern}' matches exactly the outcomes that it describes`, () => {
    for (const outcome of yes) assert.ok(matches(pattern, outcome), outcome)
    for (const outcome of no) assert.ok(!matches(pattern, outcome), outcome)
  })
}

// Patterns may be written by a stranger, so matching must be fast.
test('a pattern with thousands of stars is matched in less than 500 ms', () => {
  const start = performance.now()
  assert.ok(!matches(`${'*a'.repeat(4000)}*b`, 'a'.repeat(4000)))
  assert.ok(matches(`${'*a'.repeat(4000)}*`, 'a'.repeat(4000)))
  assert.ok(performance.now() - start < 500)
})

const events: readonly (readonly [events: readonly NamedEvent[], text: string])[] = [
  [[], 'nothing'],
  [[{ name: 'r', mask: ['IN'] }], 'r:IN'],
  [[{ name: 'r(closed)', mask: ['IN', 'HUP'] }], 'r(closed):IN|HUP'],
  [[{ name: 'fd 150', mask: [] }], 'fd 150:0'],
  [
    [
      { name: 'w', mask: ['OUT', 'ERR'] },
      { name: 'r', mask: ['IN'] },
    ],
    'w:OUT|ERR, r:IN',
  ],
]

for (const [given, text] of events) {
  test(`events are written as '${text}', in order`, () => {
    assert.equal(eventsText(given), text)
    assert.ok(matches(text, text))
  })
}

test('a mask is written as its flags, or as 0 if it has none', () => {
  assert.equal(maskText([]), '0')
  assert.equal(maskText(['IN', 'ET'] satisfies Flag[]), 'IN|ET')
  assert.equal(maskText(flags).split('|').length, flags.length)
})
