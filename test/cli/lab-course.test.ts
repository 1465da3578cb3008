// The places of the course and the lines printed there, without a terminal.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  courseOf,
  experimentAt,
  keysAt,
  ledBy,
  neededAt,
  type Place,
  pressedAt,
  start,
} from '../../lib/cli/lab/course.ts'
import { endLines, helpLines, keyLines, placeLines, type Style } from '../../lib/cli/lab/view.ts'
import { widthOf } from '../../lib/cli/terminal/wrap.ts'
import { type RunRecord, type Scenario, type Step, scenarios } from '../../lib/lab/index.ts'
import { ownCommand } from '../../lib/sys/index.ts'

const text = (words: string) => ({ en: words, zh: words })

function scenarioOf(number: number, id: string, questions: number): Scenario {
  const asked = Array.from({ length: questions }, () => 'wait E ? -> nothing\n').join('')
  return {
    number,
    id,
    chapter: 1,
    title: text(`Title of ${id}?`),
    belief: text('A belief.'),
    transcript: `pipe r w\nep E; add E r IN\n${asked}wait E -> nothing\n`,
    questions: Array.from({ length: questions }, (_, i) => ({
      text: text(`Question ${i + 1}?`),
      choices: ['r:IN', 'nothing'],
    })),
    rule: text('A rule.'),
    fix: { text: text('A fix.'), transcript: 'pipe r w\n' },
    links: [{ label: 'a page', url: 'https://example.org/' }],
  }
}

const course = courseOf([scenarioOf(1, 'first', 2), scenarioOf(2, 'second', 1)])

/**
 * A place as text: the number of the experiment, `m` for its fix, the predictions, then `?` (open question) or `!`
 * (answered).
 */
function shortOf({ index, part, predictions, asks }: Place): string {
  const said = predictions.map(prediction => prediction ?? '-').join(',')
  return `${index + 1}${part === 'fix' ? 'm' : ''} ${said}${asks ? '?' : '!'}`
}

function walk(keys: string): string {
  let place = start
  for (const key of keys.split(' ').filter(key => key !== '')) {
    const pressed = pressedAt(course, place, key)
    if (pressed !== null) place = ledBy(course, place, pressed)
  }
  return shortOf(place)
}

const ways: readonly (readonly [keys: string, place: string])[] = [
  ['', '1 ?'],
  ['2', '1 nothing!'],
  ['return', '1 -!'],
  ['space', '1 -!'],
  ['3', '1 ?'],
  ['0', '1 ?'],
  ['m', '1 ?'],
  ['x', '1 ?'],
  ['b', '1 ?'],
  ['2 1', '1 nothing!'],
  ['2 m', '1 nothing!'],
  ['2 return', '1 nothing?'],
  ['2 return 1', '1 nothing,r:IN!'],
  ['2 return 1 return', '2 ?'],
  ['2 b', '1 ?'],
  ['2 return b', '1 nothing!'],
  ['2 return left left', '1 ?'],
  ['2 return 1 b', '1 nothing?'],
  ['2 return 1 r', '1 ?'],
  ['2 return 1 m', '1m nothing,r:IN!'],
  ['2 return 1 m m', '1 nothing,r:IN!'],
  ['2 return 1 m b', '1 nothing,r:IN!'],
  ['2 return 1 m r', '1m nothing,r:IN!'],
  ['2 return 1 m return', '2 ?'],
  ['2 return 1 return b', '1 ?'],
  ['2 return 1 return 2 return', '3 ?'],
  ['2 return 1 return 2 return b', '2 ?'],
  ['2 return 1 return 2 return r', '1 ?'],
]

for (const [keys, place] of ways) {
  test(`after the keys '${keys}' the course is at ${place}`, () => {
    assert.equal(walk(keys), place)
  })
}

test('each place offers the keys that work there, and Enter at the end leaves the course', () => {
  const end: Place = { ...start, index: 2 }
  assert.deepEqual(keysAt(course, start), ['predict', 'show', 'again', 'help', 'language', 'quit'])
  assert.deepEqual(keysAt(course, end), ['back', 'again', 'language', 'quit'])
  assert.deepEqual(pressedAt(course, end, 'return'), { key: 'quit' })
  assert.deepEqual(pressedAt(course, start, 'q'), { key: 'quit' })
  assert.deepEqual(pressedAt(course, start, '?'), { key: 'help' })
})

test('operations after an open question are not run', () => {
  const asked = (predictions: readonly null[], asks: boolean): number =>
    neededAt(course, { ...start, predictions, asks })
  // The experiment has three operations, then two with a question each, then one more.
  assert.deepEqual([asked([], true), asked([null], false)], [3, 4])
  assert.deepEqual([asked([null], true), asked([null, null], false)], [4, 6])
  assert.equal(neededAt(course, { ...start, part: 'fix', asks: false }), 1)
  assert.equal(neededAt(course, { ...start, index: 2 }), 0)
})

const paint = { strong: String, faint: String, changed: String }
const style = (width: number, language: 'en' | 'zh' = 'en'): Style => ({ language, width, paint })

/** The record of a run in which every outcome is as expected. */
function recordAt(all: typeof course, place: Place): RunRecord {
  const lines = experimentAt(all, place)?.lines.slice(0, neededAt(all, place)) ?? []
  const steps = lines.map((line): Step => {
    const outcome = line.expected ?? 'ok'
    const unused = { result: null, errno: null, events: [], opened: {}, atNs: 0, tookNs: 0 }
    return { op: line.op, outcome, state: null, ...unused }
  })
  return { kernel: '6.1.0', pid: 7, steps }
}

