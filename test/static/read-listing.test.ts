import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { File } from '../../lib/core/index.ts'
import type { Listing, ListingEntry } from '../../lib/static/listing/listing-entry.ts'
import { listingHtml, listingJson } from '../../lib/static/listing/listing-page.ts'
import { readListing } from '../../lib/static/listing/read-listing.ts'
import { sortEntries } from '../../lib/static/listing/sort-entries.ts'
import { O_PATH } from '../../lib/sys/index.ts'
import { below, mulberry32, pick } from '../http/random.ts'
import { Folder } from './folder.ts'

/** A user without permissions. */
const nobody = 65_534

function namesOf({ entries }: Listing): string[] {
  return entries.map(({ name }) => name)
}

/** The number of turns of the loop while `work` runs. */
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

function entry(name: string, more: Partial<ListingEntry> = {}): ListingEntry {
  return { name, type: 'file', sizeBytes: 0, mtimeMs: Date.UTC(2026, 10, 3, 9, 5, 7), ...more }
}

describe('readListing()', () => {
  test('readListing() returns type, size and time', async () => {
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

  test('directories are sorted before files, and numbers by value', async () => {
    using folder = new Folder()
    folder.fill('b10', 'b9', 'B1', 'a', 'é', 'f', '10', '9', 'z')
    mkdirSync(folder.path('zz'))
    mkdirSync(folder.path('d'))
    const listing = await readListing(folder.directory)
    const order = ['d', 'zz', '9', '10', 'a', 'B1', 'b9', 'b10', 'é', 'f', 'z']
    assert.deepEqual(namesOf(listing), order)
  })

  test('names with any characters are sorted in the order of Intl.Collator', async () => {
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

  test('names that the collator considers equal are sorted in a fixed order', async () => {
    using folder = new Folder()
    // The same letter, decomposed and composed; the collator considers both equal.
    folder.fill('e\u0301', '\u00e9', '01', '1')
    const listing = await readListing(folder.directory)
    assert.deepEqual(namesOf(listing), ['01', '1', 'e\u0301', '\u00e9'])
  })

  test('names that are hidden or cannot be in a URL are left out', async () => {
    using folder = new Folder()
    folder.fill('a', '.hidden', '.well-known', '_headers', 'back\\slash', 'line\nbreak', 'bell\x07')
    writeFileSync(Buffer.concat([Buffer.from(folder.path('latin1-')), Buffer.of(0xe9)]), '')
    folder.fill('_headers.txt', '%41', 'a?b#c', '图片', 'x..y', '...')
    const isShown = (name: string) => name !== '_headers'
    const listing = await readListing(folder.directory, { isShown })
    assert.deepEqual(namesOf(listing).sort(), ['%41', '_headers.txt', 'a', 'a?b#c', 'x..y', '图片'])
    assert.equal(listing.leftOut, 4)
    const html = (await listingHtml(listing)).toString()
    assert.match(html, /<p>4 names that no URL can contain are left out\.<\/p>/)
  })

  test('a link is listed only if linkTarget can open it', async () => {
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

  test('readListing() reads at most listingEntriesMax names', async () => {
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

  test('readListing() rejects for a file that is not a directory', async () => {
    using file = File.open('/dev/null')
    await assert.rejects(readListing(file), { name: 'SystemError', code: 'ENOTDIR' })
  })

  test('readListing() rejects with EACCES for a directory that may not be read', async () => {
    using folder = new Folder()
    mkdirSync(folder.path('closed'), { mode: 0o100 })
    using directory = File.open(folder.path('closed'), { flags: O_PATH })
    mkdirSync(folder.path('open'))
    using other = File.open(folder.path('open'), { flags: O_PATH })
    const isRoot = process.geteuid?.() === 0
    // Root may read every directory. seteuid() also changes the user of the thread pool.
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

test('a directory of 10,000 files is read, sorted and written while the loop runs', async () => {
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
  // Twenty sorted runs are merged in five rounds.
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
