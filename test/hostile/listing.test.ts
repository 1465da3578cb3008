// Listing a directory with very many entries must not delay other requests.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { client } from '../http/client.ts'
import { page, Stand, siteOfPages } from '../support/stand.ts'

const entries = 10_000
const site = siteOfPages()
after(() => site[Symbol.dispose]())
mkdirSync(site.path('many'))
for (let i = 0; i < entries; i++) writeFileSync(site.path(`many/entry-${i}.txt`), '')

for (const accept of ['text/html', 'application/json']) {
  test(`GETs are answered while ${entries} entries are listed as ${accept}`, async t => {
    using stand = new Stand(site, {}, { listing: true })
    await using lister = await client(stand.port)
    await using peer = await client(stand.port)
    assert.equal((await peer.get('/')).status, 200)
    let listed = false
    const listing = lister.get('/many/', `Accept: ${accept}`).finally(() => {
      listed = true
    })
    let answered = 0
    while (!listed) {
      assert.equal((await peer.get('/')).body.toString(), page)
      if (!listed) answered++
    }
    const { status, fields, body } = await listing
    assert.equal(status, 200)
    assert.ok(fields.get('content-type')?.startsWith(accept))
    const names = new Set(body.toString().match(/entry-\d+\.txt/g))
    assert.equal(names.size, entries)
    t.diagnostic(`${answered} others were answered before the listing came`)
    assert.ok(answered >= 5, `only ${answered} others were answered before the listing came`)
  })
}