function shown(place: Place, isWhole = false): string {
  return placeLines(course, place, recordAt(course, place), style(80), isWhole).join('\n')
}

test('a question is shown with the operations before it, and its choices', () => {
  assert.equal(
    shown(start),
    `
[1/2] Title of first?

People say: A belief.

  pipe r w   -> ok
  ep E       -> ok
  add E r IN -> ok
? wait E     -> ?

Question 1?
  1)  r:IN      r has data to read
  2)  nothing   no event
`,
  )
})

test('an answer replaces its question, and shows the prediction', () => {
  const place: Place = { ...start, predictions: ['r:IN'], asks: false }
  assert.match(
    shown(place),
    /^\? wait E {5}-> nothing\n\nSurprise\. You predicted r:IN; the kernel says nothing\.\n\nState not read\./,
  )
  assert.match(shown({ ...place, predictions: ['nothing'] }), /\n\nRight: nothing\.\n\n/)
  assert.match(shown({ ...place, predictions: [null] }), /\n\nThe kernel says nothing\.\n\n/)
})

test('the rule is shown only after the last answer', () => {
  const places: readonly (readonly [predictions: null[], asks: boolean])[] = [
    [[], true],
    [[null], false],
    [[null], true],
  ]
  for (const [predictions, asks] of places)
    for (const isWhole of [false, true])
      assert.doesNotMatch(shown({ ...start, predictions, asks }, isWhole), /A rule|A fix/)
  const last = shown({ ...start, predictions: [null, null], asks: false })
  assert.match(last, / {2}wait E {5}-> nothing\n\nThe rule: A rule\.\n/)
})

test('each question repeats the title and the operations before it', () => {
  const place: Place = { ...start, predictions: [null], asks: true }
  const all = /Title of first\?[\s\S]*pipe r w[\s\S]*\? wait E {5}-> nothing\n\? wait E/
  assert.match(shown(place), all)
  assert.doesNotMatch(shown(place), /A belief/)
  assert.match(shown(place, true), all)
  assert.match(shown(place, true), /A belief/)
})

test('the end lists all rules, those that surprised the learner first', () => {
  const answers = new Map([
    [0, [{ prediction: 'nothing', outcome: 'nothing' }]],
    [1, [{ prediction: 'r:IN', outcome: 'nothing' }]],
  ])
  const text = endLines(course, answers, style(80)).join('\n')
  assert.match(
    text,
    /^ 2 {2}A rule\.\n {4}You predicted r:IN; the kernel said nothing\.\n 1 {2}A rule\.\n\n/m,
  )
})

test('an outcome that differs from the expected one is marked', () => {
  const { kernel, pid, steps } = recordAt(course, { ...start, predictions: [null], asks: false })
  const record = { kernel, pid, steps: steps.map(step => ({ ...step, outcome: 'EPERM' })) }
  const place: Place = { ...start, predictions: [null], asks: false }
  const lines = placeLines(course, place, record, style(80), false)
  assert.equal(lines[0], '? wait E     -> EPERM  (expected nothing)')
})

test('the keys take as few lines as the width allows', () => {
  const inLines = (width: number): string[] => keyLines(course, start, style(width))
  assert.deepEqual(inLines(80), ['1-2 predict   Enter skip   r restart   h help   l 中文   q quit'])
  assert.deepEqual(inLines(40), [
    '1-2 predict   Enter skip   r restart',
    'h help   l 中文   q quit',
  ])
})

/** All places of a course, including each fix. */
function* placesOf(all: typeof course): Generator<Place> {
  let place = start
  while (place.index < all.length) {
    yield place
    const over = keysAt(all, place).includes('fix')
    if (over) yield ledBy(all, place, { key: 'fix' })
    const key = place.asks ? 'show' : 'next'
    place = ledBy(all, place, { key })
  }
  yield place
}

for (const language of ['en', 'zh'] as const) {
  test(`every experiment fits into 60 columns, in ${language}`, () => {
    const all = courseOf(scenarios)
    for (const place of placesOf(all)) {
      const lines = [
        ...placeLines(all, place, recordAt(all, place), style(60, language), true),
        ...helpLines(all, place, style(60, language)),
        ...keyLines(all, place, style(60, language)),
      ]
      const long = lines.filter(line => widthOf(line) > 60)
      assert.deepEqual(
        long.filter(line => !line.startsWith('  https:') && !line.startsWith(`  ${ownCommand()} `)),
        [],
      )
    }
  })

  test(`every experiment shows each question, its rule and its fix once, in ${language}`, () => {
    for (const scenario of scenarios) {
      const own = courseOf([scenario])
      const lines = [...placesOf(own)].flatMap(place =>
        placeLines(own, place, recordAt(own, place), style(1000, language), false),
      )
      const asked = scenario.questions.map(({ text }) => text[language])
      assert.deepEqual(
        lines.filter(line => asked.includes(line)),
        asked,
      )
      const said = [scenario.rule[language], scenario.fix.text[language]]
      for (const text of said) assert.equal(lines.filter(line => line.endsWith(text)).length, 1)
    }
  })
}

test('a long operation has its outcome on the next line, and the other outcomes stay aligned', () => {
  const own = courseOf([
    {
      ...scenarioOf(1, 'long', 1),
      transcript: 'tcp c s\nsend c "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" -> 32\nrecv s 9 ? -> 9\n',
    },
  ])
  const place: Place = { ...start, predictions: [null], asks: false }
  const lines = placeLines(own, place, recordAt(own, place), style(40), true)
  assert.deepEqual(lines.slice(5, 9), [
    '  tcp c s  -> ok',
    '  send c "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
    '    -> 32',
    '? recv s 9 -> 9',
  ])
})
