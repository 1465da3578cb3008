// The course on a pseudo-terminal.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { widthOf } from '../../lib/cli/terminal/wrap.ts'
import { course, scenarios } from '../../lib/lab/index.ts'
import { type Options, PseudoTerminal } from './pseudo-terminal.ts'

const enter = '\r'
const bold = '\x1b[1m'
const question = /^1-\d predict .* q quit$/
const answer = /^Enter next .* q quit$/

function learn(args: string[] = [], options: Options = {}): PseudoTerminal {
  return new PseudoTerminal(['lab', '--lang', 'en', ...args], { columns: 100, ...options })
}

test('each prediction is followed by the kernel’s answer, and the last answer by the rule', async () => {
  await using terminal = learn()
  await terminal.asked(question)
  assert.match(terminal.screen.text, /\[1\/12\] You read half of the data\./)
  assert.match(terminal.screen.text, /^\? wait L {8}-> \?$/m)
  terminal.press('1')
  await terminal.asked(answer)
  assert.match(
    terminal.screen.text,
    /^\? wait L {8}-> r:IN\n\nSurprise\. You predicted nothing; the kernel says r:IN\.$/m,
  )
  assert.match(terminal.screen.text, /^ {2}r +\d+ +pipe reader +IN +1000$/m)
  terminal.press(enter)
  await terminal.asked(question)
  assert.doesNotMatch(terminal.screen.text, /The rule:/)
  terminal.press('1')
  await terminal.asked(/m the fix/)
  assert.match(terminal.screen.text, /^\? wait E {8}-> nothing\n\nRight: nothing\.$/m)
  assert.match(terminal.screen.text, /^The rule: Level-triggered keeps reporting/m)
  terminal.press('q')
  assert.deepEqual(await terminal.left, { status: 0, restored: true })
})

test('m runs the fixed version, and pressing m again goes back', async () => {
  await using terminal = learn(['add-late'])
  await terminal.asked(question)
  terminal.press(enter)
  await terminal.asked(/m the fix/)
  terminal.press('m')
  await terminal.asked(/m the bug/)
  assert.match(terminal.screen.text, /^The fix: Nothing to fix/m)
  assert.match(terminal.screen.text, /^ {2}drain s {7}-> 5, then EAGAIN$/m)
  terminal.press('m')
  await terminal.asked(/m the fix/)
  assert.equal(terminal.screen.text.match(/^The rule: /gm)?.length, 2)
})

test('b goes back, r restarts the experiment, l changes the language', async () => {
  await using terminal = learn(['5', '6'])
  const titles = (): number => terminal.screen.text.match(/^\[1\/2\]/gm)?.length ?? 0
  await terminal.asked(question)
  terminal.press('1')
  await terminal.asked(answer)
  terminal.press('b')
  await terminal.asked(question)
  assert.equal(titles(), 2)
  terminal.press(enter)
  await terminal.asked(answer)
  terminal.press('r')
  await terminal.asked(question)
  assert.equal(titles(), 3)
  terminal.press('l')
  await terminal.asked(/l English {3}q 退出$/)
  assert.match(terminal.screen.text, /^\[1\/2\] 数据在注册之前就到了。会丢吗？$/m)
  terminal.press('l')
  await terminal.asked(question)
})

test('h explains the shown operations', async () => {
  await using terminal = learn()
  await terminal.asked(question)
  terminal.press('h')
  await terminal.asked(question)
  assert.match(terminal.screen.text, /^ {2}pipe r w +a pipe: its read end and its write end$/m)
})

