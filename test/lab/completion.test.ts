import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completionsAt } from '../../lib/lab/page/writing/completion.ts'

/** What is offered where the text has its bar. */
function offered(text: string): string[] {
  const cursor = text.indexOf('▏')
  return completionsAt(text.replace('▏', ''), cursor).items.map(item => item.text)
}

const cases: [text: string, expected: string[]][] = [
  ['ti▏', ['timerfd']],
  ['pipe r w; ep E; wa▏', ['wait']],
  ['pipe r w\nep E\nadd E ▏', ['r', 'w', 'E']],
  ['pipe r w\nep E\nadd ▏', ['E']],
  ['pipe r w\nep E\nadd E r I▏', ['IN']],
  ['pipe r w\nep E\nadd E r IN|E▏', ['ERR', 'EXCLUSIVE', 'ET']],
  ['pipe r w\nep E\nadd E r IN|E▏\nwait E', ['ERR', 'EXCLUSIVE', 'ET']],
  ['pipe r w\nread ▏', ['r']],
  ['pipe r w\nwrite ▏', ['w']],
  ['pipe r▏', []],
  ['pipe r w\nread r 5 ▏', []],
  ['open f m▏', ['mounts']],
  ['tcp c s\nshut c R▏', ['RD', 'RDWR']],
  ['tcp c s\nset c RCV▏', ['RCVLOWAT', 'RCVBUF', 'RCVTIMEO']],
  ['ep E\nthread T wa▏', ['wait']],
  ['ep E # wa▏', []],
  ['ep E\nwait E -> no▏', []],
  ['pipe r w\nwrite w "re▏', []],
  // What is wrong above takes nothing from what is right.
  ['pipe r w\nnonsense\nread ▏', ['r']],
]

for (const [text, expected] of cases)
  test(`at the bar of ${JSON.stringify(text)} there may stand ${expected.join(', ') || 'nothing that is known'}`, () => {
    assert.deepEqual(offered(text), expected)
  })

test('a completion begins where the word does', () => {
  assert.equal(completionsAt('pipe r w\nep E\nadd E r IN|E', 26).from, 25)
  assert.equal(completionsAt('  wa', 4).from, 2)
})
