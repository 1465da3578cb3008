import {
  Answer,
  type Fields,
  fieldMask,
  type Request,
  type RequestHandler,
  type Responder,
} from '../http/index.ts'
import { descriptorShares, SystemError, typeError } from '../sys/index.ts'
import { fieldsOf } from './default-fields.ts'
import { Cache } from './files/cache.ts'
import { stalledError } from './files/disk.ts'
import type { Entry } from './files/entry.ts'
import { Loader } from './files/loader.ts'
import type { Resource } from './files/resource.ts'
import { reopenMs } from './limits.ts'
import { listingHead } from './listing/listing-page.ts'
import { Listings, listingFields, prefersJson } from './listing/listings.ts'
import { type DirectoryOptions, type DirectorySettings, directorySettings } from './options.ts'
import { Replies } from './replies.ts'
import { Root } from './root.ts'
import { type Route, Router, redirectsFile } from './routing/router.ts'
import { type PathTarget, resolveTarget } from './routing/target.ts'
import { HeadersFile } from './rules/headers-file.ts'
import { sendResource, sendWhole } from './send.ts'
import { WarningLimiter } from './warning-limiter.ts'

const allow: Fields = [['Allow', 'GET, HEAD, OPTIONS']]
const knownMethods = new Set(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT'])
const acceptEncoding = fieldMask('accept-encoding')

/** The status for each error from opening a path; any other error gets a 500. */
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
  ETIMEDOUT: 503,
}

/** Answers requests with a directory's files. Make it with {@link serveDirectory}. */
export class Directory {
  readonly #settings: DirectorySettings
  readonly #root: Root
  readonly #router: Router
  readonly #loader: Loader
  readonly #listings: Listings
  readonly #headers: HeadersFile
  readonly #replies: Replies
  readonly #cache: Cache
  readonly #limiter: WarningLimiter
  /** The path of each file being read, by cache key: further requests with the same key needn't be routed. */
  readonly #loading = new Map<string, string>()
  #hasNotFound = false
  #fallbackKey = ''
  #refreshMs = Number.NEGATIVE_INFINITY

  /** @internal */
  constructor(root: string, settings: DirectorySettings) {
    this.#settings = settings
    this.#root = new Root(root, settings.links)
    this.#router = new Router(this.#root, settings)
    this.#loader = new Loader(this.#root, settings)
    this.#listings = new Listings(this.#root, this.#router, settings)
    const { cacheBytes, cachedFilesMax } = settings
    const descriptorsMax = Math.min(cachedFilesMax, descriptorShares().cachedFiles)
    this.#cache = new Cache(cacheBytes, cachedFilesMax, descriptorsMax)
    this.#limiter = new WarningLimiter(settings.onWarning)
    try {
      this.#headers = new HeadersFile(this.#root, settings.headers, settings.onWarning)
      this.#warnAtStart()
    } catch (error) {
      this.#root.close()
      throw error
    }
    this.#replies = new Replies(this.#headers)
  }

  #warnAtStart(): void {
    const { links, onWarning } = this.#settings
    if (links === 'any') onWarning('all symbolic links are followed, even out of the root')
    if (this.#router.statOf(redirectsFile) !== null)
      onWarning(`${redirectsFile} is ignored and not served: this server has no redirect rules`)
  }

