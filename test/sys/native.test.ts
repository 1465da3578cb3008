// The native functions themselves: their arguments, their errors, and the list of descriptors.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { constants as files } from 'node:fs'
import { constants } from 'node:os'
import { after, test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  AT_FDCWD,
  type Native,
  native,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../../lib/sys/index.ts'

const { EBADF, EFAULT, EINVAL, ENAMETOOLONG } = constants.errno

type Parameter = 'number' | 'bytes' | 'bytes or null' | 'words' | 'doubles' | 'text'

const n = 'number'
/** The parameter types of every function, in order. */
const signatures: Record<Exclude<keyof Native, 'Watcher' | 'ThreadWatcher'>, Parameter[]> = {
  epollCreate1: [n],
  epollCtl: [n, n, n, n, n],
  epollWait: [n, 'words', n, n],
  epollPwait2: [n, 'words', n, n],
  poll: ['words', n],
  select: [n, 'bytes', 'bytes', 'bytes', n],
  socket: [n, n, n],
  socketpair: [n, n, n, 'words'],
  bind: [n, 'bytes', n],
  listen: [n, n],
  accept4: [n, 'bytes or null', n],
  connect: [n, 'bytes', n],
  shutdown: [n, n],
  setsockopt: [n, n, n, 'bytes'],
  getsockopt: [n, n, n, 'bytes'],
  getsockname: [n, 'bytes'],
  getpeername: [n, 'bytes'],
  recv: [n, 'bytes', n, n, n],
  send: [n, 'bytes', n, n, n],
  recvfrom: [n, 'bytes', n, n, n, 'bytes', 'words'],
  sendto: [n, 'bytes', n, n, n, 'bytes', n],
  recvmsg: [n, 'bytes', n, 'bytes', 'bytes', 'words'],
  sendmsg: [n, 'bytes', n, 'bytes', 'bytes', n],
  inetPton: [n, 'text', 'bytes'],
  inetNtop: [n, 'bytes', 'bytes'],
  read: [n, 'bytes', n, n],
  pread: [n, 'bytes', n, n, n],
  preadv2: [n, 'bytes', n, n, n, n],
  write: [n, 'bytes', n, n],
  pwrite: [n, 'bytes', n, n, n],
  sendfile: [n, n, n, n],
  fcntl: [n, n, n],
  fionread: [n],
  siocoutq: [n],
  kcmpEpoll: [n, n, n, n],
  exitNow: [n],
  unlockpt: [n],
  mmap: [n, n],
  dup: [n],
  dup3: [n, n, n],
  close: [n],
  own: [n],
  disown: [n],
  openat: [n, 'text', n, n],
  openat2: [n, 'text', n, n, n],
  fstatat: [n, 'text', n, 'doubles'],
  statx: [n, n, 'doubles'],
  readlinkat: [n, 'text', 'bytes'],
  eventfd: [n, n],
  timerfdCreate: [n, n],
  timerfdSettime: [n, n, n, n],
  pipe2: ['words', n],
  inotifyInit1: [n],
  inotifyAddWatch: [n, 'text', n],
}

// All numbers are -1, so that the kernel refuses a call that passes the type checks.
const right: Record<Parameter, unknown> = {
  number: -1,
  bytes: new Uint8Array(256),
  'bytes or null': null,
  words: new Uint32Array(64),
  doubles: new Float64Array(8),
  text: 'x',
}
const values = {
  undefined: undefined,
  null: null,
  true: true,
  number: 1,
  bigint: 1n,
  string: 'x',
  symbol: Symbol('x'),
  function: () => {},
  object: {},
  array: [1],
  'a proxy of a view': new Proxy(new Uint8Array(256), {}),
  'an ArrayBuffer': new ArrayBuffer(256),
  'a text with a NUL': 'a\0b',
  'a misaligned view': new Uint8Array(new ArrayBuffer(260), 1, 256),
}
const fits: Record<Parameter, (keyof typeof values)[]> = {
  number: ['number'],
  bytes: ['a misaligned view'],
  'bytes or null': ['null', 'a misaligned view'],
  words: [],
  doubles: [],
  text: ['string'],
}

const call = native as unknown as Record<string, (...args: unknown[]) => number>

for (const [name, parameters] of Object.entries(signatures)) {
  test(`native.${name}() throws TypeError for an argument of the wrong type`, () => {
    for (const [at, parameter] of parameters.entries()) {
      for (const [kind, value] of Object.entries(values)) {
        if (fits[parameter].includes(kind as keyof typeof values)) continue
        const args = parameters.map((other, i) => (i === at ? value : right[other]))
        assert.throws(
          () => call[name]!(...args),
          { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' },
          `argument ${at} of ${name}: ${kind}`,
        )
      }
    }
    const tooFew = parameters.slice(0, -1).map(parameter => right[parameter])
    assert.throws(() => call[name]!(...tooFew), TypeError)
    assert.throws(() => call[name]!(), TypeError)
  })
}

test('the native table has exactly the functions that are declared in TypeScript', () => {
  const classes = ['Watcher', 'ThreadWatcher']
  assert.deepEqual(Object.keys(native).sort(), [...Object.keys(signatures), ...classes].sort())
})

const pair = new Int32Array(2)
native.socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair)
const [near, far] = pair as unknown as [number, number]
const epfd = native.epollCreate1(0)
after(() => {
  for (const fd of [near, far, epfd]) native.close(fd)
})

const shorts: Record<string, () => number> = {
  'epollWait with a word too few': () => native.epollWait(epfd, new Uint32Array(7), 2, 0),
  'epollWait with a negative count': () => native.epollWait(epfd, new Uint32Array(8), -1, 0),
  'epollWait with a huge count': () => native.epollWait(epfd, new Uint32Array(8), 2 ** 31 - 1, 0),
  'epollPwait2 with a word too few': () => native.epollPwait2(epfd, new Uint32Array(7), 2, 0),
  'socketpair with one integer': () => native.socketpair(1, 1, 0, new Int32Array(1)),
  'pipe2 with one integer': () => native.pipe2(new Int32Array(1), 0),
  'select with a short set': () =>
    native.select(1, new Uint8Array(127), new Uint8Array(128), new Uint8Array(128), 0),
  'bind beyond the address': () => native.bind(near, new Uint8Array(15), 16),
  'bind with a negative length': () => native.bind(near, new Uint8Array(16), -1),
  'connect beyond the address': () => native.connect(near, new Uint8Array(15), 16),
  'recv beyond the view': () => native.recv(far, new Uint8Array(8), 1, 8, 0),
  'recv before the view': () => native.recv(far, new Uint8Array(8), -1, 4, 0),
  'recv of a negative length': () => native.recv(far, new Uint8Array(8), 0, -1, 0),
  'recv of 2^53 at 2^53': () => native.recv(far, new Uint8Array(8), 2 ** 53, 2 ** 53, 0),
  'send beyond the view': () => native.send(near, new Uint8Array(8), 9, 0, 0),
  'read beyond the view': () => native.read(far, new Uint8Array(8), 8, 1),
  'write beyond the view': () => native.write(near, new Uint8Array(8), 0, 9),
  'pread beyond the view': () => native.pread(near, new Uint8Array(8), 0, 9, 0),
  'preadv2 beyond the view': () => native.preadv2(near, new Uint8Array(8), 4, 5, 0, 0),
  'fstatat with seven doubles': () => native.fstatat(-100, '/', 0, new Float64Array(7)),
  'statx with seven doubles': () => native.statx(0, 0, new Float64Array(7)),
  'inetPton with 15 bytes': () => native.inetPton(2, '127.0.0.1', new Uint8Array(15)),
  'inetNtop with 15 bytes': () => native.inetNtop(2, new Uint8Array(15), new Uint8Array(46)),
}
for (const [name, run] of Object.entries(shorts)) {
  test(`native ${name} returns -EFAULT`, () => assert.equal(run(), -EFAULT))
}

test('native functions return -errno for wrong numbers', () => {
  const rows: [result: number, errno: number][] = [
    [native.epollCtl(epfd, 1, -1, 1, 0), EBADF],
    [native.epollCtl(epfd, 99, near, 1, 0), EINVAL],
    [native.epollWait(epfd, new Uint32Array(4), 0, 0), EINVAL],
    [native.select(1025, new Uint8Array(512), new Uint8Array(512), new Uint8Array(512), 0), EINVAL],
    [native.select(-1, new Uint8Array(128), new Uint8Array(128), new Uint8Array(128), 0), EINVAL],
    [native.own(2 ** 31 - 1), EBADF],
    [native.own(-1), EBADF],
    [native.close(-1), EBADF],
    [native.close(2 ** 31 - 1), EBADF],
    [native.dup(2 ** 31 - 1), EBADF],
    [native.timerfdSettime(near, 0, -1, 0), EINVAL],
    [native.readlinkat(-100, '/proc/self/exe', new Uint8Array(0)), EINVAL],
  ]
  for (const [i, [result, errno]] of rows.entries()) assert.equal(result, -errno, `row ${i}`)
  assert.equal(native.disown(2 ** 31 - 1), 0)
  assert.equal(native.disown(-1), 0)
})

test('a path that is too long is refused, not truncated', () => {
  // A path of 4,095 bytes, made of repeated "/.", leads to the root; a further character must not be cut off.
  const root = `${'/.'.repeat(2047)}/`
  assert.equal(Buffer.byteLength(root), 4095)
  const fd = native.openat(AT_FDCWD, root, files.O_RDONLY, 0)
  assert.ok(fd >= 0)
  native.close(fd)
  for (const tail of ['x', 'é', '中', '😀', 'x'.repeat(10_000), '中'.repeat(10_000)])
    assert.equal(
      native.openat(AT_FDCWD, root + tail, files.O_RDONLY, 0),
      -ENAMETOOLONG,
      tail.slice(0, 2),
    )
})

/** A Python program that attaches a filter of four instructions to the socket with descriptor 3. */
const attachFilter = `
import ctypes, socket, struct, sys
code = ctypes.create_string_buffer(struct.pack('HBBI', 0, 0, 0, 0) * 3 + struct.pack('HBBI', 6, 0, 0, 65535))
program = struct.pack('HxxxxxxP', 4, ctypes.addressof(code))
socket.socket(fileno=3).setsockopt(socket.SOL_SOCKET, int(sys.argv[1]), program)
print(0)
`

/** Returns a view outside V8's heap and, directly after it, a canary that must not be overwritten. */
function withCanary(length: number): { value: Uint8Array; canary: Uint8Array } {
  const memory = new Uint8Array(length + 4096).fill(0xa5)
  return { value: memory.subarray(0, length), canary: memory.subarray(length) }
}

test('getsockopt() does not write beyond the view even for an option whose length is not in bytes', () => {
  const SO_ATTACH_FILTER = 26
  const SO_GET_FILTER = 26
  const inet = native.socket(AF_INET, SOCK_DGRAM, 0)
  const python = spawnSync('python3', ['-c', attachFilter, String(SO_ATTACH_FILTER)], {
    stdio: ['ignore', 'pipe', 'inherit', inet],
    encoding: 'utf8',
  })
  assert.equal(python.stdout.trim(), '0')
  const { value, canary } = withCanary(4)
  // The kernel takes the length as four instructions of eight bytes, and returns their number.
  assert.equal(native.getsockopt(inet, SOL_SOCKET, SO_GET_FILTER, value), 4)
  assert.ok(canary.every(byte => byte === 0xa5))
  native.close(inet)
})

test('getsockopt() returns the kernel’s length for an empty view and for a long one', () => {
  for (const length of [0, 1, 4, 8192, 100_000]) {
    const { value, canary } = withCanary(length)
    assert.equal(native.getsockopt(near, SOL_SOCKET, SO_TYPE, value), Math.min(length, 4))
    assert.ok(canary.every(byte => byte === 0xa5))
  }
})

test('fcntl() refuses the commands that take an address', () => {
  const F_DUPFD_CLOEXEC = 1030
  const numbers = new Set([F_DUPFD_CLOEXEC, 1, 2, 3, 4])
  for (let command = -1; command < 1100; command++) {
    if (!numbers.has(command)) assert.equal(native.fcntl(near, command, 1), -EINVAL, `${command}`)
  }
})

test('misuse of a native watcher causes an error instead of a crash', () => {
  const { Watcher } = native
  assert.throws(() => (Watcher as unknown as () => void)(), TypeError)
  assert.throws(() => Watcher.prototype.open.call({} as never, 0), TypeError)
  assert.throws(() => Watcher.prototype.start.call({} as never, () => {}), TypeError)
  const watcher = new Watcher()
  assert.equal(
    watcher.start(() => {}),
    -EINVAL,
  )
  assert.equal(watcher.stop(), -EINVAL)
  watcher.ref()
  watcher.unref()
  watcher.close()
  for (const wrong of [undefined, null, 'x', {}, 1n])
    assert.equal(watcher.open(wrong as never), -EINVAL)
  assert.equal(watcher.open(-1), -EBADF)
  assert.equal(watcher.open(epfd), 0)
  assert.equal(watcher.open(epfd), -EINVAL)
  for (const wrong of [undefined, null, 'x', {}, 1])
    assert.equal(watcher.start(wrong as never), -EINVAL)
  assert.equal(
    watcher.start(() => {}),
    0,
  )
  assert.equal(
    watcher.start(() => {}),
    0,
  )
  assert.equal(watcher.stop(), 0)
  assert.equal(watcher.stop(), 0)
  assert.equal(
    watcher.start(() => {}),
    0,
  )
  watcher.close()
  watcher.close()
  assert.equal(
    watcher.start(() => {}),
    -EINVAL,
  )
})
