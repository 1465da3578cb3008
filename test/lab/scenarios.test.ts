import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  matches,
  parse,
  Runner,
  type ScriptLine,
  type Step,
  scriptOf,
  transcriptOf,
} from '../../lib/lab/index.ts'
import { modules } from '../../lib/lab/modules/index.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'

const folder = fileURLToPath(new URL('../../lib/lab/scenarios/', import.meta.url))
const runner = new Runner()
after(() => runner.close())

/** The lines whose outcome is not the expected one. */
function surprises(lines: readonly ScriptLine[], steps: readonly Step[]): string[] {
  return lines.flatMap(({ expected, op }, i) => {
    const { outcome } = steps[i]!
    if (expected !== null)
      return matches(expected, outcome) ? [] : [`${op} -> ${outcome}, not ${expected}`]
    return /^(thread|connect) /.test(op) || outcome === 'ok' ? [] : [`${op} -> ${outcome}`]
  })
}

test('every experiment file is in the list, in numerical order', () => {
  const files = readdirSync(folder).filter(name => /^\d.*\.ts$/.test(name))
  const names = scenarios.map(({ number, id }) => `${String(number).padStart(2, '0')}-${id}.ts`)
  assert.deepEqual(names, files.sort())
  assert.equal(new Set(scenarios.map(({ id }) => id)).size, scenarios.length)
})

for (const scenario of scenarios) {
  const { number, id, title, belief, rule, fix, questions, chapter, links } = scenario

  test(`experiment ${number}, ${id}, has all its texts in English and Chinese`, () => {
    assert.ok(chapter >= 1 && chapter <= 8)
    const texts = [title, belief, rule, fix.text, ...questions.map(({ text }) => text)]
    for (const { en, zh } of texts) {
      assert.match(en, /^[\x20-\x7e]+[.?:]$/)
      assert.match(zh, /\p{Script=Han}/u)
    }
  })

  test(`experiment ${number}, ${id}, links a man page and a real incident`, () => {
    const isManual = (url: string) => url.startsWith('https://man7.org/')
    for (const { url } of links) assert.match(url, /^https:\/\//)
    assert.ok(links.some(({ url }) => isManual(url)))
    assert.ok(links.some(({ url }) => !isManual(url)))
  })

  test(`experiment ${number}, ${id}, has a question for each ?, and the kernel's answer is among the choices`, async () => {
    const lines = scriptOf(scenario.transcript)
    const steps = (await runner.runScenario(scenario)).steps.filter((_, i) => lines[i]!.asks)
    assert.equal(steps.length, questions.length)
    for (const [i, { outcome }] of steps.entries()) {
      const { choices } = questions[i]!
      assert.ok(choices.length >= 2 && choices.length <= 4)
      assert.equal(choices.filter(choice => matches(choice, outcome)).length, 1, outcome)
    }
  })

  test(`experiment ${number}, ${id}, is a valid program, or names the module that its operations need`, () => {
    const programs = [scenario.transcript, fix.transcript].map(text => parse(text))
    const problems = programs.flatMap(parsed => ('problems' in parsed ? parsed.problems : []))
    if (scenario.module === undefined) assert.deepEqual(problems, [])
    else {
      assert.ok(Object.hasOwn(modules, scenario.module))
      assert.notDeepEqual(problems, [], 'the operations need no module')
      assert.ok(scenario.unread)
    }
  })

  for (const [name, part, text] of [
    ['as believed', 'transcript', scenario.transcript],
    ['fixed', 'fix', fix.transcript],
  ] as const) {
    test(`experiment ${number}, ${id}, ${name}, has the outcomes of its transcript`, async () => {
      const lines = scriptOf(text)
      const { steps } = await runner.runScenario(scenario, part)
      assert.equal(steps.length, lines.length)
      assert.deepEqual(surprises(lines, steps), [], transcriptOf(steps))
    })
  }

  test(`experiment ${number}, ${id}, reports the same events in four runs`, async () => {
    const patterns = []
    for (let i = 0; i < 4; i++) {
      const { steps } = await runner.runScenario(scenario)
      patterns.push(steps.map(({ op, events }) => (op.startsWith('join') ? '' : events)))
    }
    for (const pattern of patterns) assert.deepEqual(pattern, patterns[0])
  })
}
