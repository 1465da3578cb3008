// serveDirectory() as a whole.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Socket } from '../../lib/index.ts'
import { cachedFilesMax, smallFileBytes } from '../../lib/static/limits.ts'
import { EMFILE, ENFILE, native } from '../../lib/sys/index.ts'
import { client, talk, undated } from '../http/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { Serving, Site } from './site.ts'

const site = new Site()
const modifiedS = Date.UTC(2024, 1, 29, 12, 0, 0) / 1000
const big = Buffer.alloc(3_000_000, '0123456789abcdef')

function file(name: string, content: string | Buffer): void {
  writeFileSync(site.path(name), content)
  utimesSync(site.path(name), modifiedS, modifiedS)
}

before(() => {
  for (const name of ['', 'dir', 'empty', 'odd/index.html']) {
    mkdirSync(site.path(name), { recursive: true })
  }
  file('index.html', '<p>你好</p>')
  file('dir/index.html', 'dir')
  file('a|b^c', 'bar')
  file('app.js', 'js')
  file('nothing', '')
  file('what?.txt', 'what')
  file('big.bin', big)
  file('edge.bin', big.subarray(0, smallFileBytes))
  file('edge1.bin', big.subarray(0, smallFileBytes + 1))
})
after(() => site[Symbol.dispose]())

