import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inPackage } from '../../lib/sys/index.ts'
import { withConstants } from '../../scripts/constants.js'

const cases: [what: string, text: string, expected: string][] = [
  ['a variable that is assigned once', 'var a = f();', 'const a = f();'],
  ['several at once', 'var a = 1, b = 2;\nvar c = 3;', 'const a = 1, b = 2;\nconst c = 3;'],
  ['a pattern', 'var { a, b: [c] } = d;', 'const { a, b: [c] } = d;'],
  ['its properties change', 'var a = {}; a.b = 1; a[0]++;', 'const a = {}; a.b = 1; a[0]++;'],
  ['no value yet', 'var a;', 'var a;'],
  ['assigned later', 'var a = 1; a = 2;', 'var a = 1; a = 2;'],
  ['counted', 'var a = 1; function f() { a++ }', 'var a = 1; function f() { a++ }'],
  ['added to', 'var a = 1; a += 2', 'var a = 1; a += 2'],
  ['assigned by a pattern', 'var a = 1, b = 2; [b] = c', 'var a = 1, b = 2; [b] = c'],
  ['assigned by a loop', 'var a = 1; for (a of b) {}', 'var a = 1; for (a of b) {}'],
  ['hidden by a loop', 'var a = 1; for (const a of b) {}', 'const a = 1; for (const a of b) {}'],
  ['no variable', 'let a = 1; f(`var b = 1`)', 'let a = 1; f(`var b = 1`)'],
]

for (const [what, text, expected] of cases) {
  test(`withConstants() replaces var with const only where that is correct: ${what}`, () => {
    assert.equal(withConstants(text), expected)
  })
}

const skip = process.env['EPOLLET_SOURCE_MAPS'] !== undefined && 'npm run coverage adds source maps'

test('in the package, the parser’s tables are declared with const', { skip }, () => {
  const http = readFileSync(inPackage('dist/http/index.js'), 'utf8')
  assert.match(http, /^const classes = classTable\(\);$/m)
})
