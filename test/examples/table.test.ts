// The tutorial's tables, which map each line of Python to a line of this project and to a system call.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { commandOf, directory, startCommand } from './program.ts'
import { callsIn, strace, straceMissing } from './trace.ts'

interface Row {
  python: string
  file: string
  line: number
  code: string
  systemCall: string
  nativeFunction: string
}

const project = new URL('../../', import.meta.url)
const files = readdirSync(new URL('examples/', project))
const unquoted = (cell: string): string => cell.replace(/^`+ ?| ?`+$/g, '').replaceAll('\\|', '|')

/** The rows of the tables that map the tutorial's Python calls to system calls. */
function rowsOf(document: string): Row[] {
  const text = readFileSync(new URL(`docs/${document}`, project), 'utf8')
  return text.split('\n').flatMap(row => {
    const [, python, place, systemCall, nativeFunction] = row
      .split(/(?<!\\)\|/)
      .map(cell => cell.trim())
    const found = /^(\d\d):(\d+) (`.*`)$/.exec(place ?? '')
    if (found === null) return []
    const [, step, line, code] = found
    const file = files.find(name => name.startsWith(`${step}-`) && name.endsWith('.ts'))
    assert.ok(file !== undefined, row)
    return {
      python: unquoted(python!),
      file,
      line: Number(line),
      code: unquoted(code!),
      systemCall: unquoted(systemCall!),
      nativeFunction: unquoted(nativeFunction!),
    }
  })
}

const rows = rowsOf('tutorial.md')

test('the tables contain the calls of the Python programs', () => {
  const python = rows.map(row => row.python).join('\n')
  for (const call of [
    'socket',
    'setsockopt',
    'bind',
    'listen',
    'epoll',
    'register',
    'poll',
    'accept',
  ]) {
    assert.equal([...python.matchAll(new RegExp(`\\b${call}\\(`, 'g'))].length >= 2, true, call)
  }
  for (const call of ['fileno', 'recv', 'decode', 'unregister', 'close', 'del', 'open', 'send']) {
    assert.match(python, new RegExp(`\\b${call}\\b`))
  }
})

test('the English and the Chinese page have the same tables', () => {
  assert.deepEqual(rowsOf('tutorial.zh-CN.md'), rows)
})

for (const { python, file, line, code } of rows) {
  test(`${file}:${line} is the line that the table gives for ${python}`, () => {
    const text = readFileSync(directory + file, 'utf8').split('\n')[line - 1]!
    assert.equal(text.trim().split(' // ')[0], code)
  })
}

test('each native function of the tables is in native/module.cc', () => {
  const source = readFileSync(new URL('native/module.cc', project), 'utf8')
  for (const { nativeFunction, systemCall } of rows) {
    assert.equal(nativeFunction === '-', systemCall === '-')
    if (nativeFunction === '-') continue
    assert.ok(source.includes(`{"${nativeFunction}", binding<${nativeFunction}>}`), nativeFunction)
  }
})

const scratch = mkdtempSync(join(tmpdir(), 'epollet-table-'))
after(() => rmSync(scratch, { recursive: true }))

/** Some architectures lack epoll_wait, and only have epoll_pwait. */
function sameEverywhere(name: string): string {
  return name.replace('epoll_pwait', 'epoll_wait')
}

for (const file of new Set(rows.map(row => row.file))) {
  test(`${file} makes the system calls that its table lists`, { skip: straceMissing }, async () => {
    const output = join(scratch, file)
    {
      await using program = await startCommand(commandOf(file), { under: strace(output) })
      await using client = await program.client()
      await client.send('GET / HTTP/1.1\r\n\r\n')
      await program.line(/GET/) // step 1 misses the end of a stream if it arrives together with data
      if (file.startsWith('11')) await client.takeTo('</html>')
      client.socket.end()
      await client.end()
      // When the next client is served, all calls for the first client have returned.
      await using next = await program.client()
      await next.send('GET /next HTTP/1.1\r\n\r\n')
      await program.line(/next/)
    }
    const calls = callsIn(output)
    const first = calls.findIndex(({ args }) => /"\.\/html"|AF_INET, SOCK_STREAM/.test(args))
    const made = new Set(calls.slice(first).map(({ name }) => sameEverywhere(name)))
    const named = rows.filter(row => row.file === file && row.systemCall !== '-')
    for (const { systemCall } of named) assert.ok(made.has(systemCall), systemCall)
  })
}
