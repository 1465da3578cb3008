import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import test from 'node:test'
import { checkComments, commentsOf, paragraphsOf, sentencesOf } from '../../scripts/comments.js'
import { root, temporaryFolder } from './temporary.ts'

const folders = Object.fromEntries(
  ['lib', 'native', 'scripts', 'test', 'examples', 'docs'].map(name => [`${name}/a.txt`, '']),
)

test('checkComments() finds nothing wrong with this project', () => {
  assert.deepEqual(checkComments(root), [])
})

// Two comment marks are interpolated, so that the check does not find the sentences in this file.
const rows: [path: string, text: string, count: number][] = [
  ['lib/a.ts', '// Who closes it loses it.\n', 1],
  ['lib/a.ts', '// It is closed.\n// Who closes it\n// loses it.\n', 1],
  ['lib/a.ts', '/** What is left goes. */\n', 1],
  ['lib/a.ts', '/**\n * Closes it. Else it\n * leaks.\n */\n', 1],
  ['lib/a.ts', `const a = 1 ${'//'} That of a file.\n`, 1],
  ['lib/a.ts', '// What is left?\n', 0],
  ['lib/a.ts', '// Whatever is left is closed.\n', 0],
  ['lib/a.ts', "const text = 'https://a.example/ What is this.'\n", 0],
  ['lib/a.tsx', `{${'/*'} Said once. */}\n`, 1],
  ['native/a.cc', '// So many are open.\n', 1],
  ['test/a.py', '# Nobody closes it.\n', 1],
  ['docs/a.md', 'It is closed. What is\nleft goes.\n', 1],
  ['docs/a.md', '| a | What is left goes. |\n', 1],
  ['docs/a.md', '- Who closes it loses it.\n', 1],
  ['docs/a.md', '## What is left?\n', 0],
  ['docs/a.md', '```\nWhat is left goes.\n```\n', 0],
]

for (const [path, text, count] of rows) {
  test(`checkComments() returns ${count} complaints for ${JSON.stringify(text)} in ${path}`, context => {
    assert.equal(
      checkComments(temporaryFolder(context, { ...folders, [path]: text })).length,
      count,
    )
  })
}

test('checkComments() names the line and the sentence', context => {
  const folder = temporaryFolder(context, {
    ...folders,
    'lib/a.ts': '\n// Who closes it loses it.\n',
  })
  assert.deepEqual(checkComments(folder), [
    'lib/a.ts:2: begins with a clause or fragment: "Who closes it loses it."',
  ])
})

test('commentsOf() joins adjacent comment lines', () => {
  const text =
    '// One\n// two.\n\n// Three.\nclose() // Four.\nclose() // Five.\n/**\n * Six.\n *\n * @param {string} seven\n */\n'
  assert.deepEqual(commentsOf(text, '//'), [
    { line: 1, prose: 'One two.' },
    { line: 4, prose: 'Three.' },
    { line: 5, prose: 'Four.' },
    { line: 6, prose: 'Five.' },
    { line: 8, prose: 'Six.' },
  ])
})

test('paragraphsOf() skips code blocks, and splits table rows into cells', () => {
  const text =
    '# Title\nOne\ntwo.\n\n- Three\n  four.\n- Five.\n\n| six | seven |\n\n```\neight\n```\n'
  assert.deepEqual(
    paragraphsOf(text)
      .map(({ prose }) => prose)
      .filter(Boolean),
    ['Title', 'One two.', 'Three four.', 'Five.', 'six', 'seven'],
  )
})

test('sentencesOf() does not split at a dot inside a name or number', () => {
  assert.deepEqual(sentencesOf('See index.ts. It is 1.5 MB! Is it?'), [
    'See index.ts.',
    'It is 1.5 MB!',
    'Is it?',
  ])
})
