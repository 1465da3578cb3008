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
import { readings, sinceWait } from '../../lib/cli/lab/readings.ts'
import { helpLines, keyLines, placeLines, type Style } from '../../lib/cli/lab/view.ts'
import { words } from '../../lib/cli/lab/words.ts'
import { padded, widthOf, wrapped } from '../../lib/cli/terminal/wrap.ts'
import {
  type RunRecord,
  type Scenario,
  type State,
  type Step,
  scenarios,
} from '../../lib/lab/index.ts'
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
    rule: text('The very rule.'),
    fix: { text: text('Mended.'), transcript: 'pipe r w\n' },
    links: [{ label: 'a page', url: 'https://example.org/' }],
  }
}

const course = courseOf([scenarioOf(1, 'first', 2), scenarioOf(2, 'second', 1)])

/** `1`, `2`: the experiment; `?`: one question is asked, `!`: the answer, with what was predicted; `m`: the fix. */
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
  test(`the keys ${keys === '' ? 'that nobody pressed' : keys} lead to ${place}`, () => {
    assert.equal(walk(keys), place)
  })
}

test('every key that is offered does something, and after the end Enter leaves', () => {
  const end: Place = { ...start, index: 2 }
  assert.deepEqual(keysAt(course, start), ['predict', 'show', 'again', 'help', 'language', 'quit'])
  assert.deepEqual(keysAt(course, end), ['back', 'again', 'language', 'quit'])
  assert.deepEqual(pressedAt(course, end, 'return'), { key: 'quit' })
  assert.deepEqual(pressedAt(course, start, 'q'), { key: 'quit' })
  assert.deepEqual(pressedAt(course, start, '?'), { key: 'help' })
})

test('the kernel is not asked for what is to be predicted', () => {
  const asked = (predictions: readonly null[], asks: boolean): number =>
    neededAt(course, { ...start, predictions, asks })
  // Three operations, two that are asked about, one more.
  assert.deepEqual([asked([], true), asked([null], false)], [3, 4])
  assert.deepEqual([asked([null], true), asked([null, null], false)], [4, 6])
  assert.equal(neededAt(course, { ...start, part: 'fix', asks: false }), 1)
  assert.equal(neededAt(course, { ...start, index: 2 }), 0)
})

const paint = { strong: String, faint: String, changed: String }
const style = (width: number, language: 'en' | 'zh' = 'en'): Style => ({ language, width, paint })

/** As if the kernel had answered what is expected. */
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

What people believe: A belief.

  pipe r w   -> ok
  ep E       -> ok
  add E r IN -> ok
? wait E     -> ?

Question 1?
  1)  r:IN
  2)  nothing
