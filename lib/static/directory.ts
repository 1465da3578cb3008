import { constants } from 'node:fs'
import Negotiator from 'negotiator'
import { FileStat } from '../core/index.ts'
import {
  Answer,
  type Fields,
  fieldMask,
  type Request,
  type RequestHandler,
  type Responder,
  reasonOf,
} from '../http/index.ts'
import { native, SystemError, typeError } from '../sys/index.ts'
import { Cache } from './cache.ts'
import type { Entry } from './entry.ts'
import { HeadersFile } from './headers-file.ts'
import { reopenMs } from './limits.ts'
import { type Listing, type ListingFacts, readListing } from './listing.ts'
import { listingHtml, listingJson } from './listing-page.ts'
import { defaultFields, Loader } from './loader.ts'
import { type DirectoryOptions, type DirectorySettings, directorySettings } from './options.ts'
import type { Resource } from './resource.ts'
import { Root } from './root.ts'
import { sendResource, sendWhole } from './send.ts'
import { resolveTarget } from './target.ts'
import { Troubles } from './troubles.ts'

export const notFoundText = 'file not found, 请输入正确的url'
const allow: Fields = [['Allow', 'GET, HEAD, OPTIONS']]
const knownMethods = new Set(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT'])
const acceptEncoding = fieldMask('accept-encoding')
const O_PATH = 0x200000

/** The statuses of what the kernel says when a path cannot be opened; any other errno is our own trouble. */
const statusOf: Readonly<Record<string, number>> = {
  ENOENT: 404,
  ENOTDIR: 404,
  ENAMETOOLONG: 404,
  ELOOP: 404,
  EXDEV: 404,
  ENXIO: 404,
  EACCES: 403,
  EPERM: 403,
  EMFILE: 503,
  ENFILE: 503,
  EAGAIN: 503,
}

/** ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, as the native table gives them: a miss is too common to be thrown. */
const missingErrnos = new Set([-2, -20, -36, -40])
const NOTHING = 0
const FILE = 1
const DIRECTORY = 2
const missing = { status: 404 } as const

/** Where a path leads: a file below the root, or what is said instead. */
type Route =
  | { readonly file: string; readonly isFallback?: true }
  | { readonly directory: string }
  | { readonly status: 301 | 400 | 404 }

interface Missed {
  readonly path: string
  readonly address: string
  /** Below the root. */
  readonly name: string
  /** See Request.receivedCount. */
  checkedAt: number
}

/** A directory's files as answers; made by {@link serveDirectory}. */
export class Directory {
  readonly #settings: DirectorySettings
  readonly #root: Root
  readonly #loader: Loader
  readonly #headers: HeadersFile
  readonly #cache: Cache
  readonly #troubles: Troubles
  readonly #listings = new Map<string, Promise<Buffer>>()
  readonly #now = new FileStat()
  readonly #missing: (Answer | undefined)[] = []
  /** What was asked for last of what is not there: programs that look for holes ask again and again. */
  #missed: Missed | null = null
  #hasNotFound = false
  #refreshMs = Number.NEGATIVE_INFINITY

  /** @internal */
  constructor(root: string, settings: DirectorySettings) {
    this.#settings = settings
    this.#root = new Root(root)
    this.#loader = new Loader(this.#root, settings.precompressed)
    this.#cache = new Cache(settings.cacheBytes, settings.cachedFilesMax)
    this.#troubles = new Troubles(settings.onWarning)
    try {
      this.#headers = new HeadersFile(this.#root, settings.headers, settings.onWarning)
    } catch (error) {
      this.#root.close()
      throw error
    }
  }

  close(): void {
    this.#cache.clear()
    this.#root.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  readonly handle: RequestHandler = (request, responder) => {
    if (!request.isGet && !request.isHead) return this.#other(request, responder)
    if (request.nowMs >= this.#refreshMs) this.#refresh(request.nowMs)
    const { path } = request
    const entry = this.#cache.get(path)
    if (entry !== undefined) {
      const resource = chosen(entry, request)
      if (this.#isFresh(resource, request)) return sendResource(resource, request, responder)
      this.#cache.delete(path)
    } else if (this.#missed?.path === path && this.#isStillMissing(this.#missed, request))
      return this.#fail(404, this.#missed.address, request, responder)
    this.#answer(path, request, responder)
  }

  /** One look at the path, after the request has come: the same file, untouched since it was opened. */
  #isFresh(resource: Resource, request: Request): boolean {
    if (resource.checkedAt === request.receivedCount) return true
    if (request.nowMs - resource.openedMs >= reopenMs) return false
    if (this.#look(resource.path) < 0 || !this.#now.equals(resource.stat)) return false
    resource.checkedAt = request.receivedCount
    return true
  }

  #look(path: string): number {
    return native.fstatat(this.#root.fileno(), path === '' ? '.' : path, 0, this.#now.fields)
  }

  /** What may be seen a second late: another root, other rules, a page for what is not found. */
  #refresh(nowMs: number): void {
    this.#refreshMs = nowMs + reopenMs
    const { notFound } = this.#settings
    if (this.#root.refresh() || this.#headers.refresh()) this.#cache.clear()
    this.#hasNotFound = notFound !== null && this.#isReadable(notFound)
  }

  #answer(path: string, request: Request, responder: Responder): void {
    const target = resolveTarget(path, this.#settings.dotfiles)
    if ('status' in target) return this.#fail(target.status, path, request, responder)
    const address = `/${target.path}${target.directory && target.path !== '' ? '/' : ''}`
    const route = this.#route(target, request)
    if ('directory' in route) return this.#list(route.directory, address, request, responder)
    if (!('file' in route)) {
      this.#missed = this.#isSimplyMissing(route, target)
        ? { path, address, name: target.path, checkedAt: -1 }
        : null
      return this.#fail(route.status, address, request, responder)
    }
    // One spelling of each path is kept: the others would fill the cache with copies.
    // Nor is the fallback: what asks next for that path may be a tag of a page, and gets a 404.
    const isKept = !route.isFallback && path === encoded(address)
    this.#load(route.file, address, isKept ? path : null, request, responder, sendChosen)
  }

  /** One look at one name would find it, if it were there by now. */
  #isSimplyMissing(route: Route, target: { directory: boolean }): boolean {
    const { fallback, cleanUrls } = this.#settings
    return route === missing && !target.directory && fallback === null && !cleanUrls
  }

  #isStillMissing(missed: Missed, request: Request): boolean {
    if (missed.checkedAt === request.receivedCount) return true
    if (!missingErrnos.has(this.#look(missed.name))) return false
    missed.checkedAt = request.receivedCount
    return true
  }

  #route({ path, directory }: { path: string; directory: boolean }, request: Request): Route {
    const found = directory ? this.#routeDirectory(path) : this.#routeFile(path)
    if (found !== null) return found
    const { fallback } = this.#settings
    if (fallback === null || !wantsPage(path, request)) return missing
    return { file: fallback, isFallback: true }
  }

  #routeFile(path: string): Route | null {
    const { cleanUrls, headers } = this.#settings
    const kind = this.#kindOf(path)
    if (kind === FILE && path !== headers) return { file: path }
    const page = `${path}.html`
    if (cleanUrls && this.#kindOf(page) === FILE) return { file: page }
    return kind === DIRECTORY && this.#isWithin(path) ? { status: 301 } : null
  }

  #routeDirectory(path: string): Route | null {
    for (const index of this.#settings.index) {
      const file = path === '' ? index : `${path}/${index}`
      if (this.#kindOf(file) === FILE) return { file }
    }
    const isListed = this.#settings.listing && this.#kindOf(path) === DIRECTORY
    return isListed ? { directory: path } : null
  }

  /** Whether a file that is there may be read, and lies within the root, its opening tells. */
  #kindOf(path: string): typeof FILE | typeof DIRECTORY | typeof NOTHING {
    const result = this.#look(path)
    if (result < 0) return missingErrnos.has(result) ? NOTHING : FILE
    if (this.#now.isDirectory) return DIRECTORY
    return this.#now.isFile ? FILE : NOTHING
  }

  #isReadable(path: string): boolean {
    if (this.#kindOf(path) !== FILE) return false
    try {
      this.#root.open(path).close()
      return true
    } catch (error) {
      if (error instanceof SystemError) return false
      throw error
    }
  }

  /** A link may lead to a directory outside, which a redirection would betray. */
  #isWithin(path: string): boolean {
    return this.#factsOf(path) !== null
  }

  #load(
    file: string,
    address: string,
    key: string | null,
    request: Request,
    responder: Responder,
    send: (entry: Entry, request: Request, responder: Responder) => void,
  ): void {
    const finish = (entry: Entry, from: Request, to: Responder) => {
      try {
        send(entry, from, to)
      } catch (error) {
        entry.release()
        throw error
      }
      if (key === null || this.#root.closed) entry.release()
      else this.#cache.set(key, entry)
    }
    let loaded: Entry | Promise<Entry>
    try {
      loaded = this.#loader.load(file, address, this.#headers.rules, request.nowMs)
    } catch (error) {
      return this.#failed(error, address, request, responder)
    }
    if (!(loaded instanceof Promise)) return finish(loaded, request, responder)
    // A disk has to be waited for.
    const late = responder.later()
    loaded
      .then(
        entry => finish(entry, late.request, late),
        error => this.#failed(error, address, late.request, late),
      )
      .catch((error: Error) => late.fail(error))
  }

  /** An errno that says nothing of the path is our own trouble: 500. */
  #failed(error: unknown, address: string, request: Request, responder: Responder): void {
    if (!(error instanceof SystemError)) throw error
    const status = statusOf[error.code] ?? 500
    if (status >= 500) this.#troubles.tell(error, request.nowMs)
    this.#fail(status, address, request, responder)
  }

  #fail(status: number, address: string, request: Request, responder: Responder): void {
    const { notFound } = this.#settings
    if (status === 301) return this.#redirect(address, request, responder)
    if (status !== 404) return this.#text(status, '', address, responder)
    if (!this.#hasNotFound || notFound === null) return this.#notFound(address, responder)
    const page = this.#cache.get(notFound)
    if (page !== undefined && this.#isFresh(page.identity, request)) {
      return sendWhole(page.identity, responder, 404)
    }
    this.#hasNotFound = false
    this.#load(notFound, `/${notFound}`, notFound, request, responder, (entry, _, to) => {
      this.#hasNotFound = true
      sendWhole(entry.identity, to, 404)
    })
  }

  /** Always the same bytes, but where rules add to them. */
  #notFound(address: string, responder: Responder): void {
    if (this.#headers.isThere) return this.#text(404, notFoundText, address, responder)
    const { persistence } = responder
    this.#missing[persistence] ??= textAnswer(404, notFoundText, [], persistence)
    responder.send(this.#missing[persistence])
  }

  /** Never with two slashes at the start: that would lead to another host. */
  #redirect(address: string, request: Request, responder: Responder): void {
    const location = `${encoded(address)}/${request.query}`
    this.#text(301, '', address, responder, [['Location', location]])
  }

  #text(
    status: number,
    text: string,
    address: string,
    responder: Responder,
    fields: Fields = [],
  ): void {
    const body = text || (status < 400 ? '' : `${status} ${reasonOf(status)}\n`)
    const ruled = this.#headers.rules.fieldsFor(address, textFields)
    responder.send(textAnswer(status, body, [...fields, ...ruled], responder.persistence, []))
  }

  #other(request: Request, responder: Responder): void {
    const { method, path } = request
    if (method === 'OPTIONS') return this.#text(200, '', path, responder, allow)
    if (knownMethods.has(method)) this.#text(405, '', path, responder, allow)
    else this.#text(501, '', path, responder)
  }

  #list(directory: string, address: string, request: Request, responder: Responder): void {
    const accept = request.header('accept')
    const types = ['text/html', 'application/json']
    const [type] = new Negotiator({ headers: { accept: accept ?? '*/*' } }).mediaTypes(types)
    const isJson = type === types[1]
    const late = responder.later()
    this.#listing(directory, address, isJson)
      .then(body => {
        const fields = this.#headers.rules.fieldsFor(address, listingFields(isJson))
        const all: Fields = [...fields, ['Content-Length', body.length]]
        late.send(new Answer(200, all, body, late.persistence))
      })
      .catch((error: Error) => this.#failed(error, address, late.request, late))
      .catch((error: Error) => late.fail(error))
  }

  /** Clients that ask for the same at the same time are answered by one reading. */
  #listing(directory: string, address: string, isJson: boolean): Promise<Buffer> {
    const key = `${isJson} ${directory}`
    const running = this.#listings.get(key)
    if (running !== undefined) return running
    const listing = this.#readListing(directory)
      .then(found => (isJson ? listingJson(found) : listingHtml(address, found)))
      .finally(() => this.#listings.delete(key))
    this.#listings.set(key, listing)
    return listing
  }

  async #readListing(directory: string): Promise<Listing> {
    const { listingEntriesMax } = this.#settings
    const linkTarget = (name: string) => this.#factsOf(`${directory}/${name}`.replace(/^\//, ''))
    const folder = this.#root.open(directory, O_PATH | constants.O_DIRECTORY)
    try {
      // It opens a descriptor of its own before it waits for anything.
      return readListing(folder.fileno(), { listingEntriesMax, linkTarget })
    } finally {
      folder.close()
    }
  }

  /** What a link leads to, if that is within the root. */
  #factsOf(path: string): ListingFacts | null {
    try {
      using file = this.#root.open(path, O_PATH)
      const stat = file.stat()
      const type = stat.isDirectory ? 'directory' : stat.isFile ? 'file' : 'other'
      const mtimeMs = stat.mtimeS * 1000 + Math.floor(stat.mtimeNs / 1e6)
      return { type, sizeBytes: stat.sizeBytes, mtimeMs }
    } catch (error) {
      if (error instanceof SystemError) return null
      throw error
    }
  }
}

