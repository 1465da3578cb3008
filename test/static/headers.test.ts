// A server with a `_headers` file.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { serveDirectory } from '../../lib/static/index.ts'
import { native } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { pass } from '../support/clock.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { Serving, Site } from './site.ts'
import { expectAll, Stage, serving, textOf } from './stage.ts'

/** After this time, the server has repeated the checks that it makes once a second. */
const seenMs = 1100

describe('the headers option', () => {
  const rules = '/*\n  X-All: yes\n/a.txt\n  Cache-Control: max-age=60\n  ! X-All\n'

  test('rules apply to files, 304, 404, redirects and OPTIONS, and their file is never served', async () => {
    using stage = serving({ 'a.txt': 'a', 'b.txt': 'b', 'd/x': '', _headers: rules })
    const file = await stage.get('/a.txt')
    assert.equal(file.fields.get('cache-control'), 'max-age=60')
    assert.equal(file.fields.has('x-all'), false)
    assert.equal((await stage.get('/b.txt')).fields.get('cache-control'), 'no-cache')
    const said: [method: string, target: string, status: number, fields: string[]][] = [
      ['GET', '/b.txt', 200, []],
      ['GET', '/b.txt', 304, ['If-None-Match: *']],
      ['GET', '/b.txt', 206, ['Range: bytes=0-0']],
      ['GET', '/missing', 404, []],
      ['GET', '/d', 301, []],
      ['OPTIONS', '/b.txt', 200, []],
    ]
    for (const [method, target, status, fields] of said) {
      const answer = await stage.ask(method, target, ...fields)
      assert.equal(answer.status, status)
      assert.equal(answer.fields.get('x-all'), 'yes', `${method} ${target}`)
    }
    for (const target of ['/_headers', '//_headers', '/%5fheaders', '/d/../_headers']) {
      assert.equal(await textOf(stage, target), '404', target)
    }
  })

  test('serveDirectory() throws if rules are invalid, and its error contains the number of each wrong line', () => {
    using stage = new Stage({ _headers: '/*\n  X-A: 1\n  Connection: close\nno slash\n' })
    assert.throws(() => serveDirectory(stage.path('')), {
      code: 'ERR_HEADER_RULES',
      message: /^_headers:3: .*; _headers:4: /,
    })
    assert.equal(openDescriptors().filter(line => line.includes('/root')).length, 0)
  })

  test('changed rules apply within a second; if they are invalid, one warning is emitted and the old rules still apply', async () => {
    using stage = serving({ 'a.txt': 'a', _headers: '/*\n  X-A: 1\n' })
    const { warnings, errors } = stage.serve()
    await using peer = await client(stage.port)
    const change = async (alter: () => void) => {
      alter()
      pass(seenMs)
      const { status, fields } = await peer.get('/a.txt')
      assert.equal(status, 200)
      return fields.get('x-a')
    }
    assert.equal(await change(() => {}), '1')
    assert.equal(await change(() => stage.write('_headers', '/*\n  X-A: 22\n')), '22')
    assert.equal(await change(() => stage.write('_headers', '/*\n  X-A\n')), '22')
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]!, /^_headers:2: .* \(the old rules still apply\)$/)
    assert.equal(await change(() => {}), '22')
    assert.equal(warnings.length, 1)
    const replace = () => {
      rmSync(stage.path('_headers'))
      mkdirSync(stage.path('_headers'))
    }
    assert.equal(await change(replace), '22')
    assert.equal(await change(() => {}), '22')
    assert.equal(warnings.length, 2)
    assert.equal(await change(() => rmSync(stage.path('_headers'), { recursive: true })), undefined)
    assert.equal(await change(() => stage.write('_headers', '/*\n  X-A: 4\n')), '4')
    assert.deepEqual(errors, [])
  })

  test('rules can have another file name or be turned off, and _headers is never served', async () => {
    const files = { 'rules.txt': '/*\n  X-A: 1\n', _headers: 'plain', 'a.txt': 'a' }
    using stage = serving(files, { headers: 'rules.txt' })
    await expectAll(stage, { '/rules.txt': '404', '/_headers': '404', '/a.txt': 'a' })
    assert.equal((await stage.get('/a.txt')).fields.get('x-a'), '1')
    using off = serving(files, { headers: null })
    await expectAll(off, { '/_headers': '404', '/a.txt': 'a' })
    assert.equal((await off.get('/a.txt')).fields.get('x-a'), undefined)
  })

  test('a rule that removes Content-Type also removes it from the parts of a multipart answer', async () => {
    using stage = serving({
      'a.txt': '0123456789',
      'a.txt.br': 'abcdefghij',
      _headers: '/*\n  ! Content-Type\n',
    })
    const ranges = ['Range: bytes=0-1,5-6', 'Accept-Encoding: br']
    const { fields, body } = await stage.get('/a.txt', ...ranges)
    assert.equal(fields.get('content-encoding'), 'br')
    assert.doesNotMatch(body.toString(), /Content-Type: br/)
  })
})

