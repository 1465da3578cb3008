// Each command if its stdout or stderr cannot be written to.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { client } from '../http/client.ts'
import { run, start } from './program.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'epollet-cli-output-'))
after(() => rmSync(directory, { recursive: true }))

const commands = [
  ['--help'],
  ['--version'],
  ['info'],
  ['inspect', String(process.pid)],
  ['serve', '--help'],
  ['serve', '0', '--root', directory],
  ['serve', '0', '--root', directory, '--quiet'],
]

/** The write end of a pipe whose read end is closed. */
function brokenPipe(): number {
  const path = join(directory, 'pipe')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(path, constants.O_WRONLY)
  closeSync(reader)
  rmSync(path)
  return writer
}

for (const args of commands) {
  const name = `epollet ${args
    .join(' ')
    .replace(directory, 'DIR')
    .replace(/\d{2,}/, 'PID')}`

  test(`${name} exits with one line on stderr and status 1 if stdout cannot be written to`, async () => {
    const { status, stderr } = await run(args, { under: ['sh', '-c', '"$@" >/dev/full', 'sh'] })
    assert.match(stderr, /^epollet: stdout cannot be written to: ENOSPC[^\n]*\n$/)
    assert.equal(status, 1)
  })

  test(`${name} exits silently with status 1 if the reader of its stdout has exited`, async () => {
    const writer = brokenPipe()
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', writer, 'pipe'] })
    closeSync(writer)
    let stderr = ''
    child.stderr!.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    const [status] = await once(child, 'close')
    assert.deepEqual([status, stderr], [1, ''])
  })
}

test('an unknown command exits with status 2 even if stderr cannot be written to', async () => {
  const { status } = await run(['bogus'], { under: ['sh', '-c', '"$@" 2>/dev/full', 'sh'] })
  assert.equal(status, 2)
})

test('epollet serve keeps serving if stderr cannot be written to', async () => {
  const args = ['serve', '0', '--root', directory, '--log-file', '/dev/full']
  await using program = start(args, { under: ['sh', '-c', 'exec "$@" 2>/dev/full', 'sh'] })
  {
    await using peer = await client(await program.port())
    const agent = `User-Agent: ${'x'.repeat(8000)}`
    for (let i = 0; i < 200; i++) await peer.get('/', agent)
    // Makes the server report dropped log lines on stderr.
    program.kill('SIGHUP')
    assert.equal((await peer.get('/')).status, 404)
  }
  program.kill('SIGTERM')
  assert.equal((await program.ended).status, 0)
})
