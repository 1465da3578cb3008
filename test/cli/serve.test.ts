import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Client, client } from '../http/client.ts'
import { eventually, run, start } from './program.ts'

const directory = mkdtempSync(join(tmpdir(), 'epollet-cli-'))
after(() => rmSync(directory, { recursive: true }))
const root = join(directory, 'html')
mkdirSync(root)
writeFileSync(join(root, 'index.html'), 'index')
writeFileSync(join(root, 'big'), '')
truncateSync(join(root, 'big'), 32_000_000)
const log = join(directory, 'access.log')

const time = String.raw`\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\]`

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n')
}

test('epollet serve prints its URL, then a log line for each request', async () => {
  await using program = start(['serve', '0', '--root', root])
  await using peer = await client(await program.port())
  assert.equal(
    (await peer.get('/', 'User-Agent: me', 'Referer: http://a/')).body.toString(),
    'index',
  )
  assert.equal((await peer.get('/missing?a')).status, 404)
  peer.send('bad\r\n\r\n')
  await peer.rest()
  const host = String.raw`^127\.0\.0\.1 - - ${time}`
  assert.match(
    await program.line(),
    new RegExp(`${host} "GET / HTTP/1\\.1" 200 5 "http://a/" "me"$`),
  )
  assert.match(
    await program.line(),
    new RegExp(`${host} "GET /missing\\?a HTTP/1\\.1" 404 37 "-" "-"$`),
  )
  assert.match(await program.line(), new RegExp(`${host} "[^"]+" 400 16 "-" "-"$`))
})

test('epollet serve without --root serves ./html', async () => {
  await using program = start(['serve', '0'], { cwd: directory })
  await using peer = await client(await program.port())
  assert.equal((await peer.get('/')).body.toString(), 'index')
})

test('epollet serve --quiet prints only its URL', async () => {
  await using program = start(['serve', '0', '--root', root, '--quiet'])
  {
    await using peer = await client(await program.port())
    await peer.get('/')
  }
  program.kill('SIGTERM')
  const { status, stdout, stderr } = await program.ended
  assert.match(stdout, /^listening on \S+$/)
  assert.deepEqual([status, stderr], [0, ''])
})

test('epollet serve --log-file writes to that file, and reopens it at SIGHUP', async () => {
  await using program = start(['serve', '0', '--root', root, '--log-file', log])
  await using peer = await client(await program.port())
  await peer.get('/one')
  await eventually(() => readFileSync(log, 'utf8').endsWith('\n'))
  renameSync(log, `${log}.1`)
  program.kill('SIGHUP')
  await eventually(() => {
    try {
      return readFileSync(log, 'utf8') === ''
    } catch {
      return false
    }
  })
  await peer.get('/two')
  await eventually(() => readFileSync(log, 'utf8').endsWith('\n'))
  program.kill('SIGTERM')
  assert.match((await program.ended).stdout, /^listening on \S+$/)
  assert.match(linesOf(`${log}.1`).join(), /"GET \/one HTTP\/1\.1" 404 [^,]*$/)
  assert.match(linesOf(log).join(), /"GET \/two HTTP\/1\.1" 404 [^,]*$/)
})

test('epollet serve --log-format json writes an object for each request', async () => {
  await using program = start(['serve', '0', '--root', root, '--log-format', 'json'])
  await using peer = await client(await program.port())
  await peer.get('/?a', 'User-Agent: me')
  const { time, durationMs, ...entry } = JSON.parse(await program.line())
  assert.equal(new Date(time).toISOString(), time)
  assert.ok(durationMs >= 0)
  assert.deepEqual(entry, {
    remote: '127.0.0.1',
    method: 'GET',
    target: '/?a',
    version: '1.1',
    status: 200,
    bytes: 5,
    referer: null,
    userAgent: 'me',
  })
})

for (const options of [[], ['--quiet']]) {
  const name = ['epollet serve', ...options].join(' ')
  test(`${name} without --log-file keeps running after SIGHUP`, async () => {
    await using program = start(['serve', '0', '--root', root, ...options])
    await using peer = await client(await program.port())
    program.kill('SIGHUP')
    assert.equal((await peer.get('/')).status, 200)
    program.kill('SIGTERM')
    const { status, stderr } = await program.ended
    assert.deepEqual([status, stderr], [0, ''])
  })
}

for (const [count, message] of [
  [1, '1 log line was dropped'],
  [2, '2 log lines were dropped'],
] as const) {
  test(`epollet serve reports at its end that ${message}`, async () => {
    await using program = start(['serve', '0', '--root', root, '--log-file', '/dev/full'])
    {
      await using peer = await client(await program.port())
      for (let i = 0; i < count; i++) await peer.get('/')
    }
    program.kill('SIGTERM')
    const { status, stderr } = await program.ended
    assert.deepEqual([status, stderr], [0, `epollet: ${message}\n`])
  })
}

test('epollet serve reports dropped log lines at SIGHUP, and those dropped since then at its end', async () => {
  const options = ['--log-file', '/dev/full', '--log-buffer-bytes', '1m']
  await using program = start(['serve', '0', '--root', root, ...options])
  {
    await using peer = await client(await program.port())
    const agent = `User-Agent: ${'x'.repeat(8000)}`
    for (let i = 0; i < 200; i++) await peer.get('/', agent)
    program.kill('SIGHUP')
    await eventually(() => program.stderr.endsWith('\n'))
  }
  program.kill('SIGTERM')
  const { status, stderr } = await program.ended
  assert.equal(status, 0)
  const counts = [...stderr.matchAll(/^epollet: (\d+) log lines were dropped\n/gm)].map(found =>
    Number(found[1]),
  )
  assert.equal(counts.length, 2, stderr)
  // The log buffers one megabyte, which holds 131 of these lines.
  assert.ok(counts[0]! > 60 && counts[0]! < 80, stderr)
  assert.equal(counts[0]! + counts[1]!, 200)
})

