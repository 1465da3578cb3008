import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import {
  AF_INET6,
  AF_UNIX,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOL_SOCKET,
  Socket,
} from '../../lib/index.ts'
import { native, socketOptions } from '../../lib/sys/index.ts'
import { forbidden } from './forbidden.ts'

for (const [level, name, what] of forbidden) {
  test(`level ${level} option ${name} (${what}) never reaches the kernel`, () => {
    using socket = new Socket()
    const set = mock.method(native, 'setsockopt')
    const get = mock.method(native, 'getsockopt')
    try {
      for (const use of [
        () => socket.setsockopt(level, name, 0),
        () => socket.setsockopt(level, name, 1),
        () => socket.setsockopt(level, name, new Uint8Array(0)),
        () => socket.setsockopt(level, name, new Uint8Array(16)),
        () => socket.setsockopt(level, name, new Uint8Array(96)),
        () => socket.getsockopt(level, name),
        () => socket.getsockopt(level, name, 1),
        () => socket.getsockopt(level, name, 64),
        () => socket.getsockopt(level, name, 8192),
      ]) {
        assert.throws(use, {
          name: 'RangeError',
          code: 'ERR_OUT_OF_RANGE',
          message: /^(level|name): expected .*, got -?\d+$/,
        })
      }
      assert.equal(set.mock.callCount() + get.mock.callCount(), 0)
    } finally {
      mock.restoreAll()
    }
  })
}

const sockets: [name: string, levels: number[], open: () => Socket][] = [
  ['TCP over IPv4', [SOL_SOCKET, IPPROTO_IP, IPPROTO_TCP], () => new Socket()],
  [
    'TCP over IPv6',
    [SOL_SOCKET, IPPROTO_IPV6, IPPROTO_TCP],
    () => new Socket({ domain: AF_INET6 }),
  ],
  ['UDP', [SOL_SOCKET, IPPROTO_IP, IPPROTO_UDP], () => new Socket({ type: SOCK_DGRAM })],
  ['a unix socket', [SOL_SOCKET], () => new Socket({ domain: AF_UNIX })],
]

test('the kernel returns four bytes for each int option in the table', () => {
  for (const [what, levels, open] of sockets) {
    using socket = open()
    const fd = socket.fileno()
    for (const level of levels) {
      for (const [name, option] of Object.entries(socketOptions.get(level)?.ints ?? {})) {
        const length = native.getsockopt(fd, level, option, new Uint8Array(7))
        assert.ok(length < 0 || length === 4, `${what}: ${name} has ${length} bytes`)
        if (length === 4) assert.equal(typeof socket.getsockopt(level, option), 'number')
      }
    }
  }
})

test('the table contains no duplicates and no forbidden options', () => {
  for (const [level, { ints, structs }] of socketOptions) {
    const all = [...Object.values(ints), ...Object.values(structs)]
    assert.equal(new Set(all).size, all.length)
    for (const [at, name, what] of forbidden)
      assert.ok(at !== level || !all.includes(name), `${what} is in the table`)
  }
})

const lent: [flag: number, what: string][] = [
  [0x4000000, 'MSG_ZEROCOPY'],
  [0x8000000, 'MSG_SPLICE_PAGES'],
  [0x10000, 'MSG_SENDPAGE_NOPOLICY'],
  [0x100000, 'MSG_SENDPAGE_DECRYPTED'],
  [0x2000000, 'MSG_SOCK_DEVMEM'],
  [0x40000000, 'MSG_CMSG_CLOEXEC'],
  [-0x80000000, 'MSG_CMSG_COMPAT'],
  [0x4000000 | 0x4000, 'MSG_ZEROCOPY | MSG_NOSIGNAL'],
  [0x4000000 | 0x40, 'MSG_ZEROCOPY | MSG_DONTWAIT'],
]
for (const [flags, what] of lent) {
  test(`${what} never reaches the kernel`, () => {
    const [left, right] = Socket.pair()
    const send = mock.method(native, 'send')
    const recv = mock.method(native, 'recv')
    try {
      const refused = { name: 'RangeError', message: /flags: expected MSG_OOB \| .* at most, got/ }
      assert.throws(() => left.send('x', { flags }), refused)
      assert.throws(() => left.send(new Uint8Array(4096), { flags }), refused)
      assert.throws(() => right.recv(1, flags), refused)
      assert.equal(send.mock.callCount() + recv.mock.callCount(), 0)
    } finally {
      mock.restoreAll()
      left.close()
      right.close()
    }
  })
}
