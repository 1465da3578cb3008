// The program as it is run: its port, its end, its log, and what it does when nobody asked for anything.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { native } from '../../lib/sys/index.ts'
import { Client, client } from '../http/client.ts'
import { bodyOf, Raw, settled } from '../support/raw-client.ts'
import { bigBytes, get, page, Stand, siteOfPages, write } from '../support/stand.ts'
import { run, start } from './program.ts'

const ECONNRESET = -104
const site = siteOfPages()
after(() => site[Symbol.dispose]())
const root = site.path('')
mkdirSync(site.path('sub'))
mkdirSync(site.path('.git'))
mkdirSync(site.path('.well-known'))
for (const name of ['.git/config', '.env', '.well-known/known', 'sub/file']) write(site, name, name)
writeFileSync(join(site.outside, 'secret'), 'secret')
symlinkSync('../secret', site.path('out'))
symlinkSync('..', site.path('sub/out'))
symlinkSync('..', site.path('up'))
symlinkSync('/etc/passwd', site.path('absolute'))
symlinkSync('sub/file', site.path('inside'))

/** A log may be written later than its answer is read. */
async function eventually(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    assert.ok(waited < 10_000, 'it did not come true in 10 s')
    await setTimeout(10)
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

for (const port of ['http', '', '65536', '-1', '78 90', '0x50', '1e3', '80.5']) {
  test(`41: the port '${port}' is one line on stderr that names it, and status 2`, async () => {
    const { status, stdout, stderr } = await run(['serve', port, '--root', root])
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, /^epollet: [^\n]+\n$/)
    assert.ok(stderr.includes(`'${port}'`), stderr)
  })
}

test('41: a port that is in use is one line on stderr, and status 1', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const { status, stdout, stderr } = await run(['serve', String(port), '--root', root])
  taken.close()
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, new RegExp(`^epollet: [^\\n]*${port} is in use[^\\n]*\\n$`))
})

/** Without CAP_NET_BIND_SERVICE, also where the tests run as root. */
const withoutBindService = `
import ctypes, os, sys
ctypes.CDLL(None).prctl(24, 10, 0, 0, 0)
os.execvp(sys.argv[1], sys.argv[1:])
`

test('41: a port for root only is one line on stderr, and status 1', async t => {
  const first = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'latin1'))
  if (first <= 1) return t.skip('this kernel lets everybody take any port')
  const under = ['python3', '-c', withoutBindService]
  const { status, stdout, stderr } = await run(['serve', '1', '--root', root], { under })
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /^epollet: port 1 is for root only: [^\n]+\n$/)
})

test('41: port 0 takes a free port, and prints it', async () => {
  await using program = start(['serve', '0', '--root', root])
  await using peer = await client(await program.port())
  assert.equal((await peer.get('/')).body.toString(), page)
})

for (const [host, shown] of [
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '[::1]'],
  ['0.0.0.0', '0.0.0.0'],
  ['::', '[::]'],
] as const) {
  test(`41: --host ${host} listens there`, async t => {
    const isV6 = host.includes(':')
    if (isV6 && textOf('/proc/net/if_inet6') === '') return t.skip('this machine has no IPv6')
    await using program = start(['serve', '0', '--root', root, '--host', host])
    const [, name, port] = /^listening on http:\/\/(.*):(\d+)\/$/.exec(await program.line()) ?? []
    assert.equal(name, shown)
    const to = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
    const socket = connect({ host: to, port: Number(port), allowHalfOpen: true })
    await once(socket, 'connect')
    await using peer = new Client(socket)
    assert.equal((await peer.get('/')).body.toString(), page)
  })
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`42: ${signal} closes idle connections, accepts nobody, ends running answers, and is status 0`, async () => {
    await using program = start(['serve', '0', '--root', root])
    const port = await program.port()
    await using idle = await client(port)
    await idle.get('/')
    const running = Array.from({ length: 10 }, () => new Raw(port, 65536))
    for (const peer of running) {
      await peer.send(get('/big') + get('/'))
      await peer.readTo(1000)
    }
    program.kill(signal)
    assert.equal((await idle.rest()).length, 0)
    await assert.rejects(client(port), { code: 'ECONNREFUSED' })
    assert.equal(program.child.exitCode, null)
    for (const peer of running) {
      assert.equal(await peer.readToEnd(), 'end')
      assert.ok(bodyOf(peer.received).length >= bigBytes)
      peer.socket.close()
    }
    const { status, stderr } = await program.ended
    assert.deepEqual([status, stderr], [0, ''])
  })

  test(`42: a second ${signal} ends it at once`, async () => {
    await using program = start(['serve', '0', '--root', root])
    const port = await program.port()
    await using idle = await client(port)
    await idle.get('/')
    using running = new Raw(port, 65536)
    await running.send(get('/big'))
    await running.readTo(1000)
    program.kill(signal)
    assert.equal((await idle.rest()).length, 0)
    program.kill(signal)
    assert.equal((await program.ended).status, 1)
  })
}

