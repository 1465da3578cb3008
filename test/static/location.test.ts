import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { folderLocation, pageLocation } from '../../lib/static/routing/location.ts'
import { Stage } from './stage.ts'

const names = [
  'name',
  'a:b',
  'http:',
  'a?b#c',
  '100%',
  '%41',
  '图 é',
  '..a',
  'a..',
  ' ',
  "it's",
  '@:80',
  'a&b=c;d',
]
/** The path before the name in the client's URL; it may begin with a prefix that a proxy strips. */
const folders = ['/', '/x/', '/prefix/x/y/', '//', '/x//', '/x/./', '/x/y/../', '/%2e/']

function resolved(location: string, sent: string): string {
  const { origin, pathname, search } = new URL(location, `http://host${sent}`)
  assert.equal(origin, 'http://host')
  return pathname + search
}

describe('relative Locations', () => {
  for (const name of names) {
    const encoded = encodeURIComponent(name)
    test(`the Location of the directory ${name} resolves to it`, () => {
      for (const folder of folders) {
        const location = `${folderLocation(`x/${name}`)}?q=/../`
        const { pathname } = new URL(`http://host${folder}${encoded}/`)
        assert.equal(resolved(location, folder + encoded), `${pathname}?q=/../`)
      }
    })

    test(`the Location of the page ${name} resolves to it`, () => {
      for (const folder of folders)
        for (const end of ['/', '//', '///', '/.', '/x/..', '/%2E/', '/./', '//x/../']) {
          const sent = folder + encoded + end
          const { pathname } = new URL(`http://host${folder}${encoded}`)
          assert.equal(resolved(pageLocation(`x/${name}`, sent), sent), pathname, sent)
        }
    })
  }
})

test('redirects to directories and pages keep the query, and lead to the content', async () => {
  using stage = new Stage()
  for (const name of names) {
    stage.write(`x/${name}/index.html`, `index of ${name}`)
    stage.write(`y/${name}.html`, `page of ${name}`)
  }
  stage.serve({ cleanUrls: true, dotfiles: true })
  const follow = async (sent: string): Promise<string> => {
    const { status, fields } = await stage.get(`${sent}?a=b:c`)
    assert.equal(status, 301, sent)
    const { pathname, search } = new URL(fields.get('location')!, `http://host${sent}`)
    assert.equal(search, '?a=b:c')
    return (await stage.get(pathname + search)).body.toString()
  }
  for (const name of names) {
    const encoded = encodeURIComponent(name)
    for (const folder of ['/x/', '//x/', '/x//'])
      assert.equal(await follow(folder + encoded), `index of ${name}`)
    for (const end of ['/', '//', '/.'])
      assert.equal(await follow(`/y/${encoded}${end}`), `page of ${name}`)
  }
})
