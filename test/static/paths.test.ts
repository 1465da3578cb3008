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

  /** A body where it is 200. */
  const targets: [point: number, target: string, expected: number | string][] = [
    [9, '/%61.txt', 'a'],
    [9, '/%2e%2e/secret.txt', 400],
    [9, '/..%2fsecret.txt', 404],
    [9, '/../secret.txt', 400],
    [9, '/..', 400],
    [9, '/.%2e/', 400],
    [9, '/sub/../../secret.txt', 400],
    [9, '/sub/../a.txt', 'a'],
    [9, '/sub/%2e%2e/a.txt', 'a'],
    [9, '/./a.txt', 'a'],
    [9, '/sub/./b.txt', 'b'],
    [9, '//a.txt', 'a'],
    [9, '/sub//b.txt', 'b'],
    [9, '/sub/..', 'index'],
    [9, '/x..y', 'dots'],
    [9, '/a.txt%00', 400],
    [9, '/%00', 400],
    [9, '/a.txt%00.jpg', 400],
    [9, '/%', 400],
    [9, '/%1', 400],
    [9, '/%zz', 400],
    [9, '/a.txt%', 400],
    [9, '/%0a', 400],
    [9, '/%7f', 400],
    [9, '/sub%2Fb.txt', 404],
    [9, '/sub%5Cb.txt', 404],
    [9, '/sub\\b.txt', 400],
    [9, '/%c0%ae%c0%ae/secret.txt', 400],
    [9, '/%e0%80%af', 400],
    [9, '/%ff', 400],
    [9, '/%ed%a0%80', 400],
    [9, '/%2561.txt', 404],
    [9, '/%252e%252e/secret.txt', 404],
    [9, '/%2541.txt', 'escape'],
    [9, '/100%25.txt', 'percent'],
    [10, '/a.txt#part', 400],
    [10, '/#', 400],
    [10, '/hash%23.txt', 'hash'],
    [10, '/a.txt?', 'a'],
    [10, '/a.txt?q=/../../x', 'a'],
    [10, '/a.txt?%zz', 'a'],
    [10, '/?a.txt', 'index'],
    [10, '/what%3f.jpg', 'what'],
    [10, '/what?.jpg', 404],
    [10, '/snow%20%E2%98%83/', 'snow'],
    [10, '/snow%20%e2%98%83/index.html', 'snow'],
    [11, 'http://h/a.txt', 'a'],
    [11, 'http://h:80/a.txt', 'a'],
    [11, 'HTTP://h/a.txt', 'a'],
    [11, 'http://h', 'index'],
    [11, 'http://h?q', 'index'],
    [11, 'http://h/../secret.txt', 400],
    [11, 'dir/..', 400],
    [11, 'a.txt', 400],
    [11, '?a', 400],
    [13, '/.env', 404],
    [13, '/%2eenv', 404],
    [13, '/.git/config', 404],
    [13, '/.git', 404],
    [13, '/.git/', 404],
    [13, '/sub/.hidden/c.txt', 404],
    [13, '/.well-known/security.txt', 'contact'],
    [13, '/.well-known/.secret', 404],
    [13, '/sub/.well-known/c.txt', 404],
  ]

  for (const [point, target, expected] of targets) {
    test(`${point}: ${target} is ${typeof expected === 'string' ? `the file with '${expected}'` : expected}`, async () => {
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
    ['UTF-8 that is not escaped', 0xc3],
    ['a space', 0x20],
  ] as const) {
    test(`9: ${what} in a target is refused`, async () => {
      const bytes = Buffer.concat([
        Buffer.from('GET /a'),
        Buffer.of(byte),
        Buffer.from('.txt HTTP/1.1\r\nHost: a\r\n\r\n'),
      ])
      assert.match(await talk(stage.port, bytes), /^HTTP\/1\.1 400 /)
    })
  }

  test('11: the host of an absolute form wins over the field, which must be there all the same', async () => {
    const sent = (...fields: string[]) =>
      ['GET http://h/a.txt HTTP/1.1', ...fields, '', ''].join('\r\n')
    assert.match(await talk(stage.port, sent('Host: other')), /^HTTP\/1\.1 200 /)
    assert.match(await talk(stage.port, sent()), /^HTTP\/1\.1 400 /)
    assert.match(await talk(stage.port, sent('Host: a', 'Host: b')), /^HTTP\/1\.1 400 /)
  })

  test('12: a link within the root is followed, one that leads out of it is not there', async () => {
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
    // A redirection would tell that there is a directory.
    assert.equal((await stage.get('/above')).status, 404)
  })

  test('12: a link that is swapped while requests come never shows what is outside', async () => {
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

  test('12: a root that is a link shows its new directory after a swap', async () => {
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
