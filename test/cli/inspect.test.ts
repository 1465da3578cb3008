import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { run } from './program.ts'

const commandLine = new URL('../../dist/cli/index.js', import.meta.url).href
const library = new URL('../../dist/index.js', import.meta.url).href

/** A process that has done this, and waits; `print` says what it wants known. */
async function processThat(code: string): Promise<{ pid: number; said: string } & AsyncDisposable> {
  const source = `import * as epollet from ${JSON.stringify(library)}
    const print = value => console.log(JSON.stringify(value))
    ${code}
    setInterval(() => globalThis.kept, 1e9)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const [said] = await once(createInterface({ input: child.stdout }), 'line')
  return {
    pid: child.pid!,
    said,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

const registrations = `
  const { Epoll, EventFd, EPOLLIN, EPOLLOUT, EPOLLET, EPOLLONESHOT } = epollet
  const epoll = new Epoll()
  const first = new EventFd()
  const second = new EventFd()
  epoll.register(first, EPOLLIN | EPOLLET)
  epoll.register(second, EPOLLIN | EPOLLOUT | EPOLLONESHOT, 4294967297)
  globalThis.kept = [epoll, first, second]
  print(globalThis.kept.map(one => one.fileno()))`

test('epollet inspect shows what a process watches, for what, and with which data', async () => {
  await using watched = await processThat(registrations)
  const [epoll, first, second] = JSON.parse(watched.said) as [number, number, number]
  const { status, stdout, stderr } = await run(['inspect', String(watched.pid)])
  assert.deepEqual([status, stderr], [0, ''])
  const lines = stdout.split('\n').map(line => line.trim().split(/\s+/).join(' '))
  const at = lines.indexOf(`epoll ${epoll} watches 2`)
  assert.notEqual(at, -1, stdout)
  assert.equal(lines[at + 1], 'fd events data what it is')
  assert.deepEqual(lines.slice(at + 2, at + 4).toSorted(), [
    `${first} EPOLLIN|EPOLLERR|EPOLLHUP|EPOLLET ${first} anon_inode:[eventfd]`,
    `${second} EPOLLIN|EPOLLOUT|EPOLLERR|EPOLLHUP|EPOLLONESHOT 4294967297 anon_inode:[eventfd]`,
  ])
})

test('epollet inspect --json gives the same to programs', async () => {
  await using watched = await processThat(registrations)
  const [epoll, first, second] = JSON.parse(watched.said) as [number, number, number]
  const { status, stdout } = await run(['inspect', '--json', String(watched.pid)])
  assert.equal(status, 0)
  const { pid, sets } = JSON.parse(stdout)
  assert.equal(pid, watched.pid)
  const set = sets.find((one: { epoll: number }) => one.epoll === epoll)
  const byFd = set.interest.toSorted((a: { fd: number }, b: { fd: number }) => a.fd - b.fd)
  const target = 'anon_inode:[eventfd]'
  assert.deepEqual(byFd, [
    {
      fd: first,
      events: 0x80000019,
      data: first,
      names: 'EPOLLIN|EPOLLERR|EPOLLHUP|EPOLLET',
      target,
    },
    {
      fd: second,
      events: 0x4000001d,
      data: 4294967297,
      names: 'EPOLLIN|EPOLLOUT|EPOLLERR|EPOLLHUP|EPOLLONESHOT',
      target,
    },
  ])
})

test('epollet inspect names a ghost: its descriptor is closed, its file lives on', async () => {
  await using watched = await processThat(`
    const { Epoll, Socket, EPOLLIN } = epollet
    const { execFileSync, spawn } = await import('node:child_process')
    // Whatever is opened later takes a lower number than the one that is closed.
    const lower = Array.from({ length: 10 }, () => Socket.pair()).flat()
    const [left, right] = Socket.pair()
    for (const socket of lower) socket.close()
    const epoll = new Epoll()
    epoll.register(left, EPOLLIN)
    const heir = spawn('sleep', ['1000'], { stdio: ['ignore', 'ignore', 'ignore', left.fileno()] })
    const fd = left.fileno()
    left.close()
    globalThis.kept = [epoll, right]
    print([epoll.fileno(), fd, heir.pid])`)
  const [epoll, fd, heir] = JSON.parse(watched.said) as [number, number, number]
  const json = JSON.parse((await run(['inspect', '--json', String(watched.pid)])).stdout)
  const text = (await run(['inspect', String(watched.pid)])).stdout
  process.kill(heir)
  const set = json.sets.find((one: { epoll: number }) => one.epoll === epoll)
  assert.deepEqual(
    set.interest.map((entry: { fd: number; target: string | null }) => [entry.fd, entry.target]),
    [[fd, null]],
  )
  assert.match(text, new RegExp(`^ +${fd} .* ghost$`, 'm'))
})

test('epollet inspect says that a process has no epoll', async () => {
  const child = spawn('sleep', ['1000'])
  const closed = once(child, 'close')
  const text = await run(['inspect', String(child.pid)])
  const json = await run(['inspect', String(child.pid), '--json'])
  child.kill()
  await closed
  assert.deepEqual(text, { status: 0, stdout: `process ${child.pid} has no epoll`, stderr: '' })
  assert.deepEqual(JSON.parse(json.stdout), { pid: child.pid, sets: [] })
})

const lowestPort = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'latin1'))
const becomes = process.getuid?.() === 0 ? false : 'needs root, to become somebody else'
const privileged = lowestPort > 1 ? becomes : 'needs a port that is for root only'

/** Runs a command line as a user who may do nothing: after the import, which it might not be allowed. */
async function runAsNobody(args: string[]): Promise<{ status: number; stderr: string }> {
  const source = `import { run } from ${JSON.stringify(commandLine)}
    process.setgroups([])
    process.setgid(65534)
    process.setuid(65534)
    await run(${JSON.stringify(args)})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    cwd: '/',
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const [status] = await once(child, 'close')
  return { status, stderr }
}

