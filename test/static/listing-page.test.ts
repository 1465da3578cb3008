import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ListingEntry } from '../../lib/static/listing/listing-entry.ts'
import { listingHead, listingHtml, listingJson } from '../../lib/static/listing/listing-page.ts'

function entry(name: string, more: Partial<ListingEntry> = {}): ListingEntry {
  return { name, type: 'file', sizeBytes: 0, mtimeMs: Date.UTC(2026, 10, 3, 9, 5, 7), ...more }
}

async function htmlOf(path: string, entries: ListingEntry[], truncated = false): Promise<string> {
  return listingHead(path) + (await listingHtml({ entries, truncated, leftOut: 0 })).toString()
}

async function rowOf(row: ListingEntry): Promise<string> {
  const html = await htmlOf('/', [row])
  return html.slice(html.indexOf('<tbody>\n') + 8, html.indexOf('</tbody>'))
}

const time =
  '<td><time datetime="2026-11-03T09:05:07Z">2026-11-03<span> 09:05</span></time></td></tr>\n'

const names: [behaviour: string, entry: ListingEntry, cell: string][] = [
  ['a file', entry('a.txt'), '<a href="a.txt"><bdi>a.txt</bdi></a>'],
  ['a directory', entry('a', { type: 'directory' }), '<a href="a/"><bdi>a</bdi>/</a>'],
  ['an entry that is not served', entry('pipe', { type: 'other' }), '<bdi>pipe</bdi>'],
  [
    'markup',
    entry('"><b>&\'</b>'),
    '<a href="%22%3E%3Cb%3E%26\'%3C%2Fb%3E"><bdi>&quot;&gt;&lt;b&gt;&amp;&#39;&lt;/b&gt;</bdi></a>',
  ],
  [
    'a name that looks like a URL',
    entry('javascript:alert(1)'),
    '<a href="javascript%3Aalert(1)"><bdi>javascript:alert(1)</bdi></a>',
  ],
  ['a query and a fragment', entry('a?b#c'), '<a href="a%3Fb%23c"><bdi>a?b#c</bdi></a>'],
  ['an escape', entry('%41'), '<a href="%2541"><bdi>%41</bdi></a>'],
  ['other alphabets', entry('图 é'), '<a href="%E5%9B%BE%20%C3%A9"><bdi>图 é</bdi></a>'],
  [
    'a mark that reverses the direction of text',
    entry('\u202egnp.exe'),
    '<a href="%E2%80%AEgnp.exe"><bdi>\ufffdgnp.exe</bdi></a>',
  ],
]

const sizes: [sizeBytes: number, text: string][] = [
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [1_048_575, '1.0 MiB'],
  [5_000_000_000, '4.7 GiB'],
  [2 ** 53, '8.0 PiB'],
  [2 ** 63, '8.0 EiB'],
]

describe('listingHtml()', () => {
  for (const [behaviour, row, cell] of names) {
    test(`a listing page shows ${behaviour} correctly`, async () => {
      const size = row.type === 'file' ? '<td><data value="0">0 B</data></td>' : '<td></td>'
      assert.equal(await rowOf(row), `<tr><td>${cell}</td>${size}${time}`)
    })
  }

  for (const [sizeBytes, text] of sizes) {
    test(`a listing page shows ${sizeBytes} bytes as ${text}`, async () => {
      const row = await rowOf(entry('a', { sizeBytes }))
      assert.ok(row.includes(`<td><data value="${sizeBytes}">${text}</data></td>`), row)
    })
  }

  for (const mtimeMs of [-1, Number.NaN, 253_402_300_800_000, 1e300]) {
    test(`a listing page shows no time for a file whose time is ${mtimeMs}`, async () => {
      assert.match(await rowOf(entry('a', { mtimeMs })), /<\/data><\/td><td><\/td><\/tr>\n$/)
    })
  }

  test('the title and the heading of a listing page contain the path', async () => {
    const html = await htmlOf('/<i>/', [])
    assert.ok(html.includes('<title>Index of /&lt;i&gt;/</title>'))
    assert.ok(html.includes('<h1>Index of /&lt;i&gt;/</h1>'))
    assert.ok(html.startsWith('<!doctype html>\n<html lang="en">\n'))
    assert.ok(html.endsWith('</html>\n'))
  })

  test('each listing page except that of the root links to the parent', async () => {
    assert.ok((await htmlOf('/a/', [])).includes('<a href="../">'))
    assert.ok(!(await htmlOf('/', [])).includes('../'))
  })

  test('a listing page says if a directory is empty or if some names are not shown', async () => {
    assert.match(await htmlOf('/', []), /Nothing is here/)
    assert.doesNotMatch(await htmlOf('/', [entry('a')]), /Nothing is here|more names/)
    assert.match(await htmlOf('/', [entry('a')], true), /more names than are shown/)
  })

  test('a listing page loads no other resource, and has no script', async () => {
    assert.doesNotMatch(await htmlOf('/a/', [entry('a')]), /<script|<link|<img|\bon\w+=|url\(/)
  })
})

test('a listing says how many names were left out', async () => {
  const html = async (leftOut: number): Promise<string> =>
    (await listingHtml({ entries: [], truncated: false, leftOut })).toString()
  assert.match(await html(1), /<p>1 name that no URL can contain is left out\.<\/p>/)
  assert.match(await html(2), /<p>2 names that no URL can contain are left out\.<\/p>/)
  assert.doesNotMatch(await html(0), /left out/)
})

describe('listingJson()', () => {
  test('a JSON listing has the format of nginx autoindex', async () => {
    const entries = [
      entry('d"', { type: 'directory', sizeBytes: 4096 }),
      entry('图.txt', { sizeBytes: 5 }),
      entry('pipe', { type: 'other', mtimeMs: 1e300 }),
    ]
    const text = (await listingJson({ entries, truncated: false, leftOut: 0 })).toString()
    const mtime = 'Tue, 03 Nov 2026 09:05:07 GMT'
    assert.deepEqual(JSON.parse(text), [
      { name: 'd"', type: 'directory', mtime },
      { name: '图.txt', type: 'file', mtime, size: 5 },
      { name: 'pipe', type: 'other' },
    ])
    assert.equal(text.split('\n').length, 6, 'a line each')
  })

  test('the JSON listing of an empty directory is an empty array', async () => {
    const text = (await listingJson({ entries: [], truncated: false, leftOut: 0 })).toString()
    assert.deepEqual(JSON.parse(text), [])
  })
})