/** A client that has received the first bytes of a large answer, and reads no more until it is resumed. */
async function beginBig(port: number): Promise<Client> {
  const peer = await client(port)
  peer.send('GET /big HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(peer.socket, 'data')
  peer.socket.pause()
  return peer
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`epollet serve exits with status 0 after ${signal}, once the answer in progress is complete`, async () => {
    await using program = start(['serve', '0', '--root', root])
    const port = await program.port()
    await using idle = await client(port)
    await idle.get('/')
    await using running = await beginBig(port)
    program.kill(signal)
    assert.equal((await idle.rest()).length, 0)
    assert.equal(program.child.exitCode, null)
    running.socket.resume()
    assert.equal((await running.answer()).body.length, 32_000_000)
    await running.rest()
    const { status, stdout, stderr } = await program.ended
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, /"GET \/ [^\n]* 200 5 [^\n]*\n.*"GET \/big [^\n]* 200 32000000 [^\n]*$/)
  })
}

test('epollet serve writes every log line before it ends', async () => {
  await using program = start(['serve', '0', '--root', root])
  const port = await program.port()
  await using peer = await client(port)
  peer.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1000))
  for (let i = 0; i < 1000; i++) await peer.answer()
  program.kill('SIGTERM')
  const { status, stdout } = await program.ended
  assert.equal(status, 0)
  assert.equal(stdout.split('\n').length, 1 + 1000)
})

test('epollet serve exits immediately at a second signal', async () => {
  await using program = start(['serve', '0', '--root', root])
  const port = await program.port()
  await using _running = await beginBig(port)
  program.kill('SIGTERM')
  // Refused connections show that the server has handled the first signal.
  let code = ''
  while (code !== 'ECONNREFUSED') {
    const late = await client(port).catch((error: NodeJS.ErrnoException) => {
      code = error.code ?? ''
    })
    await late?.[Symbol.asyncDispose]()
  }
  program.kill('SIGTERM')
  assert.equal((await program.ended).status, 1)
})

test('epollet serve warns once about missing TLS if other machines can reach it', async () => {
  await using program = start(['serve', '0', '--root', root, '--host', '0.0.0.0', '--quiet'])
  assert.match(await program.line(), /^listening on http:\/\/0\.0\.0\.0:\d+\/$/)
  program.kill('SIGTERM')
  const { status, stderr } = await program.ended
  assert.equal(status, 0)
  assert.match(stderr, /^epollet: [^\n]*no TLS[^\n]*\n$/)
})

test('epollet serve prints the interface of a link-local address in its URL, after %25', async t => {
  const all = Object.entries(networkInterfaces())
  const found = all.flatMap(([name, infos = []]) =>
    infos.filter(({ address }) => address.startsWith('fe80:')).map(info => ({ name, ...info })),
  )
  const [{ name, address } = { name: '', address: '' }] = found
  if (address === '') return t.skip('no interface has a link-local address')
  const host = `${address}%${name}`
  await using program = start(['serve', '0', '--root', root, '--host', host, '--quiet'])
  const line = new RegExp(`^listening on http://\\[${address}%25${name}\\]:\\d+/$`)
  assert.match(await program.line(), line)
})

for (const host of ['::1%lo', '[::1%lo]', '::1%1']) {
  test(`epollet serve --host ${host} listens on ::1, even with --lab`, async () => {
    await using program = start(['serve', '0', '--host', host, '--quiet', '--lab'])
    assert.match(await program.line(), /^listening on http:\/\/\[::1\]:\d+\/$/)
    program.kill('SIGTERM')
    const { status, stderr } = await program.ended
    assert.deepEqual([status, stderr], [0, ''])
  })
}

for (const [args, pattern] of [
  [[], /^usage: epollet <command>/],
  [['help'], /^usage: epollet <command>/],
  [['help', 'serve'], /^usage: epollet serve/],
  [['--help'], /^usage: epollet <command>/],
  [['-h'], /^usage: epollet <command>/],
  [['serve', '--help'], /^usage: epollet serve/],
  [['inspect', '--help'], /^usage: epollet inspect/],
  [['info', '-h'], /^usage: epollet info/],
  [['-v'], /^\d+\.\d+\.\d+$/],
  [['--version'], /^\d+\.\d+\.\d+$/],
] as const) {
  test(`${['epollet', ...args].join(' ')} exits with status 0, and prints on stdout only`, async () => {
    const { status, stdout, stderr } = await run([...args])
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, pattern)
  })
}

test('epollet serve reports a log that cannot be reopened, and keeps writing to the old one', async () => {
  const folder = join(directory, 'gone')
  mkdirSync(folder)
  const file = join(folder, 'access.log')
  await using program = start(['serve', '0', '--root', root, '--log-file', file])
  await using peer = await client(await program.port())
  assert.equal((await peer.get('/')).status, 200)
  renameSync(folder, join(directory, 'moved'))
  program.kill('SIGHUP')
  // The log is reopened on the thread pool, so the error appears some time after the signal.
  while (!program.stderr.endsWith('\n')) await setTimeout(10)
  assert.match(program.stderr, /^epollet: the log file '.*' cannot be reopened \(ENOENT\)/)
  assert.equal((await peer.get('/again')).status, 404)
  program.kill('SIGTERM')
  await program.ended
  assert.match(readFileSync(join(directory, 'moved', 'access.log'), 'utf8'), /GET \/again/)
})
