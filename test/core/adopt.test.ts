// Descriptors of any kind, opened here or elsewhere.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  EPOLLIN,
  Epoll,
  EventFd,
  File,
  Pipe,
  PipeReader,
  PipeWriter,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOL_SOCKET,
  Socket,
  SystemError,
  TimerFd,
} from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'

const folder = mkdtempSync(join(tmpdir(), 'epollet-adopt-'))
after(() => rmSync(folder, { recursive: true }))
const fifoPath = join(folder, 'fifo')
execFileSync('mkfifo', [fifoPath])

function halfOf(closed: 'reader' | 'writer', kept: 'reader' | 'writer'): number {
  const pipe = new Pipe()
  pipe[closed].close()
  return pipe[kept].detach()
}

const openings: Record<string, () => number> = {
  EventFd: () => native.eventfd(0, 0x80000),
  TimerFd: () => native.timerfdCreate(1, 0x80000),
  Epoll: () => native.epollCreate1(0x80000),
  PipeReader: () => halfOf('writer', 'reader'),
  PipeWriter: () => halfOf('reader', 'writer'),
  Socket: () => new Socket().detach(),
  File: () => File.open('/dev/null').detach(),
}
const classes = { EventFd, TimerFd, Epoll, PipeReader, PipeWriter, Socket, File }

for (const [name, type] of Object.entries(classes)) {
  const kindChecked = ['EventFd', 'TimerFd', 'Epoll']

  test(`${name}.fromfd() owns the descriptor, or borrows it with { owns: false }`, () => {
    const before = openDescriptors().length
    const fd = openings[name]!()
    const borrowed = type.fromfd(fd, { owns: false })
    assert.equal(borrowed.fileno(), fd)
    borrowed.close()
    assert.ok(borrowed.closed)
    const owner = type.fromfd(fd)
    owner.close()
    assert.throws(() => type.fromfd(fd), { code: 'EBADF' })
    assert.equal(openDescriptors().length, before)
  })

  test(`${name}.fromfd() refuses a number that is not open${kindChecked.includes(name) ? ', and other kinds' : ''}`, () => {
    assert.throws(() => type.fromfd(1_000_000), { code: 'EBADF' })
    if (!kindChecked.includes(name)) return
    using file = File.open('/dev/null')
    assert.throws(() => type.fromfd(file.fileno()), /a descriptor of an? \w+/)
    assert.ok(file.stat())
  })
}

test('setblocking() changes O_NONBLOCK on every kind, and getblocking() reads it', () => {
  using file = File.open(fifoPath, { flags: constants.O_RDWR })
  using counter = new EventFd()
  for (const [one, first] of [
    [file, true],
    [counter, false],
  ] as const) {
    assert.equal(one.getblocking(), first)
    one.setblocking(!first)
    assert.equal(one.getblocking(), !first)
  }
})

test('a File reads and writes a FIFO with a position of null, and returns null if it would block', () => {
  using fifo = File.open(fifoPath, { flags: constants.O_RDWR | constants.O_NONBLOCK })
  assert.equal(fifo.read(10, null), null)
  assert.equal(fifo.write('héllo'), 6)
  assert.equal(fifo.read(3, null)?.toString(), 'hé')
  assert.equal(fifo.readInto(new Uint8Array(10), null), 3)
  assert.throws(() => fifo.read(1), { code: 'ESPIPE' })
  assert.throws(() => fifo.write('x', 0), { code: 'ESPIPE' })
  const full = Buffer.alloc(65_536)
  let count: number | null = 0
  for (let i = 0; i < 100 && count !== null; i++) count = fifo.write(full)
  assert.equal(count, null)
})

test('a FIFO can be registered, read when it is ready, and reports its end', () => {
  using epoll = new Epoll()
  using reader = File.open(fifoPath, { flags: constants.O_RDONLY | constants.O_NONBLOCK })
  epoll.register(reader, EPOLLIN)
  const writer = File.open(fifoPath, { flags: constants.O_WRONLY })
  assert.deepEqual(epoll.poll(0), [])
  writer.write('data')
  assert.deepEqual(epoll.poll(1000), [[reader.fileno(), EPOLLIN]])
  assert.equal(reader.read(100, null)?.toString(), 'data')
  writer.close()
  assert.equal(reader.read(100, null)?.length, 0)
})

test('the position of null is the file’s own, and moves; a given one does not', () => {
  const path = join(folder, 'file')
  writeFileSync(path, '0123456789')
  using file = File.open(path, { flags: constants.O_RDWR })
  assert.equal(file.read(3, null)?.toString(), '012')
  assert.equal(file.read(3, 7).toString(), '789')
  assert.equal(file.read(3, null)?.toString(), '345')
  assert.equal(file.write('xy'), 2)
  assert.equal(file.write('A', 0), 1)
  assert.equal(readFileSync(path, 'utf8'), 'A12345xy89')
  assert.equal(file.read(10, null)?.toString(), '89')
  assert.equal(file.read(10, null)?.length, 0)
})

test('a device and a terminal are read and written', () => {
  using zero = File.open('/dev/zero')
  assert.deepEqual(zero.read(4, null), Buffer.alloc(4))
  using urandom = File.open('/dev/urandom')
  assert.equal(urandom.read(16, null)?.length, 16)
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK
  using master = File.open('/dev/ptmx', { flags })
  assert.equal(native.unlockpt(master.fileno()), 0)
  const number = /tty-index:\s*(\d+)/.exec(
    readFileSync(`/proc/self/fdinfo/${master.fileno()}`, 'latin1'),
  )![1]
  using terminal = File.open(`/dev/pts/${number}`, { flags })
  assert.equal(terminal.read(10, null), null)
  master.write('typed\n')
  assert.equal(terminal.read(10, null)?.toString(), 'typed\n')
  assert.throws(() => terminal.read(10), SystemError)
})

test('standard input is read without blocking, through a pipe and from a file', async () => {
  const program = `
    import { EPOLLIN, Epoll, PipeReader } from '${new URL('../../dist/index.js', import.meta.url).href}'
    const stdin = PipeReader.fromfd(0, { owns: false })
    stdin.setblocking(false)
    const first = stdin.read(10)
    if (first === null) {
      const epoll = new Epoll()
      epoll.register(0, EPOLLIN)
      process.stdout.write('empty ')
      epoll.poll()
    }
    process.stdout.write(String(first ?? stdin.read(10)))`
  const run = async (stdin: 'pipe' | number): Promise<string> => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: [stdin, 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout!.on('data', data => {
      text += data
      if (text === 'empty ') child.stdin?.end('piped')
    })
    await once(child, 'close')
    return text
  }
  assert.equal(await run('pipe'), 'empty piped')
  using file = File.open(join(folder, 'file'))
  assert.equal(await run(file.fileno()), 'A12345xy89')
})

test('Socket.pair() takes a type', () => {
  for (const type of [SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a, b] = Socket.pair({ type })
    assert.equal(a.getsockopt(SOL_SOCKET, SO_TYPE), type)
    a.send('one')
    a.send('two')
    assert.equal(b.recv(10)?.toString(), 'one', 'messages keep their limits')
    assert.equal(b.recv(10)?.toString(), 'two')
    a.close()
    b.close()
  }
})
