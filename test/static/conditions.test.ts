import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { client, talk } from '../http/client.ts'
import { lastModified, request, Stage } from './stage.ts'

const before1s = 'Thu, 29 Feb 2024 11:59:59 GMT'
const after1s = 'Thu, 29 Feb 2024 12:00:01 GMT'
const future = 'Fri, 31 Dec 9999 23:59:59 GMT'
describe('a condition', () => {
  const stage = new Stage({ 'a.txt': 'content', 'big.bin': Buffer.alloc(100_000, 'b') })
  after(() => stage[Symbol.dispose]())

  const tags = new Map<string, string>()
  before(async () => {
    for (const target of ['/a.txt', '/big.bin']) {
      tags.set(target, (await stage.get(target)).fields.get('etag') ?? '')
    }
  })

  /** TAG is replaced with the file's own tag, without its quotes. */
  const conditions: [fields: string[], status: 200 | 304 | 412][] = [
    [['If-Match: "TAG"'], 200],
    [['If-Match: *'], 200],
    [['If-Match: "x", "TAG"'], 200],
    [['If-Match: "x"'], 412],
    [['If-Match: W/"TAG"'], 412],
    [['If-Match: TAG'], 412],
    [[`If-Unmodified-Since: ${lastModified}`], 200],
    [[`If-Unmodified-Since: ${after1s}`], 200],
    [[`If-Unmodified-Since: ${before1s}`], 412],
    [['If-Unmodified-Since: yesterday'], 200],
    [['If-Match: "TAG"', `If-Unmodified-Since: ${before1s}`], 200],
    [['If-Match: "x"', 'If-None-Match: "TAG"'], 412],
    [['If-Match: *', 'If-None-Match: "TAG"'], 304],
    [[`If-Unmodified-Since: ${before1s}`, 'If-None-Match: "TAG"'], 412],
    [['If-None-Match: "TAG"'], 304],
    [['If-None-Match: W/"TAG"'], 304],
    [['If-None-Match: *'], 304],
    [['If-None-Match: "x", "TAG"'], 304],
    [['If-None-Match: , ,  "x" ,, "TAG" ,'], 304],
    [['If-None-Match: "x"', 'If-None-Match: "TAG"'], 304],
    [['If-None-Match: "x"'], 200],
    [['If-None-Match: TAG'], 200],
    [['If-None-Match: "TAG'], 200],
    [['If-None-Match: TAG"'], 200],
    [['If-None-Match: "*"'], 200],
    [['If-None-Match:'], 200],
    [['If-None-Match: "x"', `If-Modified-Since: ${lastModified}`], 200],
    [['If-None-Match: "TAG"', `If-Modified-Since: ${before1s}`], 304],
    [[`If-Modified-Since: ${lastModified}`], 304],
    [[`If-Modified-Since: ${after1s}`], 304],
    [['If-Modified-Since: Thursday, 29-Feb-24 12:00:00 GMT'], 304],
    [['If-Modified-Since: Thu Feb 29 12:00:00 2024'], 304],
    [[`If-Modified-Since: ${before1s}`], 200],
    [['If-Modified-Since: now'], 200],
    [['If-Modified-Since:'], 200],
    [[`If-Modified-Since: ${lastModified} `], 304],
    [[`If-Modified-Since: ${lastModified}; length=7`], 200],
    [[`If-Modified-Since: ${future}`], 200],
  ]

  for (const [fields, status] of conditions) {
    test(`${fields.join(' and ')} is answered with ${status}`, async () => {
      for (const [target, tag] of tags) {
        const own = fields.map(field => field.replace('TAG', tag.slice(1, -1)))
        for (const method of ['GET', 'HEAD']) {
          assert.equal((await stage.ask(method, target, ...own)).status, status, target)
        }
      }
    })
  }

  test('a 304 has the fields that a cache needs and no body, and the connection stays open', async () => {
    await using peer = await client(stage.port)
    for (const [target, tag] of tags) {
      peer.send(request('GET', target, `If-None-Match: ${tag}`))
      const known = await peer.answer({ toHead: true })
      assert.equal(known.status, 304)
      assert.equal(known.fields.get('etag'), tag)
      assert.equal(known.fields.get('last-modified'), lastModified)
      assert.equal(known.fields.get('cache-control'), 'no-cache')
      assert.ok(known.fields.has('date'))
      for (const name of ['content-length', 'content-type', 'connection', 'transfer-encoding']) {
        assert.equal(known.fields.has(name), false, name)
      }
    }
    assert.equal((await peer.get('/a.txt')).body.toString(), 'content')
  })

  test('nothing follows the head of a 304', async () => {
    const sent = request('GET', '/a.txt', 'If-None-Match: *')
    assert.match(await talk(stage.port, sent), /^HTTP\/1\.1 304 (?:.+\r\n)+\r\n$/)
  })

  for (const condition of [
    'If-Match: "x"',
    'If-None-Match: *',
    `If-Unmodified-Since: ${before1s}`,
  ]) {
    test(`${condition} does not change the status of an error`, async () => {
      assert.equal((await stage.get('/missing', condition)).status, 404)
      assert.equal((await stage.get('/%zz', condition)).status, 400)
      assert.equal((await stage.ask('POST', '/a.txt', condition)).status, 405)
    })
  }
})
