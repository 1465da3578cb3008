// The log of `epollet serve` in a pipe whose reader is slow, stalled or gone.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { client } from '../http/client.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'epollet-cli-log-'))
after(() => rmSync(directory, { recursive: true }))
mkdirSync(join(directory, 'html'))

/** A server whose stdout is a pipe, as in `epollet serve | reader`; nothing is read before `read()` is called. */
class Piped {
  readonly child
  readonly ended: Promise<[status: number | null]>
  #reader: number | null
  text = ''
  stderr = ''

  constructor(name: string) {
    const path = join(directory, name)
    execFileSync('mkfifo', [path])
    this.#reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const writer = openSync(path, constants.O_WRONLY)
    const args = [main, 'serve', '0']
    this.child = spawn(process.execPath, args, {
      cwd: directory,
      stdio: ['ignore', writer, 'pipe'],
    })
    closeSync(writer)
    this.child.stderr!.setEncoding('utf8').on('data', text => {
      this.stderr += text
    })
    this.ended = once(this.child, 'close') as Promise<[number | null]>
  }

  read(): void {
    const bytes = Buffer.alloc(65536)
    if (this.#reader === null) return
    try {
      for (let count = 1; count > 0; ) {
        count = readSync(this.#reader, bytes)
        this.text += bytes.toString('latin1', 0, count)
      }
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN')
    }
  }

  closeReader(): void {
    if (this.#reader !== null) closeSync(this.#reader)
    this.#reader = null
  }

  async port(): Promise<number> {
    while (!this.text.endsWith('\n')) {
      this.read()
      await setImmediate()
    }
    return Number(/:(\d+)\/\n$/.exec(this.text)![1])
  }

  /** The process's resident memory, in MB. */
  residentMb(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'latin1')
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) / 1024
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended
    this.closeReader()
  }
}

async function ask(port: number, count: number, agent = 'me'): Promise<void> {
  await using peer = await client(port)
  peer.socket.end(`GET /missing HTTP/1.1\r\nHost: a\r\nUser-Agent: ${agent}\r\n\r\n`.repeat(count))
  const answers = (await peer.rest()).toString('latin1')
  assert.equal(answers.split('HTTP/1.1 404').length - 1, count)
}

test('epollet serve writes all log lines before it ends, even to a slow reader', async () => {
  await using piped = new Piped('slow')
  await ask(await piped.port(), 3000)
  piped.child.kill('SIGTERM')
  let ended = false
  void piped.ended.then(() => {
    ended = true
  })
  while (!ended) {
    piped.read()
    await setImmediate()
  }
  piped.read()
  assert.deepEqual((await piped.ended)[0], 0)
  assert.equal(piped.text.trimEnd().split('\n').length, 1 + 3000)
  assert.equal(piped.stderr, '')
})

test('epollet serve answers, bounds its memory and ends even if nobody reads its log', async () => {
  await using piped = new Piped('stalled')
  const port = await piped.port()
  const agent = 'x'.repeat(8000)
  await ask(port, 1000, agent)
  const before = piped.residentMb()
  for (let i = 0; i < 12; i++) await ask(port, 1000, agent)
  const grown = piped.residentMb() - before
  assert.ok(grown < 48, `${grown} MB more, for lines of 96 MB`)
  piped.child.kill('SIGTERM')
  assert.deepEqual((await piped.ended)[0], 0)
  piped.read()
  const written = piped.text.split('\n').length - 2
  const [, dropped] = /^epollet: (\d+) log lines were dropped\n$/.exec(piped.stderr) ?? []
  // A partial write of 16 kB may have put up to two lines into the pipe that also count as dropped.
  const unsure = written + Number(dropped) - 13_000
  assert.ok(unsure >= 0 && unsure <= 2, `${written} written; ${piped.stderr}`)
})

test('epollet serve keeps serving after the reader of its log exits, and reports the dropped lines at its end', async () => {
  await using piped = new Piped('gone')
  const port = await piped.port()
  piped.closeReader()
  await ask(port, 10)
  await ask(port, 10)
  piped.child.kill('SIGTERM')
  assert.deepEqual((await piped.ended)[0], 0)
  assert.equal(piped.stderr, 'epollet: 20 log lines were dropped\n')
})
