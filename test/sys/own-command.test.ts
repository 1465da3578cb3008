import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  howToRepair,
  isClone,
  ownCommand,
  type Place,
  publicCommand,
  shellWord,
} from '../../lib/sys/index.ts'
import { temporaryFolder } from '../project/temporary.ts'

function write(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '')
}

/** Makes a package, and a working directory outside it. */
function place(context: TestContext, name: string, isAClone: boolean): Place {
  const folder = temporaryFolder(context)
  const root = join(folder, name)
  write(join(root, 'dist/cli/main.js'))
  if (isAClone) write(join(root, 'scripts/build.js'))
  const cwd = join(folder, 'elsewhere/deep')
  mkdirSync(cwd, { recursive: true })
  return { root, cwd, path: '/usr/bin:/bin', runtime: 'node' }
}

/** Makes a package and a link to its program, as npm would install them. */
function installed(context: TestContext): Place {
  const found = place(context, 'project/node_modules/epollet', false)
  const bin = join(found.root, '../.bin')
  mkdirSync(bin)
  symlinkSync('../epollet/dist/cli/main.js', join(bin, 'epollet'))
  return found
}

test('in a clone, the command is node followed by the path of the program', context => {
  const clone = place(context, 'clone', true)
  const main = join(clone.root, 'dist/cli/main.js')
  assert.equal(ownCommand({ ...clone, cwd: clone.root }), 'node dist/cli/main.js')
  assert.equal(ownCommand({ ...clone, cwd: join(clone.root, '..') }), 'node clone/dist/cli/main.js')
  assert.equal(ownCommand(clone), `node ${main}`)
  assert.equal(ownCommand({ ...clone, cwd: '/' }), `node ${main}`)
  assert.equal(publicCommand(clone), 'node dist/cli/main.js')
  assert.equal(isClone(clone.root), true)
  assert.equal(howToRepair(clone.root), 'npm run build')
})

test('a path with spaces and quotes is quoted for the shell', context => {
  const clone = place(context, "it's a clone", true)
  const command = ownCommand(clone)
  const printed = execFileSync('sh', ['-c', `printf '%s|' ${command}`], { encoding: 'utf8' })
  assert.equal(printed, `node|${join(clone.root, 'dist/cli/main.js')}|`)
})

test('for an installed package, the command is npx epollet, but only inside the project where it is installed', context => {
  const found = installed(context)
  const project = join(found.root, '../..')
  mkdirSync(join(project, 'src'))
  assert.equal(ownCommand({ ...found, cwd: project }), 'npx epollet')
  assert.equal(ownCommand({ ...found, cwd: join(project, 'src') }), 'npx epollet')
  assert.equal(ownCommand(found), `node ${join(found.root, 'dist/cli/main.js')}`)
  assert.equal(publicCommand(found), 'npx epollet')
  assert.equal(isClone(found.root), false)
  assert.equal(howToRepair(found.root), 'install epollet again')
})

test('the command is not npx epollet if the project has another copy of epollet', context => {
  const other = installed(context)
  const clone = place(context, 'clone', true)
  const project = join(other.root, '../..')
  assert.equal(
    ownCommand({ ...clone, cwd: project }),
    `node ${join(clone.root, 'dist/cli/main.js')}`,
  )
})

test('if the program is on PATH, the command is epollet', context => {
  const found = place(context, 'lib/node_modules/epollet', false)
  const bin = join(found.root, '../../../bin')
  mkdirSync(bin)
  symlinkSync('../lib/node_modules/epollet/dist/cli/main.js', join(bin, 'epollet'))
  const path = `/nowhere::${bin}`
  assert.equal(ownCommand({ ...found, path }), 'epollet')
  assert.equal(publicCommand({ ...found, path }), 'epollet')
})

test('directories that npx and npm scripts add to PATH are ignored', context => {
  const found = installed(context)
  const path = join(found.root, '../.bin')
  assert.equal(publicCommand({ ...found, path }), 'npx epollet')
  assert.notEqual(ownCommand({ ...found, path }), 'epollet')
})

for (const [runtime, start] of [
  ['bun', 'bun'],
  ['deno', 'deno run --allow-all'],
] as const)
  test(`under ${runtime} the command starts with ${start}`, context => {
    const clone = place(context, 'clone', true)
    assert.equal(ownCommand({ ...clone, cwd: clone.root, runtime }), `${start} dist/cli/main.js`)
  })

test('shellWord() leaves plain words unquoted, and a shell reads quoted ones correctly', () => {
  for (const plain of ['dist/cli/main.js', 'a.b-c_d', '/x:y,z=1+2@3%4'])
    assert.equal(shellWord(plain), plain)
  for (const text of ['', 'a b', "it's", '$HOME', '`x`', 'a\nb', '~', '*', '客', '!x', 'a;b', '"'])
    assert.equal(
      execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' }),
      text,
    )
})
