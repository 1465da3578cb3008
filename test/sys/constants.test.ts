import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { constants as fsConstants } from 'node:fs'
import { test } from 'node:test'
import * as constants from '../../lib/sys/constants.ts'
import * as errno from '../../lib/sys/errno.ts'
import * as kernel from '../../lib/sys/kernel.ts'
import { needs } from '../support/needs.ts'

// The C library's headers still have the SOMAXCONN of older kernels.
const differing = ['SOMAXCONN']
const headers = [
  'errno.h',
  'fcntl.h',
  'netinet/in.h',
  'netinet/tcp.h',
  'poll.h',
  'sys/epoll.h',
  'sys/inotify.h',
  'sys/socket.h',
  'sys/stat.h',
  'sys/uio.h',
  'time.h',
  'linux/openat2.h',
]

function numbers(ofDirectory: number): [name: string, value: number][] {
  const { O_TMPFILE, ...rest } = kernel
  const files = { ...rest, O_TMPFILE: (O_TMPFILE & ~fsConstants.O_DIRECTORY) | ofDirectory }
  const positive = Object.entries(errno).map(([name, value]): [string, number] => [name, -value])
  return [...Object.entries({ ...constants, ...files }), ...positive]
}

function compiles(compiler: string, ofDirectory: number): void {
  const asserts = numbers(ofDirectory)
    .filter(([name]) => !differing.includes(name))
    .map(([name, value]) => `static_assert((unsigned)${name} == ${value >>> 0}u, "${name}");`)
  assert.ok(asserts.length > 130)
  const includes = headers.map(name => `#include <${name}>`)
  const source = ['#define _GNU_SOURCE 1', ...includes, ...asserts].join('\n')
  const args = ['-std=c++17', '-fsyntax-only', '-w', '-x', 'c++', '-']
  const { error, stderr } = spawnSync(compiler, args, { input: source, encoding: 'utf8' })
  assert.ifError(error)
  assert.equal(stderr, '')
}

test('the kernel’s numbers in lib/sys are those in the headers of this machine', () => {
  const { CXX = 'c++' } = process.env
  compiles(CXX, fsConstants.O_DIRECTORY)
})

const ofArm64 = 'aarch64-linux-gnu-g++'

test('the kernel’s numbers in lib/sys are those in the headers of arm64', {
  skip: needs(ofArm64),
}, () => {
  const O_DIRECTORY = 0o40000
  compiles(ofArm64, O_DIRECTORY)
})
