import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import * as constants from '../../lib/sys/constants.ts'

// The C library has its own idea of this one, which follows the kernel's of some years ago.
const differing = ['SOMAXCONN']
const headers = ['sys/epoll.h', 'poll.h', 'sys/socket.h', 'netinet/in.h', 'netinet/tcp.h', 'time.h']

test('the constants are those of the headers of this machine', () => {
  const asserts = Object.entries(constants)
    .filter(([name]) => !differing.includes(name))
    .map(([name, value]) => `static_assert((unsigned)${name} == ${value}u, "${name}");`)
  assert.ok(asserts.length > 100)
  const includes = [...headers, 'linux/openat2.h'].map(name => `#include <${name}>`)
  const source = ['#define _GNU_SOURCE 1', ...includes, ...asserts].join('\n')
  const { CXX = 'c++' } = process.env
  const args = ['-std=c++17', '-fsyntax-only', '-w', '-x', 'c++', '-']
  const { error, stderr } = spawnSync(CXX, args, { input: source, encoding: 'utf8' })
  assert.ifError(error)
  assert.equal(stderr, '')
})
