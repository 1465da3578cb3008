// Splits transcripts into lines.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scriptOf } from '../../lib/lab/index.ts'

test('a transcript is split into lines, even if its operations are unknown', () => {
  assert.deepEqual(scriptOf('\nserve  LT 1000 ? -> 2000\nmaps E -> 0 or 1; frob "a b"\n'), [
    { op: 'serve LT 1000', asks: true, expected: '2000' },
    { op: 'maps E', asks: false, expected: '0 or 1' },
    { op: 'frob "a b"', asks: false, expected: null },
  ])
})

test('comments and blank lines are skipped', () => {
  assert.deepEqual(scriptOf('# a\n\n  \nep E # b\n'), [{ op: 'ep E', asks: false, expected: null }])
})
