import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  constants,
  linkSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { describe, test } from 'node:test'
import { File } from '../../lib/core/index.ts'
import type { Listing, ListingEntry } from '../../lib/static/listing/listing-entry.ts'
import { listingHead, listingHtml, listingJson } from '../../lib/static/listing/listing-page.ts'
import { Listings } from '../../lib/static/listing/listings.ts'
import { readListing } from '../../lib/static/listing/read-listing.ts'
import { sortEntries } from '../../lib/static/listing/sort-entries.ts'
import { directorySettings } from '../../lib/static/options.ts'
import { Root } from '../../lib/static/root.ts'
import { Router } from '../../lib/static/routing/router.ts'
import { below, mulberry32, pick } from '../http/random.ts'
import { Site } from './site.ts'

/** A directory with nothing in it, and a descriptor of it as a root has one. */
class Folder extends Site {
  readonly directory: File

  constructor() {
    super()
    mkdirSync(this.path(''))
    const O_PATH = 0x200000
    this.directory = File.open(this.path(''), { flags: O_PATH | constants.O_DIRECTORY })
  }

  fill(first: string, ...others: string[]): void {
    writeFileSync(this.path(first), '')
    // A link takes a tenth of the time of a new file.
    for (const name of others) linkSync(this.path(first), this.path(name))
  }

  override [Symbol.dispose](): void {
    this.directory.close()
    super[Symbol.dispose]()
  }
}

/** The user that may do nothing. */
const nobody = 65_534

function namesOf({ entries }: Listing): string[] {
  return entries.map(({ name }) => name)
}