test('epollet inspect says that a process may not be looked at', { skip: becomes }, async () => {
  await using mine = await processThat('print(0)')
  const { status, stderr } = await runAsNobody(['inspect', String(mine.pid)])
  assert.equal(status, 1)
  assert.equal(
    stderr,
    `epollet: process ${mine.pid} may not be looked at (EACCES): run this as its user or as root\n`,
  )
})

test('epollet serve says that a port is for root, and what to do', {
  skip: privileged,
}, async () => {
  const { status, stderr } = await runAsNobody(['serve', '1', '--root', '/'])
  assert.equal(status, 1)
  assert.equal(
    stderr,
    'epollet: port 1 is for root only: take one above 1023, as in: epollet serve 7890\n',
  )
})

test('epollet info tells the kernel, its features, the versions and the addon', async () => {
  const { status, stdout, stderr } = await run(['info'])
  assert.deepEqual([status, stderr], [0, ''])
  const rows = new Map(stdout.split('\n').map(line => [line.split('  ')[0], line.trimEnd()]))
  assert.deepEqual(
    [...rows.keys()],
    ['epollet', 'node', 'Node-API', 'libuv', 'kernel', 'features', 'addon'],
  )
  assert.match(rows.get('kernel')!, /linux \d+\.\d+/)
  assert.match(rows.get('features')!, /epoll_pwait2 (yes|no), openat2 (yes|no)$/)
  assert.match(rows.get('addon')!, /\.node$/)
})

test('epollet info --json gives the same to programs', async () => {
  const { status, stdout } = await run(['info', '--json'])
  assert.equal(status, 0)
  const report = JSON.parse(stdout)
  assert.equal(report.node, process.version)
  assert.equal(report.libuv, process.versions.uv)
  assert.equal(`${report.epollet}`, (await run(['--version'])).stdout)
  assert.deepEqual(Object.keys(report.features), ['epoll_pwait2', 'openat2'])
  assert.match(report.addon, /\.node$/)
})

test('epollet info says where it looked for an addon that is not there', async () => {
  const { status, stdout } = await run(['info'], { under: ['env', 'EPOLLET_ADDON=/nowhere.node'] })
  assert.equal(status, 0)
  assert.match(stdout, /^addon +\/nowhere\.node: \S/m)
  const served = await run(['serve', '0', '--root', '.'], {
    under: ['env', 'EPOLLET_ADDON=/nowhere.node'],
  })
  assert.equal(served.status, 1)
  assert.match(served.stderr, /^epollet: [^\n]+\n$/)
})
