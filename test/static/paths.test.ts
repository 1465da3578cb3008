// Which file or status a request target gets.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { client, talk } from '../http/client.ts'
import { pass } from '../support/clock.ts'
import { Serving, Site } from './site.ts'
import { request, Stage } from './stage.ts'

describe('a path', () => {
  const stage = new Stage({
    'index.html': 'index',
    'a.txt': 'a',
    'sub/b.txt': 'b',
    'what?.jpg': 'what',
    'hash#.txt': 'hash',
    '100%.txt': 'percent',
    '%41.txt': 'escape',
    'snow ☃/index.html': 'snow',
    'x..y': 'dots',
    '.env': 'secret',
    '.git/config': 'secret',
    'sub/.hidden/c.txt': 'secret',
    '.well-known/security.txt': 'contact',
    '.well-known/.secret': 'secret',
  })
  before(() => {
    writeFileSync(`${stage.site.outside}/secret.txt`, 'secret')
  })
  after(() => stage[Symbol.dispose]())

  /** The expected body of a 200, otherwise the expected status. */
  const targets: [target: string, expected: number | string][] = [
    ['/%61.txt', 'a'],
    ['/%2e%2e/secret.txt', 400],
    ['/..%2fsecret.txt', 404],
    ['/../secret.txt', 400],
    ['/..', 400],
    ['/.%2e/', 400],
    ['/sub/../../secret.txt', 400],
    ['/sub/../a.txt', 'a'],
    ['/sub/%2e%2e/a.txt', 'a'],
    ['/./a.txt', 'a'],
    ['/sub/./b.txt', 'b'],
    ['//a.txt', 'a'],
    ['/sub//b.txt', 'b'],
    ['/sub/..', 'index'],
    ['/x..y', 'dots'],
    ['/a.txt%00', 400],
    ['/%00', 400],
    ['/a.txt%00.jpg', 400],
    ['/%', 400],
    ['/%1', 400],
    ['/%zz', 400],
    ['/a.txt%', 400],
    ['/%0a', 400],
    ['/%7f', 400],
    ['/sub%2Fb.txt', 404],
    ['/sub%5Cb.txt', 404],
    ['/sub\\b.txt', 400],
    ['/%c0%ae%c0%ae/secret.txt', 400],
    ['/%e0%80%af', 400],
    ['/%ff', 400],
    ['/%ed%a0%80', 400],
    ['/%2561.txt', 404],
    ['/%252e%252e/secret.txt', 404],
    ['/%2541.txt', 'escape'],
    ['/100%25.txt', 'percent'],
    ['/a.txt#part', 400],
    ['/#', 400],
    ['/hash%23.txt', 'hash'],
    ['/a.txt?', 'a'],
    ['/a.txt?q=/../../x', 'a'],
    ['/a.txt?%zz', 'a'],
    ['/?a.txt', 'index'],
    ['/what%3f.jpg', 'what'],
    ['/what?.jpg', 404],
    ['/snow%20%E2%98%83/', 'snow'],
    ['/snow%20%e2%98%83/index.html', 'snow'],
    ['http://h/a.txt', 'a'],
    ['http://h:80/a.txt', 'a'],
    ['HTTP://h/a.txt', 'a'],
    ['http://h', 'index'],
    ['http://h?q', 'index'],
    ['http://h/../secret.txt', 400],
    ['dir/..', 400],
    ['a.txt', 400],
    ['?a', 400],
    ['/.env', 404],
    ['/%2eenv', 404],
    ['/.git/config', 404],
    ['/.git', 404],
    ['/.git/', 404],
    ['/sub/.hidden/c.txt', 404],
    ['/.well-known/security.txt', 'contact'],
    ['/.well-known/.secret', 404],
    ['/sub/.well-known/c.txt', 404],
  ]

  for (const [target, expected] of targets) {
    test(`${target} gets ${typeof expected === 'string' ? `the file with '${expected}'` : expected}`, async () => {
      const answer = await talk(stage.port, request('GET', target))
      const [head = '', body] = answer.split('\r\n\r\n')
      const status = Number(head.slice(9, 12))
      assert.equal(status, typeof expected === 'number' ? expected : 200)
      if (typeof expected === 'string') assert.equal(body, expected)
      assert.ok(!answer.includes('secret'))
      assert.equal((await stage.get('/a.txt')).status, 200)
    })
  }

  for (const [what, byte] of [
    ['NUL', 0],
    ['a control byte', 1],
    ['a tab', 9],
    ['DEL', 0x7f],
    ['a byte above ASCII', 0x80],
    ['unescaped UTF-8', 0xc3],
    ['a space', 0x20],
  ] as const) {
    test(`${what} in a request target gets 400`, async () => {
      const bytes = Buffer.concat([
        Buffer.from('GET /a'),
        Buffer.of(byte),
        Buffer.from('.txt HTTP/1.1\r\nHost: a\r\n\r\n'),
      ])
      assert.match(await talk(stage.port, bytes), /^HTTP\/1\.1 400 /)
    })
  }

  test('the host of an absolute-form target takes precedence over the Host field, which is still required', async () => {
    const sent = (...fields: string[]) =>
      ['GET http://h/a.txt HTTP/1.1', ...fields, '', ''].join('\r\n')
    assert.match(await talk(stage.port, sent('Host: other')), /^HTTP\/1\.1 200 /)
    assert.match(await talk(stage.port, sent()), /^HTTP\/1\.1 400 /)
    assert.match(await talk(stage.port, sent('Host: a', 'Host: b')), /^HTTP\/1\.1 400 /)
  })

  test('a link within the root is followed, and a link that leads out of it gets 404', async () => {
    for (const [name, to, expected] of [
      ['in', 'a.txt', 'a'],
      ['sub/up', '../a.txt', 'a'],
      ['folder', 'sub', null],
      ['out', '../secret.txt', null],
      ['absolute', `${stage.site.outside}/secret.txt`, null],
      ['above', '..', null],
      ['machine', '/', null],
    ] as const) {
      symlinkSync(to, stage.path(name))
      if (expected !== null) assert.equal((await stage.get(`/${name}`)).body.toString(), expected)
    }
    assert.equal((await stage.get('/folder/b.txt')).body.toString(), 'b')
    for (const target of [
      '/out',
      '/absolute',
      '/above/secret.txt',
      '/above/',
      '/machine/etc/passwd',
    ]) {
      assert.equal((await stage.get(target)).status, 404, target)
    }
    // A redirect would reveal that the directory exists.
    assert.equal((await stage.get('/above')).status, 404)
  })

  test('a link that is swapped during requests never exposes files outside the root', async () => {
    await using peer = await client(stage.port)
    let statuses = new Set<number>()
    const swap = (to: string) => {
      rmSync(stage.path('next'), { force: true })
      symlinkSync(to, stage.path('next'))
      renameSync(stage.path('next'), stage.path('swapped'))
    }
    for (let i = 0; i < 300; i++) {
      swap(i % 2 === 0 ? 'a.txt' : '../secret.txt')
      const { status, body } = await peer.get('/swapped')
      assert.equal(status, i % 2 === 0 ? 200 : 404)
      assert.ok(!body.includes('secret'))
      statuses = statuses.add(status)
    }
    assert.deepEqual([...statuses], [200, 404])
  })

  test('if the root is a link and is swapped, the new directory is served within a second', async () => {
    using site = new Site()
    const root = `${site.outside}/current`
    for (const version of ['one', 'two']) {
      mkdirSync(`${site.outside}/${version}`)
      writeFileSync(`${site.outside}/${version}/index.html`, version)
    }
    symlinkSync('one', root)
    using serving = new Serving(root)
    await using peer = await client(serving.port)
    assert.equal((await peer.get('/')).body.toString(), 'one')
    symlinkSync('two', `${site.outside}/next`)
    renameSync(`${site.outside}/next`, root)
    pass(1100)
    assert.equal((await peer.get('/')).body.toString(), 'two')
  })
})
