import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { scenarios } from '../../lib/lab/index.ts'
import { run } from '../cli/program.ts'

const folder = mkdtempSync(join(tmpdir(), 'epollet-export-'))
after(() => rmSync(folder, { recursive: true }))

test('epollet lab export writes the page with a record of each experiment and the command for readers, and can be repeated', async () => {
  const site = join(folder, 'deep/site')
  const read = (name: string) => JSON.parse(readFileSync(join(site, name), 'utf8'))
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  const docker = "docker run --rm 'some image' epollet"
  for (const [options, command] of [
    [[], 'node dist/cli/main.js'],
    [['--command', ` ${docker} `], docker],
  ] as const) {
    const { status, stdout, stderr } = await run(['lab', 'export', site, ...options])
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, /index\.html/)
    const { date, ...edition } = read('edition.json')
    assert.deepEqual(edition, { edition: 'recorded', kernel: release(), version, command })
    assert.ok(Date.now() - Date.parse(date) < 600_000)
  }
  const names = scenarios.flatMap(({ id }) => [`${id}.json`, `${id}.fix.json`])
  assert.deepEqual(readdirSync(join(site, 'traces')).sort(), [...names, 'start.json'].sort())
  const record = read('traces/half-read.json')
  assert.equal(record.kernel, release())
  const { name, level } = record.steps.at(-1).state.descriptors[0]
  assert.deepEqual([name, level], ['r', ['IN']])
  // The page must work under any path, so none of its addresses may begin with a slash.
  const page = readFileSync(join(site, 'index.html'), 'utf8')
  assert.doesNotMatch(page, /(src|href)="\//)
})

test('epollet lab export leaves a directory with other files unchanged', async () => {
  writeFileSync(join(folder, 'mine.txt'), 'mine')
  const { status, stderr } = await run(['lab', 'export', folder])
  assert.equal(status, 1)
  assert.match(stderr, /contains other files: name a new directory/)
  assert.ok(!readdirSync(folder).includes('edition.json'))
})

for (const [name, args, status, said] of [
  ['no directory', [], 2, /takes one directory/],
  ['two directories', ['a', 'b'], 2, /takes one directory/],
  ['a place where nothing can be made', ['/proc/epollet/lab'], 1, /cannot be written \(ENOENT\)/],
  ['a command of no words', ['a', '--command', ' '], 2, /--command must be one line, .* got " "/],
  ['a command of two lines', ['a', '--command', 'a\nb'], 2, /must be one line, .* got "a\\nb"/],
  ['a file', ['package.json'], 1, /is not a readable directory \(ENOTDIR\)/],
] as const) {
  test(`epollet lab export refuses ${name} with status ${status}`, async () => {
    const ended = await run(['lab', 'export', ...args])
    assert.deepEqual([ended.status, ended.stdout], [status, ''])
    assert.match(ended.stderr, said)
  })
}
