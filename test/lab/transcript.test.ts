import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { matches, type Operation, parse, Runner, transcriptOf } from '../../lib/lab/index.ts'

const runner = new Runner()
after(() => runner.close())

function operationsOf(text: string): readonly Operation[] {
  const parsed = parse(text)
  if ('problems' in parsed) assert.fail(JSON.stringify(parsed.problems))
  return parsed.operations
}

const programs = [
  'pipe r w; ep E; add E r IN|ET; write w "a; # ? -> \\n"; wait E; wait E; poll r w; select r w',
  'pipe r w; ep E; add E r IN; dup d r; write w 5; close r; wait E; del E r; del E d; fill w; drain d',
  'socket s; ep E; add E s 0; wait E?; error s; close s; close s; exhaust; ep n; release',
  'pipe r w; setblocking r; thread T read r 1; done T; write w 2; join T; process P r; in P read r 1; exit P',
]

for (const text of programs) {
  test(`the transcript of '${text.slice(0, 40)}...' is a program that expects the same outcomes`, async () => {
    const { steps } = await runner.run(operationsOf(text))
    const again = operationsOf(transcriptOf(steps))
    assert.deepEqual(
      again.map(operation => operation.text),
      operationsOf(text).map(operation => operation.text),
    )
    for (const [i, { expected }] of again.entries()) {
      assert.equal(expected, steps[i]!.outcome)
      assert.ok(matches(expected!, steps[i]!.outcome), expected!)
    }
  })
}

test('outcomes are aligned, and a transcript without steps is empty', () => {
  const steps = [
    { op: 'ep E', outcome: 'ok' },
    { op: 'wait E 100', outcome: 'nothing' },
  ]
  assert.equal(transcriptOf(steps), 'ep E       -> ok\nwait E 100 -> nothing\n')
  assert.equal(transcriptOf([]), '')
})
