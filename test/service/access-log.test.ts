import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs, {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { HttpServer } from '../../lib/http/index.ts'
import { AccessLog, combinedLine, jsonLine } from '../../lib/service/index.ts'
import { client } from '../http/client.ts'
import { now, requestOf } from './request.ts'

const directory = mkdtempSync(join(tmpdir(), 'epollet-log-'))
after(() => rmSync(directory, { recursive: true }))

function logging(log: AccessLog): HttpServer & { port: number } {
  const server = new HttpServer((_, responder) => responder.text(200, 'hello'), { log: log.write })
  return Object.assign(server, server.listen({ port: 0 }))
}

test('AccessLog writes a line for each answer, and a client cannot forge one', async () => {
  const file = join(directory, 'access.log')
  const log = new AccessLog(file)
  {
    using server = logging(log)
    await using peer = await client(server.port)
    await peer.get('/a', 'User-Agent: "\u00e4')
    await peer.get('/b')
    peer.send('G\r\n127.0.0.1 - - forged\r\n\r\n')
    await peer.rest()
  }
  await log.close()
  const lines = readFileSync(file, 'latin1').split('\n')
  assert.equal(lines.length, 4)
  assert.match(
    lines[0]!,
    /^127\.0\.0\.1 - - \[.*\] "GET \/a HTTP\/1\.1" 200 5 "-" "\\x22\\xc3\\xa4"$/,
  )
  assert.match(lines[1]!, /"GET \/b HTTP\/1\.1" 200 5 "-" "-"$/)
  assert.match(lines[2]!, /^127\.0\.0\.1 - - \[[^"]*\] "[^"]+" 400 16 "-" "-"$/)
  assert.equal(lines[3], '')
})

test('AccessLog throws for a file that cannot be opened', () => {
  assert.throws(() => new AccessLog(join(directory, 'none/log')), { code: 'ENOENT' })
})

test('reopen() continues in a new file after the old one was moved away', async () => {
  const file = join(directory, 'moved.log')
  const log = new AccessLog(file)
  const request = requestOf({}, {})
  log.write(request, 200, 1)
  renameSync(file, `${file}.1`)
  log.reopen()
  log.write(request, 404, 2)
  await log.close()
  const both = readFileSync(`${file}.1`, 'utf8') + readFileSync(file, 'utf8')
  assert.deepEqual(both.match(/" \d{3} \d /g), ['" 200 1 ', '" 404 2 '])
})

test('reopen() does nothing if the log is a descriptor or closed', async () => {
  const { reader, writer } = pipe('kept')
  const log = new AccessLog(writer)
  const request = requestOf({}, {})
  log.write(request, 200, 1)
  log.reopen()
  log.write(request, 404, 2)
  const file = new AccessLog(join(directory, 'closed.log'))
  await Promise.all([log.close(), file.close()])
  log.reopen()
  file.reopen()
  assert.deepEqual(readAll(reader, Buffer.alloc(65536)).match(/" \d{3} \d /g), [
    '" 200 1 ',
    '" 404 2 ',
  ])
  closeSync(reader)
})

test('AccessLog writes lines in the given format', async () => {
  const file = join(directory, 'json.log')
  const log = new AccessLog(file, jsonLine)
  log.write(requestOf({}, {}), 200, 1)
  log.write(requestOf({}, {}), 404, 2)
  await log.close()
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  assert.deepEqual(
    lines.map(line => JSON.parse(line).status),
    [200, 404],
  )
})

test('close() can be called twice', async () => {
  const log = new AccessLog(join(directory, 'twice.log'))
  await log.close()
  await log.close()
})

/** A FIFO with a blocking writer, as a shell opens it. */
function pipe(name: string): { reader: number; writer: number } {
  const path = join(directory, name)
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return { reader, writer: openSync(path, constants.O_WRONLY) }
}

test('AccessLog drops and counts lines if nothing reads them, and the server keeps serving', async () => {
  const { reader, writer } = pipe('stalled')
  const log = new AccessLog(writer, combinedLine, { waitingBytesMax: 2 ** 20 })
  {
    using server = logging(log)
    await using peer = await client(server.port)
    const agent = `User-Agent: ${'x'.repeat(8000)}`
    for (let i = 0; i < 400; i++) assert.equal((await peer.get('/', agent)).status, 200)
    const { dropped } = log
    // Of 400 lines of 8 kB, the pipe holds 8 and the log buffers 131.
    assert.ok(dropped > 200 && dropped < 300, `${dropped} were dropped`)
    for (let i = 0; i < 100; i++) assert.equal((await peer.get('/', agent)).status, 200)
    assert.equal(log.dropped, dropped + 100)
  }
  let text = ''
  const bytes = Buffer.alloc(65536)
  let closed = false
  const end = log.close().then(() => {
    closed = true
  })
  while (!closed) {
    text += readAll(reader, bytes)
    await new Promise(resolve => setImmediate(resolve))
  }
  await end
  text += readAll(reader, bytes)
  assert.equal(text.trimEnd().split('\n').length, 500 - log.dropped)
  closeSync(reader)
})

function readAll(fd: number, bytes: Buffer): string {
  let text = ''
  try {
    for (let count = 1; count > 0; ) {
      count = readSync(fd, bytes)
      text += bytes.toString('latin1', 0, count)
    }
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN')
  }
  return text
}

test('close() counts lines that could not be written to a full disk as dropped', async () => {
  const log = new AccessLog('/dev/full', combinedLine, { waitingBytesMax: 2 ** 20 })
  const request = requestOf({}, { 'user-agent': 'x'.repeat(8000) })
  for (let i = 0; i < 200; i++) log.write(request, 200, 1)
  const { dropped } = log
  assert.ok(dropped > 60 && dropped < 80, `${dropped} were dropped`)
  await log.close()
  await log.close()
  assert.equal(log.dropped, 200)
})

test('AccessLog buffers at most waitingBytesMax bytes, 4 MiB by default', async () => {
  const request = requestOf({}, { 'user-agent': 'x'.repeat(8000) })
  const line = combinedLine(request, 200, 1, now).length
  for (const [options, bytesMax] of [
    [{ waitingBytesMax: 3 * line }, 3 * line],
    [{}, 4 * 2 ** 20],
  ] as const) {
    const log = new AccessLog('/dev/full', combinedLine, options)
    for (let i = 0; i < 1000; i++) log.write(request, 200, 1)
    const room = bytesMax - (1000 - log.dropped) * line
    assert.ok(room >= 0 && room < line, `${room}`)
    await log.close()
  }
})

test('AccessLog throws RangeError for an invalid waitingBytesMax', () => {
  for (const waitingBytesMax of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => new AccessLog('/dev/full', combinedLine, { waitingBytesMax }), RangeError)
  }
})

test('AccessLog does not count written lines as dropped', async () => {
  const log = new AccessLog(join(directory, 'all.log'))
  const request = requestOf({}, {})
  for (let i = 0; i < 1000; i++) log.write(request, 200, i)
  await log.close()
  assert.equal(log.dropped, 0)
})

test('AccessLog writes many lines at a time, so none are lost while the loop is busy', async t => {
  const { mock } = t.mock.method(fs, 'write')
  const log = new AccessLog(join(directory, 'busy.log'))
  const request = requestOf({}, {})
  for (let i = 0; i < 20_000; i++) log.write(request, 200, i)
  await log.close()
  assert.equal(log.dropped, 0)
  assert.ok(mock.callCount() <= 3, `${mock.callCount()} writes`)
})

test('AccessLog does not retry a full disk for each line', async t => {
  const { mock } = t.mock.method(fs, 'write')
  const log = new AccessLog('/dev/full')
  const request = requestOf({}, {})
  for (let turn = 0; turn < 20; turn++) {
    for (let i = 0; i < 1000; i++) log.write(request, 200, i)
    await new Promise(resolve => setImmediate(resolve))
  }
  const tries = mock.callCount()
  await log.close()
  assert.ok(tries >= 1 && tries < 20, `${tries} tries`)
})

test('if the reader of an AccessLog exits, lines are lost, but the server keeps serving', async () => {
  const { reader, writer } = pipe('broken')
  closeSync(reader)
  const log = new AccessLog(writer)
  {
    using server = logging(log)
    await using peer = await client(server.port)
    for (let i = 0; i < 21; i++) assert.equal((await peer.get('/')).status, 200)
  }
  await log.close()
  assert.equal(log.dropped, 21)
})
