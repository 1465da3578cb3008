// The findings of epollet inspect for faulty programs, and the facts that it shows.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scenarios } from '../../lib/lab/index.ts'
import { processThat } from './inspected-process.ts'
import { run } from './program.ts'

interface Report {
  findings: { code: string; epoll: number; fd: number; text: string; experiment: string }[]
  sets: { epoll: number; interest: Record<string, unknown>[] }[]
}

async function reportOf(pid: number): Promise<{ json: Report; text: string }> {
  const json = JSON.parse((await run(['inspect', '--json', String(pid)])).stdout)
  return { json, text: (await run(['inspect', String(pid)])).stdout }
}

const prelude = `
  const { Epoll, EventFd, Pipe, Socket, TimerFd, EPOLLET, EPOLLIN, EPOLLONESHOT, EPOLLOUT } = epollet
  const epoll = new Epoll()
  const listener = new Socket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen(BACKLOG)
  const address = listener.getsockname()
  const connected = () => {
    const client = new Socket({ blocking: true })
    client.connect(address)
    const [server] = listener.accept()
    return [client, server]
  }
  globalThis.kept = [epoll, listener]`.replace('BACKLOG', '16')

const faults: [fault: string, code: string, expected: RegExp, program: string][] = [
  [
    'bytes are unread after the peer has closed',
    'unread-after-close',
    /^fd \d+, TCP \S+ -> \S+: the peer has closed, and 5 bytes are unread, while the process waits in epoll_wait$/,
    `const [client, server] = connected()
     server.send('hello')
     server.close()
     epoll.register(client, EPOLLIN | EPOLLET)
     kept.push(client)
     print([epoll.fileno(), client.fileno()])`,
  ],
  [
    'a connection is never closed after its end was read',
    'unread-after-close',
    /: the peer has closed, and the process has not closed it, while the process waits/,
    `const [client, server] = connected()
     server.close()
     epoll.register(client, EPOLLIN | EPOLLET)
     while (client.recv(10)?.length !== 0);
     kept.push(client)
     print([epoll.fileno(), client.fileno()])`,
  ],
  [
    'the accept queue is full',
    'full-accept-queue',
    /^fd \d+, TCP \S+ listening, has a full accept queue: 2 connections wait, and the backlog is 1$/,
    `const small = new Socket()
     small.bind({ host: '127.0.0.1', port: 0 })
     small.listen(1)
     for (let i = 0; i < 4; i++) {
       const client = new Socket()
       client.connect(small.getsockname())
       kept.push(client)
     }
     epoll.register(small, EPOLLIN)
     kept.push(small)
     print([epoll.fileno(), small.fileno()])`,
  ],
  [
    'an idle connection is watched for OUT, level-triggered',
    'spins-on-out',
    /^fd \d+, TCP \S+ -> \S+, is watched for EPOLLOUT with nothing to send: every wait returns at once$/,
    `const pair = connected()
     epoll.register(pair[0], EPOLLIN | EPOLLOUT)
     kept.push(...pair)
     print([epoll.fileno(), pair[0].fileno()])`,
  ],
  [
    'ONESHOT is spent and bytes wait',
    'spent',
    /EPOLLONESHOT has reported it and it was not modified since; 3 bytes wait$/,
    `const [client, server] = connected()
     epoll.register(client, EPOLLIN | EPOLLONESHOT)
     server.send('abc')
     while (epoll.poll(1000).length === 0);
     kept.push(client, server)
     print([epoll.fileno(), client.fileno()])`,
  ],
  [
    'a closed descriptor is held by a child process',
    'ghost',
    /^fd \d+ is closed, but TCP \S+ -> \S+ is still watched, because it is open in process \d+ \(sleep\) as fd 3$/,
    `const { spawn } = await import('node:child_process')
     const lower = Array.from({ length: 10 }, () => new EventFd())
     const [client, server] = connected()
     const fd = client.fileno()
     epoll.register(client, EPOLLIN)
     const heir = spawn('sleep', ['30'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
     for (const one of lower) one.close()
     client.close()
     kept.push(server)
     print([epoll.fileno(), fd, heir.pid])`,
  ],
]

