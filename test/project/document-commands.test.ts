import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { documents, optionRows, optionsIn, read, readmes, usage } from './documents.ts'
import { root } from './temporary.ts'

const commands = ['serve', 'lab', 'bench', 'inspect', 'info']
const scripts = Object.keys(JSON.parse(read('package.json')).scripts)

test('all npm scripts named in documents exist, and there are at most fifteen not counting prepare', () => {
  assert.ok(scripts.filter(name => name !== 'prepare').length <= 15, scripts.join())
  for (const document of [...documents, 'html/index.html', 'html/zh/index.html']) {
    const named = [...read(document).matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)]
    for (const [, run, short] of named) {
      assert.ok(scripts.includes(run ?? short ?? ''), `${document}: npm run ${run ?? short}`)
    }
  }
})

/**
 * The epollet commands in a document's shell blocks, each split into the words that start the program and the rest up
 * to a pipe.
 */
function ownCommandsIn(document: string): { program: string; line: string }[] {
  const blocks = read(document).matchAll(/^ *```(?:sh)?\n([\s\S]*?)^ *```$/gm)
  const own = /(?:^ *(?:\$ )?|\| )(node dist\/cli\/main\.js|npx epollet|epollet) ([^|#\n]*)/gm
  return [...blocks].flatMap(([, block = '']) =>
    [...block.matchAll(own)].map(([, program = '', line = '']) => ({ program, line })),
  )
}

const shellDocuments = [...readmes, 'SECURITY.md', 'docs/troubleshooting.md'].concat(
  ['serving', 'tutorial'].flatMap(name => [`docs/${name}.md`, `docs/${name}.zh-CN.md`]),
)

for (const document of shellDocuments) {
  test(`each command in ${document} can be typed as shown, and its options exist`, () => {
    for (const { program, line } of ownCommandsIn(document)) {
      assert.notEqual(program, 'epollet', line)
      const [command = ''] = line.split(' ')
      assert.ok(commands.includes(command), line)
      const known = optionsIn(usage(command))
      const wrong = (line.match(/(?<= )--[a-z][a-z-]+/g) ?? []).filter(one => !known.includes(one))
      assert.deepEqual(wrong, [], line)
    }
  })
}

test('ownCommandsIn() finds the commands of a document', () => {
  assert.ok(ownCommandsIn('README.md').length >= 4)
  assert.equal(ownCommandsIn('docs/serving.md').length, 5)
})

test('all commands on the site work in a clone', () => {
  for (const page of ['html/index.html', 'html/zh/index.html']) {
    const shown = [...read(page).matchAll(/<dt><code>([^<]+)<\/code><\/dt>/g)].map(one => one[1]!)
    assert.ok(shown.length >= 4)
    for (const command of shown)
      assert.match(command, /^(?:npm (?:start|test)|node dist\/cli\/main\.js \S.*)$/)
  }
})

test('every npm script is described in a document', () => {
  const text = [...readmes, 'CONTRIBUTING.md'].map(read).join()
  const unnamed = scripts.filter(name => !new RegExp(`npm (run )?${name}(?![\\w:])`).test(text))
  assert.deepEqual(unnamed, ['prepare'])
})

for (const readme of readmes) {
  test(`${readme} lists all commands, and only options that exist`, () => {
    const text = optionRows(readme)
    for (const command of commands) assert.match(text, RegExp(`^epollet ${command}`, 'm'))
    const known = commands.flatMap(command => optionsIn(usage(command)))
    assert.deepEqual(
      optionsIn(text).filter(option => !known.includes(option)),
      [],
    )
    // The options of serve are listed in docs/serving.md instead.
    const others = commands.slice(1).flatMap(command => optionsIn(usage(command)))
    assert.deepEqual(
      others.filter(option => option !== '--help' && !optionsIn(text).includes(option)),
      [],
    )
  })
}

for (const readme of readmes) {
  test(`the lab prints the transcript in ${readme} on this kernel`, () => {
    const [, args = '', told] =
      /^\$ node dist\/cli\/main\.js lab run --ops '([^']+)'\n([^`]+)^```/m.exec(read(readme)) ?? []
    const command = [join(root, 'dist/cli/main.js'), 'lab', 'run', '--ops', args]
    assert.equal(execFileSync(process.execPath, command, { encoding: 'utf8' }), told)
  })
}

const pythonEpoll = spawnSync(
  'python3',
  ['-c', "import select; print(*[n for n in dir(select.epoll) if n[0] != '_'])"],
  { encoding: 'utf8' },
)

for (const readme of readmes) {
  const skip = pythonEpoll.status === 0 ? false : 'needs python3'
  test(`the porting table of ${readme} covers every method of Python's epoll`, { skip }, () => {
    const python = [...read(readme).matchAll(/^\| (`(?:select\.epoll|ep\.).*?) \|/gm)].join('\n')
    const names = pythonEpoll.stdout.trim().split(' ')
    assert.ok(names.length >= 8, names.join())
    assert.deepEqual(
      names.filter(name => !python.includes(`.${name}`)),
      [],
    )
  })
}
