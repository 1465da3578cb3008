import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { processThat } from './inspected-process.ts'
import { run } from './program.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const commandLine = new URL('../../dist/cli/command.js', import.meta.url).href
function temporary(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'epollet-inspect-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
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

test('epollet inspect shows the interest lists of a process with events and data', async () => {
  await using watched = await processThat(registrations)
  const [epoll, first, second] = JSON.parse(watched.said) as [number, number, number]
  const { status, stdout, stderr } = await run(['inspect', String(watched.pid)])
  assert.deepEqual([status, stderr], [0, ''])
  const lines = stdout.split('\n').map(line => line.trim().split(/\s+/).join(' '))
  const at = lines.indexOf(`epoll ${epoll} watches 2`)
  assert.notEqual(at, -1, stdout)
  assert.equal(lines[at + 1], 'fd events data what it is')
  assert.deepEqual(lines.slice(at + 2, at + 4).toSorted(), [
    `${first} EPOLLIN|EPOLLERR|EPOLLHUP|EPOLLET ${first} anon_inode:[eventfd], count 0`,
    `${second} EPOLLIN|EPOLLOUT|EPOLLERR|EPOLLHUP|EPOLLONESHOT 0x100000001 anon_inode:[eventfd], count 0`,
  ])
})

test('epollet inspect --json prints the interest lists as JSON', async () => {
  await using watched = await processThat(registrations)
  const [epoll, first, second] = JSON.parse(watched.said) as [number, number, number]
  const { status, stdout } = await run(['inspect', '--json', String(watched.pid)])
  assert.equal(status, 0)
  const { pid, sets } = JSON.parse(stdout)
  assert.equal(pid, watched.pid)
  const set = sets.find((one: { epoll: number }) => one.epoll === epoll)
  const byFd = set.interest.toSorted((a: { fd: number }, b: { fd: number }) => a.fd - b.fd)
  const file = {
    isSpent: false,
    target: 'anon_inode:[eventfd]',
    ghost: null,
    socket: null,
    state: null,
    unread: null,
    unsent: null,
    acceptQueue: null,
    peer: null,
    eventfdCount: '0',
    timer: null,
    was: null,
    holders: [],
  }
  assert.deepEqual(byFd, [
    {
      fd: first,
      events: 0x80000019,
      data: first,
      dataHex: `0x${first.toString(16)}`,
      names: 'EPOLLIN|EPOLLERR|EPOLLHUP|EPOLLET',
      ...file,
    },
    {
      fd: second,
      events: 0x4000001d,
      data: 4294967297,
      dataHex: '0x100000001',
      names: 'EPOLLIN|EPOLLOUT|EPOLLERR|EPOLLHUP|EPOLLONESHOT',
      ...file,
    },
  ])
})

interface Entry {
  fd: number
  target: string | null
  ghost: string | null
  socket: string | null
}

/** The interest list of one epoll instance, from the JSON report and as lines of the text report. */
async function interestOf(pid: number, epoll: number): Promise<{ list: Entry[]; lines: string[] }> {
  const json = JSON.parse((await run(['inspect', '--json', String(pid)])).stdout)
  const text = (await run(['inspect', String(pid)])).stdout
  const set = json.sets.find((one: { epoll: number }) => one.epoll === epoll)
  const section = text.split('\n\n').find(part => part.startsWith(`epoll ${epoll} `))!
  return { list: set.interest, lines: section.split('\n').slice(2) }
}

// A test that closes `lower` frees smaller numbers, so that new descriptors don't get the number of `left`.
const leftAndRight = `
  const { Epoll, Pipe, Socket, EventFd, EPOLLIN } = epollet
  const { execFileSync, spawn } = await import('node:child_process')
  const lower = Array.from({ length: 10 }, () => Socket.pair()).flat()
  const [left, right] = Socket.pair()
  const epoll = new Epoll()
  epoll.register(left, EPOLLIN)
  const fd = left.fileno()
  const heir = spawn('sleep', ['1000'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
  left.close()`

test('epollet inspect reports a ghost whose descriptor is closed', async () => {
  await using watched = await processThat(`${leftAndRight}
    for (const socket of lower) socket.close()
    globalThis.kept = [epoll, right]
    print([epoll.fileno(), fd, heir.pid])`)
  const [epoll, fd, heir] = JSON.parse(watched.said) as [number, number, number]
  const { list, lines } = await interestOf(watched.pid, epoll)
  process.kill(heir)
  assert.deepEqual(
    list.map(entry => [entry.fd, entry.target, entry.ghost]),
    [[fd, null, 'closed']],
  )
  assert.match(
    lines[0]!,
    new RegExp(`^ +${fd} .* ghost: the descriptor is closed, but its file is still watched$`),
  )
})

for (const [name, code] of [
  ['a socket', 'Socket.pair()'],
  ['a pipe', '[new Pipe()].flatMap(pipe => [pipe.reader, pipe.writer])'],
  ['an eventfd', '[new EventFd(), new EventFd()]'],
] as const) {
  test(`epollet inspect reports a ghost whose descriptor is now ${name}`, async () => {
    await using watched = await processThat(`${leftAndRight}
      const newer = ${code}
      if (!newer.some(one => one.fileno() === fd)) throw new Error('another number')
      globalThis.kept = [epoll, right, lower, newer]
      print([epoll.fileno(), fd, heir.pid])`)
    const [epoll, fd, heir] = JSON.parse(watched.said) as [number, number, number]
    const { list, lines } = await interestOf(watched.pid, epoll)
    process.kill(heir)
    const [entry] = list
    assert.deepEqual(
      [entry!.fd, entry!.target, entry!.ghost, entry!.socket],
      [fd, null, 'reused', null],
    )
    assert.match(
      lines[0]!,
      new RegExp(
        `^ +${fd} .* ghost: the descriptor now belongs to another file, but the old file is still watched$`,
      ),
    )
  })
}

test('epollet inspect reports no ghost for a file that is still open', async () => {
  using directory = temporary()
  const fifo = join(directory.path, 'fifo\u001b[31m')
  execFileSync('mkfifo', [fifo])
  await using watched = await processThat(`
    const { Epoll, Pipe, Socket, EPOLLIN } = epollet
    const { openSync, constants } = await import('node:fs')
    const opened = openSync(${JSON.stringify(fifo)}, constants.O_RDWR | constants.O_NONBLOCK)
    const device = openSync('/dev/random', 'r')
    const pipe = new Pipe()
    const pair = Socket.pair()
    const inner = new Epoll()
    const epoll = new Epoll()
    for (const one of [opened, device, pipe.reader, pair[0], inner]) epoll.register(one, EPOLLIN)
    globalThis.kept = [epoll, pipe, pair, inner]
    print(epoll.fileno())`)
  const { list, lines } = await interestOf(watched.pid, JSON.parse(watched.said))
  const targets = list.toSorted((a, b) => a.fd - b.fd).map(({ target }) => target)
  assert.deepEqual(targets.slice(0, 2), [fifo, '/dev/random'])
  assert.match(targets.slice(2).join(), /^pipe:\[\d+\],socket:\[\d+\],anon_inode:\[eventpoll\]$/)
  assert.deepEqual(new Set(list.map(({ ghost }) => ghost)), new Set([null]))
  // Control characters in a path are escaped.
  assert.equal(lines.filter(line => line.endsWith('/fifo\\x1b[31m')).length, 1)
})

const sockets = `
  const { Epoll, Socket, EPOLLIN, AF_INET6, AF_UNIX, SOCK_DGRAM } = epollet
  const four = new Socket()
  four.bind({ host: '127.0.0.1', port: 0 })
  four.listen()
  const { port } = four.getsockname()
  const peer = new Socket({ blocking: true })
  peer.connect({ host: '127.0.0.1', port })
  const peerPort = peer.getsockname().port
  const udp = new Socket({ type: SOCK_DGRAM })
  udp.bind({ host: '127.0.0.2', port: 0 })
  const udpTo = new Socket({ type: SOCK_DGRAM })
  udpTo.connect({ host: '127.0.0.2', port: udp.getsockname().port })
  const named = new Socket({ domain: AF_UNIX })
  named.bind({ path: PATH })
  named.listen()
  const abstract = new Socket({ domain: AF_UNIX })
  abstract.bind({ path: '\\0epollet ' + process.pid })
  abstract.listen()
  const [nameless, other] = Socket.pair()
  const watched = [four, peer, udp, udpTo, named, abstract, nameless]
  const epoll = new Epoll()
  for (const one of watched) epoll.register(one, EPOLLIN)
  globalThis.kept = [epoll, other, watched]
  const ports = [port, peerPort, udp.getsockname().port, udpTo.getsockname().port]
  print([epoll.fileno(), ...ports])`

test('epollet inspect shows the protocol and the addresses of sockets', async () => {
  using directory = temporary()
  const path = join(directory.path, 'a socket')
  const code = sockets.replace('PATH', JSON.stringify(path))
  await using watched = await processThat(code)
  const [epoll, port, peerPort, udp, udpTo] = JSON.parse(watched.said) as number[]
  const { list, lines } = await interestOf(watched.pid, epoll!)
  const expected = [
    `TCP 127.0.0.1:${port} listening`,
    `TCP 127.0.0.1:${peerPort} -> 127.0.0.1:${port}`,
    `UDP 127.0.0.2:${udp}`,
    `UDP 127.0.0.1:${udpTo} -> 127.0.0.2:${udp}`,
    `unix ${path}`,
    `unix @epollet ${watched.pid}`,
    'unix (no name)',
  ]
  assert.deepEqual(
    list.toSorted((a, b) => a.fd - b.fd).map(({ socket }) => socket),
    expected,
  )
  for (const name of expected) {
    assert.equal(lines.filter(line => line.includes(`  ${name}`)).length, 1, name)
  }
})

const withoutSix = existsSync('/proc/net/tcp6') ? false : 'needs IPv6'

test('epollet inspect shows IPv6 addresses in canonical form', {
  skip: withoutSix,
}, async () => {
  await using watched = await processThat(`
    const { Epoll, Socket, EPOLLIN, AF_INET6, SOCK_DGRAM } = epollet
    const tcp = new Socket({ domain: AF_INET6 })
    tcp.bind({ host: '::1', port: 0 })
    tcp.listen()
    const udp = new Socket({ domain: AF_INET6, type: SOCK_DGRAM })
    udp.connect({ host: '::ffff:127.0.0.1', port: 9 })
    const epoll = new Epoll()
    for (const one of [tcp, udp]) epoll.register(one, EPOLLIN)
    globalThis.kept = [epoll, tcp, udp]
    print([epoll.fileno(), tcp.getsockname().port, udp.getsockname().port])`)
  const [epoll, tcp, udp] = JSON.parse(watched.said) as number[]
  const { list } = await interestOf(watched.pid, epoll!)
  assert.deepEqual(list.map(({ socket }) => socket).toSorted(), [
    `TCP [::1]:${tcp} listening`,
    `UDP [::ffff:127.0.0.1]:${udp} -> [::ffff:127.0.0.1]:9`,
  ])
})

test('epollet inspect reports that a process has no epoll instance', async () => {
  const child = spawn('sleep', ['1000'])
  const closed = once(child, 'close')
  const text = await run(['inspect', String(child.pid)])
  const json = await run(['inspect', String(child.pid), '--json'])
  child.kill()
  await closed
  assert.deepEqual(text, { status: 0, stdout: `process ${child.pid} has no epoll`, stderr: '' })
  assert.deepEqual(JSON.parse(json.stdout), { pid: child.pid, findings: [], sets: [] })
})

const lowestPort = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'latin1'))
const becomes = process.getuid?.() === 0 ? false : 'needs root, to change the user'
const privileged = lowestPort > 1 ? becomes : 'needs a privileged port'

