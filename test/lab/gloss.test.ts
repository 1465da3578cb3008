// The meaning of each outcome in a few words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scriptOf } from '../../lib/lab/index.ts'
import { glossOf } from '../../lib/lab/language/gloss.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'

test('every choice of every question has a short meaning in English and Chinese', () => {
  for (const { id, transcript, questions } of scenarios) {
    const asked = scriptOf(transcript).filter(({ asks }) => asks)
    for (const [i, { choices }] of questions.entries()) {
      for (const choice of choices) {
        const en = glossOf(asked[i]!.op, choice, 'en')
        const zh = glossOf(asked[i]!.op, choice, 'zh')
        assert.match(en, /^[\x20-\x7e]{2,90}$/, `${id}: ${asked[i]!.op} -> ${choice}`)
        assert.match(zh, /\p{Script=Han}/u, `${id}: ${asked[i]!.op} -> ${choice}`)
      }
    }
  }
})

test('two choices of a question never mean the same', () => {
  for (const { id, transcript, questions } of scenarios) {
    const asked = scriptOf(transcript).filter(({ asks }) => asks)
    for (const [i, { choices }] of questions.entries()) {
      const meanings = choices.map(choice => glossOf(asked[i]!.op, choice, 'en'))
      assert.equal(new Set(meanings).size, choices.length, `${id}: ${meanings.join(' / ')}`)
    }
  }
})

for (const [op, outcome, en, zh] of [
  ['wait E', 'r:IN', 'r has data to read', 'r 可读'],
  ['wait E', 'nothing', 'no event', '没有事件'],
  ['wait L', 'S:IN', 'S is readable', 'S 可读'],
  ['wait E', 'e:IN, a:IN', 'first e, then a', '先 e，再 a'],
  ['wait E', 'r:IN, r:IN', '2 events for r', 'r 的 2 个事件'],
  ['recv s 10', '0', 'end of the stream', '流结束'],
  ['read e', '3', 'the count: 3', '计数：3'],
  ['accept a S', 'EAGAIN', 'no connection is waiting', '没有等待的连接'],
  ['write w 1', 'EAGAIN', 'no room right now', '现在没有空间'],
  ['thread T read r 1', 'blocked', 'it is blocked', '阻塞'],
  ['wait L', 's:IN|RDHUP', 's has data to read and gets no more data', 's 可读、对端不再发送'],
  ['in P wait L', 'r:IN', 'r has data to read', 'r 可读'],
] as const) {
  test(`${op} -> ${outcome} means: ${en}`, () => {
    assert.equal(glossOf(op, outcome, 'en'), en)
    assert.equal(glossOf(op, outcome, 'zh'), zh)
  })
}
