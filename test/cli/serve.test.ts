// Runs `epollet serve` as a user does: which files and addresses it serves, what it prints, and each command's help.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { client } from '../http/client.ts'
import { eventually, run, start } from './program.ts'

const directory = mkdtempSync(join(tmpdir(), 'epollet-cli-'))
after(() => rmSync(directory, { recursive: true }))
const root = join(directory, 'html')
mkdirSync(root)
writeFileSync(join(root, 'index.html'), 'index')

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

test('epollet serve reports at its end that one log line was dropped', async () => {
  await using program = start(['serve', '0', '--root', root, '--log-file', '/dev/full'])
  {
    await using peer = await client(await program.port())
    await peer.get('/')
  }
  program.kill('SIGTERM')
  const { status, stderr } = await program.ended
  assert.deepEqual([status, stderr], [0, 'epollet: 1 log line was dropped\n'])
})

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
