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
import { HttpServer, type Request } from '../../lib/http/index.ts'
import { AccessLog, combinedLine, jsonLine } from '../../lib/service/index.ts'
import { client } from '../http/client.ts'

const directory = mkdtempSync(join(tmpdir(), 'epollet-log-'))
after(() => rmSync(directory, { recursive: true }))
const now = Date.UTC(2024, 1, 29, 3, 4, 5)

/** As much of a request as a line is made of. */
function requestOf(fields: Partial<Request>, headers: Record<string, string>): Request {
  const header = (name: string) => headers[name]
  const request: Partial<Request> = {
    method: 'GET',
    target: '/',
    minor: 1,
    remoteAddress: '',
    startMs: performance.now(),
    header,
    hasAny: () => Object.keys(headers).length > 0,
    ...fields,
  }
  const { method, target, minor } = request
  const line = method === '' ? target : `${method} ${target} HTTP/1.${minor}`
  return { ...request, line } as Request
}

function lineOf(fields: Partial<Request>, headers: Record<string, string> = {}): string {
  return combinedLine(requestOf(fields, headers), 200, 5, now)
}

const start = '- - - [29/Feb/2024:03:04:05 +0000]'
const table: [name: string, line: string, expected: string][] = [
  ['a plain request', lineOf({}), '"GET / HTTP/1.1" 200 5 "-" "-"'],
  [
    'a query, as it was sent',
    lineOf({ target: '/a?b=%22' }),
    '"GET /a?b=%22 HTTP/1.1" 200 5 "-" "-"',
  ],
  ['HTTP/1.0', lineOf({ method: 'HEAD', minor: 0 }), '"HEAD / HTTP/1.0" 200 5 "-" "-"'],
  [
    'what came where no request could be read',
    lineOf({ method: '', target: 'G"T\r\x16\xff' }),
    String.raw`"G\x22T\x0d\x16\xff" 200 5 "-" "-"`,
  ],
  ['nothing where nothing came', lineOf({ method: '', target: '' }), '"-" 200 5 "-" "-"'],
  [
    'referer and user agent',
    lineOf({}, { referer: 'r', 'user-agent': 'u' }),
    '"GET / HTTP/1.1" 200 5 "r" "u"',
  ],
  ['empty fields', lineOf({}, { referer: '', 'user-agent': '' }), '"GET / HTTP/1.1" 200 5 "" ""'],
  [
    'quotes and backslashes, escaped',
    lineOf({}, { 'user-agent': '" 200 5 "\\' }),
    String.raw`"GET / HTTP/1.1" 200 5 "-" "\x22 200 5 \x22\x5c"`,
  ],
  [
    'control characters, escaped',
    lineOf({}, { 'user-agent': 'a\r\nb\t\x1b[31m\0\x7f' }),
    String.raw`"GET / HTTP/1.1" 200 5 "-" "a\x0d\x0ab\x09\x1b[31m\x00\x7f"`,
  ],
  [
    'bytes above 127, escaped',
    lineOf({}, { referer: '\x80\xe4\xff' }),
    String.raw`"GET / HTTP/1.1" 200 5 "\x80\xe4\xff" "-"`,
  ],
  [
    'a method with a quote',
    lineOf({ method: 'G"T' }),
    String.raw`"G\x22T / HTTP/1.1" 200 5 "-" "-"`,
  ],
]

for (const [name, line, expected] of table) {
  test(`combinedLine() writes ${name}`, () => assert.equal(line, `${start} ${expected}\n`))
}

const plain = {
  time: '2024-02-29T03:04:05.000Z',
  remote: null,
  method: 'GET',
  target: '/',
  version: '1.1',
  status: 200,
  bytes: 5,
  referer: null,
  userAgent: null,
}

const objects: [name: string, fields: Partial<Request>, headers: Record<string, string>, object][] =
  [
    ['a plain request', {}, {}, {}],
    ['HTTP/1.0', { method: 'HEAD', minor: 0 }, {}, { method: 'HEAD', version: '1.0' }],
    ['a query, as it was sent', { target: '/a?b=%22' }, {}, { target: '/a?b=%22' }],
    [
      'referer and user agent',
      {},
      { referer: 'r', 'user-agent': '' },
      { referer: 'r', userAgent: '' },
    ],
    [
      'what came where no request could be read',
      { method: '', target: 'G"T\r\x16\xff' },
      {},
      { method: null, target: 'G"T\r\x16\xff', version: null },
    ],
    [
      'nothing where nothing came',
      { method: '', target: '' },
      {},
      { method: null, target: null, version: null },
    ],
    [
      'all that could end a line, or move a terminal',
      {},
      { 'user-agent': '"\\\r\n\0\x1b[31m\x7f\x9b31m\xe4', referer: '\u2028\ud83d\ude00' },
      { userAgent: '"\\\r\n\0\x1b[31m\x7f\x9b31m\xe4', referer: '\u2028\ud83d\ude00' },
    ],
  ]