const textFields: Fields = [
  ['Content-Type', 'text/plain; charset=utf-8'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Cache-Control', 'no-store'],
]

function textAnswer(
  status: number,
  text: string,
  fields: Fields,
  persistence: Responder['persistence'],
  others: Fields = textFields,
): Answer {
  const body = Buffer.from(text)
  const length: Fields = [['Content-Length', body.length]]
  return new Answer(status, [...others, ...length, ...fields], body, persistence)
}

function listingFields(isJson: boolean): Fields {
  const type = isJson ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8'
  const policy = "default-src 'none'; style-src 'unsafe-inline'"
  return [
    ['Content-Type', type],
    ['Vary', 'Accept'],
    ['Content-Security-Policy', policy],
    ...defaultFields,
  ]
}

/** A path as it stands in an address: the one spelling of all that is kept and sent. */
function encoded(address: string): string {
  return encodeURI(address).replace(/[?#]/g, encodeURIComponent)
}

function chosen(entry: Entry, request: Request): Resource {
  if (!entry.isNegotiated || !request.hasAny(acceptEncoding)) return entry.identity
  return entry.choose(request.header('accept-encoding'))
}

function sendChosen(entry: Entry, request: Request, responder: Responder): void {
  sendResource(chosen(entry, request), request, responder)
}

/** A program's own addresses have no extension; what does, and what a tag of a page asks for, is an asset. */
function wantsPage(path: string, request: Request): boolean {
  if (path.slice(path.lastIndexOf('/') + 1).includes('.')) return false
  const destination = request.header('sec-fetch-dest') ?? 'document'
  return /^(document|iframe|frame|empty)$/.test(destination)
}

/**
 * Answers requests with the files of a directory: what `new HttpServer(...)` takes. Paths cannot leave the directory,
 * names with a leading dot are not there (but `.well-known`), and no answer is stale.
 *
 * @throws SystemError (ENOENT, ENOTDIR, EACCES) if the directory cannot be opened, TypeError or RangeError for options,
 * Error (`ERR_HEADER_RULES`) for rules that are wrong, by line
 *
 * @example
 * ```ts
 * import { HttpServer } from 'epollet/http'
 * import { serveDirectory } from 'epollet/static'
 * import assert from 'node:assert/strict'
 *
 * using directory = serveDirectory('html', { cleanUrls: true })
 * using server = new HttpServer(directory.handle)
 * const { port } = server.listen({ port: 0 })
 * const response = await fetch(`http://127.0.0.1:${port}/index`, { headers: { connection: 'close' } })
 * assert.equal(response.status, 200)
 * await response.text()
 * ```
 */
export function serveDirectory(root: string, options?: DirectoryOptions): Directory {
  if (typeof root !== 'string') throw typeError('root', 'the path of a directory', root)
  return new Directory(root, directorySettings(options))
}
