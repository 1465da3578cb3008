import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import {
  type AddressLike,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  addressBytes,
  decodeAddress,
  encodeAddress,
} from '../../lib/sys/index.ts'

function encoded(address: AddressLike, family: number): Uint8Array {
  const bytes = new Uint8Array(addressBytes).fill(0xff)
  const length = encodeAddress(address, family, bytes)
  assert.deepEqual(
    bytes.subarray(length),
    new Uint8Array(addressBytes - length),
    'nothing of before is left behind it',
  )
  return bytes.subarray(0, length)
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const six = (port: string, host: string, scope = '00000000'): string =>
  `0a00${port}00000000${host}${scope}`
const loopbackSix = `${'0'.repeat(31)}1`

// The bytes of struct sockaddr_in, sockaddr_in6 and sockaddr_un on a little-endian machine.
const bytes: [address: AddressLike, family: number, hex: string][] = [
  [{ host: '127.0.0.1', port: 80 }, AF_INET, '020000507f0000010000000000000000'],
  [{ host: '255.255.255.255', port: 65535 }, AF_INET, '0200ffffffffffff0000000000000000'],
  [{ port: 7788 }, AF_INET, '02001e6c000000000000000000000000'],
  [{ host: '', port: 7788 }, AF_INET, '02001e6c000000000000000000000000'],
  [{ host: '::1', port: 80 }, AF_INET6, six('0050', loopbackSix)],
  [{ port: 80 }, AF_INET6, six('0050', '0'.repeat(32))],
  [{ host: '::ffff:1.2.3.4', port: 0 }, AF_INET6, six('0000', `${'0'.repeat(20)}ffff01020304`)],
  [{ host: '::1%7', port: 80 }, AF_INET6, six('0050', loopbackSix, '07000000')],
  [{ host: '::1%4294967295', port: 80 }, AF_INET6, six('0050', loopbackSix, 'ffffffff')],
  [{ path: '/a' }, AF_UNIX, '01002f6100'],
  [{ path: '\0a' }, AF_UNIX, '01000061'],
  [{ path: '\0a\0b' }, AF_UNIX, '010000610062'],
  [{ path: '' }, AF_UNIX, '0100'],
  [{ path: '客' }, AF_UNIX, '0100e5aea200'],
]
for (const [address, family, expected] of bytes) {
  test(`encodeAddress(${JSON.stringify(address)}, ${family}) writes the bytes of the kernel's struct`, () => {
    assert.equal(hex(encoded(address, family)), expected)
  })
}

const there: [address: AddressLike, family: number, back: AddressLike][] = [
  [{ host: '192.0.2.7', port: 1 }, AF_INET, { host: '192.0.2.7', port: 1 }],
  [{ port: 65535 }, AF_INET, { host: '0.0.0.0', port: 65535 }],
  [{ port: 0 }, AF_INET6, { host: '::', port: 0 }],
  [{ host: '2001:DB8:0:0:0:0:0:1', port: 9 }, AF_INET6, { host: '2001:db8::1', port: 9 }],
  [{ host: 'fe80::1%3', port: 9 }, AF_INET6, { host: 'fe80::1%3', port: 9 }],
  [
    { host: 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', port: 9 },
    AF_INET6,
    { host: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', port: 9 },
  ],
  [{ path: `/${'x'.repeat(106)}` }, AF_UNIX, { path: `/${'x'.repeat(106)}` }],
  [{ path: `\0${'x'.repeat(107)}` }, AF_UNIX, { path: `\0${'x'.repeat(107)}` }],
  [{ path: '\0name\0' }, AF_UNIX, { path: '\0name\0' }],
  [{ path: '' }, AF_UNIX, { path: '' }],
]
for (const [address, family, back] of there) {
  test(`decodeAddress() returns ${JSON.stringify(back).slice(0, 60)} for its encoded bytes`, () => {
    const written = encoded(address, family)
    const memory = new Uint8Array(addressBytes)
    memory.set(written)
    assert.deepEqual(decodeAddress(memory, written.length), back)
  })
}

test('decodeAddress() without a length drops the trailing zeros of a path', () => {
  const memory = new Uint8Array(addressBytes)
  encodeAddress({ path: '\0name' }, AF_UNIX, memory)
  assert.deepEqual(decodeAddress(memory), { path: '\0name' })
})

test('encodeAddress() accepts the name of an interface as a zone', () => {
  for (const [name, infos = []] of Object.entries(networkInterfaces())) {
    const own = infos.find(info => info.family === 'IPv6' && info.scopeid !== 0)
    if (own?.family !== 'IPv6') continue
    const written = encoded({ host: `fe80::1%${name}`, port: 1 }, AF_INET6)
    assert.equal(new DataView(written.buffer).getUint32(24, true), own.scopeid)
  }
})

const hosts: [host: string, family: number][] = [
  ['localhost', AF_INET],
  ['127.0.0.1 ', AF_INET],
  ['127.0.0.01', AF_INET],
  ['127.1', AF_INET],
  ['127.0.0.1\0', AF_INET],
  ['127.0.0.1%1', AF_INET],
  ['::1', AF_INET],
  ['1'.repeat(100_000), AF_INET],
  ['127.0.0.1', AF_INET6],
  ['[::1]', AF_INET6],
  [':::', AF_INET6],
  ['::1%', AF_INET6],
  ['::1%no-such-interface', AF_INET6],
  ['::1%toString', AF_INET6],
  ['::1%__proto__', AF_INET6],
  ['::1%4294967296', AF_INET6],
  ['::1%1%2', AF_INET6],
  ['::1%1%', AF_INET6],
  ['::1%1\0', AF_INET6],
]
for (const [host, family] of hosts) {
  test(`encodeAddress() refuses the host ${JSON.stringify(host).slice(0, 40)} in family ${family}`, () => {
    const memory = new Uint8Array(addressBytes)
    assert.throws(() => encodeAddress({ host, port: 1 }, family, memory), {
      name: 'RangeError',
      code: 'ERR_OUT_OF_RANGE',
      message: /^address\.host: expected .+, got '/,
    })
  })
}

for (const path of [`/${'x'.repeat(107)}`, `\0${'x'.repeat(108)}`, '/a\0b', '客'.repeat(36)]) {
  test(`encodeAddress() refuses a path of ${Buffer.byteLength(path)} bytes: ${JSON.stringify(path).slice(0, 12)}`, () => {
    const memory = new Uint8Array(addressBytes)
    assert.throws(() => encodeAddress({ path }, AF_UNIX, memory), { code: 'ERR_OUT_OF_RANGE' })
  })
}

test('encodeAddress() requires a path for a unix socket, and a port for other sockets', () => {
  const memory = new Uint8Array(addressBytes)
  assert.throws(
    () => encodeAddress({ port: 1 }, AF_UNIX, memory),
    /address: expected some of path, got 'port'/,
  )
  assert.throws(
    () => encodeAddress({} as never, AF_UNIX, memory),
    /address\.path: expected a string/,
  )
  assert.throws(
    () => encodeAddress({ path: '/a' }, AF_INET, memory),
    /address: expected some of host, port, got 'path'/,
  )
  assert.throws(() => encodeAddress({} as never, AF_INET, memory), /address\.port: expected/)
})
