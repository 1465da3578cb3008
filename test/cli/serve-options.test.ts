// The options of `epollet serve`.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Answer, type Client, client } from '../http/client.ts'
import { run, start } from './program.ts'

const directory = mkdtempSync(join(tmpdir(), 'epollet-options-'))
after(() => rmSync(directory, { recursive: true }))
const old = new Date(Date.UTC(2024, 0, 1))

/** Makes a root with these files, which were last modified long ago. */
function site(name: string, files: Record<string, string>): string {
  const root = join(directory, name)
  mkdirSync(root, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    utimesSync(join(root, path), old, old)
  }
  return root
}

const root = site('all', {
  'index.html': 'index',
  'home.htm': 'home',
  'about.html': 'about',
  'missing.html': 'nowhere',
  'rules.txt': '/about.html\n  X-Rule: yes\n',
  'app.js': 'identity',
  'app.js.gz': 'gzip',
  '.hidden': 'hidden',
  'folder/file.txt': 'file',
  big: '',
})
truncateSync(join(root, 'big'), 32_000_000)

/** Sends one request to a server started with these options. */
async function ask(options: string[], target: string, ...fields: string[]): Promise<Answer> {
  await using program = start(['serve', '0', '--root', root, '--quiet', ...options])
  await using peer = await client(await program.port())
  const answer = await peer.get(target, ...fields)
  assert.equal(program.stderr, '')
  return answer
}

const rows: [
  options: string[],
  target: string,
  fields: string[],
  without: [status: number, body: string],
  withThem: [status: number, body: string],
][] = [
  [['--index', 'none.html,home.htm'], '/', [], [200, 'index'], [200, 'home']],
  [['--clean-urls'], '/about', [], [404, ''], [200, 'about']],
  [['--fallback', 'index.html'], '/a/page', [], [404, ''], [200, 'index']],
  [['--fallback', 'index.html'], '/a/asset.js', [], [404, ''], [404, '']],
  [['--not-found', 'missing.html'], '/none', [], [404, ''], [404, 'nowhere']],
  [['--dotfiles'], '/.hidden', [], [404, ''], [200, 'hidden']],
  [['--no-precompressed'], '/app.js', ['Accept-Encoding: gzip'], [200, 'gzip'], [200, 'identity']],
]

for (const [options, target, fields, without, withThem] of rows) {
  test(`epollet serve ${options.join(' ')} changes the answer for ${target}`, async () => {
    const sayings: [options: string[], expected: [number, string]][] = [
      [[], without],
      [options, withThem],
    ]
    for (const [given, [status, body]] of sayings) {
      const answer = await ask(given, target, ...fields)
      const expected = status === 404 && body === '' ? 'file not found, 请输入正确的url' : body
      assert.deepEqual([answer.status, answer.body.toString()], [status, expected])
    }
  })
}

test('epollet serve --listing lists a directory without an index file', async () => {
  assert.equal((await ask([], '/folder/')).status, 404)
  const { status, body } = await ask(['--listing'], '/folder/', 'Accept: application/json')
  assert.equal(status, 200)
  assert.match(body.toString(), /"file\.txt"/)
})

test('epollet serve --headers reads the rules from that file, and never serves it', async () => {
  assert.equal((await ask([], '/about.html')).fields.has('x-rule'), false)
  const options = ['--headers', 'rules.txt']
  assert.equal((await ask(options, '/about.html')).fields.get('x-rule'), 'yes')
  assert.equal((await ask(options, '/rules.txt')).status, 404)
})

test('epollet serve reports each invalid rule on its own line, with status 1', async () => {
  const text = '/a\n  X-A\n  b; _headers: c\n  Content-Length: 1\n'
  const wrong = site('wrong', { _headers: text })
  const { status, stdout, stderr } = await run(['serve', '0', '--root', wrong])
  assert.deepEqual([status, stdout], [1, ''])
  assert.equal(
    stderr,
    [
      'epollet: _headers:2: expected "Name: value" or "! Name"',
      'epollet: _headers:3: expected a field name, got "b; _headers"',
      'epollet: _headers:4: Content-Length is set by the server: remove this line',
      '',
    ].join('\n'),
  )
})

test('epollet serve escapes control characters when it quotes an invalid rule', async () => {
  const wrong = site('control', { _headers: '/a\n  a\u009b31m: b\n' })
  const { status, stderr } = await run(['serve', '0', '--root', wrong])
  assert.equal(status, 1)
  assert.equal(stderr, 'epollet: _headers:2: expected a field name, got "a\\x9b31m"\n')
})

test('epollet serve reports that the rules cannot be read, rather than the root', async () => {
  const wrong = site('folder', { '_headers/file': '' })
  const { status, stderr } = await run(['serve', '0', '--root', wrong])
  assert.equal(status, 1)
  assert.equal(stderr, "epollet: the rules '_headers' cannot be read (EISDIR): see --headers\n")
})

