import { constants } from 'node:fs'
import Negotiator from 'negotiator'
import type { File, FileStat } from '../../core/index.ts'
import type { Fields } from '../../http/index.ts'
import { O_PATH } from '../../sys/index.ts'
import { defaultFields } from '../default-fields.ts'
import { listingMs, listingsAtOnce, listingsBytes, reopenMs } from '../limits.ts'
import type { DirectorySettings } from '../options.ts'
import type { Root } from '../root.ts'
import type { Router } from '../routing/router.ts'
import type { Listing } from './listing-entry.ts'
import { listingHtml, listingJson } from './listing-page.ts'
import { readListing } from './read-listing.ts'

const types = ['text/html', 'application/json']
/** Far longer than any client sends; longer values would be slow to parse. */
const acceptCharactersMax = 256

export function prefersJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.length > acceptCharactersMax) return false
  return new Negotiator({ headers: { accept } }).mediaTypes(types)[0] === types[1]
}

export function listingFields(isJson: boolean): Fields {
  return [
    ['Content-Type', `${types[Number(isJson)]}; charset=utf-8`],
    ['Vary', 'Accept'],
    ['Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'"],
    ...defaultFields,
  ]
}

interface Making {
  readonly body: Promise<Buffer>
  /** The directory's stat when reading began; null before that. */
  readonly begun: { stat: FileStat | null }
}

interface Kept {
  readonly body: Buffer
  /** The directory's stat before it was read. */
  readonly stat: FileStat
  readonly untilMs: number
}

/**
 * On a file system with a coarse clock, a second change within this time may leave the directory's times unchanged, so
 * a listing made so soon after a change isn't cached.
 */
const tickMs = 20
/** A listing is cached for this multiple of the time it took to make, so making it takes at most 2 % of the time. */
const keptTimes = 50

function keyOf(stat: FileStat): string {
  return stat.fields.subarray(2, 4).join(' ')
}

function isYoung({ ctimeS, ctimeNs }: FileStat): boolean {
  return Math.abs(Date.now() - ctimeS * 1000 - ctimeNs / 1e6) < tickMs
}

/**
 * Makes and caches listings as bytes. Requests that arrive while a listing is being made share it. A listing is cached
 * until the times of its directory change, so its names are never stale. The sizes and times of files may be stale for
 * a second, or for fifty times as long as the listing took to make, up to a minute.
 */
export class Listings {
  readonly #root: Root
  readonly #router: Router
  readonly #settings: DirectorySettings
  readonly #making = new Map<string, Making>()
  /** The least recently used listing is first. */
  readonly #kept = new Map<string, Kept>()
  #keptBytes = 0
  /** Bodies that are still being sent: slow clients share one copy while the listing stays the same. */
  readonly #sending = new Map<string, WeakRef<Buffer>>()
  #free = listingsAtOnce
  readonly #waiting: (() => void)[] = []

  constructor(root: Root, router: Router, settings: DirectorySettings) {
    this.#root = root
    this.#router = router
    this.#settings = settings
  }

  /** A whole JSON listing, or the part of a page after its head. Throws, or rejects with, {@link SystemError}. */
  body(directory: string, isJson: boolean): Buffer | Promise<Buffer> {
    using folder = this.#open(directory)
    const now = folder.stat()
    // The key isn't the path, because links can give a directory any number of paths.
    const key = `${isJson} ${keyOf(now)}`
    const kept = this.#kept.get(key)
    if (kept !== undefined) {
      this.#drop(key, kept)
      if (kept.stat.equals(now) && performance.now() < kept.untilMs) return this.#keep(key, kept)
    }
    const making = this.#making.get(key)
    if (making !== undefined && (making.begun.stat?.equals(now) ?? true)) return making.body
    return this.#make(key, directory, isJson)
  }

  #make(key: string, directory: string, isJson: boolean): Promise<Buffer> {
    const begun: Making['begun'] = { stat: null }
    const body = this.#inTurn(async () => {
      const startMs = performance.now()
      using folder = this.#open(directory)
      const stat = folder.stat()
      begun.stat = stat
      const mayKeep = !isYoung(stat) && key === `${isJson} ${keyOf(stat)}`
      const listing = await this.#read(folder, directory)
      const made = isJson ? await listingJson(listing) : await listingHtml(listing)
      const shared = this.#shared(key, made)
      const nowMs = performance.now()
      const keptMs = Math.min(listingMs, Math.max(reopenMs, keptTimes * (nowMs - startMs)))
      if (mayKeep) this.#keep(key, { body: shared, stat, untilMs: nowMs + keptMs })
      return shared
    }).finally(() => {
      if (this.#making.get(key) === making) this.#making.delete(key)
    })
    const making: Making = { body, begun }
    this.#making.set(key, making)
    return body
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }

  #keep(key: string, kept: Kept): Buffer {
    const before = this.#kept.get(key)
    if (before !== undefined) this.#drop(key, before)
    this.#kept.set(key, kept)
    this.#keptBytes += kept.body.length
    for (const [oldest, other] of this.#kept) {
      if (this.#keptBytes <= listingsBytes || other === kept) break
      this.#drop(oldest, other)
    }
    return kept.body
  }

  #drop(key: string, kept: Kept): void {
    this.#kept.delete(key)
    this.#keptBytes -= kept.body.length
  }

  #shared(key: string, made: Buffer): Buffer {
    for (const [other, body] of this.#sending)
      if (body.deref() === undefined) this.#sending.delete(other)
    const before = this.#sending.get(key)?.deref()
    if (before?.equals(made) === true) return before
    this.#sending.set(key, new WeakRef(made))
    return made
  }

  #open(directory: string): File {
    return this.#root.open(directory, O_PATH | constants.O_DIRECTORY)
  }

  #read(folder: File, directory: string): Promise<Listing> {
    const pathOf = (name: string) => `${directory}/${name}`.replace(/^\//, '')
    return readListing(folder, {
      listingEntriesMax: this.#settings.listingEntriesMax,
      isShown: name => this.#router.isServed(pathOf(name)),
      linkTarget: name => this.#router.statOf(pathOf(name)),
    })
  }
}
