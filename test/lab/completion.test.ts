import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completionsAt } from '../../lib/lab/page/writing/completion.ts'

/** The completions at the place that ▏ marks. */
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
  // Mistakes in earlier lines do not matter.
  ['pipe r w\nnonsense\nread ▏', ['r']],
]

for (const [text, expected] of cases)
  test(`the completions at ▏ in ${JSON.stringify(text)} are ${expected.join(', ') || 'none'}`, () => {
    assert.deepEqual(offered(text), expected)
  })

test('a completion replaces the whole word before the cursor', () => {
  assert.equal(completionsAt('pipe r w\nep E\nadd E r IN|E', 26).from, 25)
  assert.equal(completionsAt('  wa', 4).from, 2)
})