  /** Closes the root and all cached files; later requests fail. */
  close(): void {
    this.#cache.clear()
    this.#root.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** The handler to pass to `new HttpServer()`. */
  readonly handle: RequestHandler = (request, responder) => {
    if (!request.isGet && !request.isHead) return this.#answerOther(request, responder)
    if (request.nowMs >= this.#refreshMs) this.#refresh(request.nowMs)
    const { path } = request
    const entry = this.#cache.get(path)
    if (entry !== undefined && this.#sendCached(path, entry, request, responder)) return
    this.#answer(path, request, responder)
  }

  /** Returns false if the file has changed. */
  #sendCached(key: string, entry: Entry, request: Request, responder: Responder): boolean {
    const resource = chosen(entry, request)
    if (!this.#isFresh(resource, request) || !this.#isFresh(entry.identity, request)) {
      this.#cache.delete(key)
      return false
    }
    if (resource.large?.isStalled) this.#failed(stalledError(), request.path, request, responder)
    else sendResource(resource, request, responder)
    return true
  }

  /** Checks with one fstatat(), made after the request arrived, that the file is unchanged since it was opened. */
  #isFresh(resource: Resource, request: Request): boolean {
    if (resource.isChecked(request.receivedCount)) return true
    if (request.nowMs - resource.openedMs >= reopenMs && !resource.large?.isReading) return false
    if (!this.#router.isUnchanged(resource.path, resource.stat)) return false
    resource.noteChecked(request.receivedCount, request.nowMs)
    return true
  }

  /** Checks the root's path, the rules and the 404 page once a second. */
  #refresh(nowMs: number): void {
    this.#refreshMs = nowMs + reopenMs
    const { notFound } = this.#settings
    const isOtherRoot = this.#root.refresh()
    if (this.#headers.refresh() || isOtherRoot) this.#cache.clear()
    this.#hasNotFound = notFound !== null && this.#router.isReadable(notFound)
  }

  #answer(path: string, request: Request, responder: Responder): void {
    const target = resolveTarget(path, this.#settings.dotfiles)
    if ('status' in target) return this.#fail(target.status, path, request, responder)
    const address = addressOf(target)
    // The cache key is the normalised path, so that other spellings can't fill the cache with copies.
    const key = encoded(address)
    const entry = key === path ? undefined : this.#cache.get(key)
    if (entry !== undefined && this.#sendCached(key, entry, request, responder)) return
    const file = this.#loading.get(key)
    if (file !== undefined) return this.#load(file, address, key, request, responder)
    let route: Route
    try {
      route = this.#router.route(target, request)
    } catch (error) {
      return this.#failed(error, address, request, responder)
    }
    if ('directory' in route) return this.#list(route.directory, address, request, responder)
    if ('redirect' in route) return this.#redirect(route.redirect, address, request, responder)
    if ('status' in route) return this.#fail(route.status, address, request, responder)
    if (route.isFallback) return this.#fallBack(route.file, address, request, responder)
    this.#load(route.file, address, key, request, responder)
  }

  /** All paths share one cached fallback, unless rules give them different fields. */
  #fallBack(file: string, address: string, request: Request, responder: Responder): void {
    const fields = this.#headers.rules.fieldsFor(address, fieldsOf(file))
    // Paths begin with a slash, so none of them can equal this key.
    const key = `fallback ${JSON.stringify(fields)}`
    const entry = this.#cache.get(key)
    if (entry !== undefined && this.#sendCached(key, entry, request, responder)) return
    if (key !== this.#fallbackKey) this.#cache.delete(this.#fallbackKey)
    this.#fallbackKey = key
    this.#load(file, address, key, request, responder, 200, true)
  }

  /** @param key the cache key */
  #load(
    file: string,
    address: string,
    key: string,
    request: Request,
    responder: Responder,
    status = 200,
    isFallback = false,
  ): void {
    let loaded: Entry | Promise<Entry>
    try {
      loaded = this.#loader.load(file, address, this.#headers.rules, request.nowMs, isFallback)
    } catch (error) {
      return this.#failed(error, address, request, responder, status)
    }
    if (!(loaded instanceof Promise))
      return this.#use(loaded, address, key, request, responder, status)
    const late = responder.later()
    const isRouted = status === 200 && !isFallback
    if (isRouted) this.#loading.set(key, file)
    loaded
      .finally(() => isRouted && this.#loading.delete(key))
      .then(
        entry => this.#use(entry, address, key, late.request, late, status),
        error => this.#failed(error, address, late.request, late, status),
      )
      .catch((error: Error) => late.fail(error))
  }

  #use(
    entry: Entry,
    address: string,
    key: string,
    request: Request,
    responder: Responder,
    status: number,
  ): void {
    const resource = status === 200 ? chosen(entry, request) : entry.identity
    if (resource.large?.isStalled) {
      entry.release()
      return this.#failed(stalledError(), address, request, responder, status)
    }
    try {
      if (status === 200) sendResource(resource, request, responder)
      else sendWhole(entry.identity, responder, status)
    } catch (error) {
      entry.release()
      throw error
    }
    if (this.#root.closed) entry.release()
    else this.#cache.set(key, entry)
  }

  #failed(
    error: unknown,
    address: string,
    request: Request,
    responder: Responder,
    wanted = 200,
  ): void {
    if (!(error instanceof SystemError)) throw error
    const status = statusOf[error.code] ?? 500
    if (status >= 500) this.#limiter.warn(error.message, error.code)
    if (wanted === 404) {
      // Loading the 404 page failed.
      this.#hasNotFound = false
      return this.#replies.notFound(responder, address)
    }
    this.#fail(status, address, request, responder)
  }

  #fail(status: number, address: string, request: Request, responder: Responder): void {
    if (status === 404) return this.#notFound(address, request, responder)
    this.#replies.text(responder, status, address)
  }

  #redirect(location: string, address: string, request: Request, responder: Responder): void {
    const fields: Fields = [['Location', location + request.query]]
    this.#replies.text(responder, 301, address, fields)
  }

  #notFound(address: string, request: Request, responder: Responder): void {
    const { notFound } = this.#settings
    if (!this.#hasNotFound || notFound === null) return this.#replies.notFound(responder, address)
    const page = this.#cache.get(notFound)
    if (page !== undefined && this.#isFresh(page.identity, request))
      sendWhole(page.identity, responder, 404)
    else this.#load(notFound, `/${notFound}`, notFound, request, responder, 404)
  }

  #answerOther(request: Request, responder: Responder): void {
    const { method, path } = request
    const target = resolveTarget(path, this.#settings.dotfiles)
    const address = 'status' in target ? path : addressOf(target)
    if (method === 'OPTIONS') this.#replies.text(responder, 200, address, allow)
    else if (knownMethods.has(method)) this.#replies.text(responder, 405, address, allow)
    else this.#replies.text(responder, 501, address)
  }

  #list(directory: string, address: string, request: Request, responder: Responder): void {
    const isJson = prefersJson(request.header('accept'))
    let body: Buffer | Promise<Buffer>
    try {
      body = this.#listings.body(directory, isJson)
    } catch (error) {
      return this.#failed(error, address, request, responder)
    }
    const send = (body: Buffer, to: Responder): void => {
      const applies = (name: string) => name !== 'content-encoding'
      const fields = this.#headers.rules.fieldsFor(address, listingFields(isJson), applies)
      const head = Buffer.from(isJson ? '' : listingHead(address))
      const all: Fields = [...fields, ['Content-Length', head.length + body.length]]
      // The page's head is a separate part, so that all answers share the body's memory.
      const parts = [{ bytes: head }, { bytes: body }]
      to.sendParts(new Answer(200, all, null, to.persistence), parts)
    }
    if (!(body instanceof Promise)) return send(body, responder)
    const late = responder.later()
    body
      .then(made => send(made, late))
      .catch((error: Error) => this.#failed(error, address, late.request, late))
      .catch((error: Error) => late.fail(error))
  }
}

/** The decoded, normalised path that rules are matched against. */
function addressOf({ path, directory }: PathTarget): string {
  return `/${path}${directory && path !== '' ? '/' : ''}`
}

/** The URL-encoded path, which is the cache key. */
function encoded(address: string): string {
  return encodeURI(address).replace(/[?#]/g, encodeURIComponent)
}

function chosen(entry: Entry, request: Request): Resource {
  if (!entry.isNegotiated || !request.hasAny(acceptEncoding)) return entry.identity
  return entry.choose(request.header('accept-encoding'))
}

/**
 * Serves the files of a directory: pass `directory.handle` to `new HttpServer()`. Paths can't leave the directory,
 * names with a leading dot are hidden except `.well-known`, and no answer is stale.
 *
 * @throws SystemError (ENOENT, ENOTDIR, EACCES) if the directory can't be opened; TypeError or RangeError for an
 * invalid option; Error with code `ERR_HEADER_RULES` for invalid rules, with a message for each line in its property
 * `lines`
 *
 * @example
 * ```ts
 * import { HttpServer } from 'epollet/http'
 * import { serveDirectory } from 'epollet/static'
 * import assert from 'node:assert/strict'
 *
 * const directory = serveDirectory('html', { cleanUrls: true })
 * const server = new HttpServer(directory.handle)
 * const { port } = server.listen({ port: 0 })
 * const response = await fetch(`http://127.0.0.1:${port}/index`, { headers: { connection: 'close' } })
 * assert.equal(response.status, 200)
 * await response.text()
 * server.close()
 * directory.close()
 * ```
 */
export function serveDirectory(root: string, options?: DirectoryOptions): Directory {
  if (typeof root !== 'string') throw typeError('root', 'the path of a directory', root)
  return new Directory(root, directorySettings(options))
}
