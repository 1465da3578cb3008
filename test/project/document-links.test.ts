import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { documents, linksIn, read } from './documents.ts'
import { root } from './temporary.ts'

/** The anchor that GitHub gives to a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-')
}

function hasAnchor(path: string, anchor: string): boolean {
  const text = read(path)
  const line = /^L(\d+)$/.exec(anchor)
  if (line !== null) return Number(line[1]) <= text.split('\n').length
  return [...text.matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => slug(heading) === anchor)
}

/** Returns the reason why a document's link is wrong, or undefined. */
function complaint(from: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined
  const [file = '', anchor] = decodeURI(link).split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (path.startsWith('..') || !existsSync(join(root, path))) return `${from}: no ${link}`
  if (anchor !== undefined && !hasAnchor(path, anchor)) return `${from}: no anchor ${link}`
  return undefined
}

for (const document of documents) {
  test(`every relative link of ${document} has a target`, () => {
    const wrong = linksIn(read(document)).map(link => complaint(document, link))
    assert.deepEqual(
      wrong.filter(text => text !== undefined),
      [],
    )
  })
}

test('complaint() reports links without a target', () => {
  const links = linksIn('[a](README.md) [b](gone.md) [c](README.md#gone) `[d](e)` [f](LICENSE#L99)')
  assert.deepEqual(
    links.flatMap(link => complaint('CHANGELOG.md', link) ?? []),
    [
      'CHANGELOG.md: no gone.md',
      'CHANGELOG.md: no anchor README.md#gone',
      'CHANGELOG.md: no anchor LICENSE#L99',
    ],
  )
})

// SECURITY.md

test('every promise of SECURITY.md names test files that exist', () => {
  const promises = [...read('SECURITY.md').matchAll(/^\| (.+) \| ([^|]+) \|$/gm)].slice(2)
  assert.ok(promises.length >= 10, `${promises.length}`)
  for (const [row, , tests = ''] of promises) {
    const paths = [...tests.matchAll(/`(test\/[^`]+\.test\.ts)`/g)].map(([, path = '']) => path)
    assert.ok(paths.length > 0, row)
    for (const path of paths) assert.ok(existsSync(join(root, path)), path)
  }
})

// Words

const chinesePages = [...documents.filter(path => path.includes('.zh-CN.')), 'html/zh/index.html']
/** Synonyms that these documents avoid, each with the term from docs/terms.md. */
const otherWords: readonly (readonly [other: string, ours: string])[] = [
  ['边沿触发', '边缘触发'],
  ['边缘式', '边缘触发'],
  ['电平触发', '水平触发'],
  ['条件触发', '水平触发'],
  ['水平式', '水平触发'],
  ['文件句柄', '文件描述符'],
  ['文件描述字', '文件描述符'],
  ['堵塞', '阻塞'],
  ['反压', '背压'],
  ['兴趣列表', '关注列表'],
  ['感兴趣列表', '关注列表'],
  ['就绪队列', '就绪列表'],
  ['事件回路', '事件循环'],
  ['多路转接', '多路复用'],
  ['一次性触发', '单次触发'],
  ['伪唤醒', '虚假唤醒'],
  ['陈旧事件', '过期事件'],
]

test('docs/terms.md contains all the terms that this test checks', () => {
  const terms = read('docs/terms.md')
  for (const [, ours] of otherWords) assert.ok(terms.includes(ours), ours)
})

for (const page of chinesePages) {
  test(`${page} uses the terms in docs/terms.md`, () => {
    const text = read(page)
    const found = otherWords.filter(([other]) => text.includes(other))
    assert.deepEqual(
      found.map(([other, ours]) => `${other}: ${ours}`),
      [],
    )
  })
}
