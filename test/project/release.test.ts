import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { bill } from '../../scripts/release.js'
import { binaryComplaint, type Facts, refusals } from '../../scripts/release-refusals.js'
import { root } from './temporary.ts'

const ready: Facts = {
  manifest: {
    version: '1.2.3',
    author: 'A <a@a.example>',
    homepage: 'https://a.example/',
    repository: { type: 'git', url: 'git+https://a.example/epollet.git' },
  },
  lockfile: { version: '1.2.3', packages: { '': { version: '1.2.3' } } },
  changelog:
    '# Changelog\n\n## 1.2.3 - 2026-11-30\n\n- Faster.\n\n## 1.2.2 - 2026-01-01\n\n- New.\n',
  today: '2026-11-30',
  changes: '',
  head: 'aaaa',
  tagged: '',
  publishing: false,
  binaries: [['prebuilds/linux-x64/epollet.node', '']],
}

function manifest(more: object): Partial<Facts> {
  return { manifest: { ...ready.manifest, ...more } }
}

test('refusals() accepts a tree that is ready, with or without a tag', () => {
  assert.deepEqual(refusals(ready), [])
  assert.deepEqual(refusals({ ...ready, tagged: 'aaaa' }), [])
  assert.deepEqual(refusals({ ...ready, tagged: 'aaaa', publishing: true }), [])
})

const tree = 'the working tree has changes'
const version = 'package.json: version is'
const owner = 'package.json: an owner has to fill in'

const rows: [what: string, change: Partial<Facts>, refusal: string][] = [
  ['a changed file', { changes: ' M lib/a.ts\n' }, `${tree} (lib/a.ts): commit or stash them`],
  ['two changes', { changes: ' M a\n?? b\n' }, `${tree} (a and 1 more): commit or stash them`],
  ['an older lockfile', { lockfile: { version: '1.2.2' } }, 'package-lock.json has version 1.2.2'],
  [
    'an Unreleased section',
    { changelog: '## Unreleased\n' },
    'CHANGELOG.md still has an Unreleased',
  ],
  ['no section', { changelog: '## 1.2.2 - 2026-01-01\n\n- A\n' }, 'CHANGELOG.md has no section'],
  [
    'only a section for another version',
    { changelog: '## 1.2.30 - 2026-01-01\n' },
    'CHANGELOG.md has no section',
  ],
  ['no date', { changelog: '## 1.2.3\n\n- A\n' }, 'CHANGELOG.md: "## 1.2.3" has no date: make it'],
  [
    'an impossible date',
    { changelog: '## 1.2.3 - 2026-02-30\n\n- A\n' },
    'CHANGELOG.md: "## 1.2.3 -',
  ],
  [
    'a date in the future',
    { changelog: '## 1.2.3 - 2026-12-01\n\n- A\n' },
    'CHANGELOG.md: 1.2.3 is dated 2026-12-01',
  ],
  [
    'an empty section',
    { changelog: '## 1.2.3 - 2026-11-30\n' },
    'CHANGELOG.md: 1.2.3 has no entry',
  ],
  [
    'a section below an older one',
    { changelog: '## 1.2.2 - 2026-01-01\n\n- A\n\n## 1.2.3 - 2026-11-30\n\n- B\n' },
    'CHANGELOG.md: 1.2.3 is below 1.2.2 - 2026-01-01',
  ],
  [
    'two sections',
    { changelog: '## 1.2.3 - 2026-11-30\n\n- A\n\n## 1.2.3\n\n- B\n' },
    'CHANGELOG.md has 2 sections of 1.2.3',
  ],
  ['a tag on another commit', { tagged: 'bbbb' }, 'v1.2.3 is the tag of another commit (bbbb)'],
  [
    'a tag on another commit',
    { tagged: 'bbbb', publishing: true },
    'v1.2.3 is the tag of another commit',
  ],
  [
    'no tag to publish',
    { publishing: true },
    'there is no tag v1.2.3: git tag -a v1.2.3 -m v1.2.3',
  ],
  ['no author', manifest({ author: undefined }), `${owner} author:`],
  ['an author without a name', manifest({ author: { name: ' ' } }), `${owner} author:`],
  ['a homepage that is not a URL', manifest({ homepage: 'soon' }), `${owner} homepage:`],
  ['a repository without a type', manifest({ repository: 'a/b' }), `${owner} repository:`],
  [
    'no owner',
    manifest({ author: '', homepage: '', repository: {} }),
    `${owner} author, homepage, repository:`,
  ],
  ['a stale binary', { binaries: [['a.node', 'is older than its sources']] }, 'a.node is older'],
]

for (const [what, change, refusal] of rows) {
  test(`refusals() refuses ${what}: ${refusal}`, () => {
    const found = refusals({ ...ready, ...change })
    assert.equal(found.length, 1, found.join('\n'))
    assert.ok(found[0]?.startsWith(refusal), found[0])
    assert.match(found[0] ?? '', /^[^\n]+: [^\n]+$/)
  })
}

for (const wrong of ['1.2', 'v1.2.3', '1.2.3-rc.1', '01.2.3', undefined]) {
  test(`refusals() refuses the version ${wrong}`, () => {
    assert.ok(refusals({ ...ready, ...manifest({ version: wrong }) })[0]?.startsWith(version))
  })
}

test('refusals() lists every reason, in order', () => {
  const found = refusals({ ...ready, ...manifest({ author: '' }), changes: ' M a', tagged: 'b' })
  assert.deepEqual(
    found.map(refusal => refusal.split(/[ :]/)[0]),
    ['the', 'v1.2.3', 'package.json'],
  )
})

test('refusals() accepts an author given as an object', () => {
  assert.deepEqual(refusals({ ...ready, ...manifest({ author: { name: 'A' } }) }), [])
})

const addon = readFileSync(`${root}build/Release/epollet.node`)

function changed(offset: number, value: number): Buffer {
  const bytes = Buffer.from(addon)
  bytes.writeUInt16LE(value, offset)
  return bytes
}

test('binaryComplaint() accepts the addon of this tree', () => {
  assert.equal(binaryComplaint(addon, process.arch), '')
})

const other = process.arch === 'x64' ? 183 : 62
const binaries: [what: string, bytes: Buffer, wrong: RegExp][] = [
  ['a text file', Buffer.from('x'.repeat(100)), /^is not an ELF file$/],
  ['an empty file', Buffer.alloc(0), /^is not an ELF file$/],
  [
    'an addon for another processor',
    changed(18, other),
    /^is for machine \d+, expected \d+ \(\w+\)$/,
  ],
  ['a program', changed(16, 2), /^is not a shared library$/],
  ['a truncated addon', addon.subarray(0, 64), /^does not contain napi_register_module_v1$/],
]

for (const [what, bytes, wrong] of binaries) {
  test(`binaryComplaint() refuses ${what}`, () => {
    assert.match(binaryComplaint(bytes, process.arch), wrong)
  })
}

test('the bill of materials lists the dependencies, without URLs and local paths', () => {
  const text = bill()
  const { packages, documentNamespace } = JSON.parse(text) as {
    packages: { name: string }[]
    documentNamespace: string
  }
  const names = packages.map(({ name }) => name).sort()
  const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  for (const name of ['epollet', ...Object.keys(dependencies)])
    assert.ok(names.includes(name), name)
  assert.ok(!names.includes('typescript'))
  const rest = text.replace(documentNamespace, '')
  assert.doesNotMatch(rest, /https?:|file:/)
  assert.ok(!rest.includes(root))
})
