// How `epollet serve` ends: on signals, at the drain timeout, and when its terminal is closed.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
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
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { client } from '../http/client.ts'
import { child } from '../loop/child.ts'
import { start } from './program.ts'
import { PseudoTerminal } from './pseudo-terminal.ts'

const SIGHUP = 1
const directory = mkdtempSync(join(tmpdir(), 'epollet-cli-end-'))
after(() => rmSync(directory, { recursive: true }))
const root = join(directory, 'html')
mkdirSync(root)
writeFileSync(join(root, 'big'), '')
truncateSync(join(root, 'big'), 32_000_000)
const sys = new URL('../../dist/sys/index.js', import.meta.url).href

/** Reads the port that the server printed on the terminal. */
async function portOf(terminal: PseudoTerminal): Promise<number> {
  await terminal.shown(/listening on \S+:\d+\//)
  return Number(/listening on \S+:(\d+)\//.exec(terminal.screen.text)![1])
}

for (const options of [[], ['--quiet']]) {
  const name = ['epollet serve', ...options].join(' ')
  test(`${name} on a terminal ends with status 0 when the terminal is closed, even if SIGHUP arrives twice`, async () => {
    await using terminal = new PseudoTerminal(['serve', '0', '--root', root, ...options])
    await using idle = await client(await portOf(terminal))
    await idle.get('/')
    terminal.signal(SIGHUP)
    terminal.signal(SIGHUP)
    assert.equal((await terminal.left).status, 0)
    assert.equal((await idle.rest()).length, 0)
  })
}

test('epollet serve on a terminal with --log-file reopens the log at SIGHUP instead of ending', async () => {
  const log = join(directory, 'terminal.log')
  const args = ['serve', '0', '--root', root, '--log-file', log]
  await using terminal = new PseudoTerminal(args)
  await using peer = await client(await portOf(terminal))
  await peer.get('/one')
  renameSync(log, `${log}.1`)
  terminal.signal(SIGHUP)
  // The file is reopened on the thread pool, so it appears some time after the signal.
  for (let text = ''; !text.includes('/two'); ) {
    assert.equal((await peer.get('/two')).status, 404)
    await setTimeout(20)
    text = execFileSync('cat', [log, '/dev/null'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString()
  }
  terminal.signal(15)
  assert.equal((await terminal.left).status, 0)
})

test('nohup epollet serve keeps running after SIGHUP', async () => {
  await using program = start(['serve', '0', '--root', root], { under: ['nohup'] })
  await using peer = await client(await program.port())
  program.kill('SIGHUP')
  assert.equal((await peer.get('/')).status, 404)
  program.kill('SIGTERM')
  assert.equal((await program.ended).status, 0)
})

test('epollet serve --drain-timeout ends with status 0 even if a client never reads its answer', async () => {
  const args = ['serve', '0', '--root', root, '--quiet', '--drain-timeout', '0.5']
  await using program = start(args)
  await using peer = await client(await program.port())
  peer.send('GET /big HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(peer.socket, 'data')
  peer.socket.pause()
  program.kill('SIGTERM')
  assert.equal((await program.ended).status, 0)
})

for (const value of ['0', '-1', 'x', '']) {
  test(`epollet serve --drain-timeout '${value}' is refused with status 2`, async () => {
    await using program = start(['serve', '0', '--root', root, '--drain-timeout', value])
    const { status, stderr } = await program.ended
    assert.equal(status, 2)
    assert.match(stderr, /^epollet: --drain-timeout must be a number of seconds above 0/)
  })
}

test('epollet serve reports at SIGHUP and at its end how many clients were not served', async () => {
  const args = ['serve', '0', '--root', root, '--max-connections', '1']
  await using program = start(args)
  const port = await program.port()
  {
    await using first = await client(port)
    first.send('G')
    await using second = await client(port)
    assert.equal((await second.get('/')).status, 503)
    assert.match(await program.line(), /^127\.0\.0\.1 - - \S+ \S+ "GET \/ HTTP\/1\.1" 503 5 /)
    program.kill('SIGHUP')
    while (!program.stderr.includes('not served')) await setTimeout(10)
  }
  assert.match(await program.line(), /^127\.0\.0\.1 - - \S+ \S+ "G" 400 0 /)
  program.kill('SIGTERM')
  const { status, stderr } = await program.ended
  assert.equal(status, 0)
  assert.deepEqual(stderr.trimEnd().split('\n'), [
    'epollet: clients are refused: --max-connections or --max-connections-per-address is reached',
    'epollet: clients that were not served: 1 refused',
    'epollet: clients that were not served: 1 left early',
  ])
})

test('exitAtOnce() calls the exit listeners, then ends the process even if its thread pool hangs', async () => {
  const pipe = join(directory, 'pipe')
  execFileSync('mkfifo', [pipe])
  const { lines, status, stderr } = await child(`
    import { exitAtOnce } from '${sys}'
    import fs from 'node:fs'
    process.on('exit', code => console.log('exit', code))
    fs.open('${pipe}', 'w', () => {})
    setTimeout(() => exitAtOnce(3), 50)
  `)
  assert.deepEqual([lines, status, stderr], [['exit 3'], 3, ''])
})

for (const [kind, code, make] of [
  ['a pipe that nobody reads', 'ENXIO', (path: string) => execFileSync('mkfifo', [path])],
  ['a directory', 'EISDIR', (path: string) => mkdirSync(path)],
] as const) {
  test(`epollet serve keeps writing to the renamed log if ${kind} now has its name, and still ends at SIGTERM`, async () => {
    const log = join(directory, `${code}.log`)
    await using program = start(['serve', '0', '--root', root, '--log-file', log])
    await using peer = await client(await program.port())
    renameSync(log, `${log}.1`)
    make(log)
    program.kill('SIGHUP')
    while (!program.stderr.endsWith('\n')) await setTimeout(10)
    assert.match(program.stderr, new RegExp(`cannot be reopened \\(${code}\\)`))
    await peer.get('/after')
    program.kill('SIGTERM')
    assert.equal((await program.ended).status, 0)
    assert.match(readFileSync(`${log}.1`, 'latin1'), /GET \/after/)
  })

  test(`epollet serve refuses ${kind} as its log file, with status 1`, async () => {
    const log = join(directory, `${code}-first.log`)
    make(log)
    await using program = start(['serve', '0', '--root', root, '--log-file', log])
    const { status, stderr } = await program.ended
    assert.equal(status, 1)
    assert.match(stderr, new RegExp(`^epollet: the log file '.*' cannot be opened \\(${code}\\)`))
  })
}

test('epollet serve ends even if its stdout is a full, blocking pipe', async () => {
  const main = new URL('../../dist/cli/main.js', import.meta.url).pathname
  // The shell's pipe is blocking, and its reader sleeps.
  const command = `"$0" "${main}" serve 0 --root "${root}" --drain-timeout 0.5 2>"$1" | { read line; echo "$line" >"$2"; sleep 20; }`
  const [errors, line] = [join(directory, 'errors'), join(directory, 'line')]
  const shell = spawn('sh', ['-c', command, process.execPath, errors, line], {
    stdio: 'ignore',
    detached: true,
  })
  const ended = once(shell, 'close')
  try {
    let port = 0
    while (port === 0) {
      await setTimeout(20)
      const said = execFileSync('sh', ['-c', `cat "${line}" 2>/dev/null || true`]).toString()
      port = Number(/:(\d+)\/\n/.exec(said)?.[1] ?? 0)
    }
    const agent = `User-Agent: ${'x'.repeat(8000)}`
    await using peer = await client(port)
    for (let i = 0; i < 100; i++) await peer.get('/', agent)
    const children = readFileSync(`/proc/${shell.pid}/task/${shell.pid}/children`, 'latin1')
    const pid = children
      .split(' ')
      .find(child => readFileSync(`/proc/${child}/comm`, 'latin1') === 'node\n')
    process.kill(Number(pid), 'SIGTERM')
    for (let isThere = true; isThere; ) {
      await setTimeout(20)
      const status = execFileSync('sh', ['-c', `grep State /proc/${pid}/status || true`]).toString()
      isThere = status !== '' && !status.includes('Z')
    }
    assert.match(readFileSync(errors, 'latin1'), /^epollet: \d+ log lines were dropped\n$/)
  } finally {
    process.kill(-shell.pid!, 'SIGKILL')
    await ended
  }
})