for (const [name, fields, headers, expected] of objects) {
  test(`jsonLine() writes ${name}, as one line of printable ASCII`, () => {
    const line = jsonLine(requestOf(fields, headers), 200, 5, now)
    assert.match(line, /^[\x20-\x7e]+\n$/)
    const { durationMs, ...entry } = JSON.parse(line)
    assert.ok(durationMs >= 0)
    assert.deepEqual(entry, { ...plain, ...expected })
  })
}

test('jsonLine() writes the time to the millisecond, who asked, and how long the answer took', () => {
  const at = Date.UTC(2024, 1, 29, 3, 4, 5, 67)
  const startMs = performance.now() - 1000
  const request = requestOf({ startMs, remoteAddress: '::1' }, {})
  const { durationMs, ...entry } = JSON.parse(jsonLine(request, 304, 0, at))
  assert.deepEqual(entry, {
    ...plain,
    time: '2024-02-29T03:04:05.067Z',
    remote: '::1',
    status: 304,
    bytes: 0,
  })
  assert.ok(durationMs >= 1000)
})

function logging(log: AccessLog): HttpServer & { port: number } {
  const server = new HttpServer((_, responder) => responder.text(200, 'hello'), { log: log.write })
  return Object.assign(server, server.listen({ port: 0 }))
}

test('AccessLog writes a line for each answer, and one of a client cannot forge another', async () => {
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

test('reopen() goes on in a new file after the old one was moved away', async () => {
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

test('reopen() leaves a descriptor as it is, and does nothing once the log is closed', async () => {
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

test('AccessLog writes the lines that its format makes', async () => {
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

test('close() may be called twice', async () => {
  const log = new AccessLog(join(directory, 'twice.log'))
  await log.close()
  await log.close()
})

/** A pipe whose writer blocks, as a shell makes it. */
function pipe(name: string): { reader: number; writer: number } {
  const path = join(directory, name)
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return { reader, writer: openSync(path, constants.O_WRONLY) }
}

test('AccessLog drops and counts lines when nobody reads them, and the server goes on', async () => {
  const { reader, writer } = pipe('stalled')
  const log = new AccessLog(writer, combinedLine, { waitingBytesMax: 2 ** 20 })
  {
    using server = logging(log)
    await using peer = await client(server.port)
    const agent = `User-Agent: ${'x'.repeat(8000)}`
    for (let i = 0; i < 400; i++) assert.equal((await peer.get('/', agent)).status, 200)
    const { dropped } = log
    // Of 400 lines of 8 kB a pipe holds 8, and the log 131.
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

test('AccessLog counts at its end the lines that waited for a disk that is full', async () => {
  const log = new AccessLog('/dev/full', combinedLine, { waitingBytesMax: 2 ** 20 })
  const request = requestOf({}, { 'user-agent': 'x'.repeat(8000) })
  for (let i = 0; i < 200; i++) log.write(request, 200, 1)
  const { dropped } = log
  assert.ok(dropped > 60 && dropped < 80, `${dropped} were dropped`)
  await log.close()
  await log.close()
  assert.equal(log.dropped, 200)
})

test('AccessLog keeps no more than its bound, whose default is 4 MiB', async () => {
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

test('AccessLog throws RangeError for a bound that is none', () => {
  for (const waitingBytesMax of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => new AccessLog('/dev/full', combinedLine, { waitingBytesMax }), RangeError)
  }
})

test('AccessLog drops no line that is written', async () => {
  const log = new AccessLog(join(directory, 'all.log'))
  const request = requestOf({}, {})
  for (let i = 0; i < 1000; i++) log.write(request, 200, i)
  await log.close()
  assert.equal(log.dropped, 0)
})

test('AccessLog writes at once all that was gathered meanwhile: a loop that is busy loses no line', async t => {
  const { mock } = t.mock.method(fs, 'write')
  const log = new AccessLog(join(directory, 'busy.log'))
  const request = requestOf({}, {})
  for (let i = 0; i < 20_000; i++) log.write(request, 200, i)
  await log.close()
  assert.equal(log.dropped, 0)
  assert.ok(mock.callCount() <= 3, `${mock.callCount()} writes`)
})

test('AccessLog does not try a full disk again for each line', async t => {
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

test('AccessLog loses lines, and nothing else, when its reader is gone', async () => {
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
