// The answer for each method and kind of file.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import { native } from '../../lib/sys/index.ts'
import { client, talk, undated } from '../http/client.ts'
import { lastModified, request, Stage } from './stage.ts'

const missingText = 'file not found, 请输入正确的url'
const allow = 'GET, HEAD, OPTIONS'
describe('a resource', () => {
  const stage = new Stage({
    'index.html': '<p>你好</p>',
    'app.js': 'js',
    'dir/index.html': 'dir',
    'empty/keep.txt': '',
    '图 é/index.html': 'names',
    nothing: '',
  })
  after(() => stage[Symbol.dispose]())

  function headOf(answer: string): string {
    return answer.slice(0, answer.indexOf('\r\n\r\n') + 4)
  }

  test('GET of a file returns its type, length, date and ETag', async () => {
    const { status, fields, body, head } = await stage.get('/index.html')
    assert.equal(status, 200)
    assert.match(
      fields.get('date') ?? '',
      /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
    )
    assert.ok(Math.abs(Date.parse(fields.get('date') ?? '') - Date.now()) < 3000)
    assert.equal(fields.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(fields.get('content-length'), '13')
    assert.equal(fields.get('last-modified'), lastModified)
    assert.match(fields.get('etag') ?? '', /^"[^"]+"$/)
    assert.equal(fields.get('accept-ranges'), 'bytes')
    assert.doesNotMatch(head, /transfer-encoding/i)
    assert.equal(body.toString(), '<p>你好</p>')
  })

  for (const target of ['/index.html', '/', '/dir', '/missing', '/nothing', '/%zz']) {
    test(`HEAD ${target} gets the head of GET, and the connection stays open`, async () => {
      const get = undated(await talk(stage.port, request('GET', target)))
      const next = request('GET', '/app.js')
      const both = undated(await talk(stage.port, request('HEAD', target) + next))
      const answer = undated(await talk(stage.port, next))
      assert.equal(both, headOf(get) + answer)
    })
  }

  test('GET / returns /index.html without a redirect', async () => {
    const root = undated(await talk(stage.port, request('GET', '/')))
    assert.equal(root, undated(await talk(stage.port, request('GET', '/index.html'))))
    assert.match(root, /^HTTP\/1\.1 200 /)
  })

  const redirections: [target: string, location: string][] = [
    ['/dir', '/dir/'],
    ['/dir?x', '/dir/?x'],
    ['/dir?', '/dir/?'],
    ['/dir?a=//b', '/dir/?a=//b'],
    ['//dir', '/dir/'],
    ['///dir', '/dir/'],
    ['/./dir', '/dir/'],
    ['/x/../dir', '/dir/'],
    ['/%64ir', '/dir/'],
    ['/%e5%9b%be%20%c3%a9', '/%E5%9B%BE%20%C3%A9/'],
    ['http://elsewhere/dir', '/dir/'],
  ]

  for (const [target, location] of redirections) {
    test(`${target} is redirected to ${location}`, async () => {
      const { status, fields, body } = await stage.get(target)
      assert.equal(status, 301)
      const base = new URL(target.startsWith('/') ? `http://a${target}` : target)
      const to = new URL(fields.get('location') ?? '', base)
      // The redirect keeps repeated slashes.
      assert.equal(to.pathname.replace(/^\/+/, '/') + to.search, location.replace(/\?$/, ''))
      assert.equal(to.host, base.host)
      assert.equal(fields.get('content-length'), String(body.length))
      assert.ok(body.length < 100)
    })
  }

  test('a directory without an index gets 404', async () => {
    assert.equal((await stage.get('/empty/')).status, 404)
    assert.equal((await stage.get('/dir/')).body.toString(), 'dir')
  })

  const notFound = [
    '/app.js/',
    '/app.js/below',
    `/${'n'.repeat(256)}`,
    `/${'n/'.repeat(2200)}`,
    '/fifo',
    '/null',
  ]

  test('anything but a regular file gets 404, and does not block the server', async () => {
    execFileSync('mkfifo', [stage.path('fifo')])
    symlinkSync('/dev/null', stage.path('null'))
    for (const target of notFound) {
      assert.equal((await stage.get(target)).status, 404, target.slice(0, 20))
    }
  })

  test('an unreadable file gets 403', async t => {
    stage.write('closed.txt', 'closed')
    chmodSync(stage.path('closed.txt'), 0)
    // Root can read everything, so another user serves this request.
    if (process.geteuid?.() === 0) {
      const { openat2 } = native
      t.mock.method(native, 'openat2', (...args: Parameters<typeof openat2>) =>
        args[1] === 'closed.txt' ? -13 : openat2(...args),
      )
    }
    const { status, body } = await stage.get('/closed.txt')
    assert.equal(status, 403)
    assert.equal(body.toString(), '403 Forbidden\n')
    assert.equal((await stage.get('/app.js')).status, 200)
  })

  const missing = [
    'HTTP/1.1 404 Not Found',
    'Date: -',
    'Content-Type: text/plain; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Content-Length: 37',
    '',
    missingText,
  ].join('\r\n')

  test('a request for a missing file gets a text of 37 bytes, and the connection stays open', async () => {
    assert.equal(Buffer.byteLength(missingText), 37)
    const sent =
      request('GET', '/missing') + request('HEAD', '/missing') + request('GET', '/missing')
    assert.equal(undated(await talk(stage.port, sent)), missing + headOf(missing) + missing)
  })

  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
    test(`${method} gets 405, and its body is not parsed as a request`, async () => {
      await using peer = await client(stage.port)
      const body = request('GET', '/missing')
      peer.send(request(method, '/', `Content-Length: ${body.length}`) + body)
      const answer = await peer.answer()
      assert.equal(answer.status, 405)
      assert.equal(answer.fields.get('allow'), allow)
      assert.equal((await peer.get('/app.js')).body.toString(), 'js')
    })
  }

  test('a body of 64 KiB is skipped; after a longer body the connection is closed', async () => {
    for (const [length, stays] of [
      [65_536, true],
      [65_537, false],
    ] as const) {
      await using peer = await client(stage.port)
      peer.send(request('POST', '/', `Content-Length: ${length}`) + 'x'.repeat(length))
      const answer = await peer.answer()
      assert.equal(answer.status, 405)
      assert.equal(answer.fields.get('connection'), stays ? undefined : 'close')
      if (stays) assert.equal((await peer.get('/app.js')).status, 200)
      else assert.equal((await peer.rest()).length, 0)
    }
  })

  for (const method of ['get', 'BREW', 'GETS', 'GE', 'Options', '!']) {
    test(`${method} is an unknown method and gets 501`, async () => {
      assert.equal((await stage.ask(method, '/')).status, 501)
    })
  }

  for (const target of ['/', '*', '/missing', '/dir', '/%zz']) {
    test(`OPTIONS ${target} lists the allowed methods`, async () => {
      const { status, fields, body } = await stage.ask('OPTIONS', target)
      assert.equal(status, 200)
      assert.equal(fields.get('allow'), allow)
      assert.equal(fields.get('content-length'), '0')
      assert.equal(body.length, 0)
    })
  }

  test('CONNECT and GET * are refused', async () => {
    const connect = await talk(stage.port, 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n')
    assert.match(connect, /^HTTP\/1\.1 40[05] /)
    assert.match(await talk(stage.port, request('GET', '*')), /^HTTP\/1\.1 400 /)
  })

  test('an empty file has Content-Length 0', async () => {
    const { status, fields } = await stage.get('/nothing')
    assert.equal(status, 200)
    assert.equal(fields.get('content-length'), '0')
  })

  test('a file of more than 4 GiB is sent with its exact length and its last byte', async () => {
    const sizeBytes = 2 ** 32 + 12_345
    stage.write('huge.bin', '')
    truncateSync(stage.path('huge.bin'), sizeBytes)
    const whole = await stage.ask('HEAD', '/huge.bin')
    assert.equal(whole.fields.get('content-length'), String(sizeBytes))
    const last = await stage.get('/huge.bin', 'Range: bytes=-1')
    assert.equal(last.status, 206)
    assert.equal(
      last.fields.get('content-range'),
      `bytes ${sizeBytes - 1}-${sizeBytes - 1}/${sizeBytes}`,
    )
    assert.deepEqual([...last.body], [0])
    truncateSync(stage.path('huge.bin'), 0)
  })

  test('a file whose time does not fit an HTTP-date is sent without Last-Modified', async t => {
    stage.write('old.txt', 'old')
    for (const seconds of [0, 1]) {
      utimesSync(stage.path('old.txt'), seconds, seconds)
      const { status, fields } = await stage.get('/old.txt')
      assert.equal(status, 200)
      assert.equal(fields.has('last-modified'), false)
      assert.equal(fields.has('etag'), false)
    }
    // Not every file system can store such a time.
    const { fstatat } = native
    t.mock.method(native, 'fstatat', (...args: Parameters<typeof fstatat>) => {
      const result = fstatat(...args)
      args[3][4] = 253_402_300_800
      return result
    })
    writeFileSync(stage.path('far.txt'), 'far')
    const { status, fields } = await stage.get('/far.txt')
    assert.equal(status, 200)
    assert.equal(fields.has('last-modified'), false)
  })
})