/** How often the loop comes round while something is awaited. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  const turn = () => {
    turns++
    next = setImmediate(turn)
  }
  let next = setImmediate(turn)
  await work()
  clearImmediate(next)
  return turns
}

describe('readListing()', () => {
  test('tells type, size and time', async () => {
    using folder = new Folder()
    folder.fill('file')
    truncateSync(folder.path('file'), 5_000_000_000)
    utimesSync(folder.path('file'), 0, 1.5)
    mkdirSync(folder.path('directory'))
    execFileSync('mkfifo', [folder.path('pipe')])
    const { entries, truncated } = await readListing(folder.directory)
    assert.deepEqual(
      entries.map(({ name, type }) => [name, type]),
      [
        ['directory', 'directory'],
        ['file', 'file'],
        ['pipe', 'other'],
      ],
    )
    assert.deepEqual(entries[1], {
      name: 'file',
      type: 'file',
      sizeBytes: 5_000_000_000,
      mtimeMs: 1500,
    })
    assert.equal(truncated, false)
  })

  test('sorts directories first, and numbers by their value', async () => {
    using folder = new Folder()
    folder.fill('b10', 'b9', 'B1', 'a', 'é', 'f', '10', '9', 'z')
    mkdirSync(folder.path('zz'))
    mkdirSync(folder.path('d'))
    const listing = await readListing(folder.directory)
    const order = ['d', 'zz', '9', '10', 'a', 'B1', 'b9', 'b10', 'é', 'f', 'z']
    assert.deepEqual(namesOf(listing), order)
  })

  test('sorts as a collator does, whatever a name has', async () => {
    const collator = new Intl.Collator('en', { numeric: true })
    const random = mulberry32(7)
    const parts = [
      'a',
      'B',
      'b',
      '_',
      '-',
      ' ',
      '.',
      '0',
      '00',
      '7',
      '10',
      '~',
      '$',
      '(',
      'é',
      '图',
      'Z',
      '!',
      "'",
    ]
    const nameOf = () =>
      Array.from({ length: 1 + below(random, 6) }, () => pick(random, parts)).join('')
    const names = [...new Set(Array.from({ length: 3000 }, nameOf))]
    const sorted = await sortEntries(names.map(name => entry(name)))
    const expected = names.sort((a, b) => collator.compare(a, b) || (a < b ? -1 : 1))
    assert.deepEqual(
      sorted.map(({ name }) => name),
      expected,
    )
  })

  test('gives names that compare as equal one order', async () => {
    using folder = new Folder()
    // The same letter, composed and not: a collator tells no difference.
    folder.fill('e\u0301', '\u00e9', '01', '1')
    const listing = await readListing(folder.directory)
    assert.deepEqual(namesOf(listing), ['01', '1', 'e\u0301', '\u00e9'])
  })

  test('leaves out what clients are not to see, or cannot reach', async () => {
    using folder = new Folder()
    folder.fill('a', '.hidden', '.well-known', '_headers', 'back\\slash', 'line\nbreak', 'bell\x07')
    writeFileSync(Buffer.concat([Buffer.from(folder.path('latin1-')), Buffer.of(0xe9)]), '')
    folder.fill('_headers.txt', '%41', 'a?b#c', '图片', 'x..y', '...')
    const isShown = (name: string) => name !== '_headers'
    const listing = await readListing(folder.directory, { isShown })
    assert.deepEqual(namesOf(listing).sort(), ['%41', '_headers.txt', 'a', 'a?b#c', 'x..y', '图片'])
    assert.equal(listing.leftOut, 4)
    const html = (await listingHtml(listing)).toString()
    assert.match(html, /<p>4 names that no address can have are left out\.<\/p>/)
  })

  test('shows no link, unless it is told what it leads to', async () => {
    using folder = new Folder()
    folder.fill('file')
    symlinkSync('file', folder.path('inside'))
    symlinkSync('/etc/passwd', folder.path('outside'))
    symlinkSync('nowhere', folder.path('dangling'))
    assert.deepEqual(namesOf(await readListing(folder.directory)), ['file'])

    const asked: string[] = []
    const stat = folder.directory.stat()
    const linkTarget = (name: string) => {
      asked.push(name)
      return name === 'inside' ? stat : null
    }
    const { entries } = await readListing(folder.directory, { linkTarget })
    assert.deepEqual(asked.sort(), ['dangling', 'inside', 'outside'])
    assert.deepEqual([entries[0]?.name, entries[0]?.type], ['inside', 'directory'])
    assert.equal(entries[0]?.sizeBytes, stat.sizeBytes)
    assert.equal(entries[1]?.name, 'file')
    assert.equal(entries.length, 2)
  })

  test('reads so many names and no more', async () => {
    using folder = new Folder()
    folder.fill('a', 'b', 'c')
    const counts: [max: number, count: number, truncated: boolean][] = [
      [4, 3, false],
      [3, 3, false],
      [2, 2, true],
      [0, 0, true],
    ]
    for (const [listingEntriesMax, count, truncated] of counts) {
      const listing = await readListing(folder.directory, { listingEntriesMax })
      assert.deepEqual([listing.entries.length, listing.truncated], [count, truncated])
    }
  })

  test('refuses what is no directory', async () => {
    using file = File.open('/dev/null')
    await assert.rejects(readListing(file), { name: 'SystemError', code: 'ENOTDIR' })
  })

  test('says which directory it may not read, as all system calls do', async () => {
    using folder = new Folder()
    mkdirSync(folder.path('closed'), { mode: 0o100 })
    const O_PATH = 0x200000
    using directory = File.open(folder.path('closed'), { flags: O_PATH })
    mkdirSync(folder.path('open'))
    using other = File.open(folder.path('open'), { flags: O_PATH })
    const isRoot = process.geteuid?.() === 0
    // Root may read every directory. The pool's threads have the identity that the process has.
    if (isRoot) process.seteuid?.(nobody)
    try {
      assert.deepEqual(namesOf(await readListing(other)), [])
      await assert.rejects(readListing(directory), {
        name: 'SystemError',
        code: 'EACCES',
        syscall: 'opendir',
      })
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  })
})

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
  ['what is not served', entry('pipe', { type: 'other' }), '<bdi>pipe</bdi>'],
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
    'a mark that turns what follows',
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
    test(`writes ${behaviour}`, async () => {
      const size = row.type === 'file' ? '<td><data value="0">0 B</data></td>' : '<td></td>'
      assert.equal(await rowOf(row), `<tr><td>${cell}</td>${size}${time}`)
    })
  }

  for (const [sizeBytes, text] of sizes) {
    test(`writes ${sizeBytes} bytes as ${text}`, async () => {
      const row = await rowOf(entry('a', { sizeBytes }))
      assert.ok(row.includes(`<td><data value="${sizeBytes}">${text}</data></td>`), row)
    })
  }

  for (const mtimeMs of [-1, Number.NaN, 253_402_300_800_000, 1e300]) {
    test(`writes no time for ${mtimeMs}`, async () => {
      assert.match(await rowOf(entry('a', { mtimeMs })), /<\/data><\/td><td><\/td><\/tr>\n$/)
    })
  }

  test('writes the path as title and heading', async () => {
    const html = await htmlOf('/<i>/', [])
    assert.ok(html.includes('<title>Index of /&lt;i&gt;/</title>'))
    assert.ok(html.includes('<h1>Index of /&lt;i&gt;/</h1>'))
    assert.ok(html.startsWith('<!doctype html>\n<html lang="en">\n'))
    assert.ok(html.endsWith('</html>\n'))
  })

  test('leads to the parent, but not from the root', async () => {
    assert.ok((await htmlOf('/a/', [])).includes('<a href="../">'))
    assert.ok(!(await htmlOf('/', [])).includes('../'))
  })

  test('says when there is nothing, and when there is more', async () => {
    assert.match(await htmlOf('/', []), /Nothing is here/)
    assert.doesNotMatch(await htmlOf('/', [entry('a')]), /Nothing is here|more names/)
    assert.match(await htmlOf('/', [entry('a')], true), /more names than are shown/)
  })

  test('asks for nothing else, and runs nothing', async () => {
    assert.doesNotMatch(await htmlOf('/a/', [entry('a')]), /<script|<link|<img|\bon\w+=|url\(/)
  })
})

describe('listingJson()', () => {
  test("has nginx's shape", async () => {
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

  test('is an array for an empty directory, too', async () => {
    const text = (await listingJson({ entries: [], truncated: false, leftOut: 0 })).toString()
    assert.deepEqual(JSON.parse(text), [])
  })
})

test('a directory of 10,000 files is read, sorted and written while the loop turns', async () => {
  using folder = new Folder()
  const count = 10_000
  const names = Array.from({ length: count }, (_, i) => `file ${i}`)
  folder.fill('file 0', ...names.slice(1))
  let listing: Listing = { entries: [], truncated: false, leftOut: 0 }
  const reading = await turnsDuring(async () => {
    listing = await readListing(folder.directory)
  })
  assert.deepEqual(namesOf(listing), names)
  assert.ok(reading >= count / 32, `${reading} turns`)

  const sorting = await turnsDuring(async () => {
    const sorted = await sortEntries(listing.entries.toReversed())
    assert.deepEqual(sorted, listing.entries)
  })
  // Twenty runs, and five rounds of merges.
  assert.ok(sorting >= (5 * count) / 500, `${sorting} turns`)

  let [html, json] = ['', '']
  const writing = await turnsDuring(async () => {
    html = (await listingHtml(listing)).toString()
  })
  const writingJson = await turnsDuring(async () => {
    json = (await listingJson(listing)).toString()
  })
  assert.ok(writing >= count / 500, `${writing} turns`)
  assert.ok(writingJson >= count / 500, `${writingJson} turns`)
  assert.equal(html.match(/<tr><td>/g)?.length, count)
  assert.deepEqual(
    (JSON.parse(json) as { name: string }[]).map(({ name }) => name),
    names,
  )
})

test('slow clients of one directory share the memory of its listing, and a changed one is made anew', async () => {
  using folder = new Folder()
  folder.fill('a', 'b')
  const root = new Root(folder.path(''), 'inside')
  const settings = directorySettings({ listing: true })
  const listings = new Listings(root, new Router(root, settings), settings)
  const first = await listings.body('', false)
  assert.equal(await listings.body('', false), first, 'the same bytes, not equal ones')
  assert.notEqual(await listings.body('', true), first)
  folder.fill('c')
  const later = await listings.body('', false)
  assert.match(later.toString(), />c</)
  root.close()
})
