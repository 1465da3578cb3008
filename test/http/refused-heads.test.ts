// Heads that are refused because two programs could read them differently.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { answers, get, lastAnswer, Stand, siteOfPages } from '../support/stand.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())

async function isRefused(bytes: string, statuses: number | number[]): Promise<void> {
  using stand = new Stand(site)
  const { status } = await lastAnswer(stand.port, bytes + get('/smuggled'))
  assert.ok([statuses].flat().includes(status), `${status}, expected ${statuses}`)
  assert.deepEqual(stand.errors, [])
  assert.equal((await answers(stand.port, get('/'), 1))[0]?.status, 200)
}

for (const host of [
  '',
  'a, b',
  'a,b',
  'a b',
  'user@a',
  'user:secret@a',
  'a/b',
  'a?b',
  'a:1.2',
  ':80',
  'a:123456',
  'a:80:80',
  'a:-1',
  'a:x',
  '[::1',
  '::1]',
  '[::1]x',
  '[]',
  '.',
  'a\\b',
  'a\u00e4',
  'a%00b',
]) {
  test(`'Host: ${host}' is answered with 400, and the connection is closed`, () =>
    isRefused(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 400))
  test(`'Host: ${host}' is answered with 400 in HTTP/1.0 too`, () =>
    isRefused(`GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`, 400))
}

for (const [name, fields] of [
  ['no Host', ''],
  ['the same Host twice', 'Host: a\r\nHost: a\r\n'],
  ['two different Hosts', 'Host: a\r\nX: y\r\nhost: b\r\n'],
] as const) {
  test(`${name} in HTTP/1.1 is answered with 400, and the connection is closed`, () =>
    isRefused(`GET / HTTP/1.1\r\n${fields}\r\n`, 400))
}

for (const host of ['name.:88', '[::1]:80', '[::1]', 'EXAMPLE.org', '127.0.0.1:65535', 'a:', '_']) {
  test(`'Host: ${host}' is accepted`, async () => {
    using stand = new Stand(site)
    const [answer] = await answers(stand.port, `GET / HTTP/1.1\r\nHost:  ${host} \r\n\r\n`, 1)
    assert.equal(answer?.status, 200)
  })
}

test('HTTP/1.0 needs no Host', async () => {
  using stand = new Stand(site)
  assert.equal((await lastAnswer(stand.port, 'GET / HTTP/1.0\r\n\r\n')).status, 200)
})

const malformed: [name: string, bytes: string][] = [
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n'],
  ['a tab before the colon', 'GET / HTTP/1.1\r\nHost: a\r\nX\t: y\r\n\r\n'],
  ['a folded line', 'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n'],
  ['a folded line with a tab', 'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz: z\r\n\r\n'],
  ['a space after the first line', 'GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n'],
  ['a field without a colon', 'GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n'],
  ['a field without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n'],
  ['a name that is not a token', 'GET / HTTP/1.1\r\nHost: a\r\nX(y): z\r\n\r\n'],
  ['a name with a control character', 'GET / HTTP/1.1\r\nHost: a\r\nX\x01: z\r\n\r\n'],
  ['a name beyond ASCII', 'GET / HTTP/1.1\r\nHost: a\r\nX\u00e4: z\r\n\r\n'],
  ['a NUL in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
  ['a CR in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n'],
  ['an LF in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n'],
  ['an ESC in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\x1b[2J\r\n\r\n'],
  ['a DEL in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\x7f\r\n\r\n'],
  ['lines that end with LF alone', 'GET / HTTP/1.1\nHost: a\n\n'],
  ['a first line that ends with LF alone', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
  ['a last line that ends with LF alone', 'GET / HTTP/1.1\r\nHost: a\r\n\n'],
  ['two CRs', 'GET / HTTP/1.1\r\nHost: a\r\r\n\r\n'],
  ['a tab after the method', 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a tab after the target', 'GET /\tHTTP/1.1\r\nHost: a\r\n\r\n'],
  ['two spaces after the method', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['two spaces after the target', 'GET /  HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a space after the version', 'GET / HTTP/1.1 \r\nHost: a\r\n\r\n'],
  ['a space before the method', ' GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a space in the target', 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an LF before the method', '\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'],
]

for (const [name, bytes] of malformed) {
  test(`${name} is answered with 400, and the connection is closed`, () => isRefused(bytes, 400))
}

for (const [version, status] of [
  ['HTTP/9.9', 505],
  ['HTTP/2.0', 505],
  ['HTTP/0.9', 505],
  ['HTTP/1', 400],
  ['HTTP/1.', 400],
  ['HTTP/01.01', 400],
  ['HTTP/1.10', 400],
  ['HTTP/1.1x', 400],
  ['HTTP/1,1', 400],
  ['HTTP/x.y', 400],
  ['HTTP/+1.1', 400],
  ['http/1.1', 400],
  ['Http/1.1', 400],
  ['HTTP 1.1', 400],
  ['ICE/1.0', 400],
  ['RTSP/1.0', 400],
  ['HTTPS/1.1', 400],
] as const) {
  test(`${version} is answered with ${status}, and the connection is closed`, () =>
    isRefused(`GET / ${version}\r\nHost: a\r\n\r\n`, status))
}

test('a request without a version is answered with 400, and the connection is closed', async () => {
  await isRefused('GET /\r\n', 400)
  await isRefused('GET / \r\n', 400)
  await isRefused('GET\r\n', 400)
})

test('the HTTP/2 preface is refused, and the connection is closed', () =>
  isRefused('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505]))