test('42: what was sent before SIGTERM is answered, on idle connections and on new ones', async () => {
  await using program = start(['serve', '0', '--root', root, '--quiet'])
  const port = await program.port()
  const peers = Array.from({ length: 100 }, () => new Raw(port))
  for (const peer of peers) {
    await peer.send(get('/'))
    await peer.readTo(1)
    while (!peer.received.toString('latin1').endsWith(page)) await peer.readTo(peer.count + 1)
  }
  const before = peers[0]!.count
  // Stopped, it finds the requests and the signal together.
  program.kill('SIGSTOP')
  peers.push(...Array.from({ length: 100 }, () => new Raw(port)))
  for (const peer of peers) await peer.send(get('/'))
  program.kill('SIGTERM')
  program.kill('SIGCONT')
  for (const [i, peer] of peers.entries()) {
    await peer.readToEnd()
    const answer = peer.received.toString('latin1', i < 100 ? before : 0)
    assert.match(answer, /^HTTP\/1\.1 200 /, `connection ${i}`)
    peer.socket.close()
  }
  assert.equal((await program.ended).status, 0)
})

test('42: SIGTERM under load breaks off no answer', async () => {
  await using program = start(['serve', '0', '--root', root, '--quiet'])
  const port = await program.port()
  let answered = 0
  /** Asks until the server closes; what has come of the answer that it will not get. */
  const load = async (i: number): Promise<string> => {
    using peer = new Raw(port)
    const expected = i % 2 === 0 ? page.length : 100_000
    const request = get(i % 2 === 0 ? '/' : '/big', 'Range: bytes=0-99999')
    for (let end = 0; ; ) {
      try {
        await peer.send(request)
      } catch {
        return peer.received.subarray(end).toString('latin1')
      }
      await peer.readTo(end + 1)
      const headEnd = () => peer.received.indexOf('\r\n\r\n', end)
      while (headEnd() < 0 && peer.ending === '') await peer.readTo(peer.count + 1)
      if (headEnd() < 0) return peer.received.subarray(end).toString('latin1')
      const bodyAt = headEnd() + 4
      const head = peer.received.toString('latin1', end, bodyAt)
      await peer.readTo(bodyAt + expected)
      if (peer.count < bodyAt + expected) return head
      end = bodyAt + expected
      answered++
      if (/^connection: close/im.test(head)) return ''
    }
  }
  const loads = Array.from({ length: 16 }, (_, i) => load(i))
  await eventually(() => answered > 100)
  program.kill('SIGTERM')
  assert.deepEqual(await Promise.all(loads), Array(16).fill(''))
  assert.equal((await program.ended).status, 0)
})

test("43: a combined line is Apache's, with the bytes that were sent", async () => {
  await using program = start(['serve', '0', '--root', root])
  await using peer = await client(await program.port())
  await peer.get('/?x', 'User-Agent: a "quoted" \\ agent', 'Referer: http://b/\t\u00e4')
  await peer.get('/', 'Range: bytes=0-1', 'X-Forwarded-For: 1.2.3.4')
  peer.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
  await peer.answer({ toHead: true })
  const time = String.raw`\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\]`
  const lines = [await program.line(), await program.line(), await program.line()]
  const parts = lines.map(line => {
    const [, rest] = new RegExp(`^127\\.0\\.0\\.1 - - ${time} (.*)$`).exec(line) ?? []
    return rest
  })
  assert.deepEqual(parts, [
    `"GET /?x HTTP/1.1" 200 ${page.length} "http://b/\\x09\\xc3\\xa4" "a \\x22quoted\\x22 \\x5c agent"`,
    '"GET / HTTP/1.1" 206 2 "-" "-"',
    '"HEAD / HTTP/1.1" 200 0 "-" "-"',
  ])
})

test('43: a JSON line is one object in ASCII, with a duration', async () => {
  await using program = start(['serve', '0', '--root', root, '--log-format', 'json'])
  await using peer = await client(await program.port())
  await peer.get('/', 'User-Agent: "\t\u00e4\\')
  const line = await program.line()
  assert.match(line, /^[\x20-\x7e]+$/)
  const { time, durationMs, ...entry } = JSON.parse(line)
  assert.equal(new Date(time).toISOString(), time)
  assert.ok(durationMs >= 0)
  const { remote, method, target, status, bytes, userAgent } = entry
  assert.deepEqual(
    [remote, method, target, status, bytes],
    ['127.0.0.1', 'GET', '/', 200, page.length],
  )
  assert.equal(Buffer.from(userAgent, 'latin1').toString(), '"\t\u00e4\\')
})