function request(method: string, target: string, ...fields: string[]): string {
  return [`${method} ${target} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n')
}

const index = [
  'HTTP/1.1 200 OK',
  'Date: -',
  'Content-Type: text/html; charset=utf-8',
  'Content-Length: 13',
  'Accept-Ranges: bytes',
  'Last-Modified: Thu, 29 Feb 2024 12:00:00 GMT',
  'ETag: "17b8539ec7418000-d-*"',
  'X-Content-Type-Options: nosniff',
  'Cache-Control: no-cache',
  '',
  '<p>你好</p>',
].join('\r\n')

const missing = [
  'HTTP/1.1 404 Not Found',
  'Date: -',
  'Content-Type: text/plain; charset=utf-8',
  'X-Content-Type-Options: nosniff',
  'Cache-Control: no-store',
  'Content-Length: 37',
  '',
  'file not found, 请输入正确的url',
].join('\r\n')

const headOf = (answer: string): string => answer.slice(0, answer.indexOf('\r\n\r\n') + 4)
const closing = (answer: string): string =>
  answer.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')

const exact: [name: string, sent: string, received: string][] = [
  ['a file', request('GET', '/index.html'), index],
  ['/ with /index.html', request('GET', '/'), index],
  ['three requests for one file', request('GET', '/').repeat(3), index.repeat(3)],
  ['a path with a query, which it ignores', request('GET', '/?a=b'), index],
  ['the absolute form', request('GET', 'http://b/index.html'), index],
  ['HEAD with the head of GET', request('HEAD', '/'), headOf(index)],
  ['HEAD, then GET', request('HEAD', '/') + request('GET', '/'), headOf(index) + index],
  ['Connection: close', request('GET', '/', 'Connection: close'), closing(index)],
  ['a missing file, and stays', request('GET', '/missing') + request('GET', '/'), missing + index],
  ['HEAD of a missing file', request('HEAD', '/missing'), headOf(missing)],
]

for (const [name, sent, received] of exact) {
  test(`serveDirectory() answers ${name}`, async () => {
    using serving = new Serving(site.path(''))
    // The ETag contains the inode number and the change time, which differ in each run.
    const answers = (await talk(serving.port, sent)).replace(/-d-[\da-f]+-[\da-f]+"/g, '-d-*"')
    assert.equal(undated(answers), received)
  })
}

const statuses: [target: string, status: number, location?: string][] = [
  ['/dir/', 200],
  ['/dir', 301, './dir/'],
  ['/dir?x=y', 301, './dir/?x=y'],
  ['//dir', 301, './dir/'],
  ['/%64ir', 301, './dir/'],
  ['http://other/dir', 301, './dir/'],
  ['/empty', 301, './empty/'],
  ['/empty/', 404],
  ['/odd/', 404],
  ['/index.html/', 404],
  ['/index.html/below', 404],
  ['/nothing', 200],
  ['/what%3f.txt', 200],
  ['/what?.txt', 404],
  [`/${'a'.repeat(256)}`, 404],
  [`/${'a/'.repeat(3000)}`, 404],
  ['/%zz', 400],
  ['/../index.html', 400],
]

for (const [target, status, location] of statuses) {
  test(`serveDirectory() answers ${target.slice(0, 40)} with ${status}`, async () => {
    using serving = new Serving(site.path(''))
    await using peer = await client(serving.port)
    const answer = await peer.get(target)
    assert.equal(answer.status, status)
    assert.equal(answer.fields.get('location'), location)
    assert.equal((await peer.get('/')).status, 200)
  })
}

for (const name of ['edge.bin', 'edge1.bin', 'nothing']) {
  test(`serveDirectory() sends ${name} whole for two pipelined requests, and then answers a third`, async () => {
    using serving = new Serving(site.path(''))
    await using peer = await client(serving.port)
    const bytes = { 'edge.bin': smallFileBytes, 'edge1.bin': smallFileBytes + 1, nothing: 0 }[name]
    peer.send(request('GET', `/${name}`).repeat(2) + request('GET', '/'))
    for (let i = 0; i < 2; i++) {
      assert.ok((await peer.answer()).body.equals(big.subarray(0, bytes)))
    }
    assert.equal((await peer.answer()).body.toString(), '<p>你好</p>')
  })
}

test('while serveDirectory() sends 3 MB to a slow reader with sendfile, it serves other clients', async t => {
  const sendfile = t.mock.method(native, 'sendfile')
  using serving = new Serving(site.path(''))
  using slow = new Socket({ blocking: true })
  slow.connect({ host: '127.0.0.1', port: serving.port })
  slow.send(request('GET', '/big.bin', 'Connection: close'))
  const pieces: Buffer[] = []
  slow.setblocking(false)
  for (let turn = 0; ; turn++) {
    await using other = await client(serving.port)
    assert.equal((await other.get('/')).status, 200)
    const piece = slow.recv(turn < 20 ? 1000 : 1_000_000)
    if (piece?.length === 0) break
    if (piece !== null) pieces.push(piece)
  }
  const received = Buffer.concat(pieces)
  assert.ok(received.subarray(received.indexOf('\r\n\r\n') + 4).equals(big))
  assert.ok(sendfile.mock.callCount() > 1)
})

test('serveDirectory() answers HEAD of a large file without sendfile', async t => {
  const sendfile = t.mock.method(native, 'sendfile')
  using serving = new Serving(site.path(''))
  await using peer = await client(serving.port)
  peer.send(request('HEAD', '/big.bin'))
  assert.equal((await peer.answer({ toHead: true })).fields.get('content-length'), '3000000')
  assert.equal((await peer.get('/')).status, 200)
  assert.equal(sendfile.mock.callCount(), 0)
})

test('serveDirectory() resets a connection whose file shrinks while it is sent', async () => {
  const name = site.path('shrinks.bin')
  writeFileSync(name, '')
  truncateSync(name, 64_000_000)
  using serving = new Serving(site.path(''))
  using peer = new Socket({ blocking: true })
  peer.connect({ host: '127.0.0.1', port: serving.port })
  peer.send(request('GET', '/shrinks.bin') + request('GET', '/'))
  await using other = await client(serving.port)
  await other.get('/')
  truncateSync(name, 1000)
  peer.setblocking(false)
  let received = 0
  const read = async (): Promise<void> => {
    for (;;) {
      const piece = peer.recv(1_000_000)
      assert.notEqual(piece?.length, 0, 'an end would look like a whole file')
      received += piece?.length ?? 0
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  await assert.rejects(read(), { code: 'ECONNRESET' })
  assert.ok(received < 64_000_000)
})

for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
  test(`serveDirectory() answers ${method} with 405 and an Allow field`, async () => {
    using serving = new Serving(site.path(''))
    await using peer = await client(serving.port)
    peer.send(`${request(method, '/', 'Content-Length: 22')}GET / HTTP/1.1\r\n\r\n1234`)
    const answer = await peer.answer()
    assert.equal(answer.status, 405)
    assert.equal(answer.fields.get('allow'), 'GET, HEAD, OPTIONS')
    assert.equal((await peer.get('/app.js')).body.toString(), 'js')
  })
}

for (const target of ['/', '*', '/missing']) {
  test(`serveDirectory() answers OPTIONS ${target} with an Allow field`, async () => {
    using serving = new Serving(site.path(''))
    await using peer = await client(serving.port)
    peer.send(request('OPTIONS', target))
    const answer = await peer.answer()
    assert.equal(answer.status, 200)
    assert.equal(answer.fields.get('allow'), 'GET, HEAD, OPTIONS')
  })
}

test('serveDirectory() answers an unknown method with 501; methods are case-sensitive', async () => {
  using serving = new Serving(site.path(''))
  for (const method of ['get', 'BREW', 'GETS', 'GE']) {
    assert.match(await talk(serving.port, request(method, '/')), /^HTTP\/1\.1 501 /)
  }
})

test('serveDirectory() sends no Last-Modified for a file without a time', async () => {
  using serving = new Serving(site.path(''))
  await using peer = await client(serving.port)
  writeFileSync(site.path('old'), 'old')
  for (const seconds of [0, 1]) {
    utimesSync(site.path('old'), seconds, seconds)
    const answer = await peer.get('/old')
    assert.equal(answer.status, 200)
    assert.equal(answer.fields.has('last-modified'), false)
  }
})

test(`serveDirectory() keeps no more than ${cachedFilesMax} large files open, and none after close()`, async () => {
  const many = cachedFilesMax + 50
  mkdirSync(site.path('many'))
  for (let i = 0; i < many; i++) {
    writeFileSync(site.path(`many/${i}`), '')
    truncateSync(site.path(`many/${i}`), smallFileBytes + 1)
  }
  const openFiles = (): number => openDescriptors().filter(line => line.includes('/many/')).length
  {
    using serving = new Serving(site.path(''))
    await using peer = await client(serving.port)
    for (let i = 0; i < many; i++) assert.equal((await peer.get(`/many/${i}`)).status, 200)
    assert.equal(openFiles(), cachedFilesMax)
  }
  assert.equal(openFiles(), 0)
})

for (const [code, errno] of Object.entries({ EMFILE, ENFILE })) {
  test(`serveDirectory() answers 503 while open fails with ${code}, and recovers`, async t => {
    using serving = new Serving(site.path(''))
    await using peer = await client(serving.port)
    const refusing = t.mock.method(native, 'openat2', () => errno)
    for (const path of ['/app.js', '/dir']) assert.equal((await peer.get(path)).status, 503, path)
    refusing.mock.restore()
    assert.equal((await peer.get('/app.js')).status, 200)
  })
}

test('serveDirectory() answers 500 if a file cannot be read, and closes the file', async t => {
  using serving = new Serving(site.path(''))
  await using peer = await client(serving.port)
  t.mock.method(native, 'preadv2', () => -5)
  t.mock.method(native, 'pread', () => -5)
  assert.equal((await peer.get('/app.js')).status, 500)
  assert.deepEqual(
    openDescriptors().filter(line => line.includes('app.js')),
    [],
  )
  assert.match(serving.warnings.join(), /^EIO/)
})

test('serveDirectory() throws for a root that is missing or not a directory', () => {
  assert.throws(() => new Serving(site.path('missing')), { code: 'ENOENT' })
  assert.throws(() => new Serving(site.path('app.js')), { code: 'ENOTDIR' })
  assert.throws(() => new Serving(1 as unknown as string), TypeError)
})

test('serveDirectory() sends no Last-Modified in the future', async () => {
  file('future.txt', 'tomorrow')
  const soonS = Date.now() / 1000 + 86_400
  utimesSync(site.path('future.txt'), soonS, soonS)
  using serving = new Serving(site.path(''))
  await using peer = await client(serving.port)
  const { status, fields } = await peer.get('/future.txt')
  assert.deepEqual([status, fields.has('last-modified'), fields.has('etag')], [200, false, true])
})

test('serveDirectory() ignores an empty sibling, as a failed build may leave behind', async () => {
  file('built.js', 'let a')
  file('built.js.gz', '')
  using serving = new Serving(site.path(''))
  await using peer = await client(serving.port)
  const { fields, body } = await peer.get('/built.js', 'Accept-Encoding: gzip')
  assert.deepEqual([fields.has('content-encoding'), body.toString()], [false, 'let a'])
})

test('a fallback does not reveal files outside the root', async () => {
  using place = new Site()
  mkdirSync(place.path(''), { recursive: true })
  mkdirSync(`${place.outside}/elsewhere`)
  writeFileSync(`${place.outside}/elsewhere/there`, 'secret')
  symlinkSync('../elsewhere', place.path('link'))
  writeFileSync(place.path('index.html'), 'app')
  using serving = new Serving(place.path(''), { fallback: 'index.html' })
  await using peer = await client(serving.port)
  for (const target of ['/link/there', '/link/nothing', '/link']) {
    const { status, body } = await peer.get(target)
    assert.deepEqual([status, body.toString()], [200, 'app'], target)
  }
})

test('characters that browsers send unescaped are accepted', async () => {
  using serving = new Serving(site.path(''))
  await using peer = await client(serving.port)
  for (const path of ['/a|b^c', '/a%7Cb%5Ec', '/app.js?q=a|b', '/app.js?{1}`^'])
    assert.equal((await peer.get(path)).status, 200, path)
})

test('an index that leads out of the root is ignored: the next name is tried, or the directory is listed', async () => {
  using place = new Site()
  mkdirSync(place.path('sub'), { recursive: true })
  symlinkSync('/etc/passwd', place.path('sub/a.html'))
  {
    using serving = new Serving(place.path(''), { index: ['a.html', 'b.html'], listing: true })
    await using peer = await client(serving.port)
    assert.match((await peer.get('/sub/')).body.toString(), /a\.html|sub/)
  }
  writeFileSync(place.path('sub/b.html'), 'b')
  using serving = new Serving(place.path(''), { index: ['a.html', 'b.html'] })
  await using peer = await client(serving.port)
  assert.equal((await peer.get('/sub/')).body.toString(), 'b')
})