`,
  )
})

test('an answer follows on its question, with the prediction beside it', () => {
  const place: Place = { ...start, predictions: ['r:IN'], asks: false }
  assert.match(shown(place), /^\? wait E {5}-> nothing\n\nYou predicted: r:IN\n\nState not read\./)
  assert.match(shown({ ...place, predictions: ['nothing'] }), /\n\nAs you predicted\.\n\n/)
  assert.doesNotMatch(shown({ ...place, predictions: [null] }), /predicted/)
})

test('the rule is said after the last answer only', () => {
  const places: readonly (readonly [predictions: null[], asks: boolean])[] = [
    [[], true],
    [[null], false],
    [[null], true],
  ]
  for (const [predictions, asks] of places)
    for (const isWhole of [false, true])
      assert.doesNotMatch(shown({ ...start, predictions, asks }, isWhole), /The very rule|Mended/)
  const last = shown({ ...start, predictions: [null, null], asks: false })
  assert.match(last, / {2}wait E {5}-> nothing\n\nThe rule: The very rule\.\n/)
})

test('the whole of a place has all operations so far', () => {
  const place: Place = { ...start, predictions: [null], asks: true }
  assert.doesNotMatch(shown(place), /Title|pipe r w/)
  assert.match(
    shown(place, true),
    /Title of first\?[\s\S]*pipe r w[\s\S]*\? wait E {5}-> nothing\n\? wait E/,
  )
})

test('what this kernel answers otherwise is said beside it', () => {
  const { kernel, pid, steps } = recordAt(course, { ...start, predictions: [null], asks: false })
  const record = { kernel, pid, steps: steps.map(step => ({ ...step, outcome: 'EPERM' })) }
  const place: Place = { ...start, predictions: [null], asks: false }
  const lines = placeLines(course, place, record, style(80), false)
  assert.equal(lines[0], '? wait E     -> EPERM  (the experiment expects nothing)')
})

test('the keys stand in as few lines as there is room for', () => {
  const inLines = (width: number): string[] => keyLines(course, start, style(width))
  assert.deepEqual(inLines(80), ['1-2 predict   Enter show   r again   h words   l 中文   q quit'])
  assert.deepEqual(inLines(40), ['1-2 predict   Enter show   r again', 'h words   l 中文   q quit'])
})

/** All places that a learner passes, going on with each key. */
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
  test(`60 columns are enough for every experiment, in ${language}`, () => {
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

  test(`every question of every experiment is asked once, and its rule is said, in ${language}`, () => {
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

test('an operation that leaves no room has its outcome below it, and the others do not move', () => {
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

const descriptor = { kind: 'pipe reader', level: ['IN'], edges: [], unsentBytes: null } as const
const state: State = {
  descriptors: [
    { ...descriptor, name: 'r', fd: 19, queuedBytes: 1000 },
    { ...descriptor, name: 'w', fd: 20, kind: 'pipe writer', edges: null, queuedBytes: null },
  ],
  epolls: [
    { name: 'E', fd: 21, ready: true, interest: [{ fd: 19, name: 'r', mask: ['IN'], inode: 1 }] },
    { name: 'F', fd: 22, ready: null, interest: [] },
  ],
}

test('the readings are a table, and a line for each epoll', () => {
  assert.deepEqual(readings(state, words.en, 80), [
    'name  fd  kind         level  edges  to read',
    'r     19  pipe reader  IN     none      1000',
    'w     20  pipe writer  IN     -            -',
    'E (fd 21) watches r:IN; its ready list has entries',
    'F (fd 22) watches nothing',
  ])
  assert.deepEqual(readings(state, words.zh, 80).slice(0, 4), [
    '名字  fd  类型      电平  边缘  待读',
    'r     19  管道读端  IN    无    1000',
    'w     20  管道写端  IN    -        -',
    'E（fd 21）关注 r:IN；就绪列表非空',
  ])
})

test('where there is no room, the table does without kinds, then without numbers', () => {
  assert.equal(readings(state, words.en, 40)[0], 'name  fd  level  edges  to read')
  assert.equal(readings(state, words.en, 28)[0], 'name  level  edges  to read')
})

test('bytes that are not taken yet have a column where there are any', () => {
  const [one] = state.descriptors
  const sending = { descriptors: [{ ...one!, unsentBytes: 768 }], epolls: [] }
  assert.equal(
    readings(sending, words.en, 80)[0],
    'name  fd  kind         level  edges  to read  unsent',
  )
})

test('edges count since the same epoll was waited for, and are unknown where one step is', () => {
  const stepOf = (op: string, edges: 'IN' | 'OUT' | 'none' | 'unread'): Step => {
    const flags = edges === 'none' || edges === 'unread' ? [] : [edges]
    const own = { ...state.descriptors[0]!, edges: edges === 'unread' ? null : flags }
    const read: State = { descriptors: [own], epolls: [] }
    const unused = { result: null, errno: null, events: [], opened: {}, atNs: 0, tookNs: 0 }
    return { op, outcome: 'ok', state: read, ...unused }
  }
  const steps = [
    stepOf('write w 1', 'OUT'),
    stepOf('wait E', 'none'),
    stepOf('write w 2', 'IN'),
    stepOf('wait L 5', 'none'),
    stepOf('wait E 5', 'none'),
    stepOf('wait E', 'none'),
    stepOf('write w 3', 'unread'),
    stepOf('wait E', 'none'),
  ]
  const edges = (index: number) =>
    sinceWait(steps[index]!.state!, steps, index).descriptors[0]!.edges
  assert.deepEqual(
    steps.map((_, index) => edges(index)),
    [['OUT'], ['OUT'], ['IN'], ['IN', 'OUT'], ['IN'], [], null, null],
  )
})

test('Chinese takes two cells of a terminal', () => {
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
  test(`'${text}' in ${width} cells is ${lines.length} lines`, () => {
    assert.deepEqual(wrapped(text, width), lines)
  })
}
