import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, nearestName } from '../../lib/sys/index.ts'

const names = ['domain', 'type', 'blocking', 'onSignal', 'idleTimeoutMs', 'log-file', 'tls-cert']

const rows: [given: string, nearest: string | undefined][] = [
  ['blockin', 'blocking'],
  ['bloking', 'blocking'],
  ['blcoking', 'blocking'],
  ['onsignal', 'onSignal'],
  ['on_signal', 'onSignal'],
  ['on-signals', 'onSignal'],
  ['idleTimeout', 'idleTimeoutMs'],
  ['logfile', 'log-file'],
  ['tls', 'tls-cert'],
  ['typ', 'type'],
  ['tpye', 'type'],
  ['dom', 'domain'],
  ['typeof', 'type'],
  ['domainname', 'domain'],
  ['port', undefined],
  ['p', undefined],
  ['', undefined],
  ['-', undefined],
  ['backlog', undefined],
  ['__proto__', undefined],
  ['x'.repeat(100_000), undefined],
]
for (const [given, nearest] of rows) {
  test(`nearestName('${given.slice(0, 20)}') returns ${nearest}`, () => {
    assert.equal(nearestName(given, names), nearest)
  })
}

test('nearestName() returns the first of two equally near names', () => {
  assert.equal(nearestName('cat', ['bat', 'hat']), 'bat')
  assert.equal(nearestName('bat', ['hat', 'bat']), 'bat')
})

test('didYouMean() ends a message with the nearest name, or with nothing', () => {
  assert.equal(didYouMean('ad', ['pipe', 'add']), ': did you mean add?')
  assert.equal(didYouMean('pip', ['pipe', 'add']), ': did you mean pipe?')
  assert.equal(didYouMean('fly', ['pipe', 'add']), '')
})
