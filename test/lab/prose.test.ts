import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  matches,
  type Operation,
  parse,
  Runner,
  type Step,
  type Text,
  transcriptOf,
} from '../../lib/lab/index.ts'
import { course, depths, drawings, pages } from '../../lib/lab/prose/index.ts'
import { inlines } from '../../lib/lab/prose/inline.ts'
import type { Block, Page, Section } from '../../lib/lab/prose/prose.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const runner = new Runner()
after(() => runner.close())

/** All texts inside a value, each with its path. */
function textsOf(value: unknown, at: string): { at: string; text: Text }[] {
  if (typeof value !== 'object' || value === null) return []
  if ('en' in value && 'zh' in value) return [{ at, text: value as Text }]
  return Object.entries(value).flatMap(([key, one]) => textsOf(one, `${at}.${key}`))
}

function sectionsOf(page: Page): { at: string; section: Section }[] {
  return page.sections.map(section => ({ at: `${page.id}/${section.id}`, section }))
}

const sections = pages.flatMap(sectionsOf)
const blocks = sections.flatMap(({ at, section }) => section.blocks.map(block => ({ at, block })))

function blocksOf<K extends Block['kind']>(kind: K): { at: string; block: Block & { kind: K } }[] {
  return blocks.flatMap(({ at, block }) =>
    block.kind === kind ? [{ at, block: block as Block & { kind: K } }] : [],
  )
}

const everything = { pages, drawings, course, depths }
const texts = textsOf(everything, 'prose').filter(({ at }) => !at.endsWith('.svg'))

/** A line without its code and its addresses. */
function spoken(line: string): string {
  return inlines(line)
    .map(({ kind, text }) => (kind === 'code' ? '' : text))
    .join('')
}

test('every text has an English version that ends with punctuation', () => {
  for (const { at, text } of texts) {
    assert.match(spoken(text.en), /^[\x20-\x7e]*$/, `${at}: ${text.en}`)
    assert.ok(text.en.length > 2, at)
    assert.doesNotMatch(
      text.en,
      /!(?!=)|\b(?:great|awesome|amazing|simply|powerful|easy|blazing)\b/i,
      at,
    )
    if (!/\.(title|heading)$/.test(at)) assert.match(text.en, /[.?:`)]$/, `${at}: ${text.en}`)
  }
})

test('every text has a Chinese version, with Chinese characters and punctuation', () => {
  for (const { at, text } of texts) {
    const han = spoken(text.zh).match(/\p{Script=Han}/gu) ?? []
    assert.ok(han.length >= 2, `${at}: ${text.zh}`)
    assert.doesNotMatch(spoken(text.zh), /[,;:?!](?=\p{Script=Han})|！/u, `${at}: ${text.zh}`)
    assert.doesNotMatch(text.zh, /\p{Script=Han}{3}\.$/u, `${at}: ${text.zh}`)
    if (!/\.(title|heading)$/.test(at)) assert.match(text.zh, /[。？：`）”]$/u, `${at}: ${text.zh}`)
  }
})

test('Chinese texts use only the agreed terms', () => {
  const others =
    /电平触发|边沿触发|条件触发|监听列表|就绪队列|文件句柄|软中断唤醒|兴趣列表|多路转接|单次模式/u
  for (const { at, text } of texts) assert.doesNotMatch(text.zh, others, `${at}: ${text.zh}`)
})

test('inline marks are closed, and both languages link to the same addresses', () => {
  for (const { at, text } of texts) {
    for (const line of [text.en, text.zh])
      for (const one of inlines(line))
        assert.doesNotMatch(one.text, one.kind === 'code' ? /`/ : /[`[\]]/, `${at}: ${line}`)
    const addresses = (line: string) =>
      inlines(line).flatMap(one =>
        one.kind === 'link' ? [one.address.replace('.zh-CN.md', '.md')] : [],
      )
    assert.deepEqual(addresses(text.zh), addresses(text.en), at)
  }
})