test('43: a request that could not be read is a line too, and ends no line of its own', async () => {
  await using program = start(['serve', '0', '--root', root])
  await using peer = await client(await program.port())
  peer.send('GET /a b"\x1b\n127.0.0.1 - - forged\r\n\r\n')
  await peer.rest()
  assert.match(await program.line(), /^127\.0\.0\.1 - - \[[^\]]+\] "[\x20-\x7e]*" 400 16 "-" "-"$/)
  program.kill('SIGTERM')
  assert.doesNotMatch((await program.ended).stdout, /^127\.0\.0\.1 - - forged/m)
})

test('43: of an answer that its client broke off the line has the bytes that went out', async () => {
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

test('43: of an answer that is broken off at its second piece the line has the bytes of the first', async t => {
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

test('43: SIGHUP opens the file of the log again', async () => {
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
})

test('43: a full disk does not stop it, and what that has cost is said at the end', async () => {
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

test('43: a reader of the log that stalls does not stop it', async () => {
  await using program = start(['serve', '0', '--root', root])
  await using peer = await client(await program.port())
  program.child.stdout!.pause()
  const agent = `User-Agent: ${'x'.repeat(8000)}`
  for (let i = 0; i < 400; i++) assert.equal((await peer.get('/', agent)).status, 200)
  program.kill('SIGTERM')
  await once(program.child, 'exit')
  program.child.stdout!.resume()
  const { status, stderr } = await program.ended
  assert.equal(status, 0)
  assert.match(stderr, /^epollet: \d+ log lines were dropped\n$/)
})

test('43: a pipe as the file of the log, whose reader stalls, does not keep it from ending', async () => {
  const fifo = join(site.outside, 'fifo')
  execFileSync('mkfifo', [fifo])
  // The pipe has a reader, that never reads.
  const under = ['sh', '-c', 'exec 3<>"$0"; exec "$@"', fifo]
  await using program = start(['serve', '0', '--root', root, '--log-file', fifo], { under })
  await using peer = await client(await program.port())
  const agent = `User-Agent: ${'x'.repeat(8000)}`
  for (let i = 0; i < 300; i++) assert.equal((await peer.get('/', agent)).status, 200)
  program.kill('SIGTERM')
  assert.equal((await program.ended).status, 0)
})

test('45: the port that is taken without an argument is one for everybody', async () => {
  const { stdout } = await run(['serve', '--help'])
  const [, port] = /port +(\d+) when left out/.exec(stdout) ?? []
  assert.ok(Number(port) > 1023, stdout)
})

test('45: every answer says nosniff, and none says who made it in which version', async () => {
  await using program = start(['serve', '0', '--root', root, '--quiet'])
  const port = await program.port()
  const requests: [request: string, status: number][] = [
    [get('/', 'Connection: close'), 200],
    [get('/big', 'Connection: close', 'Range: bytes=1-2'), 206],
    [get('/sub', 'Connection: close'), 301],
    [get('/missing', 'Connection: close'), 404],
    [get('/', 'Connection: close').replace('GET', 'POST'), 405],
    [get('/big', 'Connection: close', 'Range: bytes=99999999-'), 416],
    [get('/', 'Connection: close').replace('GET', 'BREW'), 501],
    ['bad\r\n\r\n', 400],
  ]
  for (const [request, status] of requests) {
    await using peer = await client(port)
    peer.send(request)
    const answer = await peer.answer()
    assert.equal(answer.status, status)
    assert.equal(answer.fields.get('x-content-type-options'), 'nosniff', `${status}`)
    assert.doesNotMatch(answer.fields.get('server') ?? '', /\d/)
    assert.equal(answer.fields.has('x-powered-by'), false)
  }
})

test('45: directories are not listed, dotfiles are not there, and links lead nowhere outside', async () => {
  await using program = start(['serve', '0', '--root', root, '--quiet'])
  await using peer = await client(await program.port())
  for (const [target, status] of [
    ['/sub/', 404],
    ['/.git/config', 404],
    ['/.git/', 404],
    ['/.git', 404],
    ['/.env', 404],
    ['/%2eenv', 404],
    ['/.well-known/known', 200],
    ['/out', 404],
    ['/sub/out/secret', 404],
    ['/up/secret', 404],
    ['/up/root/index.html', 404],
    ['/up/', 404],
    ['/absolute', 404],
    ['/inside', 200],
    ['/../secret', 400],
    ['/%2e%2e/secret', 400],
    ['/sub/..%2f..%2fsecret', 404],
  ] as const) {
    const answer = await peer.get(target)
    assert.equal(answer.status, status, target)
    assert.ok(!answer.body.includes('secret'), target)
  }
})
