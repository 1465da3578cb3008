// The explanation of each operation uses its own names.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scriptOf, vocabulary } from '../../lib/lab/index.ts'
import { explain } from '../../lib/lab/language/explain.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'

const words = new Set(Object.keys(vocabulary))

test('every operation of every experiment is one sentence in English and Chinese', () => {
  for (const { id, transcript, fix } of scenarios) {
    for (const text of [transcript, fix.transcript]) {
      const ops = scriptOf(text).map(({ op }) => op)
      for (const [i, op] of ops.entries()) {
        if (!words.has(op.split(' ', 1)[0]!)) continue
        const en = explain(op, 'en', ops.slice(0, i))
        const zh = explain(op, 'zh', ops.slice(0, i))
        assert.match(en, /^[A-Z][\x20-\x7e]*\.$/, `${id}: ${op}`)
        assert.match(zh, /\p{Script=Han}.*。$/u, `${id}: ${op}`)
        assert.doesNotMatch(en + zh, /undefined/, `${id}: ${op}`)
      }
    }
  }
})

test('every word of the language has a sentence of its own', () => {
  const args = 'x y 1'
  for (const word of words) {
    const op = word === 'thread' || word === 'in' ? `${word} T wait E` : `${word} ${args}`
    assert.notEqual(explain(op, 'en'), '', op)
  }
})

for (const [op, en, zh] of [
  ['read r 1000', 'Read up to 1000 bytes from r.', '从 r 最多读取 1000 字节。'],
  ['read e', 'Read the count of e.', '读取 e 的计数。'],
  ['ep L', 'Make a new epoll; call it L.', '新建一个 epoll，命名为 L。'],
  ['write w 1', 'Write 1 byte to w.', '向 w 写入 1 字节。'],
  ['send c "a b;"', 'Send "a b;" from c to its peer.', '从 c 向对端发送 "a b;"。'],
  ['wait E', 'Ask E for events, without waiting.', '向 E 取事件，不等待。'],
  [
    'wait E 50 max=2',
    'Ask E for at most 2 events, and wait up to 50 ms.',
    '向 E 取最多 2 个事件，最多等 50 毫秒。',
  ],
  [
    'add E r IN|ET',
    'Tell E to watch r for input, edge-triggered.',
    '让 E 监视 r：可读，边缘触发。',
  ],
  ['add L s 0', 'Tell L to watch s for errors and hang-ups only.', '让 L 监视 s：只有出错和挂断。'],
  [
    'thread T read r 5',
    'On thread T: read up to 5 bytes from r.',
    '在线程 T 上：从 r 最多读取 5 字节。',
  ],
  [
    'poll a b c',
    'Ask poll() which of a, b and c are ready now.',
    '用 poll() 询问 a、b、c 中此刻哪些就绪。',
  ],
  ['shut c WR', "Shut down c's sending side.", '关闭 c 的发送方向。'],
] as const) {
  test(`${op}: ${en}`, () => {
    assert.equal(explain(op, 'en'), en)
    assert.equal(explain(op, 'zh'), zh)
  })
}

test('a write to an eventfd adds to its counter', () => {
  assert.equal(explain('write e 5', 'en', ['eventfd e']), 'Add 5 to the counter of e.')
  assert.equal(
    explain('in P write e 5', 'en', ['eventfd e']),
    'In process P: add 5 to the counter of e.',
  )
  assert.equal(explain('write w 5', 'en', ['eventfd e', 'pipe r w']), 'Write 5 bytes to w.')
})

for (const op of ['', 'fly r', 'toString x', 'read', 'add E r', 'thread T', 'in P fly'])
  test(`'${op}' has no sentence`, () => assert.equal(explain(op, 'en'), ''))
