// The same operations on Python's select.epoll and on our Epoll give the same events, in the same order, and the
// same errors. Skipped if there is no python3 (3.10 or newer).
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { lacks } from '../support/needs.ts'
import { randomScripts } from './generator.ts'
import { type Answer, type Script, transcript } from './script.ts'

const fixture = fileURLToPath(new URL('differential.py', import.meta.url))
const outputBytesMax = 64 * 2 ** 20
const scriptsCount = 200
const operationsEach = 30

function withoutPython(): string | false {
  const { status } = spawnSync('python3', ['-c', 'import os, select; os.eventfd, select.epoll'])
  return status !== 0 && lacks('needs python3, 3.10 or newer, with select.epoll')
}

function inPython(scripts: Script[]): Answer[][] {
  const { status, stdout, stderr } = spawnSync('python3', [fixture], {
    input: JSON.stringify(scripts),
    encoding: 'utf8',
    maxBuffer: outputBytesMax,
  })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout) as Answer[][]
}

/** Compares operation by operation, so that a failure shows the first difference and the operations before it. */
function compare(script: Script, expected: Answer[], hint: string): void {
  const actual = transcript(script)
  assert.equal(expected.length, script.length)
  for (const [i, operation] of script.entries()) {
    const before = script.slice(0, i + 1).map(step => JSON.stringify(step))
    const message = `${hint}, operation ${i} ${JSON.stringify(operation)}
      python: ${JSON.stringify(expected[i])}
      ours:   ${JSON.stringify(actual[i])}
      after:  ${before.join(' ')}`
    assert.deepEqual(actual[i], expected[i], message)
  }
}