test('titles and headings contain no inline marks, because they are shown in lists of links', () => {
  for (const { at, text } of texts.filter(one => /\.(title|heading)$/.test(one.at)))
    assert.doesNotMatch(text.en + text.zh, /[`[\]]/, at)
})

test('every link leads to a web page, a place in the lab, or a file of the project', () => {
  for (const { at, text } of texts) {
    for (const one of [...inlines(text.en), ...inlines(text.zh)]) {
      if (one.kind !== 'link' || one.address.startsWith('https://')) continue
      assert.ok(leadsSomewhere(one.address), `${at}: ${one.address}`)
    }
  }
})

function leadsSomewhere(address: string): boolean {
  const [, page = '', place] = /^#\/([a-z]*)(?:\/(.+))?$/.exec(address) ?? []
  if (!address.startsWith('#/')) return existsSync(join(root, address))
  if (page === 'e') return scenarios.some(({ id }) => id === place)
  if (page === 'sandbox' || page === 'experiments' || page === 'xray') return place === undefined
  const found = pages.find(({ id }) => id === page)
  return (
    found !== undefined && (place === undefined || found.sections.some(({ id }) => id === place))
  )
}

test('no two sections have the same name', () => {
  const names = sections.map(({ at }) => at)
  assert.deepEqual(names, [...new Set(names)])
  for (const name of names) assert.match(name, /^[a-z]+\/[a-z0-9-]+$/)
})

test('every experiment that a page names exists', () => {
  for (const { at, block } of blocksOf('experiment'))
    assert.ok(
      scenarios.some(({ id }) => id === block.id),
      `${at}: ${block.id}`,
    )
})

test('every myth has a run, says where it is found, and ends with the truth', () => {
  const said = sections.filter(({ section }) => section.said === true)
  assert.ok(said.length >= 14 && said.length <= 20)
  for (const { at, section } of said) {
    const roles = section.blocks.flatMap(one => (one.kind === 'paragraph' ? [one.role ?? ''] : []))
    assert.deepEqual(roles.filter(Boolean), ['found', 'truth'], at)
    assert.ok(
      section.blocks.some(({ kind }) => kind === 'run'),
      at,
    )
  }
})

test('the course has one sentence after each experiment, in the same order', () => {
  const ids = scenarios
    .filter(({ number }) => [1, 2, 5, 6, 11, 13, 15, 21, 28, 34, 41, 56].includes(number))
    .map(({ id }) => id)
  assert.deepEqual(
    course.map(({ id }) => id),
    ids,
  )
  assert.deepEqual(
    course.map(({ next }) => next),
    [...ids.slice(1), null],
  )
})

test('each experiment of the course has a paragraph on the mechanism, and a section to read on', () => {
  assert.deepEqual(
    depths.map(({ id }) => id),
    course.map(({ id }) => id),
  )
  const inside = pages.find(({ id }) => id === 'inside')!.sections.map(({ id }) => id)
  for (const depth of depths) {
    assert.ok(inside.includes(depth.inside), depth.inside)
    assert.match(depth.kernel.label, /^[a-z_]+$/)
    assert.ok(depth.kernel.url.endsWith(depth.kernel.label))
  }
})

test('every drawing is well-formed, is used once, and has a text alternative', () => {
  const used = blocksOf('drawing').map(({ block }) => block.name)
  assert.deepEqual([...used].sort(), Object.keys(drawings).sort())
  for (const [name, { svg, alternative }] of Object.entries(drawings)) {
    for (const language of ['en', 'zh'] as const) {
      const text = svg[language]
      assert.deepEqual(unclosed(text), [], `${name}.${language}`)
      assert.match(text, /^<svg xmlns="[^"]+" viewBox="0 0 288 \d+" role="img" aria-label="/)
      assert.ok(text.includes(`aria-label="${escaped(alternative[language])}"`), name)
      assert.doesNotMatch(text, /#[0-9a-f]{3,8}\b(?!\))/i, 'a colour that no theme can change')
      for (const [, size] of text.matchAll(/font-size="([^"]+)"/g)) assert.ok(Number(size) >= 12)
      for (const [, label] of text.matchAll(/<text[^>]*>([^<]*)</g)) assert.notEqual(label, '')
    }
    const labels = (text: string) => text.split('<text').length
    assert.equal(labels(svg.zh), labels(svg.en), name)
  }
})

test('no text of a drawing crosses its edges', () => {
  for (const [name, { svg }] of Object.entries(drawings)) {
    for (const text of [svg.en, svg.zh]) {
      const height = Number(/viewBox="0 0 288 (\d+)"/.exec(text)?.[1])
      for (const [all, x, y, rest, label] of text.matchAll(
        /<text x="([\d.]+)" y="([\d.]+)"([^>]*)>([^<]*)</g,
      )) {
        const size = Number(/font-size="(\d+)"/.exec(rest!)?.[1] ?? 12)
        const width = [...label!].reduce(
          (sum, one) => sum + (one > '\u2e80' ? size : size * 0.62),
          0,
        )
        const anchor = /text-anchor="(\w+)"/.exec(rest!)?.[1] ?? 'start'
        const left = Number(x) - { start: 0, middle: width / 2, end: width }[anchor]!
        assert.ok(
          left >= 0 && left + width <= 288,
          `${name}: ${all}, from ${left} to ${left + width}`,
        )
        assert.ok(Number(y) >= size && Number(y) <= height - 2, `${name}: ${all}`)
      }
    }
  }
})

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/** The elements of a picture that are not closed correctly. */
function unclosed(svg: string): string[] {
  const open: string[] = []
  for (const [, closing, name, empty] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/gi)) {
    if (empty === '/') continue
    if (closing === '') open.push(name!)
    else if (open.pop() !== name) return [`</${name}>`]
  }
  if (/&(?!amp;|lt;|gt;|quot;)/.test(svg)) open.push('&')
  return open
}

for (const { at, block } of blocksOf('code')) {
  if (block.from === undefined) continue
  const { from, text } = block
  test(`the lines that ${at} shows are in ${from}`, () => {
    const flat = (lines: string) => lines.split('\n').map(line => line.trim())
    const lines = flat(text)
    const file = flat(readFileSync(join(root, from), 'utf8'))
    const starts = file.flatMap((line, i) => (line === lines[0] ? [i] : []))
    const found = starts.some(start => lines.every((line, i) => file[start + i] === line))
    assert.ok(found, `${from} has not, one after the other:\n${text}`)
    assert.ok(lines.length <= 20 && text.split('\n').every(line => line.length <= 90), 'too much')
  })
}

test('every program of the tutorial up to the server is shown on a page', () => {
  const shown = new Set(blocksOf('code').map(({ block }) => block.from))
  for (const name of readdirSync(join(root, 'examples')))
    if (/^(0\d|1[01])-.*\.ts$/.test(name)) assert.ok(shown.has(`examples/${name}`), name)
})

test('the Python program on the myths page shows that an epoll cannot be mapped', () => {
  const shown = blocksOf('code').find(({ at }) => at === 'myths/shared-memory')
  const [, program] = /^python3 -c "([^"]+)"/.exec(shown!.block.text) ?? []
  const run = () => execFileSync('python3', ['-c', program!], { encoding: 'utf8', stdio: 'pipe' })
  assert.throws(run, /OSError: \[Errno 19\] No such device/)
})

function operationsOf(text: string): readonly Operation[] {
  const parsed = parse(text)
  if ('problems' in parsed) assert.fail(JSON.stringify(parsed.problems))
  return parsed.operations
}

/** The operations whose outcome is not the expected one. */
function surprises(operations: readonly Operation[], steps: readonly Step[]): string[] {
  return operations.flatMap(({ expected, text }, i) => {
    const { outcome } = steps[i]!
    if (expected !== null)
      return matches(expected, outcome) ? [] : [`${text} -> ${outcome}, not ${expected}`]
    if (/^(thread|connect) /.test(text)) return []
    const isCount = /^(write|send) /.test(text) && /^\d+$/.test(outcome)
    return isCount || outcome === 'ok' ? [] : [`${text} -> ${outcome}`]
  })
}

for (const [i, { at, block }] of blocksOf('run').entries()) {
  test(`run ${i + 1}, in ${at}, has the outcomes that the page shows`, async () => {
    const operations = operationsOf(block.transcript)
    const { steps } = await runner.run(operations)
    assert.deepEqual(surprises(operations, steps), [], transcriptOf(steps))
    const expects = operations.filter(({ expected }) => expected !== null)
    assert.ok(expects.length > 0, 'the run expects no outcome, so it proves nothing')
  })
}
