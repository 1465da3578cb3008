import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { padded, widthOf, wrapped } from '../../lib/cli/terminal/wrap.ts'

test('a Chinese character takes two cells of a terminal', () => {
  assert.equal(widthOf('只读 r:IN，'), 2 * 3 + 5)
  assert.equal(padded('边缘', 6), '边缘  ')
})

const wrapTable: readonly (readonly [text: string, width: number, lines: string[]])[] = [
  ['', 10, ['']],
  ['one two', 10, ['one two']],
  ['one two three', 8, ['one two', 'three']],
  ['characters-without-blank', 8, ['characters-without-blank']],
  ['水平触发报告状态', 8, ['水平触发', '报告状态']],
  ['水平触发，报告状态', 8, ['水平触', '发，报告', '状态']],
  ['他说“状态”', 6, ['他说', '“状态”']],
  ['read 返回 0', 10, ['read 返回', '0']],
  ['a line that would leave one', 23, ['a line that would', 'leave one']],
]

for (const [text, width, lines] of wrapTable) {
  test(`wrapped() breaks '${text}' at ${width} cells into ${lines.length} lines`, () => {
    assert.deepEqual(wrapped(text, width), lines)
  })
}
