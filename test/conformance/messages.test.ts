// recvfrom, sendto, recvmsg and sendmsg beside Python's, with Python at the other end.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import {
  EPOLLIN,
  EventFd,
  Poll,
  SCM_CREDENTIALS,
  SCM_RIGHTS,
  SOCK_DGRAM,
  SOL_SOCKET,
  Socket,
} from '../../lib/index.ts'
import { lacks } from '../support/needs.ts'

const SO_PASSCRED = 16
const skip =
  spawnSync('python3', ['-c', 'import socket; socket.send_fds']).status !== 0 &&
  lacks('needs python3, 3.9 or newer')

/** Runs Python with one end of a socket pair as its descriptor 3, and returns what it printed. */
async function beside(
  program: string,
  type: number | undefined,
  act: (socket: Socket) => void | Promise<void>,
): Promise<string> {
  const [own, other] = Socket.pair(type === undefined ? {} : { type })
  const kind = type === undefined ? 'SOCK_STREAM' : 'SOCK_DGRAM'
  const head = `import array, os, socket\ns = socket.socket(socket.AF_UNIX, socket.${kind}, fileno=3)\ns.setblocking(True)\n`
  other.setblocking(true)
  const child = spawn('python3', ['-c', head + program], {
    stdio: ['ignore', 'pipe', 'inherit', other.fileno()],
  })
  other.close()
  let printed = ''
  child.stdout!.on('data', data => {
    printed += data
  })
  const closed = once(child, 'close')
  await act(own)
  await closed
  own.close()
  return printed.trim()
}

function waitFor(socket: Socket): void {
  const poll = new Poll()
  poll.register(socket, EPOLLIN)
  assert.equal(poll.poll(10_000).length, 1)
}

test('descriptors that Python sends with send_fds() arrive in recvmsg()', { skip }, async () => {
  await beside(
    `fd = os.eventfd(7)\nsocket.send_fds(s, [b"x", b"y"], [fd])\n`,
    undefined,
    socket => {
      waitFor(socket)
      const [data, control, flags] = socket.recvmsg(10, 64)!
      assert.deepEqual([data.toString(), flags, control.length], ['xy', 0, 1])
      const [level, type, rights] = control[0]!
      assert.deepEqual([level, type], [SOL_SOCKET, SCM_RIGHTS])
      using counter = EventFd.fromfd(rights.readInt32LE())
      assert.equal(counter.read(), 7n)
    },
  )
})

test('descriptors that sendmsg() sends arrive in Python’s recv_fds()', { skip }, async () => {
  using counter = new EventFd(5)
  const program = `data, fds, flags, address = socket.recv_fds(s, 10, 4)\nprint(data, flags, address, os.eventfd_read(fds[0]), len(fds))\n`
  const printed = await beside(program, undefined, socket => {
    const rights = Buffer.from(Int32Array.of(counter.fileno(), counter.fileno()).buffer)
    assert.equal(socket.sendmsg(['a', 'b'], [[SOL_SOCKET, SCM_RIGHTS, rights]]), 2)
  })
  assert.match(printed, /^b'ab' \d+ (None|''|b'') 5 2$/)
})

test('recvmsg() decodes what Python’s recvmsg() decodes', { skip }, async () => {
  let credentials = ''
  const program = `print(os.getpid(), os.getuid(), os.getgid(), flush=True)\ns.sendmsg([b"one"])\ns.send(b"x" * 20)\n`
  const printed = await beside(program, SOCK_DGRAM, socket => {
    socket.setsockopt(SOL_SOCKET, SO_PASSCRED, 1)
    waitFor(socket)
    const first = socket.recvmsg(10, 64)!
    assert.equal(first[0].toString(), 'one')
    waitFor(socket)
    const [data, control, flags] = socket.recvmsg(8, 64)!
    assert.deepEqual([data.length, flags], [8, 0x20]) // MSG_TRUNC
    credentials = control
      .filter(([, type]) => type === SCM_CREDENTIALS)
      .map(([, , bytes]) => [0, 4, 8].map(at => bytes.readInt32LE(at)).join(' '))
      .join()
  })
  assert.equal(credentials, printed)
})
test('recvfrom() and sendto() exchange datagrams with Python’s', { skip }, async () => {
  const { status, stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' })
  assert.equal(status, 0, stdout)
  using server = new Socket({ type: SOCK_DGRAM })
  server.bind({ host: '127.0.0.1', port: 0 })
  const { port } = server.getsockname() as { port: number }
  const program = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
s.sendto("héllo".encode(), ("127.0.0.1", ${port}))
print(s.getsockname()[1], s.recvfrom(100))`
  const child = spawn('python3', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.on('data', data => {
    printed += data
  })
  const closed = once(child, 'close')
  waitFor(server)
  const [data, address] = server.recvfrom(100)!
  assert.equal(data.toString(), 'héllo')
  server.sendto('back', address!)
  await closed
  const { port: from } = address as { port: number }
  assert.equal(printed.trim(), `${from} (b'back', ('127.0.0.1', ${port}))`)
})