/**
 * Runs a command line as an unprivileged user. The command and the addon are loaded first, because this user may not be
 * allowed to read the project's folder.
 */
async function runAsNobody(args: string[]): Promise<{ status: number; stderr: string }> {
  const source = `import { run } from ${JSON.stringify(commandLine)}
    await run(['info'])
    await run(${JSON.stringify([args[0], '--help'])})
    process.setgroups([])
    process.setgid(65534)
    process.setuid(65534)
    await run(${JSON.stringify(args)})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const [status] = await once(child, 'close')
  return { status, stderr }
}

test('epollet inspect reports that the user may not inspect a process', {
  skip: becomes,
}, async () => {
  await using mine = await processThat('print(0)')
  const { status, stderr } = await runAsNobody(['inspect', String(mine.pid)])
  assert.equal(status, 1)
  assert.equal(
    stderr,
    `epollet: process ${mine.pid} may not be inspected (EACCES): run this as its user or as root\n`,
  )
})

test('epollet serve reports that a port is privileged, and suggests what to do', {
  skip: privileged,
}, async () => {
  const { status, stderr } = await runAsNobody(['serve', '1', '--root', '/'])
  assert.equal(status, 1)
  assert.equal(
    stderr,
    `epollet: port 1 is for root only: choose one above 1023, as in: node ${main} serve 7890\n`,
  )
})
