// Files with instructions for the server: they are not served, and their mistakes are reported.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { serveDirectory } from '../../lib/static/index.ts'
import { client } from '../http/client.ts'
import { pass } from '../support/clock.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { Serving } from './site.ts'
import { Stage } from './stage.ts'

test('_redirects causes a warning, and is neither served nor listed', async () => {
  using stage = new Stage({ _redirects: '/old /new 301', 'd/_redirects': 'a file', 'a.txt': 'a' })
  const serving = stage.serve({ listing: true })
  assert.match(serving.warnings.join(), /^_redirects is ignored/)
  for (const target of ['/_redirects', '//_redirects', '/%5fredirects', '/d/../_redirects'])
    assert.equal((await stage.get(target)).status, 404, target)
  assert.doesNotMatch((await stage.get('/')).body.toString(), /_redirects/)
  assert.equal((await stage.get('/d/_redirects')).body.toString(), 'a file')
})

for (const headers of ['rules', null]) {
  test(`_headers is neither served nor listed if the headers option is ${headers ?? 'null'}`, async () => {
    using stage = new Stage({ _headers: '/*\n  Basic-Auth: user:secret\n', 'a.txt': 'a' })
    stage.serve({ headers, listing: true })
    for (const target of ['/_headers', '/%5fheaders']) {
      const { status, body } = await stage.get(target)
      assert.deepEqual([status, body.includes('secret')], [404, false])
    }
    assert.doesNotMatch((await stage.get('/')).body.toString(), /_headers/)
  })
}

test('serveDirectory() throws for a rule with a password', () => {
  using stage = new Stage({ _headers: '/*\n  X-A: b\n/private/*\n  Basic-Auth: user:secret\n' })
  assert.throws(() => serveDirectory(stage.path('')), {
    code: 'ERR_HEADER_RULES',
    message: /^_headers:4: Basic-Auth protects nothing here/,
  })
})

test('a rule with a password that appears later causes a warning, and the password is never sent', async () => {
  using stage = new Stage({ 'a.txt': 'a', _headers: '/*\n  X-A: b\n' })
  const { port, warnings } = stage.serve()
  await using peer = await client(port)
  assert.equal((await peer.get('/a.txt')).fields.get('x-a'), 'b')
  stage.write('_headers', '/*\n  Basic-Auth: user:secret\n')
  // The server checks its rules once a second.
  pass(1100)
  for (const target of ['/a.txt', '/missing', '/_headers']) {
    const answer = await peer.get(target)
    assert.ok(!answer.head.includes('secret') && !answer.body.includes('secret'), target)
    assert.equal(answer.fields.get('x-a'), 'b')
  }
  assert.equal(warnings.length, 1)
  assert.match(
    warnings[0]!,
    /^_headers:2: Basic-Auth .* serves the files to everyone .*old rules still apply/,
  )
})

test('a rule for one host causes a warning with its line number, and other rules apply', async () => {
  const rules =
    '\ufeff/*\r\n  X-A: b\r\nhttps://:project.pages.dev/*\r\n  X-Robots-Tag: noindex\r\n'
  using stage = new Stage({ 'a.txt': 'a', _headers: rules })
  using serving = new Serving(stage.path(''))
  assert.equal(serving.warnings.length, 1)
  assert.match(serving.warnings[0]!, /^_headers:3: this rule for one host is ignored/)
  await using peer = await client(serving.port)
  const { fields } = await peer.get('/a.txt')
  assert.deepEqual([fields.get('x-a'), fields.has('x-robots-tag')], ['b', false])
})

test('rules may contain a field of several thousand characters; rules in UTF-16 cause an error that names the encoding', async () => {
  const policy = `default-src ${'https://a.example '.repeat(300)}`.trim()
  using stage = new Stage({ 'a.txt': 'a', _headers: `/*\n  Content-Security-Policy: ${policy}\n` })
  assert.equal((await stage.get('/a.txt')).fields.get('content-security-policy'), policy)
  using windows = new Stage({ _headers: Buffer.from('\ufeff/*\r\n  X-A: b\r\n', 'utf16le') })
  assert.throws(() => serveDirectory(windows.path('')), { message: /^_headers:1: .*UTF-16/ })
})

test('a file of /sys, whose size is larger than its content, gets 404', async t => {
  const root = '/sys/kernel'
  if (!existsSync(`${root}/uevent_seqnum`)) return t.skip('no /sys')
  using serving = new Serving(root)
  await using peer = await client(serving.port)
  for (let i = 0; i < 2; i++) assert.equal((await peer.get('/uevent_seqnum')).status, 404)
  assert.equal(openDescriptors().filter(line => line.includes('uevent')).length, 0)
  assert.deepEqual([serving.errors, serving.warnings], [[], []])
})
