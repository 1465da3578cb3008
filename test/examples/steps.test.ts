// The steps as a sequence: each differs from the previous one in a few lines.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { directory } from './program.ts'

const files = readdirSync(directory).sort()
const stepsOf = (ending: string): string[] =>
  files.filter(name => /^\d\d-/.test(name) && name.endsWith(ending))

/** The lines of a step, without indentation and without the first comment. */
function linesOf(file: string): string[] {
  const lines = readFileSync(directory + file, 'utf8').split('\n')
  const first = lines.findIndex(line => !/^(\/\/|#)/.test(line))
  return lines.slice(first).map(line => line.trim())
}

/** The number of lines that a diff would print. */
function changed(before: string[], after: string[]): number {
  let row = new Array<number>(after.length + 1).fill(0)
  for (const line of before) {
    const next = [0]
    for (const [i, other] of after.entries()) {
      next.push(line === other ? row[i]! + 1 : Math.max(row[i + 1]!, next[i]!))
    }
    row = next
  }
  return before.length + after.length - 2 * row.at(-1)!
}

for (const ending of ['.ts', '.py']) {
  const steps = stepsOf(ending)
  for (const [i, file] of steps.slice(0, 10).entries()) {
    const before = steps[i - 1]
    if (before === undefined || file.startsWith('07')) continue
    test(`${file} differs from ${before} in a few lines`, () => {
      const count = changed(linesOf(before), linesOf(file))
      assert.ok(count > 0 && count <= 30, `${count} lines`)
    })
  }
}

test('each step has a Python version, except the static server of step 11', () => {
  const names = stepsOf('.ts').map(name => name.slice(0, -3))
  const python = stepsOf('.py').map(name => name.slice(0, -3))
  assert.deepEqual(
    python,
    names.filter(name => name !== '11-static-server'),
  )
})

for (const readme of ['README.md', 'README.zh-CN.md']) {
  test(`examples/${readme} links every step`, () => {
    const text = readFileSync(directory + readme, 'utf8')
    const missing = stepsOf('.ts').filter(name => !text.includes(`(${name})`))
    assert.deepEqual(missing, [])
    const links = [...text.matchAll(/\]\((\d\d-[^)]+)\)/g)].map(([, link]) => link!)
    assert.deepEqual(
      links.filter(link => !files.includes(link)),
      [],
    )
  })
}
