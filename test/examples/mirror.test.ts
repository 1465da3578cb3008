// Step 1 makes the same system calls as the tutorial's Python.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { commandOf, inBoth, type Program, startCommand } from './program.ts'
import { callsIn, normalised, strace, straceMissing } from './trace.ts'

const scratch = mkdtempSync(join(tmpdir(), 'epollet-mirror-'))
after(() => rmSync(scratch, { recursive: true }))

const model = fileURLToPath(new URL('fixtures/model.py', import.meta.url))
const [[, pythonMissing]] = inBoth('01-simple-model').slice(1) as [[string, string | false]]
const skip = straceMissing || pythonMissing

/** Connects a client, and closes it once its message has been printed. */
async function visit(program: Program): Promise<void> {
  await using client = await program.client()
  await program.line(/有新的客户端到来/)
  await client.send('hello')
  await program.line(/^recv:hello$/)
  client.socket.end()
  await program.line(/---offline---/)
}

async function callsOf(command: string[], name: string): Promise<string[]> {
  const output = join(scratch, name)
  {
    await using program = await startCommand(command, { under: strace(output) })
    await visit(program)
  }
  return normalised(callsIn(output))
}

const expected = [
  'socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = listener',
  'setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0',
  'bind(listener) = 0',
  'listen(listener, 10) = 0',
  'epoll_create() = epoll',
]

for (const file of ['01-simple-model.ts', '01-simple-model.py']) {
  test(`${file} makes the same system calls as the tutorial’s Python`, {
    skip,
  }, async () => {
    const theirs = await callsOf(['python3', '-u', model], 'model')
    const ours = await callsOf(commandOf(file), file)
    assert.deepEqual(theirs.slice(0, expected.length), expected)
    assert.deepEqual(ours, theirs)
  })
}

test('poll() on the main thread makes one epoll_wait call', { skip: straceMissing }, async () => {
  const program = join(scratch, 'poll.ts')
  const output = join(scratch, 'poll')
  const lib = new URL('../../lib/index.ts', import.meta.url).href
  writeFileSync(
    program,
    `import { EPOLLIN, Epoll, Socket } from '${lib}'
     const listener = new Socket()
     listener.bind({ host: '127.0.0.1', port: 0 })
     listener.listen()
     const epoll = new Epoll()
     epoll.register(listener, EPOLLIN)
     for (let i = 0; i < 5; i++) epoll.poll(i)
     console.log(listener.getsockname())
     epoll.poll()`,
  )
  {
    await using running = await startCommand(
      [process.execPath, '--import', import.meta.resolve('tsx'), program],
      { under: strace(output) },
    )
    await using _client = await running.client()
    assert.equal(await running.exit, 0)
  }
  const waits = normalised(callsIn(output)).filter(line => line.startsWith('epoll_wait('))
  const none = [0, 1, 2, 3, 4].map(timeoutMs => `epoll_wait(epoll, ${timeoutMs}) = []`)
  assert.deepEqual(waits, [...none, 'epoll_wait(epoll, -1) = [listener:EPOLLIN]'])
})
