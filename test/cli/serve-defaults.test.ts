// `epollet serve` without options.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { client } from '../http/client.ts'
import { get, siteOfPages, write } from '../support/stand.ts'
import { start } from './program.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())
const root = site.path('')

mkdirSync(site.path('sub'))
mkdirSync(site.path('.git'))
mkdirSync(site.path('.well-known'))
for (const name of ['.git/config', '.env', '.well-known/known', 'sub/file']) write(site, name, name)
writeFileSync(join(site.outside, 'secret'), 'secret')
symlinkSync('../secret', site.path('out'))
symlinkSync('..', site.path('sub/out'))
symlinkSync('..', site.path('up'))
symlinkSync('/etc/passwd', site.path('absolute'))
symlinkSync('sub/file', site.path('inside'))

test('every answer has nosniff, and none has a Server field', async () => {
  await using program = start(['serve', '0', '--root', root, '--quiet'])
  const port = await program.port()
  const requests: [request: string, status: number][] = [
    [get('/', 'Connection: close'), 200],
    [get('/big', 'Connection: close', 'Range: bytes=1-2'), 206],
    [get('/sub', 'Connection: close'), 301],
    [get('/missing', 'Connection: close'), 404],
    [get('/', 'Connection: close').replace('GET', 'POST'), 405],
    [get('/big', 'Connection: close', 'Range: bytes=99999999-'), 416],
    [get('/', 'Connection: close').replace('GET', 'BREW'), 501],
    ['bad\r\n\r\n', 400],
  ]
  for (const [request, status] of requests) {
    await using peer = await client(port)
    peer.send(request)
    const answer = await peer.answer()
    assert.equal(answer.status, status)
    assert.equal(answer.fields.get('x-content-type-options'), 'nosniff', `${status}`)
    assert.doesNotMatch(answer.fields.get('server') ?? '', /\d/)
    assert.equal(answer.fields.has('x-powered-by'), false)
  }
})

test('directories are not listed, dotfiles get 404, and links cannot leave the root', async () => {
  await using program = start(['serve', '0', '--root', root, '--quiet'])
  await using peer = await client(await program.port())
  for (const [target, status] of [
    ['/sub/', 404],
    ['/.git/config', 404],
    ['/.git/', 404],
    ['/.git', 404],
    ['/.env', 404],
    ['/%2eenv', 404],
    ['/.well-known/known', 200],
    ['/out', 404],
    ['/sub/out/secret', 404],
    ['/up/secret', 404],
    ['/up/root/index.html', 404],
    ['/up/', 404],
    ['/absolute', 404],
    ['/inside', 200],
    ['/../secret', 400],
    ['/%2e%2e/secret', 400],
    ['/sub/..%2f..%2fsecret', 404],
  ] as const) {
    const answer = await peer.get(target)
    assert.equal(answer.status, status, target)
    assert.ok(!answer.body.includes('secret'), target)
  }
})
