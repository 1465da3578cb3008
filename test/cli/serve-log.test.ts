// The access log of `epollet serve`.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ECONNRESET, native } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { Raw, settled } from '../support/raw-client.ts'
import { bigBytes, get, page, Stand, siteOfPages } from '../support/stand.ts'
import { eventually, start, textOf } from './program.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())
const root = site.path('')

test("a combined line has Apache's format and the number of bytes sent", async () => {
  await using program = start(['serve', '0', '--root', root])
  await using peer = await client(await program.port())
  await peer.get('/?x', 'User-Agent: a "quoted" \\ agent', 'Referer: http://b/\t\u00e4')
  await peer.get('/', 'Range: bytes=0-1', 'X-Forwarded-For: 1.2.3.4')
  peer.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
  await peer.answer({ toHead: true })
  await peer.get('/missing?a')
  const time = String.raw`\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\]`
  const lines: string[] = []
  while (lines.length < 4) lines.push(await program.line())
  const parts = lines.map(line => {
    const [, rest] = new RegExp(`^127\\.0\\.0\\.1 - - ${time} (.*)$`).exec(line) ?? []
    return rest
  })
  assert.deepEqual(parts, [
    `"GET /?x HTTP/1.1" 200 ${page.length} "http://b/\\x09\\xc3\\xa4" "a \\x22quoted\\x22 \\x5c agent"`,
    '"GET / HTTP/1.1" 206 2 "-" "-"',
    '"HEAD / HTTP/1.1" 200 0 "-" "-"',
    '"GET /missing?a HTTP/1.1" 404 37 "-" "-"',
  ])
})

test('a JSON log line is one object in ASCII, with a duration', async () => {
  await using program = start(['serve', '0', '--root', root, '--log-format', 'json'])
  await using peer = await client(await program.port())
  await peer.get('/?a', 'User-Agent: "\t\u00e4\\')
  const line = await program.line()
  assert.match(line, /^[\x20-\x7e]+$/)
  const { time, durationMs, userAgent, ...entry } = JSON.parse(line)
  assert.equal(new Date(time).toISOString(), time)
  assert.ok(durationMs >= 0)
  assert.deepEqual(entry, {
    remote: '127.0.0.1',
    method: 'GET',
    target: '/?a',
    version: '1.1',
    status: 200,
    bytes: page.length,
    referer: null,
  })
  assert.equal(Buffer.from(userAgent, 'latin1').toString(), '"\t\u00e4\\')
})

test('an invalid request gets one log line, and cannot forge another', async () => {
  await using program = start(['serve', '0', '--root', root])
  await using peer = await client(await program.port())
  peer.send('GET /a b"\x1b\n127.0.0.1 - - forged\r\n\r\n')
  await peer.rest()
  assert.match(await program.line(), /^127\.0\.0\.1 - - \[[^\]]+\] "[\x20-\x7e]*" 400 16 "-" "-"$/)
  program.kill('SIGTERM')
  assert.doesNotMatch((await program.ended).stdout, /^127\.0\.0\.1 - - forged/m)
})

test('the log line of an aborted answer has the number of bytes sent', async () => {
  await using program = start(['serve', '0', '--root', root, '--log-format', 'json'])
  {
    using peer = new Raw(await program.port(), 65536)
    await peer.send(get('/big'))
    await peer.readTo(2_000_000)
    peer.reset()
  }
  const { bytes, status } = JSON.parse(await program.line())
  assert.equal(status, 200)
  assert.ok(bytes > 1_900_000 && bytes < bigBytes, bytes)
})

test('if the second piece of an answer fails, its log line counts only the bytes of the first', async t => {
  const lines: number[] = []
  using stand = new Stand(site, { log: (_request, _status, bytes) => lines.push(bytes) })
  let firstBytes = -1
  const sendfile = native.sendfile.bind(native)
  t.mock.method(native, 'sendfile', (...args: Parameters<typeof sendfile>) => {
    if (firstBytes >= 0) return ECONNRESET
    firstBytes = sendfile(...args)
    return firstBytes
  })
  using peer = new Raw(stand.port, 65536)
  await peer.send(get('/big'))
  await peer.readToEnd()
  await settled(() => stand.server.connections === 0)
  assert.ok(firstBytes > 0)
  assert.deepEqual(lines, [firstBytes])
})

test('with --log-file, stdout gets no log lines, and SIGHUP reopens the file', async () => {
  const log = join(site.outside, 'access.log')
  await using program = start(['serve', '0', '--root', root, '--log-file', log])
  await using peer = await client(await program.port())
  await peer.get('/one')
  await eventually(() => textOf(log).includes('/one'))
  renameSync(log, `${log}.1`)
  program.kill('SIGHUP')
  await eventually(() => existsSync(log))
  await peer.get('/two')
  await eventually(() => textOf(log).includes('/two'))
  assert.ok(!textOf(`${log}.1`).includes('/two'))
  assert.ok(!textOf(log).includes('/one'))
  program.kill('SIGTERM')
  assert.match((await program.ended).stdout, /^listening on \S+$/)
})

test('a full disk does not stop the server, which reports the dropped log lines at its end', async () => {
  await using program = start(['serve', '0', '--root', root, '--log-file', '/dev/full'])
  const port = await program.port()
  for (let i = 0; i < 10; i++) {
    await using peer = await client(port)
    for (let j = 0; j < 20; j++) assert.equal((await peer.get('/')).status, 200)
  }
  program.kill('SIGTERM')
  const { status, stderr } = await program.ended
  assert.deepEqual([status, stderr], [0, 'epollet: 200 log lines were dropped\n'])
})

test('the server ends even if the reader of its log pipe stalls', async () => {
  const fifo = join(site.outside, 'fifo')
  execFileSync('mkfifo', [fifo])
  // The pipe has a reader that never reads.
  const under = ['sh', '-c', 'exec 3<>"$0"; exec "$@"', fifo]
  await using program = start(['serve', '0', '--root', root, '--log-file', fifo], { under })
  await using peer = await client(await program.port())
  const agent = `User-Agent: ${'x'.repeat(8000)}`
  for (let i = 0; i < 300; i++) assert.equal((await peer.get('/', agent)).status, 200)
  program.kill('SIGTERM')
  assert.equal((await program.ended).status, 0)
})
