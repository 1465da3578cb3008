import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  matches,
  type Operation,
  parse,
  Runner,
  type Step,
  transcriptOf,
} from '../../lib/lab/index.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'

const folder = fileURLToPath(new URL('../../lib/lab/scenarios/', import.meta.url))
const runner = new Runner()
after(() => runner.close())

function operationsOf(text: string): readonly Operation[] {
  const parsed = parse(text)
  if ('problems' in parsed) assert.fail(JSON.stringify(parsed.problems))
  return parsed.operations
}

/** Each line that came out otherwise than its writer says. */
function surprises(operations: readonly Operation[], steps: readonly Step[]): string[] {
  return operations.flatMap(({ expected, text }, i) => {
    const { outcome } = steps[i]!
    if (expected !== null)
      return matches(expected, outcome) ? [] : [`${text} -> ${outcome}, not ${expected}`]
    return /^(thread|connect) /.test(text) || outcome === 'ok' ? [] : [`${text} -> ${outcome}`]
  })
}

test('every file of an experiment is in the list, in order of number', () => {
  const files = readdirSync(folder).filter(name => name !== 'index.ts')
  const names = scenarios.map(({ number, id }) => `${String(number).padStart(2, '0')}-${id}.ts`)
  assert.deepEqual(names, files.sort())
  assert.equal(new Set(scenarios.map(({ id }) => id)).size, scenarios.length)
})

for (const scenario of scenarios) {
  const { number, id, title, belief, rule, mend, questions, chapter, links } = scenario

  test(`experiment ${number}, ${id}, says everything in English and in Chinese`, () => {
    assert.ok(chapter >= 1 && chapter <= 8)
    const texts = [title, belief, rule, mend.text, ...questions.map(({ text }) => text)]
    for (const { en, zh } of texts) {
      assert.match(en, /^[\x20-\x7e]+[.?:]$/)
      assert.match(zh, /\p{Script=Han}/u)
    }
    assert.ok(links.length > 0)
    for (const { url } of links) assert.match(url, /^https:\/\//)
  })

  test(`experiment ${number}, ${id}, asks where its marks are, and the kernel's answer is among the choices`, async () => {
    const asked = operationsOf(scenario.transcript)
    const steps = (await runner.run(asked)).steps.filter((_, i) => asked[i]!.asks)
    assert.equal(steps.length, questions.length)
    for (const [i, { outcome }] of steps.entries()) {
      const { choices } = questions[i]!
      assert.ok(choices.length >= 2 && choices.length <= 4)
      assert.equal(choices.filter(choice => matches(choice, outcome)).length, 1, outcome)
    }
  })

  for (const [part, text] of [
    ['as believed', scenario.transcript],
    ['mended', mend.transcript],
  ] as const) {
    test(`experiment ${number}, ${id}, ${part}, comes out as its transcript says`, async () => {
      const operations = operationsOf(text)
      const { steps } = await runner.run(operations)
      assert.deepEqual(surprises(operations, steps), [], transcriptOf(steps))
    })
  }

  test(`experiment ${number}, ${id}, gives the same events four times`, async () => {
    const operations = operationsOf(scenario.transcript)
    const patterns = []
    for (let i = 0; i < 4; i++) {
      const { steps } = await runner.run(operations)
      patterns.push(steps.map(({ op, events }) => (op.startsWith('join') ? '' : events)))
    }
    for (const pattern of patterns) assert.deepEqual(pattern, patterns[0])
  })
}