test('the course ends after all experiments, and Enter leaves it', async () => {
  await using terminal = learn()
  const asked = scenarios.filter(({ number }) => course.includes(number))
  for (const { questions } of asked) {
    for (const _ of questions) {
      await terminal.asked(question)
      terminal.press(enter)
      await terminal.asked(answer)
      terminal.press(enter)
    }
  }
  await terminal.asked(/^b back {3}r restart {3}l 中文 {3}q quit$/)
  for (const { title, rule } of asked) {
    assert.ok(terminal.screen.text.includes(title.en))
    assert.ok(terminal.screen.text.replaceAll('\n', ' ').includes(rule.en), rule.en)
  }
  assert.doesNotMatch(terminal.screen.text, /predict {3}|q quit\n|\(expected/)
  terminal.press(enter)
  assert.deepEqual(await terminal.left, { status: 0, restored: true })
})

test('a prompt disappears after the next key', async () => {
  await using terminal = learn([], { columns: 60 })
  await terminal.asked(/q quit$/)
  terminal.press('1')
  await terminal.asked(answer)
  assert.equal(terminal.screen.text.match(/Enter/g)?.length, 1)
  assert.doesNotMatch(terminal.screen.text, /asking the kernel/)
})

const leavings: readonly (readonly [what: string, leave: (at: PseudoTerminal) => void, number])[] =
  [
    ['Ctrl-C', at => at.press('\x03'), 130],
    ['Ctrl-D', at => at.press('\x04'), 0],
    ['SIGTERM', at => at.signal(15), 143],
    ['SIGHUP', at => at.signal(1), 129],
  ]

for (const [what, leave, status] of leavings) {
  test(`${what} ends the lab with status ${status}, and restores the terminal`, async () => {
    await using terminal = learn()
    await terminal.asked(question)
    leave(terminal)
    assert.deepEqual(await terminal.left, { status, restored: true })
    assert.equal(terminal.screen.lines.at(-1), '')
  })
}

test('Ctrl-C also works during a run', async () => {
  await using terminal = learn(['four-threads'])
  await terminal.asked(/^asking the kernel \.\.\.$/)
  terminal.press('\x03')
  assert.deepEqual(await terminal.left, { status: 130, restored: true })
})

test('Ctrl-Z without job control changes nothing', async () => {
  await using terminal = learn()
  await terminal.asked(question)
  const before = terminal.screen.text
  terminal.press('\x1a')
  await terminal.asked(question)
  assert.equal(terminal.screen.text, before)
  terminal.press('1')
  await terminal.asked(answer)
})

test('unknown keys do nothing', async () => {
  await using terminal = learn()
  await terminal.asked(question)
  const before = terminal.screen.text
  terminal.press('9x\x1b[A\tm')
  terminal.press('q')
  await terminal.left
  assert.ok(before.startsWith(terminal.screen.text))
})

test('NO_COLOR removes only colours', async () => {
  const texts: string[] = []
  for (const NO_COLOR of [undefined, '1']) {
    await using terminal = learn(['add-late'], { env: { NO_COLOR } })
    await terminal.asked(question)
    terminal.press('1')
    await terminal.asked(answer)
    assert.equal(terminal.raw.includes(bold), NO_COLOR === undefined)
    texts.push(terminal.screen.text.replace(/, process \d+/g, ''))
  }
  assert.equal(texts[0], texts[1])
})

test('a dumb terminal gets plain lines', async () => {
  await using terminal = learn(['add-late'], { env: { TERM: 'dumb' } })
  await terminal.shown(/q quit\n$/)
  terminal.press('1')
  await terminal.shown(/m the fix .* q quit\n$/)
  assert.ok(!terminal.raw.includes('\x1b'))
})

for (const language of ['en', 'zh']) {
  test(`the course fits into 60 columns, in ${language}`, async () => {
    await using terminal = learn(['--lang', language], { columns: 60, rows: 20 })
    for (let i = 0; i < 4; i++) {
      await terminal.asked(/q (quit|退出)$/)
      terminal.press(i % 2 === 0 ? '1' : enter)
    }
    await terminal.asked(/q (quit|退出)$/)
    const lines = stripVTControlCharacters(terminal.raw).split(/[\r\n]+/)
    assert.deepEqual(
      lines.filter(line => widthOf(line) > 60),
      [],
    )
  })
}

test('the keys are rearranged when the terminal becomes wider', async () => {
  await using terminal = learn([], { columns: 60 })
  await terminal.asked(/^q quit$/)
  terminal.resize(100, 30)
  await terminal.asked(question)
})
