// Faults between two system calls, which no client can cause at will.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closeSpares, EMFILE, native } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { request, Stage } from './stage.ts'

const large = Buffer.alloc(1_000_000, 'large')

function openCount(name: string): number {
  return openDescriptors().filter(line => line.endsWith(name)).length
}

test('if sendfile() returns 0, the connection is reset, and the error names the file', async t => {
  using stage = new Stage({ 'large.bin': large })
  const serving = stage.serve()
  await using peer = await client(stage.port)
  t.mock.method(native, 'sendfile', () => 0)
  peer.send(request('GET', '/large.bin'))
  await assert.rejects(peer.rest(), { code: 'ECONNRESET' })
  assert.equal(serving.errors.length, 1)
  assert.match(serving.errors[0]!.message, /large\.bin/)
})

test('when descriptors run out, a large file that is not being sent is closed', async () => {
  using stage = new Stage({ 'large.bin': large })
  assert.equal((await stage.get('/large.bin')).body.length, large.length)
  assert.equal(openCount('/large.bin'), 1)
  assert.equal(closeSpares(), true)
  assert.equal(openCount('/large.bin'), 0)
  assert.equal(closeSpares(), false)
  assert.equal((await stage.get('/large.bin')).body.length, large.length)
})

test('if a small file keeps changing while it is read, the answer is 503, and no descriptor stays open', async t => {
  using stage = new Stage({ 'small.txt': 'small' })
  const { preadv2 } = native
  t.mock.method(native, 'preadv2', (...args: Parameters<typeof preadv2>) => {
    stage.write('small.txt', `small ${performance.now()}`, Date.now() / 1000)
    return preadv2(...args)
  })
  assert.equal((await stage.get('/small.txt')).status, 503)
  assert.equal(openCount('/small.txt'), 0)
})

test('if no descriptor is left for a listing, the answer is 503', async t => {
  using stage = new Stage({ 'sub/a.txt': 'a' })
  stage.serve({ listing: true })
  const { openat2 } = native
  t.mock.method(native, 'openat2', (...args: Parameters<typeof openat2>) =>
    args[1] === 'sub' ? EMFILE : openat2(...args),
  )
  assert.equal((await stage.get('/sub/')).status, 503)
})
