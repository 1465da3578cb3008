// The formats of /proc.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceOf, endpoint } from '../../lib/sys/index.ts'

const endpoints: [text: string, littleEndian: boolean, expected: string][] = [
  ['0100007F:1ED2', true, '127.0.0.1:7890'],
  ['7F000001:1ED2', false, '127.0.0.1:7890'],
  ['00000000:0000', true, '0.0.0.0:0'],
  ['0102A8C0:FFFF', true, '192.168.2.1:65535'],
  ['00000000000000000000000000000000:0050', true, '[::]:80'],
  ['00000000000000000000000001000000:0050', true, '[::1]:80'],
  ['00000000000000000000000000000001:0050', false, '[::1]:80'],
  ['0000000000000000FFFF00000100007F:0050', true, '[::ffff:127.0.0.1]:80'],
  ['B80D0120000000000000010004030201:0050', true, '[2001:db8::1:0:102:304]:80'],
  ['000080FE00000000FF005450F10A2BFE:0016', true, '[fe80::5054:ff:fe2b:af1]:22'],
]

for (const [text, littleEndian, expected] of endpoints) {
  const machine = littleEndian ? 'little' : 'big'
  test(`endpoint() converts ${text} of a ${machine}-endian machine to ${expected}`, () =>
    assert.equal(endpoint(text, littleEndian), expected))
}

const devices: [kernel: number, stat: bigint][] = [
  [0x9, 0x9n],
  [0x800001, 0x801n],
  [0x1000ff, 0x1ffn],
  [0x100100, 0x100100n],
  [0xfff00000, 0xfff00n],
  [0xffffffff, 0xffffffffn],
]

for (const [kernel, stat] of devices) {
  test(`deviceOf() converts the kernel's 0x${kernel.toString(16)} to the device number of stat(2)`, () =>
    assert.equal(BigInt(deviceOf(kernel)), stat))
}
