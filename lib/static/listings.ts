import { constants } from 'node:fs'
import Negotiator from 'negotiator'
import type { Fields } from '../http/index.ts'
import { type Listing, readListing } from './listing.ts'
import { listingHtml, listingJson } from './listing-page.ts'
import { defaultFields } from './loader.ts'
import type { DirectorySettings } from './options.ts'
import { O_PATH, type Root } from './root.ts'
import type { Router } from './router.ts'

const types = ['text/html', 'application/json']
/** Many times what any client sends; reading a longer one takes long. */
const acceptCharactersMax = 256

/** Whether a client would rather have JSON than a page. */
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

/** What is in directories, as bytes: clients that ask for the same at the same time are answered by one reading. */
export class Listings {
  readonly #root: Root
  readonly #router: Router
  readonly #settings: DirectorySettings
  readonly #running = new Map<string, Promise<Buffer>>()
  /** What clients are still being sent: those that are slow share one memory as long as the directory is the same. */
  readonly #sending = new Map<string, WeakRef<Buffer>>()

  constructor(root: Root, router: Router, settings: DirectorySettings) {
    this.#root = root
    this.#router = router
    this.#settings = settings
  }

  /** @param address of the directory, decoded, for people to read */
  body(directory: string, address: string, isJson: boolean): Promise<Buffer> {
    const key = `${isJson} ${directory}`
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const body = this.#read(directory)
      .then(listing => (isJson ? listingJson(listing) : listingHtml(address, listing)))
      .then(made => this.#shared(key, made))
      .finally(() => this.#running.delete(key))
    this.#running.set(key, body)
    return body
  }

  #shared(key: string, made: Buffer): Buffer {
    for (const [other, body] of this.#sending)
      if (body.deref() === undefined) this.#sending.delete(other)
    const before = this.#sending.get(key)?.deref()
    if (before?.equals(made) === true) return before
    this.#sending.set(key, new WeakRef(made))
    return made
  }

  async #read(directory: string): Promise<Listing> {
    const { listingEntriesMax } = this.#settings
    const pathOf = (name: string) => `${directory}/${name}`.replace(/^\//, '')
    const folder = this.#root.open(directory, O_PATH | constants.O_DIRECTORY)
    try {
      // It opens a descriptor of its own before it waits for anything.
      return readListing(folder.fileno(), {
        listingEntriesMax,
        isShown: name => this.#router.isServed(pathOf(name)),
        linkTarget: name => this.#router.factsOf(pathOf(name)),
      })
    } finally {
      folder.close()
    }
  }
}
