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
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Client, client } from '../http/client.ts'
import { run, start } from './program.ts'

const directory = mkdtempSync(join(tmpdir(), 'epollet-cli-'))
after(() => rmSync(directory, { recursive: true }))
const root = join(directory, 'html')
mkdirSync(root)
writeFileSync(join(root, 'index.html'), 'index')
writeFileSync(join(root, 'big'), '')
truncateSync(join(root, 'big'), 32_000_000)
const log = join(directory, 'access.log')

const time = String.raw`\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\]`

/** Time is the subject: a log may be written later than its answer is read. */
async function eventually(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    assert.ok(waited < 10_000, 'it did not come true in 10 s')
    await setTimeout(10)
  }
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n')
}

test('epollet serve prints where it listens, then a line for each request', async () => {
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

test('epollet serve takes ./html when no root is given', async () => {
  await using program = start(['serve', '0'], { cwd: directory })
  await using peer = await client(await program.port())
  assert.equal((await peer.get('/')).body.toString(), 'index')
})

test('epollet serve --quiet prints nothing but where it listens', async () => {
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

test('epollet serve --log-file writes there, and SIGHUP opens the file again', async () => {
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
  test(`${name} without --log-file goes on after SIGHUP, which has nothing to open again`, async () => {
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
  test(`epollet serve says at its end that ${message}`, async () => {
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

test('epollet serve says at SIGHUP how many log lines were dropped, and at its end how many since', async () => {
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
  // A log keeps a megabyte, 131 of these lines.
  assert.ok(counts[0]! > 60 && counts[0]! < 80, stderr)
  assert.equal(counts[0]! + counts[1]!, 200)
})

/** A client that has got the beginning of a large answer, and reads no more until it is resumed. */
async function beginBig(port: number): Promise<Client> {
  const peer = await client(port)
  peer.send('GET /big HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(peer.socket, 'data')
  peer.socket.pause()
  return peer
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`epollet serve ends with status 0 after ${signal}, when the running answer has ended`, async () => {
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

test('epollet serve loses no line of the log when it ends', async () => {
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

test('epollet serve ends at once at the second signal', async () => {
  await using program = start(['serve', '0', '--root', root])
  const port = await program.port()
  await using _running = await beginBig(port)
  program.kill('SIGTERM')
  // It listens no more: the first signal has come.
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

const mistakes: [args: string[], status: number, message: RegExp][] = [
  [['serve', 'http'], 2, /the port must be a number from 0 to 65535, got 'http'/],
  [['serve', '65536'], 2, /65536/],
  [['serve', '-1'], 2, /the port must be a number from 0 to 65535, got '-1'/],
  [['serve', '--quiet', '-1'], 2, /the port must be a number from 0 to 65535, got '-1'/],
  [['serve', '--', '-1'], 2, /the port must be a number from 0 to 65535, got '-1'/],
  [['serve', '80', '81'], 2, /expected one port, got '80 81'/],
  [['serve', '0', '--idle-timeout', '0'], 2, /--idle-timeout must be a number of seconds/],
  [['serve', '0', '--idle-timeout', 'x'], 2, /--idle-timeout/],
  [['serve', '0', '--idle-timeout', '-5'], 2, /--idle-timeout must be .* above 0, got '-5'/],
  [['serve', '0', '--idle-timeout', '-.5'], 2, /--idle-timeout must be .* above 0, got '-\.5'/],
  [['serve', '0', '--log-format', 'xml'], 2, /--log-format must be combined or json, got 'xml'/],
  [['serve', '0', '--log-format', 'constructor'], 2, /got 'constructor'/],
  [
    ['serve', '0', '--bogus'],
    2,
    /^epollet: Unknown option '--bogus' \(see node dist\/cli\/main\.js serve --help\)$/,
  ],
  [['serve', '0', '--root'], 2, /--root/],
  [['serve', '0', '--root='], 2, /--root must not be empty/],
  [['serve', '0', '--host', ''], 2, /--host must not be empty/],
  [['serve', '0', '--log-file='], 2, /--log-file must not be empty/],
  [['serve', '0', '--root', '-5'], 1, /the root '-5' does not exist/],
  [['serve', '0', '--quiet=yes'], 2, /--quiet/],
  [
    ['serve', '0', '--root', join(directory, 'none')],
    1,
    /the root '\S+none' does not exist: name another/,
  ],
  [['serve', '0', '--root', join(root, 'index.html')], 1, /the root '\S+' is not a directory/],
  [
    ['serve', '0', '--root', root, '--host', '192.0.2.1'],
    1,
    /192\.0\.2\.1 is not an address of this machine/,
  ],
  [
    ['serve', '0', '--root', root, '--host', '::1%none'],
    1,
    /cannot listen on ::1%none port 0: .* a zone/,
  ],
  [
    ['serve', '0', '--root', root, '--host', 'fe80::1'],
    1,
    /^epollet: fe80::1 is link-local: add its interface, as in fe80::1%eth0$/,
  ],
  [
    ['serve', root],
    2,
    /give the directory with --root: node dist\/cli\/main\.js serve --root \S+ \(see/,
  ],
  [['serve', 'nowhere'], 2, /got 'nowhere'; for a directory: --root nowhere \(see/],
  [
    ['serve', '-p', '8080'],
    2,
    /give the port as an argument: node dist\/cli\/main\.js serve 8080 \(see/,
  ],
  [['serve', '-p8080'], 2, /as an argument: node dist\/cli\/main\.js serve 8080 \(see/],
  [['serve', '--port=8080'], 2, /as an argument: node dist\/cli\/main\.js serve 8080 \(see/],
  [['serve', '--port', 'x'], 2, /as an argument: node dist\/cli\/main\.js serve 7890 \(see/],
  [['serve', '-l', '8080'], 2, /as an argument: node dist\/cli\/main\.js serve 8080 \(see/],
  [
    ['serve', '--dir', 'dist'],
    2,
    /give the directory with --root: node dist\/cli\/main\.js serve --root dist/,
  ],
  [
    ['serve', '--bind', '::1'],
    2,
    /give the address with --host: node dist\/cli\/main\.js serve --host ::1/,
  ],
  [
    ['serve', '-s'],
    2,
    /for a single-page app: node dist\/cli\/main\.js serve --fallback index\.html/,
  ],
  [['serve', '--quite'], 2, /Unknown option '--quite': did you mean --quiet\? \(see/],
  [['serve', '--logfile', 'x'], 2, /did you mean --log-file\?/],
  [['serve', '0', '-x'], 2, /Unknown option '-x' \(see/],
  [
    ['serve', '0', '--root', root, '--log-file', join(directory, 'none/log')],
    1,
    /log file .* \(ENOENT\)/,
  ],
  [
    ['inspect'],
    2,
    /expected a process number, for example .* \(see node dist\/cli\/main\.js inspect --help\)$/,
  ],
  [['inspect', ''], 2, /one process number, got ''/],
  [['inspect', '-1'], 2, /one process number, got '-1'/],
  [['inspect', 'x'], 2, /got 'x'/],
  [['inspect', '1', '2'], 2, /got '1 2'/],
  [['inspect', '0'], 2, /got '0'/],
  [['inspect', '--bogus'], 2, /--bogus/],
  [['inspect', '999999999'], 1, /there is no process 999999999/],
  [['info', '--bogus'], 2, /--bogus/],
  [['info', '--jsn'], 2, /did you mean --json\?/],
  [['inspect', '--jason', '1'], 2, /did you mean --json\?/],
  [['lab', 'run', '--opss', 'x'], 2, /did you mean --ops\?/],
  [['bench', '--quik'], 2, /did you mean --quick\?/],
  [
    ['sevre'],
    2,
    /unknown command 'sevre': did you mean serve\? \(see node dist\/cli\/main\.js --help\)$/,
  ],
  [['info', 'more'], 2, /more.* \(see node dist\/cli\/main\.js info --help\)$/],
  [['bogus'], 2, /unknown command 'bogus' \(see node dist\/cli\/main\.js --help\)$/],
  [['help', 'bogus'], 2, /unknown command 'bogus'/],
  [['constructor'], 2, /unknown command 'constructor'/],
  [[''], 2, /unknown command ''/],
  [['--bogus'], 2, /--bogus/],
]

for (const [args, status, message] of mistakes) {
  test(`epollet ${args.map(arg => arg.replace(directory, '')).join(' ')} is one line on stderr and status ${status}`, async () => {
    const ended = await run(args)
    assert.equal(ended.status, status)
    assert.equal(ended.stdout, '')
    assert.match(ended.stderr, /^epollet: [^\n]{5,180}\n$/)
    assert.match(ended.stderr.trimEnd(), message)
  })
}

test('epollet serve says that a port is in use, and what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const { status, stdout, stderr } = await run(['serve', String(port), '--root', root])
  taken.close()
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, new RegExp(`^epollet: port ${port} is in use: [^\\n]+\\n$`))
})

test('epollet serve without a port means 7890 and ./html', async () => {
  const { stdout } = await run(['serve', '--help'])
  assert.match(stdout, /port +the port to listen on \(7890\)/)
  const { status, stderr } = await run(['serve'], { cwd: tmpdir() })
  assert.equal(status, 1)
  assert.match(stderr, /^epollet: the root '\.\/html' does not exist: [^\n]+\n$/)
})

test('epollet serve says once that there is no TLS where others can reach it', async () => {
  await using program = start(['serve', '0', '--root', root, '--host', '0.0.0.0', '--quiet'])
  assert.match(await program.line(), /^listening on http:\/\/0\.0\.0\.0:\d+\/$/)
  program.kill('SIGTERM')
  const { status, stderr } = await program.ended
  assert.equal(status, 0)
  assert.match(stderr, /^epollet: [^\n]*no TLS[^\n]*\n$/)
})

test('epollet serve prints a link-local address as a URL has it, with its interface', async t => {
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
  test(`epollet serve --host ${host} listens on ::1, with the lab too`, async () => {
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
  test(`${['epollet', ...args].join(' ')} prints it, with status 0`, async () => {
    const { status, stdout, stderr } = await run([...args])
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, pattern)
  })
}

test('epollet serve says that its log cannot be reopened, and goes on with the old one', async () => {
  const folder = join(directory, 'gone')
  mkdirSync(folder)
  const file = join(folder, 'access.log')
  await using program = start(['serve', '0', '--root', root, '--log-file', file])
  await using peer = await client(await program.port())
  assert.equal((await peer.get('/')).status, 200)
  renameSync(folder, join(directory, 'moved'))
  program.kill('SIGHUP')
  // Time is the subject: it is opened on the thread pool.
  while (!program.stderr.endsWith('\n')) await setTimeout(10)
  assert.match(program.stderr, /^epollet: the log file '.*' cannot be reopened \(ENOENT\)/)
  assert.equal((await peer.get('/again')).status, 404)
  program.kill('SIGTERM')
  await program.ended
  assert.match(readFileSync(join(directory, 'moved', 'access.log'), 'utf8'), /GET \/again/)
})