const kept = 'public, max-age=31536000, immutable'
for (const [name, target, status, ...fields] of [
  ['a missing file', '/app/missing.js', 404],
  ['an invalid escape', '/app/%zz', 400],
  ['a failed condition', '/app/a.js', 412, 'If-Match: "x"'],
  ['an unsatisfiable range', '/app/a.js', 416, 'Range: bytes=999-'],
] as const) {
  test(`rules cannot make the answer to ${name} cacheable or change its type, but can add security headers`, async () => {
    using place = new Site()
    mkdirSync(place.path('app'), { recursive: true })
    writeFileSync(place.path('app/a.js'), 'let a')
    const rules = `/app/*\n  Cache-Control: ${kept}\n  Expires: never\n  Content-Type: text/html\n  X-Frame-Options: DENY\n`
    writeFileSync(place.path('_headers'), rules)
    using serving = new Serving(place.path(''))
    await using peer = await client(serving.port)
    const good = await peer.get('/app/a.js')
    assert.deepEqual(
      [good.fields.get('cache-control'), good.fields.get('expires')],
      [kept, 'never'],
    )
    const answer = await peer.get(target, ...fields)
    assert.equal(answer.status, status)
    assert.deepEqual(
      ['cache-control', 'expires', 'content-type', 'x-frame-options'].map(key =>
        answer.fields.get(key),
      ),
      ['no-store', undefined, 'text/plain; charset=utf-8', 'DENY'],
    )
  })
}

test('rules that could not be read are read again later', async t => {
  using place = new Site()
  mkdirSync(place.path(''), { recursive: true })
  writeFileSync(place.path('a.txt'), 'a')
  writeFileSync(place.path('_headers'), '/*\n  X-Rule: one\n')
  using serving = new Serving(place.path(''))
  await using peer = await client(serving.port)
  const seen = async () => (await peer.get('/a.txt')).fields.get('x-rule')
  assert.equal(await seen(), 'one')
  writeFileSync(place.path('_headers'), '/*\n  X-Rule: two\n')
  const { openat2 } = native
  const refused = t.mock.method(native, 'openat2', (...args: Parameters<typeof openat2>) =>
    args[1] === '_headers' ? -24 : openat2(...args),
  )
  // The server checks its rules once a second.
  while (serving.warnings.length === 0) assert.equal(await seen(), 'one')
  const looks = refused.mock.callCount()
  while (refused.mock.callCount() < looks + 3) assert.equal(await seen(), 'one')
  assert.equal(serving.warnings.length, 1)
  assert.match(serving.warnings[0]!, /EMFILE.*the old rules still apply/)
  refused.mock.restore()
  while ((await seen()) !== 'two');
})

for (const [kind, make, said] of [
  ['a directory', (path: string) => mkdirSync(path), 'EISDIR: illegal operation on a directory'],
  ['a FIFO', (path: string) => execFileSync('mkfifo', [path]), 'EINVAL: invalid argument'],
] as const)
  test(`serveDirectory() throws an error with the file's name if its rules are ${kind}`, () => {
    using place = new Site()
    mkdirSync(place.path(''), { recursive: true })
    make(place.path('_headers'))
    assert.throws(() => serveDirectory(place.path('')), { message: `${said}, read "_headers"` })
  })