test('epollet serve keeps the old rules if new ones are invalid, and warns once', async () => {
  const changing = site('changing', { 'a.txt': 'a', _headers: '/*\n  X-Rule: one\n' })
  await using program = start(['serve', '0', '--root', changing, '--quiet'])
  await using peer = await client(await program.port())
  assert.equal((await peer.get('/a.txt')).fields.get('x-rule'), 'one')
  writeFileSync(join(changing, '_headers'), '/*\n  X-Rule\n')
  // The server checks its rules once a second.
  for (let i = 0; i < 100 && program.stderr === ''; i++) {
    await setTimeout(50)
    assert.equal((await peer.get('/a.txt')).fields.get('x-rule'), 'one')
  }
  assert.match(
    program.stderr,
    /^epollet: _headers:2: expected [^\n]+ \(the old rules still apply\)\n$/,
  )
})

test('epollet serve --max-connections answers a connection above the limit with 503', async () => {
  await using program = start(['serve', '0', '--root', root, '--quiet', '--max-connections', '1'])
  const port = await program.port()
  await using first = await client(port)
  // This connection is in the middle of an answer, so it is not closed to make room.
  first.send('GET /big HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(first.socket, 'data')
  first.socket.pause()
  await using probe = await client(port)
  assert.equal((await probe.answer()).status, 503)
  first.socket.resume()
  assert.equal((await first.answer()).body.length, 32_000_000)
})

test('epollet serve --max-connections-per-address answers a second connection from one address with 503', async () => {
  const options = ['--quiet', '--max-connections-per-address', '1']
  await using program = start(['serve', '0', '--root', root, ...options])
  const port = await program.port()
  await using first = await client(port)
  assert.equal((await first.get('/')).status, 200)
  await using second = await client(port)
  assert.equal((await second.get('/')).status, 503)
})

test('epollet serve warns if --max-connections needs more descriptors than the process may open', async () => {
  const under = ['sh', '-c', 'ulimit -n 100; exec "$@"', 'sh']
  const args = ['serve', '0', '--root', root, '--quiet']
  for (const [count, expected] of [
    [
      '100',
      'epollet: --max-connections 100 needs more than the 100 descriptors of this process (ulimit -n)\n',
    ],
    ['99', ''],
  ] as const) {
    await using program = start([...args, '--max-connections', count], { under })
    await program.port()
    program.kill('SIGTERM')
    const { status, stderr } = await program.ended
    assert.deepEqual([status, stderr], [0, expected])
  }
  await using program = start(args, { under })
  await program.port()
  program.kill('SIGTERM')
  assert.equal((await program.ended).stderr, '')
})

test('epollet serve --cache-bytes 0 disables the cache, and files are still served', async () => {
  const options = ['serve', '0', '--root', root, '--quiet', '--cache-bytes', '0']
  await using program = start(options)
  await using peer = await client(await program.port())
  for (let i = 0; i < 3; i++) assert.equal((await peer.get('/')).body.toString(), 'index')
})

test('epollet serve --log-buffer-bytes drops and counts log lines that do not fit into the buffer', async () => {
  const options = ['--log-file', '/dev/full', '--log-buffer-bytes', '1k']
  await using program = start(['serve', '0', '--root', root, ...options])
  {
    await using peer = await client(await program.port())
    for (let i = 0; i < 50; i++) await peer.get('/')
    program.kill('SIGHUP')
    while (!program.stderr.endsWith('\n')) await setTimeout(10)
  }
  // A kilobyte holds fewer than 20 of these lines; the default megabyte would hold all of them.
  const [, dropped] = /^epollet: (\d+) log lines were dropped\n$/.exec(program.stderr) ?? []
  assert.ok(Number(dropped) > 30 && Number(dropped) < 50, program.stderr)
})

test('epollet serve warns once if it runs out of descriptors, and serves again once some are free', async () => {
  const under = ['sh', '-c', 'ulimit -n 100; exec "$@"', 'sh']
  const args = ['serve', '0', '--root', root, '--quiet', '--max-connections', '65536']
  await using program = start(args, { under })
  const port = await program.port()
  const clients: Client[] = []
  try {
    // Each is in the middle of a request, so none can be closed to make room.
    for (let i = 0; i < 120; i++) {
      clients.push(await client(port))
      clients.at(-1)!.send('GET / HT')
    }
    while (!program.stderr.includes('EMFILE')) await setTimeout(10)
    // Each client that leaves makes room for one waiting client; accepting the next one fails again.
    for (const leaving of clients.splice(0, 5)) {
      await leaving[Symbol.asyncDispose]()
      await setTimeout(150)
    }
  } finally {
    for (const peer of clients) await peer[Symbol.asyncDispose]()
  }
  await using peer = await client(port)
  assert.equal((await peer.get('/')).status, 200)
  const [told, ran, ...more] = program.stderr.split('\n')
  assert.match(told!, /^epollet: --max-connections 65536 needs more than the 100 descriptors/)
  assert.match(ran!, /^epollet: EMFILE: .+ accept4 fd \d+$/)
  assert.deepEqual(more, [''])
})

for (const options of [[], ['--max-connections', '65536']])
  test(`epollet serve ${options.join(' ')} with few descriptors closes idle connections, and so can still open files`, async () => {
    const under = ['sh', '-c', 'ulimit -n 100; exec "$@"', 'sh']
    await using program = start(['serve', '0', '--root', root, '--quiet', ...options], { under })
    const port = await program.port()
    const clients: Client[] = []
    try {
      for (let i = 0; i < 120; i++) {
        clients.push(await client(port))
        assert.equal((await clients.at(-1)!.get('/')).status, 200)
      }
    } finally {
      for (const peer of clients) await peer[Symbol.asyncDispose]()
    }
  })

const mistakes: [args: string[], message: RegExp][] = [
  [['--index', ''], /--index must be a path relative to the root, .* got ''/],
  [['--index', 'a,,b'], /got ''/],
  [['--index', 'a,/b'], /got '\/b'/],
  [
    ['--fallback', '/index.html'],
    /--fallback must be a path relative to the root, .* got '\/index\.html'/,
  ],
  [['--fallback', '../x'], /--fallback must be a path relative/],
  [['--fallback', './index.html'], /--fallback must be a path relative/],
  [['--fallback', 'dir/'], /--fallback must be a path relative/],
  [['--index', '../x'], /--index must be a path relative/],
  [['--headers', '../x'], /--headers must be a path relative/],
  [['--fallback='], /--fallback must be a path relative/],
  [['--not-found='], /--not-found must be a path relative/],
  [['--headers', '/etc/headers'], /--headers must be a path relative to the root/],
  [['--listing=yes'], /--listing/],
  [['--precompressed'], /Unknown option '--precompressed'/],
  [['--cache-bytes', ''], /--cache-bytes must be a number of bytes, at least 0, .* got ''/],
  [['--cache-bytes', '-1'], /got '-1'/],
  [['--cache-bytes', '1.5m'], /got '1\.5m'/],
  [['--cache-bytes', '1t'], /got '1t'/],
  [['--cache-bytes', '9999999999g'], /got '9999999999g'/],
  [
    ['--log-buffer-bytes', '0'],
    /--log-buffer-bytes must be a number of bytes, at least 1, .* got '0'/,
  ],
  [['--max-connections', '0'], /--max-connections must be a number from 1 to 2147483647, got '0'/],
  [['--max-connections', '2147483648'], /got '2147483648'/],
  [['--max-connections', '-1'], /got '-1'/],
  [['--max-connections', '1k'], /got '1k'/],
]

for (const [args, message] of mistakes) {
  test(`epollet serve ${args.join(' ')} prints one line on stderr and exits with status 2`, async () => {
    const ended = await run(['serve', '0', ...args])
    assert.deepEqual([ended.status, ended.stdout], [2, ''])
    assert.match(ended.stderr, /^epollet: [^\n]{5,160}\n$/)
    assert.match(ended.stderr, message)
  })
}

test('epollet serve --help fits into 80 columns', async () => {
  const { stdout } = await run(['serve', '--help'])
  assert.deepEqual(
    stdout.split('\n').filter(line => line.length > 80),
    [],
  )
})

for (const [name, args, said] of [
  [
    'on an address that other machines reach',
    ['--lab', '--host', '0.0.0.0'],
    /--lab is for this machine/,
  ],
  ['on every IPv6 address', ['--lab', '--host', '::'], /--lab is for this machine only/],
  ['with --lab-host but without --lab', ['--lab-host', 'a'], /--lab-host needs --lab/],
  ['with a URL as --lab-host', ['--lab', '--lab-host', 'http://a/'], /must be a name/],
  ['with an empty --lab-host', ['--lab', '--lab-host', ''], /must be a name/],
] as const) {
  test(`epollet serve refuses to serve the lab ${name}, with status 2`, async () => {
    const { status, stdout, stderr } = await run(['serve', '0', '--root', root, ...args])
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, said)
    assert.equal(stderr.split('\n').length, 2)
  })
}

test('epollet serve --lab serves the lab alongside the files, and ends at a signal', async () => {
  const options = ['--quiet', '--lab', '--lab-host', 'lab.example']
  await using program = start(['serve', '0', '--root', root, ...options])
  const port = await program.port()
  await using peer = await client(port)
  assert.equal((await peer.get('/')).body.toString(), 'index')
  assert.equal((await peer.get('/lab/api/session')).status, 403, 'Host: a')
  for (const host of ['lab.example', `localhost:${port}`]) {
    peer.send(`GET /lab/api/session HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    assert.equal((await peer.answer()).status, 200, host)
  }
  program.kill('SIGTERM')
  const { status, stderr } = await program.ended
  assert.deepEqual([status, stderr], [0, ''])
})

test('epollet serve without --lab does not serve the lab', async () => {
  assert.equal((await ask([], '/lab/api/session')).status, 404)
})

test('epollet serve --lab without --root serves the package’s own pages', async () => {
  await using program = start(['serve', '0', '--quiet', '--lab'], { cwd: root })
  await using peer = await client(await program.port())
  assert.match((await peer.get('/')).body.toString(), /<title>epollet/)
})
