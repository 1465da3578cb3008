// Mistakes on the command line: each is reported in one line on stderr.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { run } from './program.ts'

const directory = mkdtempSync(join(tmpdir(), 'epollet-cli-'))
after(() => rmSync(directory, { recursive: true }))
const root = join(directory, 'html')
mkdirSync(root)
writeFileSync(join(root, 'index.html'), 'index')

const mistakes: [args: string[], status: number, message: RegExp][] = [
  [['serve', 'http'], 2, /the port must be a number from 0 to 65535, got 'http'/],
  [['serve', ''], 2, /the port must be a number from 0 to 65535, got ''/],
  [['serve', '65536'], 2, /the port must be a number from 0 to 65535, got '65536'/],
  [['serve', '78 90'], 2, /the port must be a number from 0 to 65535, got '78 90'/],
  [['serve', '0x50'], 2, /the port must be a number from 0 to 65535, got '0x50'/],
  [['serve', '1e3'], 2, /the port must be a number from 0 to 65535, got '1e3'/],
  [['serve', '80.5'], 2, /the port must be a number from 0 to 65535, got '80.5'/],
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
  test(`epollet ${args.map(arg => arg.replace(directory, '')).join(' ')} prints one line on stderr and exits with status ${status}`, async () => {
    const ended = await run(args)
    assert.equal(ended.status, status)
    assert.equal(ended.stdout, '')
    assert.match(ended.stderr, /^epollet: [^\n]{5,180}\n$/)
    assert.match(ended.stderr.trimEnd(), message)
  })
}

test('epollet serve reports that a port is in use, and suggests what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const { status, stdout, stderr } = await run(['serve', String(port), '--root', root])
  taken.close()
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, new RegExp(`^epollet: port ${port} is in use: [^\\n]+\\n$`))
})

test('epollet serve without arguments uses port 7890 and ./html', async () => {
  const { stdout } = await run(['serve', '--help'])
  assert.match(stdout, /port +the port to listen on \(7890\)/)
  const { status, stderr } = await run(['serve'], { cwd: tmpdir() })
  assert.equal(status, 1)
  assert.match(stderr, /^epollet: the root '\.\/html' does not exist: [^\n]+\n$/)
})
