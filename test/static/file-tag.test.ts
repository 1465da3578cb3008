import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { client } from '../http/client.ts'
import { Stage } from './stage.ts'

test('with etag: mtime-size, copies on several servers have the same ETag, so a download can continue on another server', async () => {
  using one = new Stage({ 'a.txt': 'content', 'a.txt.gz': 'coded' })
  using other = new Stage({ 'b.txt': 'in between', 'a.txt.gz': 'coded', 'a.txt': 'content' })
  await using first = await client(one.serve({ etag: 'mtime-size' }).port)
  await using second = await client(other.serve({ etag: 'mtime-size' }).port)
  const tagOf = async (peer: typeof first, ...fields: string[]) =>
    (await peer.get('/a.txt', ...fields)).fields.get('etag')!
  const tag = await tagOf(first)
  assert.match(tag, /^"[-\da-f]+"$/)
  assert.equal(await tagOf(second), tag)
  assert.notEqual(await tagOf(first, 'Accept-Encoding: gzip'), tag)
  assert.equal((await second.get('/a.txt', `If-None-Match: ${tag}`)).status, 304)
  const rest = await second.get('/a.txt', 'Range: bytes=3-', `If-Range: ${tag}`)
  assert.deepEqual([rest.status, rest.body.toString()], [206, 'tent'])
  other.write('a.txt', 'CONTENT', 1_600_000_000)
  assert.notEqual(await tagOf(second), tag)
})

test('by default each copy has a different ETag; with mtime-size, a file that was just written has a weak ETag', async () => {
  using one = new Stage({ 'a.txt': 'content' })
  using other = new Stage({ 'a.txt': 'content' })
  const tags = [one, other].map(async stage => (await stage.get('/a.txt')).fields.get('etag'))
  const [first, second] = await Promise.all(tags)
  assert.notEqual(first, second)
  using young = new Stage()
  mkdirSync(young.path('d'))
  writeFileSync(young.path('d/a.txt'), 'a')
  young.serve({ etag: 'mtime-size' })
  assert.match((await young.get('/d/a.txt')).fields.get('etag')!, /^W\//)
  utimesSync(young.path('d/a.txt'), 1, 1)
  assert.equal((await young.get('/d/a.txt')).fields.has('etag'), false)
})
