// npm run release in a clone, without publishing: its refusals and the files that it makes. It builds the addons for
// both processors, which requires g++-aarch64-linux-gnu.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root } from '../../scripts/project.js'

const folder = mkdtempSync(join(tmpdir(), 'epollet-release-'))
const clone = join(folder, 'epollet')
const today = new Date().toISOString().slice(0, 10)

function git(...args: string[]): string {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@a.example']
  return execFileSync('git', [...who, ...args], { cwd: clone, encoding: 'utf8' })
}

function refused(...args: string[]): string[] {
  const found = spawnSync(process.execPath, ['scripts/release.js', ...args], {
    cwd: clone,
    encoding: 'utf8',
  })
  assert.equal(found.status, 1, found.stdout + found.stderr)
  return found.stderr.trimEnd().split('\n')
}

/** Runs steps of scripts/release.js in the clone, and returns their output. */
function steps(code: string): string {
  const module = `import { bill, check, pack } from './scripts/release.js'\n${code}`
  const args = ['--input-type=module', '-e', module]
  return execFileSync(process.execPath, args, { cwd: clone, encoding: 'utf8' }).trim()
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(join(clone, path), change(readFileSync(join(clone, path), 'utf8')))
}

before(() => {
  execFileSync('git', ['clone', '--quiet', root, clone])
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  // .gitignore ignores a folder of this name, but not a link.
  appendFileSync(join(clone, '.git/info/exclude'), 'node_modules\n')
})
after(() => rmSync(folder, { recursive: true, force: true }))

test('a fresh clone is refused: it has no binaries, and package.json names no owner', () => {
  writeFileSync(join(clone, 'more'), '')
  const lines = refused()
  rmSync(join(clone, 'more'))
  for (const line of lines) assert.match(line, /^no release: [^\n]+: [^\n]+$/)
  const text = lines.join('\n')
  assert.match(text, /^no release: the working tree has changes \(more\)/m)
  assert.match(text, /an owner has to fill in author, homepage, repository/)
  for (const arch of ['x64', 'arm64']) {
    for (const name of ['epollet', 'bench']) {
      const path = `prebuilds/linux-${arch}/${name}.node`
      assert.ok(text.includes(`${path} is missing: npm run prebuilds`), text)
    }
  }
})

test('a clone with a version, a changelog section, an owner and binaries is packed', () => {
  edit('package.json', text => {
    const url = 'https://a.example/epollet'
    const repository = { type: 'git', url: `git+${url}.git` }
    return `${JSON.stringify({ ...JSON.parse(text), author: 'A', homepage: url, repository }, null, 2)}\n`
  })
  edit('CHANGELOG.md', () => `# Changelog\n\n## 0.1.0 - ${today}\n\n- The first version.\n`)
  git('commit', '--quiet', '--all', '--message=release: 0.1.0')
  execFileSync('npm', ['run', '--silent', 'prebuilds'], { cwd: clone, stdio: 'inherit' })
  assert.equal(steps("await check(false); console.log('ready')"), 'ready')
  const tarball = steps('console.log(await pack())')
  assert.equal(tarball, join(clone, 'build/release/epollet-0.1.0.tgz'))
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
  for (const arch of ['x64', 'arm64'])
    assert.match(files, RegExp(`prebuilds/linux-${arch}/epollet`))
  const { packages } = JSON.parse(steps('process.stdout.write(bill())'))
  assert.equal(packages[0].name, 'epollet')
  assert.equal(git('status', '--porcelain'), '')
})

test('publishing requires the tag on this commit, and binaries newer than their sources', () => {
  assert.deepEqual(refused('--publish'), [
    'no release: there is no tag v0.1.0: git tag -a v0.1.0 -m v0.1.0',
  ])
  git('tag', '--annotate', 'v0.1.0', '--message=v0.1.0')
  assert.equal(steps("await check(true); console.log('ready')"), 'ready')
  edit('native/epoll.cc', text => `${text}\n`)
  git('commit', '--quiet', '--all', '--message=native: a line')
  const lines = refused('--publish')
  assert.match(lines[0] ?? '', /^no release: v0\.1\.0 is the tag of another commit/)
  assert.equal(
    lines.filter(line => /is older than its sources: npm run prebuilds$/.test(line)).length,
    4,
  )
})