for (const [fault, code, expected, program] of faults) {
  test(`inspect says in a sentence that ${fault}, and names an experiment`, async () => {
    await using faulty = await processThat(`${prelude}\n${program}`)
    const [epoll, fd, heir] = JSON.parse(faulty.said) as [number, number, number?]
    const { json, text } = await reportOf(faulty.pid)
    if (heir !== undefined) process.kill(heir)
    const own = json.findings.filter(one => one.epoll === epoll)
    assert.deepEqual(
      own.map(one => [one.code, one.fd]),
      [[code, fd]],
    )
    assert.match(own[0]!.text, expected)
    assert.ok(scenarios.some(({ id }) => id === own[0]!.experiment))
    assert.match(text, /^What looks wrong, each with the experiment that explains it:\n/)
    assert.ok(text.includes(`epoll ${epoll}: ${own[0]!.text}\n`))
  })
}

test('inspect finds nothing wrong with a healthy program', async () => {
  await using healthy = await processThat(`${prelude}
    const [client, server] = connected()
    epoll.register(listener, EPOLLIN | EPOLLET)
    epoll.register(client, EPOLLIN | EPOLLOUT | EPOLLET)
    epoll.register(server, EPOLLIN)
    kept.push(client, server)
    print(epoll.fileno())`)
  const { json, text } = await reportOf(healthy.pid)
  assert.deepEqual(json.findings, [])
  assert.doesNotMatch(text, /looks wrong/)
})

test('inspect shows counts, timers, queues, peers, and data that is no descriptor in hexadecimal', async () => {
  await using watched = await processThat(`${prelude}
    const counter = new EventFd(3)
    const timer = new TimerFd()
    timer.set({ initialMs: 100_000, intervalMs: 5 })
    const idle = new TimerFd()
    const [near, far] = Socket.pair()
    const pipe = new Pipe()
    for (const one of [counter, timer, idle, near, listener]) epoll.register(one, EPOLLIN)
    epoll.register(pipe.reader, EPOLLIN, 2 ** 32 + pipe.reader.fileno())
    epoll.register(pipe.writer, EPOLLOUT, 0xabcdef)
    kept.push(counter, timer, idle, near, far, pipe)
    print([epoll.fileno(), pipe.reader.fileno(), far.fileno()])`)
  const [epoll, reader, far] = JSON.parse(watched.said) as [number, number, number]
  const { json, text } = await reportOf(watched.pid)
  for (const expected of [
    /anon_inode:\[eventfd\], count 3(\n|$)/,
    /anon_inode:\[timerfd\], due in \d+ ms, every 5 ms(\n|$)/,
    /anon_inode:\[timerfd\], disarmed(\n|$)/,
    RegExp(`unix \\(no name\\), peer ${watched.pid} \\(node\\) fd ${far}(\\n|$)`),
    /TCP \S+ listening, queue 0 of 16(\n|$)/,
    RegExp(` 0x1${reader.toString(16).padStart(8, '0')} \\(low word ${reader}\\) `),
    / 0xabcdef /,
  ])
    assert.match(text, expected)
  const { interest } = json.sets.find(one => one.epoll === epoll)!
  assert.ok(interest.some(one => one['dataHex'] === '0xabcdef' && one['data'] === 0xabcdef))
})

test('inspect knows a reused number for certain, even among eventfds and for a FIFO that is open twice', async () => {
  await using watched = await processThat(`
    const { Epoll, EventFd, File, EPOLLIN } = epollet
    const { execFileSync, spawn } = await import('node:child_process')
    const { mkdtempSync, constants } = await import('node:fs')
    const path = mkdtempSync('/tmp/epollet-inspect-') + '/fifo'
    execFileSync('mkfifo', [path])
    const flags = constants.O_RDWR | constants.O_NONBLOCK
    const epoll = new Epoll()
    const cases = [() => new EventFd(), () => File.open(path, { flags })].map(open => {
      const old = open()
      const fd = old.fileno()
      epoll.register(old, EPOLLIN)
      const heir = spawn('sleep', ['30'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
      old.close()
      const others = []
      while (others.at(-1)?.fileno() !== fd && others.length < 50) others.push(open())
      return { fd, heir, others }
    })
    globalThis.kept = [epoll, cases]
    print([epoll.fileno(), cases.map(({ fd, heir }) => [fd, heir.pid])])`)
  const [epoll, cases] = JSON.parse(watched.said) as [number, [number, number][]]
  const { json } = await reportOf(watched.pid)
  for (const [, pid] of cases) process.kill(pid)
  const { interest } = json.sets.find(one => one.epoll === epoll)!
  const byFd = new Map(interest.map(one => [one['fd'], one['ghost']]))
  for (const [fd] of cases) assert.equal(byFd.get(fd), 'reused', String(fd))
})