const written: Record<string, Script> = {
  'level, edge and one shot': [
    ['epoll', 'e'],
    ['eventfd', 'level', 1],
    ['eventfd', 'edge', 1],
    ['eventfd', 'once', 1],
    ['register', 'e', 'level', ['EPOLLIN']],
    ['register', 'e', 'edge', ['EPOLLIN', 'EPOLLET']],
    ['register', 'e', 'once', ['EPOLLIN', 'EPOLLONESHOT']],
    ['poll', 'e', -1],
    ['poll', 'e', -1],
    ['write', 'edge', 1],
    ['write', 'once', 1],
    ['poll', 'e', -1],
    ['interest', 'e'],
    ['modify', 'e', 'once', ['EPOLLIN']],
    ['poll', 'e', -1],
    ['read', 'level', 8],
    ['read', 'level', 8],
    ['poll', 'e', -1],
  ],
  'the default mask': [
    ['epoll', 'e'],
    ['pair', 'a', 'b'],
    ['register', 'e', 'a'],
    ['interest', 'e'],
    ['poll', 'e', -1],
    ['write', 'b', 5],
    ['poll', 'e', -1],
  ],
  'one end hangs up': [
    ['epoll', 'e'],
    ['pipe', 'r', 'w'],
    ['pair', 'a', 'b'],
    ['register', 'e', 'r', []],
    ['register', 'e', 'w', []],
    ['register', 'e', 'a', ['EPOLLIN', 'EPOLLRDHUP']],
    ['poll', 'e', -1],
    ['shutdown', 'b', 1],
    ['poll', 'e', -1],
    ['read', 'a', 10],
    ['close', 'b'],
    ['close', 'w'],
    ['poll', 'e', -1],
    ['write', 'a', 1],
    ['read', 'r', 1],
    ['unregister', 'e', 'r'],
    ['interest', 'e'],
  ],
  'the reader of a pipe closes': [
    ['epoll', 'e'],
    ['pipe', 'r', 'w'],
    ['register', 'e', 'w', ['EPOLLOUT', 'EPOLLET']],
    ['poll', 'e', -1],
    ['close', 'r'],
    ['poll', 'e', -1],
    ['write', 'w', 1],
  ],
  'full and drained': [
    ['epoll', 'e'],
    ['pipe', 'r', 'w'],
    ['register', 'e', 'w', ['EPOLLOUT', 'EPOLLET']],
    ['register', 'e', 'r', ['EPOLLIN', 'EPOLLET']],
    ['poll', 'e', -1],
    ['fill', 'w'],
    ['poll', 'e', -1],
    ['write', 'w', 1],
    ['read', 'r', 65536],
    ['poll', 'e', -1],
    ['poll', 'e', -1],
  ],
  'errors of control': [
    ['epoll', 'e'],
    ['eventfd', 'f', 0],
    ['register', 'e', 'e', ['EPOLLIN']],
    ['register', 'e', -1, ['EPOLLIN']],
    ['register', 'e', 1_000_000, ['EPOLLIN']],
    ['unregister', 'e', 'f'],
    ['modify', 'e', 'f', ['EPOLLIN']],
    ['register', 'e', 'f', ['EPOLLIN']],
    ['register', 'e', 'f', ['EPOLLOUT']],
    ['modify', 'e', 'f', ['EPOLLIN', 'EPOLLEXCLUSIVE']],
    ['unregister', 'e', 'f'],
    ['register', 'e', 'f', ['EPOLLIN', 'EPOLLEXCLUSIVE', 'EPOLLRDHUP']],
    ['register', 'e', 'f', ['EPOLLIN', 'EPOLLEXCLUSIVE', 'EPOLLET']],
    ['modify', 'e', 'f', ['EPOLLIN']],
    ['poll', 'e', 0],
    ['poll', 'e', -2],
  ],
  'an epoll registered with another': [
    ['epoll', 'outer'],
    ['epoll', 'inner'],
    ['eventfd', 'f', 1],
    ['register', 'outer', 'inner', ['EPOLLIN', 'EPOLLET']],
    ['register', 'inner', 'outer', ['EPOLLIN']],
    ['register', 'outer', 'inner', ['EPOLLIN', 'EPOLLEXCLUSIVE']],
    ['register', 'inner', 'f', ['EPOLLIN']],
    ['poll', 'outer', -1],
    ['poll', 'outer', -1],
    ['write', 'f', 1],
    ['poll', 'outer', -1],
    ['poll', 'inner', -1],
    ['close', 'inner'],
    ['interest', 'outer'],
    ['poll', 'outer', -1],
  ],
  'the ready list rotates': [
    ['epoll', 'e'],
    ['eventfd', 'a', 1],
    ['eventfd', 'b', 1],
    ['eventfd', 'c', 1],
    ['register', 'e', 'a', ['EPOLLIN']],
    ['register', 'e', 'b', ['EPOLLIN', 'EPOLLET']],
    ['register', 'e', 'c', ['EPOLLIN']],
    ['poll', 'e', 2],
    ['poll', 'e', 2],
    ['poll', 'e', 2],
    ['poll', 'e', 1],
    ['poll', 'e', 1],
  ],
  'a closed epoll': [
    ['epoll', 'e'],
    ['eventfd', 'f', 1],
    ['register', 'e', 'f', ['EPOLLIN']],
    ['close', 'e'],
    ['close', 'e'],
    ['poll', 'e', -1],
    ['register', 'e', 'f', ['EPOLLIN']],
    ['modify', 'e', 'f', ['EPOLLIN']],
    ['unregister', 'e', 'f'],
  ],
}

const skip = withoutPython()

test('differential: fixed scripts give the same results as in Python', { skip }, async t => {
  const scripts = Object.entries(written)
  const answers = inPython(scripts.map(([, script]) => script))
  for (const [i, [name, script]] of scripts.entries()) {
    await t.test(`differential ${name}: as in Python`, () => compare(script, answers[i]!, name))
  }
})

test('differential: random scripts give the same results as in Python', { skip }, () => {
  const seed = Number(process.env['EPOLLET_SEED'] ?? Date.now() % 2 ** 31)
  const scripts = randomScripts(seed, scriptsCount, operationsEach)
  const answers = inPython(scripts)
  for (const [i, script] of scripts.entries()) {
    compare(script, answers[i]!, `EPOLLET_SEED=${seed}, script ${i}`)
  }
  const told = answers.flat().filter(answer => Array.isArray(answer) && answer.length > 0)
  assert.ok(told.length > scriptsCount, 'the scripts cause events')
})
